//! Reviewers, as the administrator's command keeps them and as the API then meets them.

use journey::admin::{admin, done, refused};
use journey::scenario::log_in;
use journey::stack::{COUNTY, Staff};
use journey::{Applicant, Client, Response, Reviewer, Stack};

/// A name nobody has yet.
fn fresh(name: &str) -> String {
    format!("{name}-{}", fastrand::u64(..))
}

fn sign() -> [&'static str; 4] {
    ["--by", "tests", "--reason", "staff.rs"]
}

fn run(stack: &Stack, command: &str, account: &str, further: &[&str]) -> std::process::Output {
    admin(stack, &[&[command, account], further, &sign()[..]].concat())
}

/// The password that a report shows.
fn password(report: &str) -> String {
    report.trim().rsplit(' ').next().expect("a password").to_owned()
}

/// Somebody new, as the command reports them.
fn add(stack: &Stack, division: &str) -> Staff {
    let account = fresh("hired");
    let report = done(&run(stack, "add-reviewer", &account, &["--division", division]));
    Staff { password: password(&report), account, division: division.to_owned() }
}

async fn status_of(api: &Client) -> u16 {
    api.queue("collection", 1, None).await.status
}

#[tokio::test]
async fn who_is_added_can_log_in_and_who_is_dismissed_is_out_at_once() {
    let stack = Stack::required();
    let staff = add(&stack, COUNTY);
    let reviewer = Reviewer::log_in(&stack, &staff).await;
    assert_eq!(status_of(&reviewer.api).await, 200);

    assert!(done(&run(&stack, "disable-reviewer", &staff.account, &[])).contains("no more"));
    assert_eq!(status_of(&reviewer.api).await, 403, "a token that is good for minutes more");
    let locked = log_in(&stack, &reviewer.api.anonymous(), "reviewer", &staff.account, &staff.password).await;
    let _ = locked.problem(401, "login-failed");

    assert!(done(&run(&stack, "enable-reviewer", &staff.account, &[])).contains("may review"));
    assert_eq!(status_of(&Reviewer::log_in(&stack, &staff).await.api).await, 200);
}

#[tokio::test]
async fn who_is_moved_has_another_desk_with_the_next_request() {
    let stack = Stack::required();
    let staff = add(&stack, "110102");
    let reviewer = Reviewer::log_in(&stack, &staff).await;
    let applicant = Applicant::registered(&stack).await;
    let _ = applicant.request_real_name(&stack).await.expect(201);
    let case = applicant.real_name_case();
    let _ = reviewer.api.case(&case).await.problem(404, "not-found");

    let moved = done(&run(&stack, "move-reviewer", &staff.account, &["--division", COUNTY]));
    assert!(moved.contains("西城区 → 东城区"), "{moved}");
    let _ = reviewer.api.case(&case).await.expect(200);
}

#[tokio::test]
async fn another_password_takes_the_place_of_the_one_before() {
    let stack = Stack::required();
    let mut staff = add(&stack, COUNTY);
    let first = staff.password.clone();
    staff.password = password(&done(&run(&stack, "reviewer-password", &staff.account, &[])));
    let api = Reviewer::log_in(&stack, &staff).await.api.anonymous();
    let _ = log_in(&stack, &api, "reviewer", &staff.account, &first).await.problem(401, "login-failed");
}

#[tokio::test]
async fn what_cannot_be_is_refused_in_words() {
    let stack = Stack::required();
    let staff = add(&stack, COUNTY);
    let again = run(&stack, "add-reviewer", &staff.account, &["--division", COUNTY]);
    assert!(refused(&again).contains("already"), "a name is one person's");
    assert_eq!(status_of(&Reviewer::log_in(&stack, &staff).await.api).await, 200, "who keeps their password");
    for command in ["disable-reviewer", "enable-reviewer", "reviewer-password"] {
        assert!(refused(&run(&stack, command, "nobody-at-all", &[])).contains("no reviewer of the name"));
    }
    assert!(
        refused(&run(&stack, "move-reviewer", &staff.account, &["--division", "119999"])).contains("119999")
    );
    assert!(
        refused(&run(&stack, "add-reviewer", "Dong Cheng", &["--division", COUNTY]))
            .contains("3 to 32 letters")
    );
    assert!(
        refused(&admin(&stack, &["disable-reviewer", &staff.account, "--by", "tests"])).contains("--reason")
    );
}

/// In a county that no other test hands anything in to.
#[tokio::test]
async fn the_next_case_goes_to_one_of_two_and_the_province_looks_on() {
    const FAR: &str = "310101";
    let stack = Stack::required();
    let (one, two, province) = (add(&stack, FAR), add(&stack, FAR), add(&stack, "310000"));
    let mut one = Reviewer::log_in(&stack, &one).await.api;
    let mut two = Reviewer::log_in(&stack, &two).await.api;
    let province = Reviewer::log_in(&stack, &province).await.api;
    let applicant = Applicant::registered(&stack).await;
    let _ = applicant.request_real_name_in(&stack, FAR).await.expect(201);
    let case = applicant.real_name_case();

    let listed = province.queue_of(FAR).await.expect(200);
    assert!(listed.list("/items").iter().any(|item| item["caseId"] == *case), "{}", listed.text);
    let shown = province.case(&case).await.expect(200);
    let _ = province.claim(&case).await.problem(403, "forbidden");
    let _ = one.queue_of("310000").await.problem(403, "forbidden");

    // Cases of earlier runs may wait there too: both go on until there is none, and others when they hold as many as they may.
    let mut taken = Vec::new();
    loop {
        let (first, second) = tokio::join!(one.next_case("real-name"), two.next_case("real-name"));
        let is_full = |next: &Response| next.status == 409 && next.str("/code") == "too-many-claims";
        let full = is_full(&first) || is_full(&second);
        let cases: Vec<_> = [first, second]
            .into_iter()
            .filter(|next| !is_full(next))
            .map(|next| next.expect(200))
            .filter_map(|next| next.body["case"]["caseId"].as_str().map(str::to_owned))
            .collect();
        if cases.is_empty() && !full {
            break;
        }
        taken.extend(cases);
        if full {
            one = Reviewer::of(&stack, FAR).await.api;
            two = Reviewer::of(&stack, FAR).await.api;
        }
    }
    let holds = taken.iter().filter(|taken| **taken == case).count();
    assert_eq!(holds, 1, "{taken:?}");
    assert_eq!(shown.str("/state"), "SUBMITTED");
    assert_eq!(province.case(&case).await.expect(200).str("/state"), "UNDER_REVIEW");
}
