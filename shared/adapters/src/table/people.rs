//! Everything about one applicant: the items of a page in one read.

use domain::ids::{AccountId, CaseId, CaseKind};
use ports::{
    PortResult,
    people::{LoadPerson, Person},
};

use super::{Item, Table, accounts, alipay, cases, read};

impl LoadPerson for Table {
    async fn load_person(&self, id: AccountId) -> PortResult<Option<Person>> {
        let case = |kind| cases::key(CaseId { kind, owner: id });
        let cases = [CaseKind::RealName, CaseKind::Collection].map(case);
        let keys = [accounts::key(id), alipay::key(id)].into_iter().chain(cases).collect();
        let items = self.get_all(keys).await?;
        let (mut account, mut attempts, mut real_name, mut collection) = (None, None, None, None);
        for item in items {
            match sort_key(&item) {
                "ACCOUNT" => account = Some(item).filter(accounts::is_open),
                "ALIPAY" => attempts = Some(item),
                "CASE#real-name" => real_name = Some(item),
                "CASE#collection" => collection = Some(item),
                _ => {}
            }
        }
        // What is left of a closed account's cases is nobody's to read.
        let Some(account) = account else { return Ok(None) };
        let (id_type, sealed) = accounts::read_account(&account)?;
        let biometrics = accounts::read_biometrics(&account)?;
        let real_name = real_name.map(cases::read_filed).transpose()?;
        let collection = collection.map(cases::read_filed).transpose()?;
        let alipay = attempts.map(read).transpose()?;
        Ok(Some(Person { id, id_type, sealed, biometrics, real_name, alipay, collection }))
    }
}

fn sort_key(item: &Item) -> &str {
    item.get("sk").and_then(|sk| sk.as_s().ok()).map_or("", String::as_str)
}
