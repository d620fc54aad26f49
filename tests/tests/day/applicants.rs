//! Those who hand in: what each applicant does that day.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use journey::admin::{admin, done};
use journey::pictures::Picture;
use journey::table::{self, Item};
use journey::{Applicant, Stack, machine, pages, wait};
use serde_json::json;

use crate::desk::Desk;
use crate::{COUNTIES, DAY, LATE, accept, chance, text};

pub(crate) fn open_departments(stack: &Stack) {
    let lines = COUNTIES
        .map(|county| format!("{county}-1,{county}财政局会计科,示例街1号,020-12345678,工作日 9:00-17:00\n"));
    let file = std::env::temp_dir().join(format!("departments-{}.csv", fastrand::u64(..)));
    std::fs::write(&file, format!("id,name,address,phone,hours\n{}", lines.concat())).expect("a file");
    done(&admin(stack, &["departments", &file.display().to_string(), "--apply"]));
    let _ = std::fs::remove_file(file);
}

/// One judged picture of each purpose, of somebody who really sent them. What pictures do has tests of its own; of that day's
/// applicants each has a copy of these records.
pub(crate) async fn pictures(stack: &Stack) -> Vec<Item> {
    let model = Applicant::registered(stack).await;
    for picture in [
        Picture::photo(stack),
        Picture::id_front(stack),
        Picture::id_back(stack),
        Picture::id_holding(stack),
        Picture::certificate(stack),
        Picture::work_proof(stack),
    ] {
        model.usable(picture).await;
    }
    let items = table::items(stack, model.ulid()).await;
    items.into_iter().filter(|item| text(item, "sk").starts_with("UPLOAD#")).collect()
}

fn ulid() -> String {
    const DIGITS: &[u8] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let digit = || char::from(DIGITS[fastrand::usize(..DIGITS.len())]);
    std::iter::once('0').chain(std::iter::repeat_with(digit).take(25)).collect()
}

/// Gives an applicant copies of the pictures' records; their ids by purpose.
async fn give(stack: &Stack, applicant: &Applicant, pictures: &[Item]) -> HashMap<String, String> {
    let mut ids = HashMap::new();
    for picture in pictures {
        let (id, mut item) = (ulid(), picture.clone());
        for (name, value) in [
            ("pk", format!("PERSON#{}", applicant.ulid())),
            ("sk", format!("UPLOAD#{id}")),
            ("id", format!("upl_{id}")),
            ("owner", applicant.account_id.clone()),
        ] {
            item.insert(name.to_owned(), AttributeValue::S(value));
        }
        ids.insert(text(&item, "purpose"), format!("upl_{id}"));
        table::put(stack, item).await;
    }
    ids
}

/// The county of an applicant.
pub(crate) fn county_of(number: usize) -> &'static str {
    COUNTIES[number % COUNTIES.len()]
}

/// One applicant's day: verified, handed in, corrected as often as asked, sometimes moved or changed.
pub(crate) async fn attend(stack: &Stack, pictures: &[Item], number: usize, desk: &Desk) -> Applicant {
    let applicant = hand_in(stack, pictures, number, desk).await;
    follow(&applicant, county_of(number)).await;
    applicant
}

/// Its first part. What the first applicants hand in is late before the counties begin.
pub(crate) async fn hand_in(stack: &Stack, pictures: &[Item], number: usize, desk: &Desk) -> Applicant {
    let county = county_of(number);
    let applicant = Applicant::registered(stack).await;
    let ids = give(stack, &applicant, pictures).await;
    let request = json!({
        "idFront": ids["id-front"], "idBack": ids["id-back"], "idHolding": ids["id-holding"], "division": county,
    });
    let _ = applicant.api.request_real_name(&request).await.expect(201);
    if number < LATE {
        let first = desk.one_of(county);
        first.find("real-name", &applicant.real_name_case()).await;
        first.approve(&applicant.real_name_case()).await;
    }
    wait::until("the verification", DAY, async || {
        let state = applicant.api.real_name().await.expect(200);
        if state.str("/state") == "MANUAL_RETURNED" {
            let _ = applicant.api.request_real_name(&request).await.expect(201);
        }
        (state.str("/state") == "VERIFIED").then_some(())
    })
    .await;
    fill_in(&applicant, &ids, county).await;
    let submitted = applicant.api.submit().await.expect(201);
    if number < LATE {
        let case = submitted.str("/caseId").to_owned();
        let hurried = machine::Hurried::start(stack, &case, submitted.number("/version")).await;
        wait::until("the hurried execution", wait::SOON, async || hurried.ended(stack).await).await;
    }
    applicant
}

async fn fill_in(applicant: &Applicant, ids: &HashMap<String, String>, county: &str) {
    let (api, person) = (&applicant.api, &applicant.person);
    let _ = api.put_page("scope", &pages::scope()).await.expect(200);
    let basic = pages::basic(&ids["photo"], &ids["id-front"], &ids["id-back"]);
    let _ = api.put_page("basic", &basic).await.expect(200);
    let education = pages::education(person, &ids["education-certificate"]);
    let _ = api.add_row("educations", &education).await.expect(201);
    let employment = pages::employment(person, &ids["work-proof"]);
    let employment = api.add_row("employments", &employment).await.expect(201);
    let experience = pages::experience(person);
    let _ = api.add_experience(employment.str("/employment/id"), &experience).await.expect(201);
    let department = json!({"departmentId": format!("{county}-1"), "basis": "workplace"});
    let _ = api.put_page("department", &department).await.expect(200);
}

/// Until the collection is approved and where it is to be, or rejected.
pub(crate) async fn follow(applicant: &Applicant, county: &str) {
    let (mut wants_to_move, mut wants_a_change) = (chance(10), chance(10));
    wait::until("the end of a collection", DAY, async || {
        let status = applicant.api.status().await.expect(200);
        match status.str("/state") {
            // A decision may be taken back while its applicant answers it: then there is nothing to hand in.
            "RETURNED" => accept(&applicant.api.submit().await, &[201, 409]),
            "APPROVED" if wants_to_move => {
                let others: Vec<_> = COUNTIES.iter().filter(|other| **other != county).collect();
                let to = format!("{}-1", fastrand::choice(others).expect("another county"));
                accept(&applicant.api.ask_transfer(&to, "因工作单位变动").await, &[200, 409]);
                wants_to_move = false;
            }
            "APPROVED" if wants_a_change && status.body["transfer"].is_null() => {
                let begun = applicant.api.amend().await;
                accept(&begun, &[200, 409]);
                if begun.status == 200 {
                    accept(&applicant.api.submit().await, &[201]);
                    wants_a_change = false;
                }
            }
            "APPROVED" => return status.body["transfer"].is_null().then_some(()),
            "REJECTED" => return Some(()),
            _ => {}
        }
        None
    })
    .await;
}
