//! The conformance suite of the table: the behaviour that every implementation must have. `cargo test -p ports` runs it
//! on [`crate::fakes::MemoryTable`], and `shared/adapters/tests/contract.rs` runs it on the adapter.
//!
//! Each run uses new ids, phones and codes and assumes nothing about other contents of the table. It can run on a table
//! in use, any number of times and in parallel. It does not clean up what it wrote.

#![expect(
    clippy::missing_panics_doc,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a suite says what is wrong by panicking"
)]

mod alipay;
mod audit;
mod cases;
mod evidence;
mod grounds;
mod match_keys;
mod notifications;
mod numbers;
mod statistics;

use domain::{
    identity::{IdType, IdentityNumber},
    ids::{AccountId, CaptchaId, ReviewerId, SmsCodeId, UploadId},
    likeness::Likeness,
    mobile::Mobile,
    moment::Moment,
    name::PersonName,
    person::{Identity, SmsPurpose},
    upload::{Format, Purpose, Verdict},
};
use futures_util::future::join_all;
use jiff::SignedDuration;
use ulid::Ulid;

use crate::{
    PortError, PortResult,
    alipay::SaveStanding,
    audit::{FindView, ListViews, LoadTrail, RecordView, SaveAnchors, ScanActs, ScanCases},
    cases::{
        ListQueue, LoadCase, LoadClaims, LoadHistory, LoadSubmission, SaveChange, SaveDraft,
        SaveGroundedChange, SaveSubmission, WithdrawConsent,
    },
    closing::{BeginClosing, EndClosing},
    codes::{
        CheckRateLimit, ConfirmedSmsCode, ForgiveSources, RateLimit, RateLimitKey, ResetRateLimit,
        RetryAfter, SaveCaptcha, SaveSmsCode, SentSmsCode, TakeCaptcha, TrySmsCode, UseSmsCode,
    },
    evidence::{LoadEvidence, SaveEvidence},
    idempotency::{KeptAnswer, Repeatable, SaveResponse, Seen},
    log_in::{KNOWN_FOR, KnowSource, LiftedLock, Login, RecordLift, RememberSource},
    match_keys::{LoadMatchKeys, SaveMatchKeys},
    notifications::{ListNotifications, LoadNotification, MoveSms, ReadNotification, SaveNotification},
    numbers::{LoadNumber, NotifyLoss, Settle},
    people::{
        ConfirmedMobile, FindAccount, LoadAccount, LoadPerson, LoadReviewer, Moved, NewAccount, NewMobile,
        Registered, SaveAccount, SaveBiometrics, SaveMobile,
    },
    pictures::{Judged, ListUploads, LoadUploads, PixelSize, Progress, RecordCheck, SaveUpload, Upload},
    secrets::{Sealed, Tag},
    statistics::{CountEntries, LoadStatistics, MendCounters, ScanEntries},
    workflow::{LoadToken, SaveToken},
};

macro_rules! all {
    ($($port:ident)*) => {
        /// All ports of the table that the suite tests.
        pub trait TablePorts: $($port +)* {}
        impl<T: $($port +)*> TablePorts for T {}
    };
}

all! {
    SaveCaptcha TakeCaptcha SaveSmsCode TrySmsCode UseSmsCode CheckRateLimit ResetRateLimit SaveResponse
    ForgiveSources KnowSource RememberSource RecordLift
    SaveAccount LoadAccount SaveMobile FindAccount LoadPerson LoadReviewer
    SaveUpload LoadUploads ListUploads RecordCheck
    SaveDraft SaveSubmission SaveChange LoadCase LoadSubmission LoadHistory ListQueue SaveToken LoadToken
    SaveGroundedChange LoadClaims WithdrawConsent SaveBiometrics
    RecordView FindView ListViews LoadTrail ScanCases ScanActs SaveAnchors SaveStanding
    SaveNotification LoadNotification MoveSms ListNotifications ReadNotification
    CountEntries LoadStatistics ScanEntries MendCounters
    SaveEvidence LoadEvidence LoadMatchKeys SaveMatchKeys
    LoadNumber Settle NotifyLoss BeginClosing EndClosing
}

/// Runs the whole suite.
pub async fn table_contract(table: &impl TablePorts, now: Moment) {
    captchas(table, now).await;
    sms_codes(table, now).await;
    limits(table, now).await;
    limits_at_once(table, now).await;
    log_ins(table, now).await;
    answers(table, now).await;
    accounts(table, now).await;
    mobiles(table, now).await;
    alipay::standings(table, now).await;
    alipay::responses(table, now).await;
    numbers::registrants(table, now).await;
    numbers::holders_by_alipay(table, now).await;
    numbers::holders_by_request(table, now).await;
    numbers::losses(table, now).await;
    numbers::releases(table, now).await;
    uploads(table, now).await;
    cases::drafts(table, now).await;
    cases::submissions(table, now).await;
    cases::changes_and_queues(table, now).await;
    cases::tokens(table, now).await;
    grounds::submissions_and_claims(table, now).await;
    grounds::withdrawn_consents(table, now).await;
    audit::trails(table, now).await;
    audit::acts(table, now).await;
    audit::anchors(table).await;
    notifications::notifications(table, now).await;
    statistics::statistics(table, now).await;
    evidence::evidence(table, now).await;
    match_keys::match_keys(table, now).await;
}

fn fresh(what: &str) -> Tag {
    Tag::new(format!("{what}-{}", Ulid::generate()))
}

fn minutes(count: i64) -> SignedDuration {
    SignedDuration::from_mins(count)
}

fn is_conflict<T>(outcome: &PortResult<T>) -> bool {
    matches!(outcome, Err(PortError::Conflict))
}

/// The answer of a captcha can be used once, before it expires.
pub async fn captchas(table: &impl TablePorts, now: Moment) {
    let (id, answer) = (CaptchaId::new(Ulid::generate()), fresh("answer"));
    assert_eq!(table.take_captcha(id, now).await.unwrap(), None, "it was never saved");
    table.save_captcha(id, &answer, now.after(minutes(5))).await.unwrap();
    assert!(is_conflict(&table.save_captcha(id, &answer, now.after(minutes(5))).await), "it already exists");
    assert_eq!(table.take_captcha(id, now).await.unwrap(), Some(answer.clone()));
    assert_eq!(table.take_captcha(id, now).await.unwrap(), None, "it was already used");
    table.save_captcha(id, &answer, now.after(minutes(5))).await.unwrap();
    assert_eq!(table.take_captcha(id, now.after(minutes(5))).await.unwrap(), None, "it has expired");
}

/// An SMS code allows five tries before it expires, for the id, phone and purpose that it was sent for, and can be used
/// once. Other codes for the same phone do not affect it.
pub async fn sms_codes(table: &impl TablePorts, now: Moment) {
    use SmsPurpose::{PasswordReset, Registration};
    let (mobile, other_mobile, until) = (fresh("mobile"), fresh("mobile"), now.after(minutes(5)));
    let [first, second] = [0, 1].map(|_| SentSmsCode {
        id: SmsCodeId::new(Ulid::generate()),
        purpose: Registration,
        mobile: mobile.clone(),
        code: fresh("code"),
        expires: until,
    });
    assert_eq!(
        table.try_sms_code(first.id, Registration, &mobile, now).await.unwrap(),
        None,
        "no code was saved"
    );
    table.save_sms_code(&first).await.unwrap();
    let again = SentSmsCode { code: fresh("code"), ..first.clone() };
    assert!(is_conflict(&table.save_sms_code(&again).await), "the id already has a code");
    for _ in 0..6 {
        let unknown = SmsCodeId::new(Ulid::generate());
        let wrong = [
            (unknown, Registration, &mobile, now, "another id"),
            (first.id, PasswordReset, &mobile, now, "another purpose"),
            (first.id, Registration, &other_mobile, now, "another phone"),
            (first.id, Registration, &mobile, until, "expired"),
        ];
        for (id, purpose, mobile, at, why) in wrong {
            assert_eq!(table.try_sms_code(id, purpose, mobile, at).await.unwrap(), None, "{why}");
        }
    }
    table.save_sms_code(&second).await.unwrap();
    for _ in 0..5 {
        let tried = table.try_sms_code(first.id, Registration, &mobile, now).await.unwrap();
        assert_eq!(tried.as_ref(), Some(&first.code), "the wrong attempts used no tries");
    }
    let tried = table.try_sms_code(first.id, Registration, &mobile, now).await.unwrap();
    assert_eq!(tried, None, "no tries left");
    let tried = table.try_sms_code(second.id, Registration, &mobile, now).await.unwrap();
    assert_eq!(tried.as_ref(), Some(&second.code), "tries are counted per code");

    let [first, second] = [first, second].map(|sent| ConfirmedSmsCode { id: sent.id, code: sent.code });
    let mixed = ConfirmedSmsCode { id: second.id, code: first.code };
    assert!(!table.use_sms_code(&mixed).await.unwrap(), "the code of another id");
    assert!(table.use_sms_code(&second).await.unwrap());
    assert!(!table.use_sms_code(&second).await.unwrap(), "already used");
    let tried = table.try_sms_code(second.id, Registration, &mobile, now).await.unwrap();
    assert_eq!(tried, None, "already used");
}

/// A limit is reached after its maximum number of calls in one window, and can be reset.
pub async fn limits(table: &impl TablePorts, now: Moment) {
    let rate = RateLimit { name: "contract", max: 2, window: minutes(10) };
    let subject = RateLimitKey::Mobile(fresh("mobile"));
    assert_eq!(table.count(rate, &subject, now).await.unwrap(), Ok(()));
    let later = now.after(minutes(4));
    assert_eq!(table.count(rate, &subject, later).await.unwrap(), Ok(()));
    assert_eq!(
        table.count(rate, &subject, later).await.unwrap(),
        Err(RetryAfter(360)),
        "the window started with the first call"
    );
    let other = RateLimit { name: "contract-other", ..rate };
    assert_eq!(table.count(other, &subject, later).await.unwrap(), Ok(()), "another limit");
    table.give_back(rate, &subject, later).await.unwrap();
    assert_eq!(table.count(rate, &subject, later).await.unwrap(), Ok(()), "one call was given back");
    assert_eq!(
        table.count(rate, &subject, later).await.unwrap(),
        Err(RetryAfter(360)),
        "only one call was given back"
    );
    let over = now.after(minutes(10));
    table.give_back(rate, &subject, over).await.unwrap();
    for _ in 0..2 {
        assert_eq!(table.count(rate, &subject, over).await.unwrap(), Ok(()), "a new window starts");
    }
    assert_eq!(table.count(rate, &subject, over).await.unwrap(), Err(RetryAfter(600)));
    table.reset_rate_limit(rate, &subject).await.unwrap();
    table.give_back(rate, &subject, over).await.unwrap();
    for _ in 0..2 {
        assert_eq!(
            table.count(rate, &subject, over).await.unwrap(),
            Ok(()),
            "after a reset there is nothing to give back"
        );
    }
    assert_eq!(
        table.count(rate, &subject, over).await.unwrap(),
        Err(RetryAfter(600)),
        "the limit was reset only once"
    );
}

/// Of concurrent calls, exactly as many pass as the limit allows, both in a new window and after an expired one.
pub async fn limits_at_once(table: &impl TablePorts, now: Moment) {
    let rate = RateLimit { name: "contract-at-once", max: 5, window: minutes(10) };
    let subject = RateLimitKey::LoginFrom(Login::Unknown(fresh("login")), fresh("source"));
    for now in [now, now.after(minutes(10))] {
        let calls = (0..29).map(|_| table.count(rate, &subject, now));
        let counted = join_all(calls).await.into_iter().map(Result::unwrap);
        assert_eq!(counted.flatten().count(), 5);
    }
}

/// Resetting the counts of an account by source affects all of its sources and no other account. Known sources expire.
pub async fn log_ins(table: &impl TablePorts, now: Moment) {
    let rate = RateLimit { name: "contract-sources", max: 1, window: minutes(10) };
    let [login, other] = [0, 1].map(|_| Login::from(AccountId::new(Ulid::generate())));
    let sources = [fresh("source"), fresh("source")];
    let count = async |login: &Login, source: &Tag| {
        table.count(rate, &RateLimitKey::LoginFrom(login.clone(), source.clone()), now).await.unwrap().is_ok()
    };
    for login in [&login, &other] {
        for source in &sources {
            assert!(count(login, source).await, "counted per source and account");
        }
    }
    assert!(!count(&login, &sources[0]).await);
    table.forgive_sources(rate, &login).await.unwrap();
    for source in &sources {
        assert!(count(&login, source).await, "the count was reset");
        assert!(!count(&other, source).await, "another account");
    }

    let reviewer = ReviewerId::new(Ulid::generate());
    for login in [login, Login::from(reviewer), Login::Unknown(fresh("login"))] {
        let known = async |source: &Tag, at: Moment| table.is_known(&login, source, at).await.unwrap();
        assert!(!known(&sources[0], now).await, "never remembered");
        table.remember_source(&login, &sources[0], now).await.unwrap();
        table.remember_source(&login, &sources[0], now.after(minutes(1))).await.unwrap();
        assert!(known(&sources[0], now.after(KNOWN_FOR)).await, "the latest login counts");
        assert!(!known(&sources[0], now.after(minutes(1)).after(KNOWN_FOR)).await, "expired");
        assert!(!known(&sources[1], now).await, "another source");
    }

    let lift = LiftedLock { reviewer, by: "contract".to_owned(), at: now, reason: None };
    table.record_lift(&lift).await.unwrap();
    assert!(is_conflict(&table.record_lift(&lift).await), "it already exists");
}

/// The first of equal requests starts; later ones wait, get its stored response, or fail because they differ.
pub async fn answers(table: &impl TablePorts, now: Moment) {
    let request =
        Repeatable { key: fresh("request").as_str().to_owned(), fingerprint: "what it asks".to_owned() };
    let other = Repeatable { fingerprint: "something else".to_owned(), ..request.clone() };
    let (deadline, until) = (now.after(minutes(1)), now.after(minutes(60)));
    let begin = async |request: &Repeatable, at: Moment| {
        table.begin(request, at, at.after(minutes(1)), at.after(minutes(60))).await.unwrap()
    };
    let answer = KeptAnswer { status: 201, body: "{}".to_owned() };
    assert!(is_conflict(&table.keep(&request, &answer, now, until).await), "it was never started");
    assert!(is_conflict(&table.release(&request, now, now, until).await), "it was never started");
    assert_eq!(begin(&request, now).await, Seen::New);
    assert_eq!(begin(&request, now).await, Seen::InProgress);
    assert_eq!(begin(&other, now).await, Seen::Differently);
    table.forget(&request).await.unwrap();
    assert_eq!(begin(&request, now).await, Seen::New, "the request was forgotten");
    assert_eq!(
        begin(&request, deadline).await,
        Seen::Resumed { since: now },
        "the first try passed its deadline"
    );
    assert_eq!(begin(&request, deadline).await, Seen::InProgress, "only one call resumes it");
    table.release(&request, now, deadline, until).await.unwrap();
    assert_eq!(begin(&request, deadline).await, Seen::Resumed { since: now }, "the start time is stored");
    table.release(&request, now, deadline, until).await.unwrap();
    assert_eq!(begin(&other, deadline).await, Seen::New, "an abandoned request does not block another");
    table.forget(&other).await.unwrap();
    assert_eq!(begin(&request, deadline).await, Seen::New);
    table.keep(&request, &answer, deadline, until).await.unwrap();
    assert!(is_conflict(&table.keep(&request, &answer, deadline, until).await), "already answered");
    assert!(is_conflict(&table.release(&request, now, deadline, until).await), "already answered");
    assert!(is_conflict(&table.forget(&request).await), "already answered");
    assert_eq!(begin(&request, deadline).await, Seen::Answered(answer));
    assert_eq!(begin(&other, deadline).await, Seen::Differently);
    assert_eq!(begin(&request, until).await, Seen::New, "the stored response has expired");
    assert_eq!(begin(&other, until.after(minutes(1))).await, Seen::New, "the abandoned request has expired");
}

fn new_account(now: Moment) -> NewAccount {
    NewAccount {
        id: AccountId::new(Ulid::generate()),
        id_type: IdType::Ric,
        sealed: Sealed(b"sealed".to_vec()),
        identity: fresh("identity"),
        mobile: fresh("mobile"),
        sms_code: fresh_code(),
        consent_version: "2026-11",
        at: now,
    }
}

fn fresh_code() -> ConfirmedSmsCode {
    ConfirmedSmsCode { id: SmsCodeId::new(Ulid::generate()), code: fresh("code") }
}

/// Some identity. It is sealed, so the table does not look at it.
fn some_identity() -> Identity {
    Identity {
        number: IdentityNumber::restore(IdType::Ric, "110101199003070011".to_owned()),
        name: PersonName::restore("吕小明".to_owned()),
        mobile: Mobile::restore("13800001234".to_owned()),
    }
}

async fn keep_code(
    table: &impl TablePorts,
    purpose: SmsPurpose,
    mobile: &Tag,
    code: &ConfirmedSmsCode,
    now: Moment,
) {
    let ConfirmedSmsCode { id, code } = code.clone();
    let sent = SentSmsCode { id, purpose, mobile: mobile.clone(), code, expires: now.after(minutes(5)) };
    table.save_sms_code(&sent).await.unwrap();
}

/// An account, its unique tags and its used code are saved in one write or not at all.
pub async fn accounts(table: &impl TablePorts, now: Moment) {
    let new = new_account(now);
    let reviewer = ReviewerId::new(Ulid::generate());
    assert_eq!(table.load_reviewer(reviewer).await.unwrap(), None);
    assert_eq!(table.find_staff(&reviewer.to_string()).await.unwrap(), None);
    assert_eq!(table.save_account(&new).await.unwrap(), Registered::CodeGone, "no code was saved");
    assert_eq!(table.find_by_identity(&new.identity).await.unwrap(), [], "nothing was written");
    assert!(table.load_person(new.id).await.unwrap().is_none(), "nothing was written");

    keep_code(table, SmsPurpose::Registration, &new.mobile, &new.sms_code, now).await;
    assert_eq!(table.save_account(&new).await.unwrap(), Registered::New);
    assert_eq!(table.find_by_identity(&new.identity).await.unwrap(), [new.id]);
    assert_eq!(table.find_by_mobile(&new.mobile).await.unwrap(), Some(new.id));
    let used = table.use_sms_code(&new.sms_code).await.unwrap();
    assert!(!used, "the registration used the code");
    let account = table.load_account(new.id).await.unwrap().unwrap();
    assert_eq!((account.id_type, &account.sealed), (new.id_type, &new.sealed));
    assert_eq!((&account.identity, &account.mobile), (&new.identity, &new.mobile));
    assert_eq!(account.consent_version, new.consent_version);
    let person = table.load_person(new.id).await.unwrap().unwrap();
    assert_eq!((person.id, person.id_type, person.sealed), (new.id, new.id_type, new.sealed.clone()));
    assert!(person.real_name.is_none() && person.collection.is_none());

    let other = NewAccount { mobile: new.mobile.clone(), ..new_account(now) };
    keep_code(table, SmsPurpose::Registration, &other.mobile, &other.sms_code, now).await;
    assert_eq!(table.save_account(&other).await.unwrap(), Registered::Taken);
    assert!(table.load_account(other.id).await.unwrap().is_none(), "nothing was written");
    assert_eq!(table.find_by_identity(&other.identity).await.unwrap(), [], "nothing was written");
    assert!(table.use_sms_code(&other.sms_code).await.unwrap(), "the code was not used");
}

/// A phone is changed with both codes, unless another account has it or the account was changed.
pub async fn mobiles(table: &impl TablePorts, now: Moment) {
    let [one, other] = [new_account(now), new_account(now)];
    for new in [&one, &other] {
        keep_code(table, SmsPurpose::Registration, &new.mobile, &new.sms_code, now).await;
        assert_eq!(table.save_account(new).await.unwrap(), Registered::New);
    }
    let confirmed = |mobile: &Tag| ConfirmedMobile { mobile: mobile.clone(), sms_code: fresh_code() };
    let change = NewMobile {
        account: one.id,
        sealed: Sealed(b"sealed anew".to_vec()),
        from: confirmed(&one.mobile),
        to: confirmed(&fresh("mobile")),
        at: now,
    };
    let keep = |phone: ConfirmedMobile| async move {
        keep_code(table, SmsPurpose::MobileChange, &phone.mobile, &phone.sms_code, now).await;
    };
    keep(change.from.clone()).await;
    assert_eq!(table.save_mobile(&change).await.unwrap(), Moved::CodeGone, "both codes are needed");
    let taken = NewMobile { to: confirmed(&other.mobile), ..change.clone() };
    keep(taken.to.clone()).await;
    assert_eq!(table.save_mobile(&taken).await.unwrap(), Moved::Taken);
    keep(change.to.clone()).await;
    assert_eq!(table.save_mobile(&change).await.unwrap(), Moved::Done);
    assert_eq!(table.find_by_mobile(&one.mobile).await.unwrap(), None);
    assert_eq!(table.find_by_mobile(&change.to.mobile).await.unwrap(), Some(one.id));
    assert_eq!(table.load_account(one.id).await.unwrap().unwrap().sealed, change.sealed);
    assert!(is_conflict(&table.save_mobile(&change).await), "the account was changed");
}

/// The first version of an upload is pinned and judged once. Another account's upload is not found.
pub async fn uploads(table: &impl TablePorts, now: Moment) {
    let [owner, other, nobody] = [0, 1, 2].map(|_| new_account(now));
    for new in [&owner, &other] {
        keep_code(table, SmsPurpose::Registration, &new.mobile, &new.sms_code, now).await;
        assert_eq!(table.save_account(new).await.unwrap(), Registered::New);
    }
    let [owner, other, nobody] = [owner.id, other.id, nobody.id];
    let upload = |number| Upload {
        id: UploadId::new(Ulid::from_parts(number, Ulid::generate().random())),
        owner,
        purpose: Purpose::IdFront,
        format: Format::Png,
        created_at: now,
        expires_at: now.after(minutes(10)),
        progress: Progress::Pending,
    };
    let (first, second) = (upload(1), upload(2));
    for upload in [&second, &first] {
        table.save_upload(upload).await.unwrap();
    }
    assert!(is_conflict(&table.save_upload(&first).await), "the id already exists");
    let orphan = Upload { owner: nobody, ..upload(3) };
    assert!(is_conflict(&table.save_upload(&orphan).await), "the account does not exist");
    let ids = [first.id, first.id, UploadId::new(Ulid::generate())];
    assert_eq!(table.load_uploads(owner, &ids).await.unwrap(), std::slice::from_ref(&first));
    assert_eq!(table.load_uploads(owner, &[]).await.unwrap(), []);
    assert_eq!(table.load_uploads(other, &ids).await.unwrap(), [], "other owner");
    assert_eq!(table.list_uploads(owner).await.unwrap(), [first.clone(), second.clone()]);

    let id = first.id;
    let judged = Judged {
        verdict: Verdict::Accepted,
        rules_run: vec!["format".to_owned()],
        findings: Vec::new(),
        bytes: 30_000,
        width: Some(600),
        height: Some(400),
        sha256: Some("00".to_owned()),
        clean: Some(PixelSize { width: 300, height: 200 }),
        likeness: Some(Likeness::new(vec![1, 254], vec![7])),
    };
    assert!(is_conflict(&table.save_judgement(owner, id, "v1", &judged).await), "no version is pinned");
    table.begin_check(owner, id, "v1").await.unwrap();
    table.begin_check(owner, id, "v1").await.unwrap();
    assert!(is_conflict(&table.begin_check(owner, id, "v2").await), "another version is pinned");
    assert!(is_conflict(&table.begin_check(other, id, "v1").await), "no such upload");
    assert!(is_conflict(&table.save_judgement(owner, id, "v2", &judged).await), "not the pinned version");
    table.save_judgement(owner, id, "v1", &judged).await.unwrap();
    assert!(is_conflict(&table.begin_check(owner, id, "v1").await), "already judged");
    assert!(is_conflict(&table.save_judgement(owner, id, "v1", &judged).await), "already judged");
    let now_judged = Progress::Judged { version_id: "v1".to_owned(), judgement: judged };
    assert_eq!(table.load_uploads(owner, &[id]).await.unwrap()[0].progress, now_judged);
    assert_eq!(table.load_uploads(owner, &[second.id]).await.unwrap(), [second], "unchanged");
}
