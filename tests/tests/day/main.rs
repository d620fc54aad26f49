//! A day in one province: three counties in two cities, twelve reviewers at once, and many cases; at its end everything must
//! add up.
//!
//! `BAOMING_DAY_CASES` says how many cases there are, real-name requests and collections together: 24 unless told.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::future::join_all;
use journey::admin::{admin, done};
use journey::pictures::Picture;
use journey::scenario::comment;
use journey::table::{self, Item};
use journey::{Answer, Applicant, Reviewer, Stack, machine, pages, wait};
use serde_json::{Value, json};

/// 广州's 荔湾 and 越秀, 深圳's 罗湖.
const COUNTIES: [&str; 3] = ["440103", "440104", "440303"];
const CITIES: [&str; 2] = ["440100", "440300"];
const PROVINCE: &str = "440000";

/// Applicants who are at it at once.
const AT_ONCE: usize = 6;

/// Collections that nobody takes on until the city sees them.
const LATE: usize = 3;

/// How long the whole day may take.
const DAY: Duration = Duration::from_hours(1);

/// Who works that day.
struct Member {
    reviewer: Reviewer,
    account: String,
    is_head: bool,
}

/// Everybody who works that day, and what they saw.
struct Desk {
    staff: Vec<Member>,
    /// Each case that a call gave a reviewer, and the version that it had then.
    seen: Mutex<Vec<(String, String, u64)>>,
    /// Cases that somebody of a division took on and left lying.
    left: Mutex<Vec<(String, String)>>,
    /// Whether that has happened yet.
    has_left: AtomicBool,
    /// Cases that a head wants decided once more, until they are.
    reopened: Mutex<BTreeSet<String>>,
    /// Whether that has happened yet.
    has_reopened: AtomicBool,
    /// Whether the applicants have nothing more to hand in.
    is_over: AtomicBool,
    /// Whether the reviewers of the counties have begun.
    is_open: AtomicBool,
    decided: AtomicUsize,
}

#[expect(clippy::disallowed_methods, reason = "a day's length is the caller's to say")]
fn cases() -> usize {
    std::env::var("BAOMING_DAY_CASES").ok().and_then(|count| count.parse().ok()).unwrap_or(24)
}

/// A chance of `percent` in a hundred.
fn chance(percent: u8) -> bool {
    fastrand::u8(0..100) < percent
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

fn open_departments(stack: &Stack) {
    let lines = COUNTIES
        .map(|county| format!("{county}-1,{county}财政局会计科,示例街1号,020-12345678,工作日 9:00-17:00\n"));
    let file = std::env::temp_dir().join(format!("departments-{}.csv", fastrand::u64(..)));
    std::fs::write(&file, format!("id,name,address,phone,hours\n{}", lines.concat())).expect("a file");
    done(&admin(stack, &["departments", &file.display().to_string(), "--apply"]));
    let _ = std::fs::remove_file(file);
}

/// One judged picture of each purpose, of somebody who really sent them. What pictures do has tests of its own; of that day's
/// applicants each has a copy of these records.
async fn pictures(stack: &Stack) -> Vec<Item> {
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

fn text(item: &Item, name: &str) -> String {
    item.get(name).and_then(|value| value.as_s().ok()).cloned().unwrap_or_default()
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
fn county_of(number: usize) -> &'static str {
    COUNTIES[number % COUNTIES.len()]
}

/// One applicant's day: verified, handed in, corrected as often as asked, sometimes moved or changed.
async fn attend(stack: &Stack, pictures: &[Item], number: usize, desk: &Desk) -> Applicant {
    let applicant = hand_in(stack, pictures, number, desk).await;
    follow(&applicant, county_of(number)).await;
    applicant
}

/// Its first part. What the first applicants hand in is late before the counties begin.
async fn hand_in(stack: &Stack, pictures: &[Item], number: usize, desk: &Desk) -> Applicant {
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
async fn follow(applicant: &Applicant, county: &str) {
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

#[track_caller]
fn accept(answer: &Answer, statuses: &[u16]) {
    assert!(statuses.contains(&answer.status), "{}: {}", answer.status, answer.text);
}

impl Desk {
    fn one_of(&self, division: &str) -> &Reviewer {
        let mut all = self.staff.iter().map(|member| &member.reviewer);
        all.find(|reviewer| reviewer.division == division).expect("somebody works there")
    }

    /// Whether nothing more will come.
    fn is_done(&self) -> bool {
        self.is_over.load(Ordering::Relaxed)
            && self.left.lock().expect("nobody panicked").is_empty()
            && self.reopened.lock().expect("nobody panicked").is_empty()
    }

    fn note(&self, reviewer: &Reviewer, case: &str, version: u64) {
        let mut seen = self.seen.lock().expect("nobody panicked");
        seen.push((reviewer.division.clone(), case.to_owned(), version));
    }

    /// A reviewer's day: the next case, and the next, and transfers, until there is nothing more.
    async fn work(&self, member: &Member) {
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
        let next = reviewer.api.send("POST", "/v1/review/queue/next").await.expect(200);
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

    async fn decide(&self, reviewer: &Reviewer, case: &str, shown: &Answer) -> Answer {
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
fn decision(shown: &Answer, is_reopened: bool) -> Value {
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

/// The entries of a case's audit trail, as the table has them.
async fn trail(stack: &Stack, ulid: &str, kind: &str) -> Vec<Item> {
    table::partition(stack, &format!("PERSON#{ulid}"), &format!("AUDIT#{kind}#")).await
}

/// Between two times that a department got a case it is decided once, whatever was taken back in between.
fn check_decided_once(case: &str, entries: &[Item]) {
    let mut standing = 0;
    for entry in entries {
        match text(entry, "event").as_str() {
            "submitted" | "resubmitted" | "reopened" => standing = 0,
            "approved" | "returned" | "rejected" => standing += 1,
            "undone" => standing -= 1,
            _ => {}
        }
        assert!((0..=1).contains(&standing), "{case} was decided twice");
    }
    let last = entries.last().map(|entry| text(entry, "to")).unwrap_or_default();
    assert!(["APPROVED", "REJECTED"].contains(&last.as_str()), "{case} ended in {last}");
}

/// Whether a case was that division's at a version: handed in there, shown to it when it was late, or on its way to it.
fn was_theirs(division: &str, version: u64, entries: &[Item]) -> bool {
    let number = |entry: &Item| {
        let version = entry.get("version").and_then(|value| value.as_n().ok());
        version.and_then(|version| version.parse::<u64>().ok()).unwrap_or(u64::MAX)
    };
    let before: Vec<&Item> = entries.iter().filter(|entry| number(entry) <= version).collect();
    let Some(last) = before.last() else { return false };
    let has = |entry: &&&Item, event: &str| text(entry, "event") == event;
    let escalated = before
        .iter()
        .rev()
        .find(|entry| has(entry, "escalated"))
        .is_some_and(|entry| CITIES.contains(&division) && text(entry, "division")[..4] == division[..4]);
    let coming = before.iter().any(|entry| has(&entry, "transfer-released"));
    text(last, "division") == division || escalated || coming
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn at_the_end_of_a_day_everything_adds_up() {
    let stack = Stack::required();
    let started = Instant::now();
    open_departments(&stack);
    let pictures = pictures(&stack).await;
    let desk = Desk {
        staff: hire_all(&stack).await,
        seen: Mutex::default(),
        left: Mutex::default(),
        has_left: AtomicBool::new(false),
        reopened: Mutex::default(),
        has_reopened: AtomicBool::new(false),
        is_over: AtomicBool::new(false),
        is_open: AtomicBool::new(false),
        decided: AtomicUsize::new(0),
    };
    let count = (cases() / 2).max(LATE);
    let (stack, pictures, desk) = (&stack, &pictures, &desk);
    let all = async {
        let late = (0..LATE).map(|number| Box::pin(hand_in(stack, pictures, number, desk)));
        let mut attended = join_all(late).await;
        desk.is_open.store(true, Ordering::Relaxed);
        let next = AtomicUsize::new(LATE);
        let attend_some = async || {
            let mut some = Vec::new();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= count {
                    return some;
                }
                some.push(Box::pin(attend(stack, pictures, number, desk)).await);
            }
        };
        let others = join_all(std::iter::repeat_with(attend_some).take(AT_ONCE));
        let are_late = attended.iter().enumerate().map(|(number, late)| follow(late, county_of(number)));
        let (others, _) = tokio::join!(others, join_all(are_late));
        attended.extend(others.concat());
        desk.is_over.store(true, Ordering::Relaxed);
        attended
    };
    let working = desk.staff.iter().map(|member| desk.work(member));
    let (applicants, _) = tokio::join!(all, join_all(working));

    let mut trails = BTreeMap::new();
    let (mut entries, mut events) = (0, BTreeMap::<String, usize>::new());
    for applicant in &applicants {
        for kind in ["real-name", "collection"] {
            let case = format!("{kind}-{}", applicant.ulid());
            let trail = trail(stack, applicant.ulid(), kind).await;
            check_decided_once(&case, &trail);
            entries += trail.len();
            for entry in &trail {
                *events.entry(text(entry, "event")).or_default() += 1;
            }
            trails.insert(case, trail);
        }
    }
    let seen = desk.seen.lock().expect("nobody panicked").clone();
    for (division, case, version) in &seen {
        let Some(trail) = trails.get(case) else { continue };
        assert!(was_theirs(division, *version, trail), "{division} was shown {case} at version {version}");
    }
    for division in COUNTIES.iter().chain(&CITIES) {
        let of = desk.one_of(division);
        for list in ["open", "transfers"] {
            let left = of.api.list_cases(&format!("list={list}")).await.expect(200);
            let ours: Vec<_> = left.list("/items").iter().filter(|item| is_of(item, &trails)).collect();
            assert!(ours.is_empty(), "{division} has left {ours:?}");
        }
    }
    let audit = done(&admin(stack, &["verify-audit", "--all"]));
    let figures = wait::until("the figures to be counted", wait::SOON, async || {
        let recount = admin(stack, &["recount-figures"]);
        recount.status.success().then(|| done(&recount))
    })
    .await;
    println!(
        "{} cases, {entries} entries, {} decisions, {} looks in {} s\n{events:?}\n{audit}{figures}",
        trails.len(),
        desk.decided.load(Ordering::Relaxed),
        seen.len(),
        started.elapsed().as_secs(),
    );
    for event in ["escalated", "reassigned", "reopened"] {
        assert!(events.contains_key(event), "no case was {event}: {events:?}");
    }
}

fn is_of(item: &Value, trails: &BTreeMap<String, Vec<Item>>) -> bool {
    item["caseId"].as_str().is_some_and(|case| trails.contains_key(case))
}
