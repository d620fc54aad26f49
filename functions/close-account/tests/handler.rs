//! Closing an account, while other calls of the same person run: what is left is closed, or open with all its parts.

use std::{future::poll_fn, pin::Pin, task::Poll};

use close_account::handle;
use domain::{
    case::{Actor, Command, Decision},
    consent::BIOMETRICS_VERSION,
    ids::{AccountId, CaseId, CaseKind, SmsCodeId},
    person::SmsPurpose::{MobileChange, PasswordReset},
    real_name::alipay::CONSENT_VERSION,
};
use edge::testing::{TestRequest, TestResponse};
use futures_util::future::join;
use ports::{
    accounts::{LogIn, Username},
    fakes::{CAPTCHA_ANSWER, COUNTY, Fakes, MOBILE, PASSWORD, body, each_failure, typed},
};
use serde_json::{Value, json};

const NEW_MOBILE: &str = "13911112222";
const NEW_PASSWORD: &str = "Other-harbour-8";

async fn close(fakes: &Fakes, owner: AccountId) -> TestResponse {
    let body = json!({"password": PASSWORD, "captchaId": fakes.captcha(), "captchaAnswer": CAPTCHA_ANSWER});
    let ask = TestRequest::new("DELETE /v1/me").applicant(owner).json(&body);
    let Fakes { table, keys, users, objects, clock, .. } = fakes;
    TestResponse::of(handle(ask.call(), table, keys, users, objects, clock).await)
}

/// Other calls of the applicant, or of a person who holds the applicant's phone.
const OTHERS: [&str; 9] =
    ["close", "reset", "change-mobile", "give", "withdraw", "alipay", "upload", "export", "submit"];

/// What a call needs that was there before the race.
struct Prepared {
    owner: AccountId,
    reset: (SmsCodeId, &'static str),
    phones: [(SmsCodeId, &'static str); 2],
}

async fn other(fakes: &Fakes, what: &str, prepared: &Prepared) -> TestResponse {
    let Fakes { table, keys, users, objects, alipay, clock, chance, .. } = fakes;
    let owner = prepared.owner;
    let ask = |route: &str, body: &Value| TestRequest::new(route).applicant(owner).json(body).call();
    TestResponse::of(match what {
        "close" => return close(fakes, owner).await,
        "reset" => {
            let body = body::reset(prepared.reset, NEW_PASSWORD);
            let req = TestRequest::new("POST /v1/password-resets").json(&body).call();
            reset_password::handle(req, table, keys, users, clock, chance).await
        }
        "change-mobile" => {
            let [(current_id, current), (id, code)] = prepared.phones;
            let body = json!({
                "currentSmsCodeId": current_id, "currentSmsCode": current, "mobile": NEW_MOBILE,
                "smsCodeId": id, "smsCode": code,
            });
            change_mobile::handle(ask("PUT /v1/me/mobile", &body), table, keys, clock).await
        }
        "give" => {
            let req = ask("PUT /v1/me/consents/biometrics", &json!({"version": BIOMETRICS_VERSION}));
            update_consent::handle(req, table, objects, clock).await
        }
        "withdraw" => {
            let req = TestRequest::new("DELETE /v1/me/consents/biometrics").applicant(owner).call();
            update_consent::handle(req, table, objects, clock).await
        }
        "alipay" => {
            let req = ask("POST /v1/real-name/alipay", &json!({"consentVersion": CONSENT_VERSION}));
            verify_alipay::handle(req, table, keys, alipay, clock).await
        }
        "upload" => {
            let body = json!({"purpose": "work-proof", "mediaType": "image/jpeg", "bytes": 30_000});
            request_upload::handle(ask("POST /v1/uploads", &body), table, objects, clock, chance).await
        }
        "export" => {
            let req = TestRequest::new("POST /v1/me/exports").applicant(owner).call();
            request_export::handle(req, table, clock, chance).await
        }
        _ => {
            let req = ask("POST /v1/collection/submission", &json!({"declared": true}));
            submit_collection::handle(req, table, clock).await
        }
    })
}

/// How far the person is when the race begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Registered,
    /// What was decided has a snapshot that goes with the account, and a history that stays.
    Verified,
    /// With a draft that could be submitted.
    Drafted,
    Approved,
}

async fn set_up(fakes: &Fakes, stage: Stage) -> Prepared {
    let reviewer = Actor::Reviewer(fakes.reviewer(COUNTY).id);
    let owner = match stage {
        Stage::Registered => fakes.applicant(1),
        Stage::Verified => fakes.verified(1).await,
        Stage::Drafted => {
            let owner = fakes.verified(1).await;
            let _ = fakes.draft(owner).await;
            owner
        }
        Stage::Approved => {
            let case = fakes.submitted(1).await;
            for command in [Command::Claim, Command::Decide(Decision::Approve)] {
                let _ = fakes.follow(case, &command, &reviewer).await;
            }
            case.owner
        }
    };
    Prepared {
        owner,
        reset: fakes.sms_code(PasswordReset, MOBILE),
        phones: [MOBILE, NEW_MOBILE].map(|mobile| fakes.sms_code(MobileChange, mobile)),
    }
}

/// Gives way so many times.
async fn later(times: usize) {
    let mut left = times;
    poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(());
        }
        left -= 1;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// Whether the account is closed and nothing of it is left but what must be, or open with everything in place.
async fn is_clean(fakes: &Fakes, owner: AccountId) -> Result<bool, String> {
    if is_cleared(fakes, owner)? {
        return Ok(true);
    }
    for password in [PASSWORD, NEW_PASSWORD] {
        if matches!(fakes.users.log_in(Username::Applicant(owner), &typed(password)).await, Ok(Some(_))) {
            return Ok(false);
        }
    }
    Err("open, and nobody can log in".to_owned())
}

/// The same for the table, and for a closed account also that its Cognito user is gone.
fn is_cleared(fakes: &Fakes, owner: AccountId) -> Result<bool, String> {
    let has_user = fakes.users.names().contains(&Username::Applicant(owner).to_string());
    let stored = fakes.table.look();
    let numbers = stored.numbers.values().filter(|number| number.registrants.contains(&owner)).count();
    let tags = numbers + stored.mobiles.values().filter(|of| **of == owner).count();
    let Some(account) = stored.accounts.get(&owner) else {
        let lines = stored.queues.values().filter(|line| line.case.owner == owner).count();
        let left = [
            ("tags", tags),
            ("a user", usize::from(has_user)),
            ("lines", lines),
            ("standings", usize::from(stored.standings.contains_key(&owner))),
            ("exports", stored.exports.keys().filter(|(of, _)| *of == owner).count()),
            ("a closing", usize::from(stored.closings.contains_key(&owner))),
        ];
        let kept = stored.retained.contains_key(&CaseId { kind: CaseKind::Collection, owner });
        let uploads = stored.uploads.keys().filter(|(of, _)| *of == owner).count();
        let left: Vec<_> = left.into_iter().filter(|(_, count)| *count > 0).collect();
        if !left.is_empty() || (uploads > 0 && !kept) {
            return Err(format!("closed, with {left:?} and {uploads} uploads"));
        }
        let retained = stored.retained.get(&CaseId { kind: CaseKind::Collection, owner });
        let is_approved = retained.is_none_or(|case| case.case.state == domain::case::State::Approved);
        return is_approved.then_some(true).ok_or_else(|| "what was approved was changed".to_owned());
    };
    let has_tags = stored.mobiles.get(&account.mobile) == Some(&owner)
        && stored.numbers.get(&account.identity).is_some_and(|number| number.registrants.contains(&owner));
    if has_tags && tags == 2 { Ok(false) } else { Err(format!("open, with {tags} tags")) }
}

type Race<'a> = Pin<Box<dyn Future<Output = (TestResponse, TestResponse)> + 'a>>;

#[tokio::test]
async fn every_interleaving_with_another_call_ends_in_one_of_two_clean_states() {
    let mut outcomes = std::collections::BTreeMap::<(String, String, bool), usize>::new();
    for stage in [Stage::Registered, Stage::Verified, Stage::Drafted, Stage::Approved] {
        for what in OTHERS {
            for head_start in 0..30 {
                for close_first in [true, false] {
                    let fakes = Fakes::new();
                    let prepared = set_up(&fakes, stage).await;
                    let owner = prepared.owner;
                    let race: Race<'_> = Box::pin(async {
                        let (one, two) = if close_first { (0, head_start) } else { (head_start, 0) };
                        let closing = async {
                            later(one).await;
                            close(&fakes, owner).await
                        };
                        let other = async {
                            later(two).await;
                            other(&fakes, what, &prepared).await
                        };
                        join(closing, other).await
                    });
                    let (closing, other) = race.await;
                    let at = format!("{stage:?} {what} {head_start} {close_first}");
                    for reply in [&closing, &other] {
                        assert!(reply.status < 500, "{at}: {} {}", reply.summary(), reply.body);
                    }
                    let is_closed = is_clean(&fakes, owner).await.unwrap_or_else(|why| {
                        panic!("{at}: {} and {} end {why}", closing.summary(), other.summary())
                    });
                    if closing.status == 204 {
                        assert!(is_closed, "{at}: the answer was 204");
                    }
                    *outcomes.entry((what.to_owned(), other.summary(), is_closed)).or_default() += 1;
                }
            }
        }
    }
    for what in OTHERS {
        let closed = outcomes.keys().filter(|(of, _, is_closed)| of == what && *is_closed).count();
        assert!(closed > 0, "{what} never met a closing that won: {outcomes:?}");
        let done = outcomes.keys().filter(|(of, summary, _)| of == what && summary.starts_with('2')).count();
        assert!(done > 0, "{what} never did what it is for: {outcomes:?}");
    }
}

#[tokio::test]
async fn whatever_fails_the_call_sent_again_ends_the_closing() {
    let failed = each_failure(async |fakes, failure| {
        let prepared = set_up(fakes, Stage::Approved).await;
        fakes.script.arm(failure);
        let first = close(fakes, prepared.owner).await;
        let failed = fakes.script.disarm();
        assert!(failed.is_none() || first.status >= 400 || first.status == 204, "{}", first.summary());
        let again = close(fakes, prepared.owner).await.summary();
        assert!(
            ["204", "401 unauthenticated"].contains(&again.as_str()),
            "{again} after {failure:?} at {failed:?}"
        );
        assert_eq!(is_clean(fakes, prepared.owner).await, Ok(true), "{failure:?} at {failed:?}");
        failed
    })
    .await;
    for step in ["begin_closing", "remove_user", "clear_pictures", "clear_person", "end_closing"] {
        assert!(failed.contains(&step), "{step} in {failed:?}");
    }
}
