//! Those who decide: what each reviewer does all day.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use journey::scenario::comment;
use journey::{Response, Reviewer, Stack};
use serde_json::{Value, json};

use crate::{CITIES, COUNTIES, DAY, PROVINCE, accept, chance};

/// Who works that day.
pub(crate) struct Member {
    reviewer: Reviewer,
    account: String,
    is_head: bool,
}

/// Everybody who works that day, and what they saw.
pub(crate) struct Desk {
    pub(crate) staff: Vec<Member>,
    /// Each case that a call gave a reviewer, and the version that it had then.
    pub(crate) seen: Mutex<Vec<(String, String, u64)>>,
    /// Cases that somebody of a division took on and left lying.
    left: Mutex<Vec<(String, String)>>,
    /// Whether that has happened yet.
    has_left: AtomicBool,
    /// Cases that a head wants decided once more, until they are.
    reopened: Mutex<BTreeSet<String>>,
    /// Whether that has happened yet.
    has_reopened: AtomicBool,
    /// Whether the applicants have nothing more to hand in.
    pub(crate) is_over: AtomicBool,
    /// Whether the reviewers of the counties have begun.
    pub(crate) is_open: AtomicBool,
    pub(crate) decided: AtomicUsize,
}

/// Three in each county, one of whom is a supervisor; one in each city; one in the province.
async fn hire_all(stack: &Stack) -> Vec<Member> {
    let counties = COUNTIES.into_iter().flat_map(|county| [(county, false), (county, false), (county, true)]);
    let cities = CITIES.into_iter().map(|city| (city, false));
    let mut all = Vec::new();
    for (division, is_head) in counties.chain(cities).chain([(PROVINCE, true)]) {
        let further: &[&str] = if is_head { &["--supervisor"] } else { &[] };
        let (reviewer, account) = Reviewer::hired(stack, division, further).await;
        all.push(Member { reviewer, account, is_head });
    }
    all
}

impl Desk {
    /// In the morning: everybody is there, and nothing has happened.
    pub(crate) async fn open(stack: &Stack) -> Self {
        Self {
            staff: hire_all(stack).await,
            seen: Mutex::default(),
            left: Mutex::default(),
            has_left: AtomicBool::new(false),
            reopened: Mutex::default(),
            has_reopened: AtomicBool::new(false),
            is_over: AtomicBool::new(false),
            is_open: AtomicBool::new(false),
            decided: AtomicUsize::new(0),
        }
    }

    pub(crate) fn one_of(&self, division: &str) -> &Reviewer {
        let mut all = self.staff.iter().map(|member| &member.reviewer);
        all.find(|reviewer| reviewer.division == division).expect("somebody works there")
    }

    /// Whether nothing more will come.
    fn is_done(&self) -> bool {
        self.is_over.load(Ordering::Relaxed)
            && self.left.lock().expect("nobody panicked").is_empty()
            && self.reopened.lock().expect("nobody panicked").is_empty()
    }

    pub(crate) fn note(&self, reviewer: &Reviewer, case: &str, version: u64) {
        let mut seen = self.seen.lock().expect("nobody panicked");
        seen.push((reviewer.division.clone(), case.to_owned(), version));
    }

    /// A reviewer's day: the next case, and the next, and transfers, until there is nothing more.
    pub(crate) async fn work(&self, member: &Member) {
        let reviewer = &member.reviewer;
        let is_of_county = COUNTIES.contains(&reviewer.division.as_str());
        let started = Instant::now();
        let mut empty = 0;
        while empty < 5 {
            assert!(started.elapsed() < DAY, "{} is not done", reviewer.division);
            let may_begin = !is_of_county || self.is_open.load(Ordering::Relaxed);
            if may_begin && is_of_county && member.is_head {
                self.give_away_what_was_left(member).await;
                self.reopen_something(reviewer).await;
            }
            let did = may_begin && (self.take_next(reviewer).await || self.answer_transfers(reviewer).await);
            // The queue is read a moment late: done is who finds it empty several times after the last hand-in.
            empty = if did || !self.is_done() { 0 } else { empty + 1 };
            if !did {
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        }
    }

    async fn take_next(&self, reviewer: &Reviewer) -> bool {
        let next = reviewer.api.send("POST", "/v1/review/queue/next").await;
        accept(&next, &[200, 409]);
        if next.status == 409 {
            // What this reviewer left lying is as much as one may hold: the head gives it to others.
            assert_eq!(next.str("/code"), "too-many-claims", "{}", next.text);
            return false;
        }
        let Some(case) = next.body["case"]["caseId"].as_str() else { return false };
        let shown = reviewer.api.case(case).await.expect(200);
        let version = shown.number("/version");
        self.note(reviewer, case, version);
        if chance(5) {
            accept(&reviewer.api.release(case).await, &[204]);
            return true;
        }
        let is_of_county = COUNTIES.contains(&reviewer.division.as_str());
        if is_of_county && (!self.has_left.swap(true, Ordering::Relaxed) || chance(5)) {
            self.left.lock().expect("nobody panicked").push((reviewer.division.clone(), case.to_owned()));
            return true;
        }
        let decided = self.decide(reviewer, case, &shown).await;
        // A verification that is taken back closes the collection that its applicant fills in just then: not here.
        let is_collection = shown.str("/kind") == "collection";
        if is_collection && decided.body["undoUntil"].is_string() && chance(5) {
            let undone = reviewer.api.undo(case).await;
            accept(&undone, &[200, 409]);
            if undone.status == 200 {
                let version = undone.number("/version");
                let approval = json!({"version": version, "decision": "approve"});
                accept(&reviewer.api.decide(case, &approval).await, &[200]);
            }
        }
        true
    }

    async fn decide(&self, reviewer: &Reviewer, case: &str, shown: &Response) -> Response {
        let is_reopened = self.reopened.lock().expect("nobody panicked").contains(case);
        let decided = reviewer.api.decide(case, &decision(shown, is_reopened)).await;
        accept(&decided, &[200]);
        self.decided.fetch_add(1, Ordering::Relaxed);
        let _ = self.reopened.lock().expect("nobody panicked").remove(case);
        decided
    }

    /// What lies with somebody who left it is given to somebody else of the county, who decides it.
    async fn give_away_what_was_left(&self, head: &Member) {
        let division = &head.reviewer.division;
        let left = self.left.lock().expect("nobody panicked").clone();
        let Some((_, case)) = left.into_iter().find(|(of, _)| of == division) else { return };
        let others: Vec<&Member> = self
            .staff
            .iter()
            .filter(|member| member.reviewer.division == *division && !member.is_head)
            .collect();
        // Whom a case was reopened by, or who proposed, may not have it; one of two always may.
        for other in others {
            let given = head.reviewer.api.reassign(&case, &other.account, "原审核员今日离岗").await;
            accept(&given, &[200, 409]);
            if given.status == 200 {
                let shown = other.reviewer.api.case(&case).await.expect(200);
                self.note(&other.reviewer, &case, shown.number("/version"));
                let _ = self.decide(&other.reviewer, &case, &shown).await;
                self.left.lock().expect("nobody panicked").retain(|(_, left)| *left != case);
                return;
            }
        }
        panic!("{case} was left, and nobody may have it");
    }

    /// Now and then a head has a collection decided once more; the first time as soon as there is one.
    async fn reopen_something(&self, head: &Reviewer) {
        let is_time = chance(10) || !self.has_reopened.load(Ordering::Relaxed);
        if self.is_over.load(Ordering::Relaxed) || !is_time {
            return;
        }
        let listed = head.api.list_cases("list=decided&kind=collection").await.expect(200);
        let Some(case) = fastrand::choice(listed.list("/items")).and_then(|item| item["caseId"].as_str())
        else {
            return;
        };
        let _ = self.reopened.lock().expect("nobody panicked").insert(case.to_owned());
        let reopened = head.api.reopen(case, "复核发现材料疑点").await;
        accept(&reopened, &[200, 404, 409]);
        let mut waiting = self.reopened.lock().expect("nobody panicked");
        if reopened.status == 200 {
            self.has_reopened.store(true, Ordering::Relaxed);
            // Once more: somebody may have decided just before, and have taken it off.
            let _ = waiting.insert(case.to_owned());
        } else {
            let _ = waiting.remove(case);
        }
    }

    async fn answer_transfers(&self, reviewer: &Reviewer) -> bool {
        let listed = reviewer.api.list_cases("list=transfers").await.expect(200);
        let Some(case) = listed.list("/items").first().map(|item| item["caseId"].clone()) else {
            return false;
        };
        let case = case.as_str().expect("a case's id");
        let shown = reviewer.api.case(case).await;
        // Somebody else answered it first.
        if shown.status == 404 || shown.body["transfer"].is_null() {
            return false;
        }
        self.note(reviewer, case, shown.number("/version"));
        let is_here = shown.body["transfer"]["releasedAt"].is_null();
        let answer = match (is_here, chance(20)) {
            (_, true) => json!({"answer": "refuse", "reason": "材料不齐，暂不办理"}),
            (true, false) => json!({"answer": "release"}),
            (false, false) => json!({"answer": "accept"}),
        };
        accept(&reviewer.api.answer_transfer(case, &answer).await, &[200, 403, 404, 409]);
        true
    }
}

/// Mostly an approval; what was returned once is not returned for ever, and what is decided once more is approved, since its
/// applicant has gone home.
fn decision(shown: &Response, is_reopened: bool) -> Value {
    let version = shown.number("/version");
    let is_collection = shown.str("/kind") == "collection";
    let proposed = shown.body["proposal"]["decision"].as_str();
    let comments =
        [comment(if is_collection { "/basic/photo" } else { "/idFront" }, "PHOTO_BLUR", "照片模糊")];
    let said = |word: &str, comments: &[Value]| json!({"version": version, "decision": word, "opinion": "请按批注修改后重新提交。", "comments": comments});
    let may_reject = is_collection && shown.body["inForce"].is_null();
    if is_reopened {
        return json!({"version": version, "decision": "approve"});
    }
    if proposed == Some("reject") || (may_reject && chance(5)) {
        said("reject", &[])
    } else if shown.number("/round") < 3 && chance(20) {
        said("return", &comments)
    } else {
        json!({"version": version, "decision": "approve"})
    }
}
