//! Collection windows and their history: `WINDOW#<province>` / `WINDOW`, `CHANGE#<moment>`.

use domain::{divisions::Division, window::Window};
use ports::{
    PortResult,
    windows::{ListWindows, LoadWindow, SaveWindow, WindowChange},
};

use super::{Key, Table, item, read, value};
use crate::failure::unbuilt;

fn partition(province: Division) -> String {
    format!("WINDOW#{}", province.code())
}

fn key(province: Division) -> Key {
    Key::new(partition(province), "WINDOW")
}

impl LoadWindow for Table {
    async fn load_window(&self, province: Division) -> PortResult<Option<Window>> {
        self.get(key(province)).await
    }
}

impl ListWindows for Table {
    async fn list_windows(&self, provinces: &[Division]) -> PortResult<Vec<Window>> {
        let items = self.get_all(provinces.iter().map(|province| key(*province)).collect()).await?;
        items.into_iter().map(read).collect()
    }
}

impl SaveWindow for Table {
    async fn save_window(&self, change: &WindowChange) -> PortResult<()> {
        let province = change.after.province;
        let put = self.put(item(&key(province), "window", change.at, &change.after)?);
        let put = match &change.before {
            None => put.condition_expression("attribute_not_exists(pk)"),
            Some(before) => put
                .condition_expression(
                    "opensAt = :opens AND closesAt = :closes AND graceSeconds = :grace \
                     AND examYear = :year AND enforcesEligibility = :enforces \
                     AND (attribute_not_exists(fourEyes) OR fourEyes = :eyes)",
                )
                .expression_attribute_values(":opens", value(&before.opens_at)?)
                .expression_attribute_values(":closes", value(&before.closes_at)?)
                .expression_attribute_values(":grace", value(&before.grace_seconds)?)
                .expression_attribute_values(":year", value(&before.exam_year)?)
                .expression_attribute_values(":eyes", value(&before.four_eyes)?)
                .expression_attribute_values(":enforces", value(&before.enforces_eligibility)?),
        };
        let put = put.build().map_err(unbuilt)?;
        let put = aws_sdk_dynamodb::types::TransactWriteItem::builder().put(put).build();
        let line = Key::new(partition(province), format!("CHANGE#{}", change.at));
        let line = self.put_new(item(&line, "window-change", change.at, change)?)?;
        self.transact(vec![put, line]).await
    }
}
