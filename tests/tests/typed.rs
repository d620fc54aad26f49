//! What people type and paste: names as passports print them, numbers with marks that nobody sees, texts that show nothing,
//! days as cards print them.

use journey::people::SmsCode;
use journey::pictures::Picture;
use journey::scenario::{consent, log_in, received_sms, returned, solved_captcha};
use journey::stack::{COUNTY, Staff};
use journey::{Applicant, Client, Person, Reviewer, Stack, pages};
use serde_json::{Value, json};

/// As Apple's contacts copy a number, and as a chat program breaks one.
fn pasted(number: &str) -> String {
    let (head, tail) = number.split_at(number.len() / 2);
    format!("\u{202D}{head}\u{2011}\u{AD}{tail}\u{FE0F}\u{202C}")
}

#[tokio::test]
async fn a_passport_s_name_is_registered_as_it_is_printed() {
    let stack = Stack::required();
    for (typed, printed) in [
        ("NGUYỄN VĂN AN", "NGUYỄN VĂN AN"),
        ("Kumar s/o Rajan", "KUMAR S/O RAJAN"),
        ("TAN AH KOW @ CHEN", "TAN AH KOW @ CHEN"),
        ("KAMEHAMEHA ʻOKINA", "KAMEHAMEHA ʻOKINA"),
        ("O\u{02BC}NEILL", "O\u{02BC}NEILL"),
        ("(ALI) KHAN", "(ALI) KHAN"),
    ] {
        let (person, mut api) = (Person::random(), Client::new(&stack));
        let number = format!("E{}", fastrand::u32(10_000_000..100_000_000));
        let code = received_sms(&stack, &api, &person.mobile).await;
        let digits = format!("{}-{}", &code.digits[..3], &code.digits[3..]);
        let spaced = SmsCode { id: code.id, digits };
        let form = person.registration(&spaced, &consent(&api).await);
        let form = pages::spoilt(&form, "idType", json!("PPT"));
        let form = pages::spoilt(&form, "idNumber", json!(pasted(&number)));
        let form = pages::spoilt(&form, "name", json!(typed));
        let _ = api.register(&form).await.expect(201);
        let session = log_in(&stack, &api, "applicant", &pasted(&person.mobile), &person.password).await;
        api.remember(&session.expect(201));
        assert_eq!(api.me().await.expect(200).str("/identity/name"), printed);
        let by_number = log_in(&stack, &api, "applicant", &pasted(&number), &person.password).await;
        let _ = by_number.expect(201);
    }
}

#[tokio::test]
async fn an_identity_card_has_a_chinese_name_and_nothing_hidden_in_it() {
    let stack = Stack::required();
    let (person, api) = (Person::random(), Client::new(&stack));
    let code = received_sms(&stack, &api, &person.mobile).await;
    let form = person.registration(&code, &consent(&api).await);
    for (name, code) in [
        ("NGUYỄN VĂN AN", "name.SPACE"),
        ("NGUYEN", "name.LATIN"),
        ("王\u{202E}明", "name.CONTROL_CHAR"),
        ("王\u{FE0F}明", "name.CONTROL_CHAR"),
        ("\u{3164}\u{3164}", "name.CONTROL_CHAR"),
    ] {
        let refused = api.register(&pages::spoilt(&form, "name", json!(name))).await;
        refused.problem(422, "invalid-request").assert_fault("/name", code);
    }
}

#[tokio::test]
async fn a_captcha_is_taken_in_full_width_and_with_spaces() {
    let stack = Stack::required();
    let (person, api) = (Person::random(), Client::new(&stack));
    let (captcha, answer) = solved_captcha(&stack, &api).await;
    let wide = |c: char| char::from_u32(u32::from(c) + 0xFEE0).expect("a full-width form");
    let typed: String = answer.chars().flat_map(|c| [wide(c), '\u{3000}']).collect();
    let _ = api.sms_code(&pasted(&person.mobile), &captcha, &typed).await.expect(202);
}

#[tokio::test]
async fn a_staff_account_is_one_however_it_is_typed() {
    let stack = Stack::required();
    let Staff { account, password, .. } =
        stack.staff.iter().find(|staff| staff.division == COUNTY).expect("a seeded reviewer");
    let api = Client::new(&stack);
    let wide: String = account.chars().filter_map(|c| char::from_u32(u32::from(c) + 0xFEE0)).collect();
    for typed in [account.to_uppercase(), wide, format!("\u{2066}{account}\u{2069} ")] {
        let _ = log_in(&stack, &api, "reviewer", &typed, password).await.expect(201);
    }
}

#[tokio::test]
async fn numbers_days_and_months_are_stored_in_one_form() {
    let stack = Stack::required();
    let applicant = Applicant::verified(&stack).await;
    let (photo, front, back, proof) = tokio::join!(
        applicant.usable(Picture::photo(&stack)),
        applicant.usable(Picture::id_front(&stack)),
        applicant.usable(Picture::id_back(&stack)),
        applicant.usable(Picture::work_proof(&stack)),
    );
    let basic = pages::basic(&photo, &front, &back);
    let basic = pages::spoilt(&basic, "idValidFrom", json!("2015.03.01"));
    let basic = pages::spoilt(&basic, "idValidTo", json!("２０３５年3月1日"));
    let stored = applicant.api.put_page("basic", &basic).await.expect(200);
    assert_eq!(
        (stored.str("/basic/idValidFrom"), stored.str("/basic/idValidTo")),
        ("2015-03-01", "2035-03-01")
    );
    for (member, value, code) in [
        ("idValidFrom", "0000-01-01", "date.TOO_EARLY"),
        ("idValidTo", "9999-12-31", "date.TOO_LATE"),
        ("idValidTo", "2020.01.01", "basic.ID_EXPIRED"),
    ] {
        let refused = applicant.api.put_page("basic", &pages::spoilt(&basic, member, json!(value))).await;
        refused.problem(422, "invalid-request").assert_fault(&format!("/{member}"), code);
    }

    let good = pages::employment(&applicant.person, &proof);
    for (typed, phone) in [
        ("(010)64001234", "010-64001234"),
        ("+86-10-64001234", "010-64001234"),
        ("010-64001234转801", "010-64001234-801"),
        ("95588", "95588"),
    ] {
        let row = pages::spoilt(&good, "phone", json!(typed));
        let row = pages::spoilt(&row, "uscc", json!(pasted("G1610000713522976L")));
        let row =
            pages::spoilt(&row, "start", json!(good["start"].as_str().expect("a month").replace('-', ".")));
        let stored = applicant.api.add_row("employments", &row).await.expect(201);
        assert_eq!(stored.str("/employment/phone"), phone);
        assert_eq!(stored.str("/employment/uscc"), "G1610000713522976L");
        assert_eq!(stored.body["employment"]["start"], good["start"]);
    }
    for nothing in ["\u{3164}", "\u{2800}", "\u{E0041}", "\u{FE0F}", "\u{180E}"] {
        let row = pages::spoilt(&good, "employer", json!(nothing.repeat(4)));
        let refused = applicant.api.add_row("employments", &row).await.problem(422, "invalid-request");
        refused.assert_fault("/employer", "form.TOO_SHORT");
    }
}

#[tokio::test]
async fn a_case_is_not_returned_with_a_note_that_nobody_can_read() {
    let stack = Stack::required();
    let applicant = Applicant::registered(&stack).await;
    let _ = applicant.request_real_name(&stack).await.expect(201);
    let (case, reviewer) = (applicant.real_name_case(), Reviewer::of(&stack, COUNTY).await);
    reviewer.find("real-name", &case).await;
    let version = reviewer.take(&case).await;
    let pages_of_case = reviewer.api.case(&case).await.expect(200);
    let pointer = "/idFront";
    assert!(pages_of_case.body["pages"]["idFront"].is_string());
    let comment = journey::scenario::comment(pointer, "PHOTO_BLUR", "请重新拍摄");
    let mut decision: Value = returned(version, &[comment]);
    let note = ["opinion", "reviewNote"].into_iter().find(|name| decision.get(*name).is_some());
    let note = note.expect("a return has a note");
    decision[note] = json!("\u{3164}\u{115F}\u{17B4}\u{34F}\u{2800}\u{FE0F}".repeat(5));
    let refused = reviewer.api.decide(&case, &decision).await.problem(422, "invalid-request");
    assert!(refused.faults().contains_key(&format!("/{note}")), "{}", refused.text);
    let _ = reviewer.api.release(&case).await.expect(204);
}
