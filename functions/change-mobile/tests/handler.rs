//! Another phone: both phones say yes, and no two accounts have the same.

use change_mobile::handle;
use domain::{
    ids::{AccountId, SmsCodeId},
    person::SmsPurpose::MobileChange,
};
use edge::testing::{TestRequest, TestResponse};
use ports::{
    fakes::{Fakes, MOBILE, PlainKeys, each_failure},
    secrets::{OpenIdentity, TagPurpose},
};
use serde_json::json;

const NEW: &str = "13911112222";

async fn put(fakes: &Fakes, owner: AccountId, mobile: &str, codes: [(SmsCodeId, &str); 2]) -> TestResponse {
    let [(current_id, current), (id, code)] = codes;
    let body = json!({
        "currentSmsCodeId": current_id, "currentSmsCode": current, "mobile": mobile, "smsCodeId": id, "smsCode": code,
    });
    let ask = TestRequest::new("PUT /v1/me/mobile").applicant(owner).json(&body);
    TestResponse::of(handle(ask.call(), &fakes.table, &fakes.keys, &fakes.clock).await)
}

/// Fresh codes for the phone as it is and the one that it is to be.
fn codes(fakes: &Fakes, mobile: &str) -> [(SmsCodeId, &'static str); 2] {
    [MOBILE, mobile].map(|mobile| fakes.sms_code(MobileChange, mobile))
}

/// Whose phone it is, and which phone is sealed in their account.
async fn phone(fakes: &Fakes, owner: AccountId) -> Option<String> {
    let account = fakes.table.look().accounts.get(&owner)?.clone();
    let sealed = fakes.keys.open(owner, account.id_type, &account.sealed).await.ok()?;
    let mobile = sealed.mobile.expose().to_owned();
    let tag = PlainKeys::tag_of(TagPurpose::Mobile, &mobile);
    let stored = fakes.table.look();
    (account.mobile == tag && stored.mobiles.get(&tag) == Some(&owner)).then_some(mobile)
}

#[tokio::test]
async fn with_both_codes_the_phone_is_the_new_one_everywhere() {
    let fakes = Fakes::new();
    let owner = fakes.applicant(1);
    assert_eq!(put(&fakes, owner, NEW, codes(&fakes, NEW)).await.summary(), "200");
    assert_eq!(phone(&fakes, owner).await.as_deref(), Some(NEW));
    let stored = fakes.table.look();
    assert!(stored.mobiles.len() == 1 && stored.sms_codes.is_empty());
}

#[tokio::test]
async fn one_code_is_not_enough_and_anothers_phone_is_not_to_be_had() {
    let fakes = Fakes::new();
    let owner = fakes.applicant(1);
    let _other = fakes.applicant(2);
    for (wrong, fault) in [(0, "/currentSmsCode"), (1, "/smsCode")] {
        let mut codes = codes(&fakes, NEW);
        codes[wrong].1 = "000000";
        let faults = put(&fakes, owner, NEW, codes).await.faults();
        assert_eq!(faults, [format!("{fault} sms_code.WRONG")]);
    }
    let [current, new] = codes(&fakes, NEW);
    let swapped = put(&fakes, owner, NEW, [new, current]).await;
    assert_eq!(swapped.faults(), ["/currentSmsCode sms_code.WRONG", "/smsCode sms_code.WRONG"]);
    let twice = put(&fakes, owner, NEW, [new, new]).await;
    assert_eq!(twice.faults(), ["/currentSmsCode sms_code.WRONG"], "one request is for one phone");
    assert_eq!(put(&fakes, owner, MOBILE, codes(&fakes, NEW)).await.faults(), ["/mobile mobile.SAME"]);
    let theirs = "13800001235";
    assert_eq!(put(&fakes, owner, theirs, codes(&fakes, theirs)).await.summary(), "409 already-registered");
    assert_eq!(phone(&fakes, owner).await.as_deref(), Some(MOBILE));
}

#[tokio::test]
async fn an_account_may_try_ten_changes_in_a_quarter_of_an_hour() {
    let fakes = Fakes::new();
    let owner = fakes.applicant(1);
    let wrong = codes(&fakes, NEW).map(|(id, _)| (id, "000000"));
    for _ in 0..10 {
        assert_eq!(put(&fakes, owner, NEW, wrong).await.summary(), "422 invalid-request");
    }
    assert_eq!(put(&fakes, owner, NEW, codes(&fakes, NEW)).await.summary(), "429 too-many-requests");
    assert_eq!(phone(&fakes, owner).await.as_deref(), Some(MOBILE));
}

#[tokio::test]
async fn whatever_fails_the_phone_is_the_new_one_in_the_end_and_never_half() {
    let failed = each_failure(async |fakes, failure| {
        let owner = fakes.applicant(1);
        let both = codes(fakes, NEW);
        fakes.script.arm(failure);
        let first = put(fakes, owner, NEW, both).await;
        let failed = fakes.script.disarm();
        assert!(failed.is_none() || first.is_failure(), "{} at {failed:?}", first.summary());
        assert!(phone(fakes, owner).await.is_some(), "account, tag and seal agree");
        let again = put(fakes, owner, NEW, codes(fakes, NEW)).await;
        assert!(again.summary() == "200" || again.faults() == ["/mobile mobile.SAME"], "{failure:?}");
        assert_eq!(phone(fakes, owner).await.as_deref(), Some(NEW));
        failed
    })
    .await;
    assert_eq!(failed.last(), Some(&"save_mobile"));
    assert_eq!(failed.len(), 10, "{failed:?}");
}
