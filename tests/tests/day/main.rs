//! A day in one province: three counties in two cities, twelve reviewers at once, and many cases; at its end everything must
//! add up.
//!
//! `BAOMING_DAY_CASES` says how many cases there are, real-name requests and collections together: 24 unless told.

mod applicants;
mod desk;
mod sums;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use journey::admin::{admin, done};
use journey::table::Item;
use journey::{Response, Stack, wait};

use applicants::{attend, county_of, follow, hand_in, open_departments, pictures};
use desk::Desk;
use sums::{check_decided_once, is_of, trail, was_theirs};

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

#[expect(clippy::disallowed_methods, reason = "a day's length is the caller's to say")]
fn cases() -> usize {
    std::env::var("BAOMING_DAY_CASES").ok().and_then(|count| count.parse().ok()).unwrap_or(24)
}

/// A chance of `percent` in a hundred.
fn chance(percent: u8) -> bool {
    fastrand::u8(0..100) < percent
}

fn text(item: &Item, name: &str) -> String {
    item.get(name).and_then(|value| value.as_s().ok()).cloned().unwrap_or_default()
}

#[track_caller]
fn accept(answer: &Response, statuses: &[u16]) {
    assert!(statuses.contains(&answer.status), "{}: {}", answer.status, answer.text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn at_the_end_of_a_day_everything_adds_up() {
    let stack = Stack::required();
    let started = Instant::now();
    open_departments(&stack);
    let pictures = pictures(&stack).await;
    let desk = Desk::open(&stack).await;
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
    let statistics = wait::until("the figures to be counted", wait::SOON, async || {
        let recount = admin(stack, &["recount-statistics"]);
        recount.status.success().then(|| done(&recount))
    })
    .await;
    println!(
        "{} cases, {entries} entries, {} decisions, {} looks in {} s\n{events:?}\n{audit}{statistics}",
        trails.len(),
        desk.decided.load(Ordering::Relaxed),
        seen.len(),
        started.elapsed().as_secs(),
    );
    for event in ["escalated", "reassigned", "reopened"] {
        assert!(events.contains_key(event), "no case was {event}: {events:?}");
    }
}
