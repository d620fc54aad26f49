//! Departments: `DEPARTMENT#<division>` / `DEPARTMENT#<id>`.

use aws_sdk_dynamodb::types::AttributeValue;
use domain::{
    collection::department::{Department, DepartmentId},
    divisions::Division,
};
use ports::{
    Outcome,
    people::{ListDepartments, LoadDepartment},
};

use super::{Key, Table, read};
use crate::failure::failed;

fn partition(division: Division) -> String {
    format!("DEPARTMENT#{}", division.code())
}

impl LoadDepartment for Table {
    async fn load_department(&self, id: DepartmentId) -> Outcome<Option<Department>> {
        self.get(Key::new(partition(id.division), format!("DEPARTMENT#{id}"))).await
    }
}

impl ListDepartments for Table {
    async fn list_departments(&self, division: Division) -> Outcome<Vec<Department>> {
        let query = self.client.query().table_name(&self.name).key_condition_expression("pk = :pk");
        let query = query.expression_attribute_values(":pk", AttributeValue::S(partition(division)));
        query.send().await.map_err(failed)?.items.unwrap_or_default().into_iter().map(read).collect()
    }
}
