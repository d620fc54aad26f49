//! Departments: `DEPARTMENT#<division>` / `DEPARTMENT#<id>`.

use aws_sdk_dynamodb::types::AttributeValue;
use domain::{
    collection::department::{Department, DepartmentId},
    divisions::Division,
    moment::Moment,
};
use ports::{
    PortResult,
    people::{ListDepartments, LoadDepartment, SaveDepartment},
};

use super::{Key, Table, item, read};
use crate::failure::failed;

fn partition(division: Division) -> String {
    format!("DEPARTMENT#{}", division.code())
}

fn key(id: DepartmentId) -> Key {
    Key::new(partition(id.division), format!("DEPARTMENT#{id}"))
}

impl SaveDepartment for Table {
    async fn save_department(&self, department: &Department, at: Moment) -> PortResult<()> {
        let item = item(&key(department.id), "department", at, department)?;
        self.client.put_item().table_name(&self.name).set_item(Some(item)).send().await.map_err(failed)?;
        Ok(())
    }
}

impl LoadDepartment for Table {
    async fn load_department(&self, id: DepartmentId) -> PortResult<Option<Department>> {
        self.get(key(id)).await
    }
}

impl ListDepartments for Table {
    async fn list_departments(&self, division: Division) -> PortResult<Vec<Department>> {
        let query = self.client.query().table_name(&self.name).key_condition_expression("pk = :pk");
        let query = query.expression_attribute_values(":pk", AttributeValue::S(partition(division)));
        query.send().await.map_err(failed)?.items.unwrap_or_default().into_iter().map(read).collect()
    }
}
