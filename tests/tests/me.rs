//! A person's own data: seeing it, taking it along, changing the phone, and closing the account.

use std::collections::BTreeSet;
use std::io::{Cursor, Read};

use aws_sdk_dynamodb::types::AttributeValue;
use journey::pictures::Picture;
use journey::scenario::{consent, face_consent, log_in, received_sms, received_sms_for, solved_captcha};
use journey::stack::COUNTY;
use journey::table::{self, Item};
use journey::{Applicant, Client, Person, Response, Reviewer, Stack, wait};
use serde_json::{Value, json};

async fn log_in_as(stack: &Stack, account: &str, password: &str) -> Response {
    log_in(stack, &Client::new(stack), "applicant", account, password).await
}

/// Closes an account as its owner would.
async fn close(stack: &Stack, applicant: &Applicant, password: &str) -> Response {
    let (captcha, answer) = solved_captcha(stack, &applicant.api).await;
    applicant.api.close_account(password, (&captcha, &answer)).await
}

fn text(item: &Item, name: &str) -> String {
    item.get(name).and_then(|value| value.as_s().ok()).cloned().unwrap_or_default()
}

/// The item that says what became of the account.
async fn account_item(stack: &Stack, applicant: &Applicant) -> Item {
    let items = table::items(stack, applicant.ulid()).await;
    items.into_iter().find(|item| text(item, "sk") == "ACCOUNT").expect("the account leaves an item")
}

/// The sort keys of what is kept about a person, the history apart.
async fn kept(stack: &Stack, applicant: &Applicant) -> BTreeSet<String> {
    let items = table::items(stack, applicant.ulid()).await;
    let is_history = |sk: &String| ["AUDIT#", "VIEW#"].iter().any(|history| sk.starts_with(history));
    items.iter().map(|item| text(item, "sk")).filter(|sk| !is_history(sk)).collect()
}

/// The export once it is ready.
async fn exported(applicant: &Applicant, id: &str) -> Response {
    let ready = async || {
        let answer = applicant.api.export(id).await.expect(200);
        assert_ne!(answer.str("/state"), "failed", "{}", answer.text);
        (answer.str("/state") == "ready").then_some(answer)
    };
    wait::until("the export", wait::SOON, ready).await
}

#[tokio::test]
async fn an_applicant_sees_their_account_masked() {
    let stack = Stack::required();
    let applicant = Applicant::registered(&stack).await;
    let me = applicant.api.me().await.expect(200);
    let person = &applicant.person;
    assert_eq!(me.str("/accountId"), applicant.account_id);
    assert_eq!(me.str("/identity/name"), person.name);
    assert_eq!(me.str("/consentVersion"), consent(&applicant.api).await);
    assert!(!me.str("/registeredAt").is_empty());
    assert!(!me.text.contains(&person.id_number) && !me.text.contains(&person.mobile), "{}", me.text);
}

#[tokio::test]
async fn a_phone_is_changed_when_both_phones_say_yes() {
    let stack = Stack::required();
    let applicant = Applicant::registered(&stack).await;
    let (api, person) = (&applicant.api, &applicant.person);
    let new = Person::random().mobile;
    let current_code = received_sms_for(&stack, api, "mobile-change", &person.mobile).await;
    let for_registering = received_sms(&stack, api, &new).await;

    // Neither a guess nor a code for something else.
    let wrong = current_code.wrong();
    let refused = api.change_mobile(&wrong, &new, &for_registering).await.problem(422, "invalid-request");
    refused.assert_faulty(&["/currentSmsCode", "/smsCode"]);
    let new_code = received_sms_for(&stack, api, "mobile-change", &new).await;
    let refused = api.change_mobile(&wrong, &new, &new_code).await.problem(422, "invalid-request");
    refused.assert_faulty(&["/currentSmsCode"]);
    let same = api.change_mobile(&current_code, &person.mobile, &current_code).await;
    same.problem(422, "invalid-request").assert_fault("/mobile", "mobile.SAME");

    let changed = api.change_mobile(&current_code, &new, &new_code).await.expect(200);
    assert_eq!(changed.str("/mobile"), format!("{}****{}", &new[..3], &new[7..]));
    assert_eq!(api.me().await.expect(200).str("/identity/mobile"), changed.str("/mobile"));
    let _ = log_in_as(&stack, &new, &person.password).await.expect(201);
    let _ = log_in_as(&stack, &person.mobile, &person.password).await.problem(401, "login-failed");
    let _ = log_in_as(&stack, &person.id_number, &person.password).await.expect(201);

    // The password follows the phone that the account has now.
    for (mobile, status) in [(&person.mobile, 422), (&new, 204)] {
        let code = received_sms_for(&stack, api, "password-reset", mobile).await;
        let claimed = Person { mobile: mobile.clone(), ..person.clone() };
        let _ =
            api.anonymous().reset_password(&claimed.reset(&code, "Brand-new-Pfad 78")).await.expect(status);
    }
}

#[tokio::test]
async fn a_phone_that_has_an_account_is_not_given_to_another() {
    let stack = Stack::required();
    let (applicant, other) = tokio::join!(Applicant::registered(&stack), Applicant::registered(&stack));
    let (api, taken) = (&applicant.api, &other.person.mobile);
    let current = received_sms_for(&stack, api, "mobile-change", &applicant.person.mobile).await;
    let code = received_sms_for(&stack, api, "mobile-change", taken).await;
    let _ = api.change_mobile(&current, taken, &code).await.problem(409, "already-registered");
    let _ = log_in_as(&stack, taken, &other.person.password).await.expect(201);
    let _ = log_in_as(&stack, &applicant.person.mobile, &applicant.person.password).await.expect(201);
}

#[tokio::test]
async fn an_export_holds_everything_of_its_owner_and_of_nobody_else() {
    let stack = Stack::required();
    let (applicant, other) = tokio::join!(Applicant::with_draft(&stack), Applicant::registered(&stack));
    let (applicant, draft) = applicant;
    let (told, _) = applicant.notification("real-name", "approved").await;
    let once = applicant.api.with_header("idempotency-key", format!("export-{}", applicant.ulid()));
    let asked = once.request_export().await.expect(202);
    assert_eq!(asked.str("/state"), "pending");
    let id = asked.str("/exportId");
    assert_eq!(once.request_export().await.expect(202).str("/exportId"), id, "sent again");

    let ready = exported(&applicant, id).await;
    assert_eq!(ready.number("/progress/done"), ready.number("/progress/total"));
    let _ = other.api.export(id).await.problem(404, "not-found");
    let (status, file) = applicant.api.fetch(ready.str("/url")).await;
    assert_eq!(status, 200, "the link to the file");

    let mut zip = zip::ZipArchive::new(Cursor::new(file)).expect("a ZIP file");
    let names: BTreeSet<String> = zip.file_names().map(|name| name.expect("a name").into_owned()).collect();
    let pictures = names.iter().filter(|name| name.starts_with("pictures/")).count();
    assert_eq!((pictures, names.len()), (8, 9), "{names:?}");
    for upload in draft.basic.iter().chain([&draft.certificate, &draft.proof]) {
        assert!(names.iter().any(|name| name.contains(upload.as_str())), "{upload} in {names:?}");
    }
    let mut read = |name: &str| {
        let mut bytes = Vec::new();
        zip.by_name(name).expect("a named file").read_to_end(&mut bytes).expect("a sound file");
        bytes
    };
    for name in names.iter().filter(|name| name.starts_with("pictures/")) {
        assert!(read(name).starts_with(&[0xFF, 0xD8]), "{name} is no JPEG");
    }
    let text = String::from_utf8(read("data.json")).expect("UTF-8");
    let data: Value = serde_json::from_str(&text).expect("JSON");
    let person = &applicant.person;
    assert_eq!(data["identity"]["idNumber"], json!(person.id_number));
    assert_eq!(data["identity"]["mobile"], json!(person.mobile));
    assert_eq!(data["collection"]["educations"][0]["id"], json!(draft.education));
    assert_eq!(data["realName"]["state"], "VERIFIED");
    assert_eq!(data["realName"]["history"][0]["event"], "submitted");
    assert_eq!(data["uploads"].as_array().map(Vec::len), Some(8));
    assert!(!text.contains("rev_"), "a reviewer is named");
    assert_eq!(data["notifications"][0]["notificationId"], json!(told));

    let _ = applicant.api.request_export().await.expect(202);
    let _ = applicant.api.request_export().await.expect(202);
    let fourth = applicant.api.request_export().await.problem(429, "too-many-requests");
    assert!(fourth.retry_after().is_some());
}

#[tokio::test]
async fn an_account_is_closed_when_nothing_is_under_review_and_then_nothing_remains_reachable() {
    let stack = Stack::required();
    let (applicant, draft) = Applicant::submitted(&stack).await;
    let (api, person) = (&applicant.api, &applicant.person);
    let _ = close(&stack, &applicant, &person.password).await.problem(409, "account-in-use");
    let reviewer = Reviewer::of(&stack, COUNTY).await;
    let seen = reviewer.api.case(&draft.case).await.expect(200);
    let picture = seen.str("/pictures/0/url").to_owned();
    assert_eq!(api.fetch(&picture).await.0, 200, "the picture while the account is open");
    let _ = api.withdraw().await.expect(200);
    let export = api.request_export().await.expect(202).str("/exportId").to_owned();
    let file = exported(&applicant, &export).await.str("/url").to_owned();
    let wrong = close(&stack, &applicant, "Not-the-word-5").await.problem(422, "invalid-request");
    wrong.assert_fault("/password", "password.WRONG");
    let phone = text(&account_item(&stack, &applicant).await, "mobile");

    let _ = close(&stack, &applicant, &person.password).await.expect(204);

    // The token is good for minutes more, and opens nothing.
    let collection = api.collection().await;
    for answer in [api.me().await, api.real_name().await, collection, api.request_export().await] {
        let _ = answer.problem(401, "unauthenticated");
    }
    let _ = api.announce_upload("photo", "image/jpeg", 30_000).await.problem(401, "unauthenticated");
    let _ = api.upload(&draft.basic[0]).await.problem(401, "unauthenticated");
    let _ = api.export(&export).await.problem(401, "unauthenticated");
    let _ = api.refresh().await.problem(401, "session-expired");
    let _ = log_in_as(&stack, &person.id_number, &person.password).await.problem(401, "login-failed");
    assert_eq!(api.fetch(&picture).await.0, 404, "the picture");
    assert_eq!(api.fetch(&file).await.0, 404, "the export");
    let _ = reviewer.api.case(&draft.case).await.problem(404, "not-found");

    // What is left names nobody.
    let left = account_item(&stack, &applicant).await;
    let names: BTreeSet<&str> = left.keys().map(String::as_str).collect();
    let wanted = ["pk", "sk", "type", "schema", "updatedAt", "ttl", "id", "state", "closedAt", "retainUntil"];
    assert_eq!(names, BTreeSet::from(wanted));
    let kept = kept(&stack, &applicant).await;
    assert_eq!(kept, ["ACCOUNT", "CASE#collection", "CASE#real-name"].map(str::to_owned).into());
    let items = table::items(&stack, applicant.ulid()).await;
    assert!(items.iter().all(|item| item.contains_key("ttl")), "something is kept for ever");

    // A closing that stopped half-way is ended by the call that is sent again, whatever it brings.
    let mut stopped = left.clone();
    let _ = stopped.insert("state".to_owned(), AttributeValue::S("closing".to_owned()));
    table::put(&stack, stopped).await;
    let _ = api.me().await.problem(401, "unauthenticated");
    let _ = api.send_json("DELETE", "/v1/me", &json!({})).await.expect(204);
    assert_eq!(text(&account_item(&stack, &applicant).await, "state"), "closed");
    let _ = api.send_json("DELETE", "/v1/me", &json!({})).await.problem(401, "unauthenticated");

    // The same person with the same phone is somebody new.
    table::forget_waiting(&stack, &phone).await;
    let nobody = api.anonymous();
    let code = received_sms(&stack, &nobody, &person.mobile).await;
    let again = nobody.register(&person.registration(&code, &consent(&nobody).await)).await.expect(201);
    assert_ne!(again.str("/accountId"), applicant.account_id);
}

#[tokio::test]
async fn what_was_approved_outlives_the_account() {
    let stack = Stack::required();
    let (applicant, draft) = Applicant::submitted(&stack).await;
    let reviewer = Reviewer::of(&stack, COUNTY).await;
    reviewer.find("collection", &draft.case).await;
    reviewer.approve(&draft.case).await;
    let version = applicant.api.status().await.expect(200).number("/history/0/version");
    let before = table::transitions(&stack, applicant.ulid(), &draft.case).await;

    let _ = close(&stack, &applicant, &applicant.person.password).await.expect(204);

    let named = draft.basic.iter().chain([&draft.certificate, &draft.proof]);
    let uploads = named.map(|upload| format!("UPLOAD#{}", upload.trim_start_matches("upl_")));
    let rest = ["ACCOUNT", "CASE#collection", "CASE#real-name"].map(str::to_owned);
    let snapshot = format!("SNAPSHOT#collection#{version:08}");
    let wanted: BTreeSet<String> = uploads.chain(rest).chain([snapshot]).collect();
    assert_eq!(kept(&stack, &applicant).await, wanted);
    let account = account_item(&stack, &applicant).await;
    assert!(account.contains_key("sealed") && !account.contains_key("mobile"), "{account:?}");
    assert_eq!(text(&account, "state"), "closed");
    assert_eq!(table::transitions(&stack, applicant.ulid(), &draft.case).await, before);
    let _ = applicant.api.collection().await.problem(401, "unauthenticated");
}

#[tokio::test]
async fn an_account_is_not_closed_while_the_county_verifies() {
    let stack = Stack::required();
    let applicant = Applicant::registered(&stack).await;
    let _ = applicant.request_real_name(&stack).await.expect(201);
    let refused = close(&stack, &applicant, &applicant.person.password).await;
    let _ = refused.problem(409, "account-in-use");
    assert_eq!(applicant.api.real_name().await.expect(200).str("/state"), "MANUAL_PENDING");
}

#[tokio::test]
async fn export_from_before_the_consent_was_withdrawn_serves_nothing_any_more() {
    let stack = Stack::required();
    let (applicant, draft) = Applicant::with_draft(&stack).await;
    let api = &applicant.api;
    let id = api.request_export().await.expect(202).str("/exportId").to_owned();
    let ready = exported(&applicant, &id).await;
    assert_eq!(api.fetch(ready.str("/url")).await.0, 200);
    let _ = api.delete_consent().await.expect(204);
    let shown = api.export(&id).await.expect(200);
    assert_eq!((shown.str("/state"), &shown.body["url"]), ("removed", &Value::Null));
    assert_eq!(api.fetch(ready.str("/url")).await.0, 404, "the link from before");
    // Another one has what is still kept.
    let id = api.request_export().await.expect(202).str("/exportId").to_owned();
    let ready = exported(&applicant, &id).await;
    let (_, file) = api.fetch(ready.str("/url")).await;
    let zip = zip::ZipArchive::new(Cursor::new(file)).expect("a ZIP file");
    let names: Vec<String> = zip.file_names().map(|name| name.expect("a name").into_owned()).collect();
    assert!(!names.iter().any(|name| name.contains(draft.basic[0].as_str())), "{names:?}");
    assert!(names.iter().any(|name| name.contains(draft.proof.as_str())), "{names:?}");
    let _ = api.delete_consent().await.expect(204);
    assert_eq!(api.export(&id).await.expect(200).str("/state"), "ready", "nothing was withdrawn since");
}

#[tokio::test]
async fn no_picture_of_a_face_is_taken_without_the_consent_and_taking_it_back_takes_what_waits() {
    let stack = Stack::required();
    let (applicant, draft) = Applicant::submitted(&stack).await;
    let api = &applicant.api;
    let reviewer = Reviewer::of(&stack, COUNTY).await;
    reviewer.find("collection", &draft.case).await;
    let _ = reviewer.api.claim(&draft.case).await.expect(200);
    let _ = api.delete_consent().await.problem(409, "not-editable");
    let _ = reviewer.api.release(&draft.case).await.expect(204);

    let _ = api.delete_consent().await.expect(204);
    reviewer.miss("collection", &draft.case).await;
    assert_eq!(api.status().await.expect(200).str("/state"), "DRAFT");
    let me = api.me().await.expect(200);
    assert_eq!(me.body["biometrics"]["inForce"], json!(false));
    assert!(!me.str("/biometrics/history/0/withdrawnAt").is_empty());
    let _ = api.upload(&draft.basic[0]).await.problem(404, "not-found");
    assert_eq!(api.upload(&draft.proof).await.expect(200).str("/uploadId"), draft.proof);
    let _ = api.submit().await.problem(403, "consent-required");
    let photo = Picture::photo(&stack);
    let announced = api.announce_upload(photo.purpose, "image/jpeg", photo.bytes.len()).await;
    let _ = announced.problem(403, "consent-required");
    assert_eq!(api.real_name().await.expect(200).str("/state"), "VERIFIED", "what was decided stands");

    let _ = api.put_consent("2020-01").await.problem(422, "invalid-request");
    let _ = api.put_consent(&face_consent(api).await).await.expect(200);
    let missing = api.submit().await.problem(422, "not-ready");
    assert!(missing.text.contains("/basic/photo"), "{}", missing.text);
    let _ = applicant.announced(&photo).await;
}
