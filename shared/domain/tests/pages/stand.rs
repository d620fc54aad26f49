//! Attempts with Alipay, and where an applicant stands by both ways.

use domain::case::decision::{Decision, ReviewNote};
use domain::case::{Case, DecisionRecord, State};
use domain::codes;
use domain::identity::{IdType, IdentityNumber};
use domain::ids::{AccountId, CaseId, CaseKind, ReviewerId};
use domain::messages::{self, Lang};
use domain::mobile::Mobile;
use domain::moment::Moment;
use domain::name::PersonName;
use domain::person::Identity;
use domain::real_name::alipay::{
    AttemptHistory, AttemptId, Begin, CONSENT_VERSION, CertType, Certified, CertifyId, Consent, Holder,
    Progress, Reason,
};
use domain::real_name::{Next, RealNameState, Rules, VerificationStatus, Way};
use jiff::SignedDuration;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{said, ulid};

const RULES: Rules = Rules::new(3, 15, None);

fn at(minutes: i64) -> Moment {
    Moment::new("2026-06-30T01:00:00Z".parse().unwrap()).after(SignedDuration::from_mins(minutes))
}

fn owner() -> AccountId {
    AccountId::new(ulid(1))
}

fn identity() -> Identity {
    Identity {
        number: IdentityNumber::restore(IdType::Ric, "11010119900307002X".to_owned()),
        name: PersonName::restore("尼格买提·吕".to_owned()),
        mobile: Mobile::restore("13800001234".to_owned()),
    }
}

fn begin(before: Option<&AttemptHistory>, minutes: i64) -> Begin {
    let consent = Consent { version: CONSENT_VERSION.to_owned(), at: at(minutes) };
    AttemptHistory::begin(before, owner(), consent, &RULES)
}

#[track_caller]
fn begun(before: Option<&AttemptHistory>, minutes: i64) -> AttemptHistory {
    match begin(before, minutes) {
        Begin::New(standing) => standing,
        other => panic!("not a new attempt: {other:?}"),
    }
}

fn known(minutes: i64) -> AttemptHistory {
    begun(None, minutes).initialized(CertifyId::parse("certify-1").unwrap())
}

fn about(name: Option<&str>, number: Option<&str>, cert_type: Option<&str>) -> Certified {
    let [name, number, cert_type] = [name, number, cert_type].map(|text| text.map(str::to_owned));
    Certified::Passed(Holder { name, number, cert_type })
}

fn nobody() -> Certified {
    Certified::Passed(Holder::default())
}

fn progress(standing: &AttemptHistory) -> Progress {
    standing.latest().unwrap().progress
}

#[test]
fn the_rules_that_stand_can_be_read_and_fit_what_is_kept() {
    assert_eq!(*Rules::in_force(), Rules::new(5, 15, None));
    assert_eq!(Rules::new(5, 15, None).valid_until(at(0)), None);
    assert_eq!(Rules::new(5, 15, Some(2)).valid_until(at(0)), Some(at(2 * 24 * 60)));
}

#[test]
fn an_attempt_is_begun_with_the_consent_that_is_shown() {
    let consents: Value =
        serde_json::from_str(include_str!("../../../../infra/reference/consents.json")).unwrap();
    assert_eq!(consents["version"], CONSENT_VERSION);
    assert!(consents["items"].as_array().unwrap().iter().any(|item| item["code"] == "alipay"));
    let parse = |body: &Value| Consent::parse(body, at(0));
    let consent = parse(&json!({"consentVersion": CONSENT_VERSION})).unwrap();
    assert_eq!((consent.version.as_str(), consent.at), (CONSENT_VERSION, at(0)));
    for (body, faults) in [
        (json!({}), "/consentVersion form.REQUIRED"),
        (json!({"consentVersion": "2019-01"}), "/consentVersion consent.VERSION"),
        (json!({"consentVersion": true}), "/consentVersion form.TYPE"),
        (json!({"consentVersion": CONSENT_VERSION, "state": "PASSED"}), "/state form.UNKNOWN_FIELD"),
    ] {
        assert_eq!(said(parse(&body)), faults, "{body}");
    }
}

#[test]
fn an_order_number_has_32_letters_and_digits_and_one_spelling() {
    let id = begun(None, 0).latest().unwrap().id;
    let text = id.to_string();
    assert_eq!(text, format!("{}000001", owner().ulid()));
    assert!(text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{text}");
    assert_eq!(AttemptId::parse(&text), Ok(id));
    for bad in [
        "",
        "000001",
        "x",
        &text[1..],
        "01kawq3f7m2t8v5x0z4b6d9f1h000001",
        &text.replace("000001", "00000x"),
        &text.replace("000001", "+00001"),
        &format!("{text}1"),
        "吕吕吕吕吕吕吕吕吕吕吕",
    ] {
        assert!(AttemptId::parse(bad).is_err(), "{bad}");
    }
}

#[test]
fn alipay_knows_five_kinds_of_documents() {
    let known = IdType::ALL.map(|id_type| CertType::of(id_type).map(CertType::as_str));
    let home = [Some("HOME_VISIT_PERMIT_HK_MC"), Some("HOME_VISIT_PERMIT_TAIWAN")];
    let residence = [Some("RESIDENCE_PERMIT_HK_MC"), Some("RESIDENCE_PERMIT_TAIWAN")];
    assert_eq!(known[0], Some("IDENTITY_CARD"));
    assert_eq!((&known[1..3], &known[3..5], &known[5..]), (&residence[..], &home[..], &[None, None][..]));
}

#[test]
fn an_id_of_alipays_is_plain_text() {
    for good in ["a", "2ae8b5f3-_Z", &"9".repeat(64)] {
        assert_eq!(CertifyId::parse(good).unwrap().expose(), good);
    }
    for bad in ["", "a b", "a&b=c", "吕", &"9".repeat(65)] {
        assert_eq!(CertifyId::parse(bad), None, "{bad}");
    }
    assert_eq!(format!("{:?}", CertifyId::parse("abc")), "Some(CertifyId(…))");
}

#[test]
fn while_an_attempt_runs_there_is_no_other() {
    let first = begun(None, 0);
    assert_eq!((first.version, first.attempts.len(), progress(&first)), (1, 1, Progress::Started));
    assert_eq!(first.latest().unwrap().expires_at, at(15));
    assert_eq!(begin(Some(&first), 14), Begin::Running(first.clone()));
    let second = begun(Some(&first), 15);
    let [old, new] = &second.attempts[..] else { panic!("{second:?}") };
    assert_eq!((old.progress, new.progress), (Progress::Expired { at: at(15) }, Progress::Started));
    assert_eq!((new.id.to_string(), second.version), (format!("{}000002", owner().ulid()), 2));
}

#[test]
fn a_day_has_so_many_attempts_and_the_next_day_as_many() {
    let mut standing = begun(None, 0);
    for minutes in [20, 40] {
        standing = begun(Some(&standing), minutes);
    }
    // 1 July in China begins at 16:00 UTC: 15 hours after the first attempt.
    assert_eq!(begin(Some(&standing), 60), Begin::Tomorrow(at(15 * 60)));
    assert_eq!(begin(Some(&standing), 15 * 60 - 1), Begin::Tomorrow(at(15 * 60)));
    let next = begun(Some(&standing), 15 * 60);
    assert_eq!((next.attempts.len(), next.begun_on(at(15 * 60).date())), (4, 1));
}

#[test]
fn what_is_kept_of_attempts_is_bounded_and_numbers_are_not_used_twice() {
    let mut standing = begun(None, 0);
    for day in 1..40 {
        standing = begun(Some(&standing), day * 24 * 60);
        assert!(standing.attempts.len() <= 20);
    }
    assert_eq!(standing.latest().unwrap().id.to_string(), format!("{}000040", owner().ulid()));
}

#[test]
fn each_answer_ends_an_attempt_in_its_way() {
    let (started, late) = (known(0), 15);
    let failed = |reason| Some(Progress::Failed { at: at(5), reason });
    let who = identity();
    for (answer, returned, minutes, expected) in [
        (nobody(), false, 5, Some(Progress::Passed { at: at(5) })),
        (nobody(), true, 5, Some(Progress::Passed { at: at(5) })),
        (nobody(), false, late, Some(Progress::Passed { at: at(late) })),
        (Certified::NotYet, false, 5, None),
        (Certified::NotYet, true, 5, Some(Progress::Cancelled { at: at(5) })),
        (Certified::NotYet, true, late, Some(Progress::Expired { at: at(late) })),
        (Certified::NotYet, false, late, Some(Progress::Expired { at: at(late) })),
        (Certified::NotPassed, false, 5, failed(Reason::NotPassed)),
        (Certified::Gone, false, 5, Some(Progress::Expired { at: at(5) })),
        (about(Some("吕小红"), None, None), false, 5, failed(Reason::OtherPerson)),
    ] {
        let after = started.answered(&answer, &who, returned, at(minutes));
        assert_eq!(after.as_ref().map(progress), expected, "{answer:?} {returned} {minutes}");
        let passed = matches!(expected, Some(Progress::Passed { .. }));
        let Some(after) = after else { continue };
        assert_eq!(after.verified_at, passed.then(|| at(minutes)));
        assert_eq!(after.version, started.version + 1);
        // What has ended stays as it is, whatever is answered later.
        for later in [nobody(), Certified::NotPassed, Certified::Gone] {
            assert_eq!(after.answered(&later, &who, true, at(30)), None);
        }
    }
    let refused = begun(None, 0).refused(at(1));
    assert_eq!(progress(&refused), Progress::Failed { at: at(1), reason: Reason::Refused });
    assert_eq!(started.never_known(at(15)), None, "Alipay knows of it");
    assert_eq!(begun(None, 0).never_known(at(14)), None, "there is time");
    assert_eq!(
        begun(None, 0).never_known(at(15)).as_ref().map(progress),
        Some(Progress::Expired { at: at(15) })
    );
}

#[test]
fn a_result_about_somebody_else_verifies_nobody() {
    let card = Some("IDENTITY_CARD");
    for (answer, same) in [
        (about(Some("尼格买提·吕"), Some("11010119900307002x"), card), true),
        (about(Some("尼格买提•吕"), None, None), true),
        (about(None, Some(" 11010119900307002X "), None), true),
        (about(None, None, card), true),
        (about(Some("尼格买提·吕"), Some("110101199003070011"), card), false),
        (about(Some("尼格买提·李"), Some("11010119900307002X"), card), false),
        (about(Some("尼格买提·吕"), Some("11010119900307002X"), Some("PASSPORT")), false),
        (about(Some(""), None, None), false),
        (about(None, Some(""), None), false),
        (about(None, Some("110***********002X"), None), false),
    ] {
        let after = known(0).answered(&answer, &identity(), false, at(1)).unwrap();
        let passed = matches!(progress(&after), Progress::Passed { .. });
        assert_eq!((passed, after.verified_at.is_some()), (same, same), "{same}");
    }
}

fn case(state: State, decided: Option<i64>) -> Case {
    let draft = Case::draft(CaseId { kind: CaseKind::RealName, owner: owner() }, at(0));
    let by = ReviewerId::new(ulid(9));
    let decision = if state == State::Approved {
        Decision::Approve
    } else {
        Decision::Return {
            opinion: ReviewNote::parse("请重新拍摄照片。").unwrap(), comments: Vec::new()
        }
    };
    let verdict = decided.map(|minutes| DecisionRecord { by, at: at(minutes), decision });
    Case { state, verdict, ..draft }
}

fn stand(case: Option<&Case>, standing: Option<&AttemptHistory>, minutes: i64) -> VerificationStatus {
    VerificationStatus::of(IdType::Ric, case, standing, &RULES, at(minutes))
}

#[test]
fn where_an_applicant_stands_follows_from_both_ways() {
    use State::{Approved, Draft, Rejected, Resubmitted, Returned, Submitted, UnderReview};
    const BOTH: &[Way] = &[Way::Alipay, Way::Online];
    const ALIPAY: &[Way] = &[Way::Alipay];
    let (none, running) = (None, Some(known(0)));
    let passed = known(0).answered(&nobody(), &identity(), false, at(5));
    let failed = known(0).answered(&Certified::NotPassed, &identity(), false, at(5));
    for (state, decided, standing, expected, ways, next) in [
        (None, None, &none, "NONE", BOTH, Next::Choose),
        (Some(Draft), None, &none, "NONE", BOTH, Next::Choose),
        (Some(Submitted), None, &none, "MANUAL_PENDING", ALIPAY, Next::Wait),
        (Some(Resubmitted), Some(1), &none, "MANUAL_PENDING", ALIPAY, Next::Wait),
        (Some(UnderReview), None, &none, "MANUAL_PENDING", ALIPAY, Next::Wait),
        (Some(Returned), Some(1), &none, "MANUAL_RETURNED", BOTH, Next::Correct),
        (Some(Rejected), Some(1), &none, "MANUAL_RETURNED", ALIPAY, Next::Correct),
        (Some(Approved), Some(1), &none, "VERIFIED", &[], Next::Done),
        (None, None, &running, "ALIPAY_PENDING", BOTH, Next::Scan),
        (Some(Submitted), None, &running, "ALIPAY_PENDING", ALIPAY, Next::Scan),
        (Some(Approved), Some(1), &running, "VERIFIED", &[], Next::Done),
        (None, None, &passed, "VERIFIED", &[], Next::Done),
        (Some(Submitted), None, &passed, "VERIFIED", &[], Next::Done),
        (Some(Returned), Some(9), &passed, "VERIFIED", &[], Next::Done),
        (None, None, &failed, "ALIPAY_FAILED", BOTH, Next::TryAgain),
        (Some(Submitted), None, &failed, "MANUAL_PENDING", ALIPAY, Next::Wait),
        (Some(Returned), Some(4), &failed, "ALIPAY_FAILED", BOTH, Next::TryAgain),
        (Some(Returned), Some(6), &failed, "MANUAL_RETURNED", BOTH, Next::Correct),
        (Some(Approved), Some(4), &failed, "VERIFIED", &[], Next::Done),
    ] {
        let case = state.map(|state| case(state, decided));
        let stand = stand(case.as_ref(), standing.as_ref(), 10);
        assert_eq!(json!(stand.state), expected, "{state:?} {standing:?}");
        assert_eq!((&stand.ways[..], stand.next), (ways, next), "{state:?} {standing:?}");
        assert_eq!(stand.is_verified(), expected == "VERIFIED");
    }
}

#[test]
fn an_attempt_that_nobody_ended_is_over_when_its_time_is() {
    let running = known(0);
    assert_eq!(stand(None, Some(&running), 14).state, RealNameState::AlipayPending);
    assert_eq!(stand(None, Some(&running), 15).state, RealNameState::AlipayFailed);
    let returned = case(State::Returned, Some(5));
    assert_eq!(stand(Some(&returned), Some(&running), 14).state, RealNameState::AlipayPending);
    assert_eq!(stand(Some(&returned), Some(&running), 16).state, RealNameState::AlipayFailed);
}

#[test]
fn what_cannot_be_done_is_not_offered() {
    let mut standing = begun(None, 0);
    for minutes in [20, 40] {
        standing = begun(Some(&standing), minutes);
    }
    assert!(stand(None, Some(&standing), 41).allows(Way::Alipay), "the last one runs");
    let used_up = stand(None, Some(&standing), 60);
    assert_eq!((&used_up.ways[..], used_up.next), (&[Way::Online][..], Next::Tomorrow));
    for id_type in [IdType::Ppt, IdType::Fpr] {
        let stand = VerificationStatus::of(id_type, None, None, &RULES, at(0));
        assert_eq!((&stand.ways[..], stand.next), (&[Way::Online][..], Next::OnlineOnly));
    }
}

#[test]
fn a_verification_ends_where_the_rules_say_so_and_is_done_anew() {
    let rules = Rules::new(3, 15, Some(1));
    let day = 24 * 60;
    let stand = |case: Option<&Case>, standing: Option<&AttemptHistory>, minutes| {
        VerificationStatus::of(IdType::Ric, case, standing, &rules, at(minutes))
    };
    let passed = known(0).answered(&nobody(), &identity(), false, at(5)).unwrap();
    let approved = case(State::Approved, Some(5));
    for (case, standing) in [(None, Some(&passed)), (Some(&approved), None)] {
        let ways = &[Way::Alipay, Way::Online][..];
        assert!(stand(case, standing, day + 4).is_verified());
        let over = stand(case, standing, day + 5);
        assert_eq!((over.state, over.next, &over.ways[..]), (RealNameState::Expired, Next::Renew, ways));
        assert_eq!(over.verification.unwrap().until, Some(at(day + 5)));
    }
    let again = begun(Some(&passed), day + 10);
    assert_eq!(stand(None, Some(&again), day + 11).state, RealNameState::AlipayPending);
    let again = again.initialized(CertifyId::parse("certify-2").unwrap());
    let failed = again.answered(&Certified::NotPassed, &identity(), false, at(day + 12)).unwrap();
    assert_eq!(stand(None, Some(&failed), day + 13).state, RealNameState::AlipayFailed);
    let renewed = again.answered(&nobody(), &identity(), false, at(day + 12)).unwrap();
    assert!(stand(None, Some(&renewed), day + 13).is_verified());
    assert!(!stand(None, Some(&renewed), 2 * day + 12).is_verified());
    // The other way's is good although this one's is over.
    assert!(stand(Some(&approved), Some(&renewed), day + 13).is_verified());
}

#[test]
fn every_state_step_and_ending_has_words_in_both_languages() {
    let states = codes::table("realname_states").unwrap();
    for state in RealNameState::ALL {
        assert!(states.get(json!(state).as_str().unwrap()).is_some(), "{state:?}");
    }
    let failed = |reason| Progress::Failed { at: at(0), reason };
    let endings = [
        Progress::Started,
        Progress::Passed { at: at(0) },
        failed(Reason::NotPassed),
        failed(Reason::Refused),
        failed(Reason::OtherPerson),
        Progress::Cancelled { at: at(0) },
        Progress::Expired { at: at(0) },
    ];
    for progress in endings {
        assert!(Progress::NAMES.contains(&progress.as_str()));
        assert_eq!(json!(progress)["state"], progress.as_str());
    }
    let codes = Next::ALL.map(Next::code).into_iter().chain(endings.map(Progress::code));
    for code in codes {
        for lang in [Lang::Zh, Lang::En] {
            assert_ne!(messages::text(code.0, lang), messages::text("no.such.code", lang), "{code}");
        }
    }
}

#[test]
fn attempts_survive_storage_and_do_not_show_what_names_a_person() {
    let standing = known(0).answered(&nobody(), &identity(), false, at(5)).unwrap();
    let stored = serde_json::to_value(&standing).unwrap();
    assert_eq!(serde_json::from_value::<AttemptHistory>(stored.clone()).unwrap(), standing);
    assert_eq!(stored["attempts"][0]["progress"], json!({"state": "PASSED", "at": at(5)}));
    let shown = format!("{:?} {:?}", standing, about(Some("吕小明"), Some("11010119900307002X"), None));
    assert!(
        !shown.contains("certify-1") && !shown.contains("吕小明") && !shown.contains("1101011990"),
        "{shown}"
    );
}

/// Something that happens to a person's attempts.
#[derive(Clone, Debug)]
enum Happens {
    Begin,
    Initialized,
    Refused,
    Answered(u8, bool),
}

fn happens() -> impl Strategy<Value = (i64, Happens)> {
    let what = prop_oneof![
        Just(Happens::Begin),
        Just(Happens::Initialized),
        Just(Happens::Refused),
        (0..5_u8, any::<bool>()).prop_map(|(answer, returned)| Happens::Answered(answer, returned)),
    ];
    (0..30_i64, what)
}

proptest! {
    #[test]
    fn whatever_happens_one_attempt_runs_at_most_and_only_a_pass_verifies(
        steps in prop::collection::vec(happens(), 0..60),
    ) {
        let mut standing: Option<AttemptHistory> = None;
        let mut now = 0;
        let mut passed = false;
        for (minutes, what) in steps {
            now += minutes;
            let before = standing.clone();
            let after = match (&standing, what) {
                (standing, Happens::Begin) => match begin(standing.as_ref(), now) {
                    Begin::New(standing) => Some(standing),
                    Begin::Running(_) | Begin::Tomorrow(_) => None,
                },
                (Some(standing), Happens::Initialized) if progress(standing) == Progress::Started => {
                    Some(standing.initialized(CertifyId::parse("certify-1").unwrap()))
                }
                (Some(standing), Happens::Refused) if progress(standing) == Progress::Started => {
                    Some(standing.refused(at(now)))
                }
                (Some(standing), Happens::Answered(answer, returned)) => {
                    let answer = match answer {
                        0 => nobody(),
                        1 => Certified::NotYet,
                        2 => Certified::NotPassed,
                        3 => Certified::Gone,
                        _ => about(Some("别人"), None, None),
                    };
                    let after = standing.answered(&answer, &identity(), returned, at(now));
                    passed |= answer == nobody() && after.is_some();
                    after
                }
                _ => None,
            };
            if let Some(after) = after {
                prop_assert_eq!(after.version, before.map_or(0, |before| before.version) + 1);
                let running = after.attempts.iter().filter(|it| it.progress == Progress::Started).count();
                prop_assert!(running <= 1);
                for day in after.attempts.iter().map(|attempt| attempt.started_at.date()) {
                    prop_assert!(after.begun_on(day) <= 3);
                }
                prop_assert_eq!(after.verified_at.is_some(), passed);
                prop_assert_eq!(stand(None, Some(&after), now).is_verified(), passed);
                standing = Some(after);
            }
        }
    }
}
