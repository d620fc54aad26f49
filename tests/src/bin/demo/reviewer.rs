//! What the county's reviewer does.

use std::time::Instant;

use journey::scenario::{approval, comment, returned};
use journey::{Client, Reviewer, Stack};

use crate::applicant;
use crate::show::Show;

/// 登录: a member of staff, with a picture code as well.
pub async fn log_in(stack: &Stack, show: &Show, division: &str) -> Reviewer {
    show.chapter("审核员登录 The reviewer logs in");
    let mut api = Client::new(stack);
    api.retry_reads = true;
    let staff = stack.reviewer_of(division).unwrap_or_else(|| panic!("no reviewer of {division} is seeded"));
    let (id, solved) = applicant::captcha(stack, show, &api).await;
    let session = api.log_in("reviewer", &staff.account, &staff.password, (&id, &solved)).await;
    let session = show.step(session, 201, |_| format!("{} of {division}", staff.account));
    api.remember(&session);
    Reviewer { division: division.to_owned(), api }
}

/// Takes a case from the queue, opens it with its pictures, and approves it.
pub async fn approve(show: &Show, reviewer: &Reviewer, kind: &str, case: &str, title: &str) {
    show.chapter(title);
    let version = open(show, reviewer, kind, case).await;
    let decided = reviewer.api.decide(case, &approval(version)).await;
    show.step(decided, 200, |answer| format!("approved: {}", answer.str("/state")));
}

/// 审核不通过: takes the case and returns it with two comments that point at fields.
pub async fn send_back(show: &Show, reviewer: &Reviewer, case: &str) {
    show.chapter("审核不通过 The county returns the case");
    let version = open(show, reviewer, "collection", case).await;
    let comments = [
        comment("/educations/0/school", "EDU_CERT_MISMATCH", "学校名称与证书不一致"),
        comment("/employments/0/employer", "WORK_USCC_BAD", "请填写营业执照上的全称"),
    ];
    let decided = reviewer.api.decide(case, &returned(version, &comments)).await;
    show.step(decided, 200, |answer| {
        format!("returned with {} comments: {}", comments.len(), answer.str("/state"))
    });
}

/// Queue, claim, case, one picture; gives the version that was seen.
async fn open(show: &Show, reviewer: &Reviewer, kind: &str, case: &str) -> u64 {
    let api = &reviewer.api;
    show.wait(&format!("{case} in the queue"), async || reviewer.in_queue(kind, case).await).await;
    let queue = api.queue(kind, 20, None).await;
    show.step(queue, 200, |answer| {
        let more = if answer.body["next"].is_null() { "" } else { " and more" };
        format!("{}{more} waiting", answer.list("/items").len())
    });
    show.step(api.claim(case).await, 200, |answer| format!("claimed: {}", answer.str("/state")));
    let opened = show.step(api.case(case).await, 200, |answer| {
        let (number, pictures) = (answer.str("/applicant/idNumber"), answer.list("/pictures").len());
        format!("{number}, {pictures} pictures, version {}", answer.number("/version"))
    });
    let since = Instant::now();
    let (status, bytes) = api.fetch(opened.str("/pictures/0/url")).await;
    assert!(status == 200, "the link of {} answered {status}", opened.str("/pictures/0/pointer"));
    show.timed(
        "GET the first picture's link",
        since,
        &format!("{} bytes of {}", bytes.len(), opened.str("/pictures/0/purpose")),
    );
    opened.number("/version")
}
