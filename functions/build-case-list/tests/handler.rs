//! A list becomes a file once, of what its reviewer may see, whatever fails on the way.
#![expect(
    clippy::unwrap_used,
    reason = "clippy.toml allows it in tests, but not in the functions they share"
)]

use build_case_list::handle;
use domain::{
    case::{
        Actor, Command, List,
        case_list::{CaseListRequest, Failure, Format},
        desk::Reviewer,
        listing::Filter,
    },
    divisions::Division,
    ids::{CaseId, CaseListId},
};
use events::{SqsBatchResponse, SqsEvent};
use ports::{
    Clock, Random,
    case_lists::{CaseList, SaveCaseList},
    exports::ExportState,
    fakes::{COUNTY, Fakes, How, each_failure},
};
use serde_json::{Value, json};

/// A delivery of one message.
const ASKED: &str = include_str!("../../../events/sqs-case-list-requested.json");

fn everything(division: &str) -> CaseListRequest {
    CaseListRequest {
        list: List::Open,
        division: Division::parse(division).unwrap(),
        kind: None,
        filter: Filter::default(),
        format: Format::Csv,
        reveal: None,
    }
}

/// A request of that reviewer's.
async fn asked(fakes: &Fakes, by: &Reviewer, asked: CaseListRequest) -> CaseList {
    let case_list = CaseList {
        id: CaseListId::new(fakes.chance.ulid()),
        reviewer: by.id,
        requested_at: fakes.clock.now(),
        asked,
        state: ExportState::Pending,
        failure: None,
        done: 0,
        total: 0,
    };
    fakes.table.save_case_list(&case_list).await.unwrap();
    case_list
}

async fn deliver(fakes: &Fakes, bodies: &[String]) -> SqsBatchResponse {
    let mut event: Value = serde_json::from_str(ASKED).unwrap();
    event["Records"] = bodies.iter().map(|body| json!({"messageId": "1", "body": body})).collect();
    let delivery: SqsEvent = serde_json::from_value(event).unwrap();
    handle(delivery, &fakes.table, &fakes.keys, &fakes.objects, &fakes.clock).await
}

async fn make(fakes: &Fakes, case_list: &CaseList) -> CaseList {
    assert_eq!(
        deliver(fakes, &[serde_json::to_string(case_list).unwrap()]).await,
        SqsBatchResponse::default()
    );
    fakes.table.look().case_lists[&(case_list.reviewer, case_list.id)].clone()
}

/// The file's lines below the headings, without the tabs that make texts of numbers.
fn lines(fakes: &Fakes, case_list: &CaseList) -> Vec<Vec<String>> {
    let file = fakes.objects.case_lists().remove(&case_list.id).unwrap();
    let mut reader = csv::Reader::from_reader(&file[3..]);
    reader
        .records()
        .map(|line| line.unwrap().iter().map(|cell| cell.trim_end().to_owned()).collect())
        .collect()
}

/// The cases of a file, sorted.
fn cases(fakes: &Fakes, case_list: &CaseList) -> Vec<String> {
    let mut cases: Vec<String> = lines(fakes, case_list).iter().map(|line| line[1].clone()).collect();
    cases.sort();
    cases
}

fn sorted(cases: &[CaseId]) -> Vec<String> {
    let mut cases: Vec<String> = cases.iter().map(CaseId::to_string).collect();
    cases.sort();
    cases
}

#[tokio::test]
async fn a_division_and_those_above_it_get_its_list_masked_and_nobody_is_noted_as_seen() {
    let fakes = Fakes::new();
    let all = [fakes.submitted(1).await, fakes.submitted(2).await];
    for (division, asks_for) in [(COUNTY, COUNTY), ("110000", "110000"), ("110000", COUNTY)] {
        let reviewer = fakes.reviewer(division);
        let case_list = make(&fakes, &asked(&fakes, &reviewer, everything(asks_for)).await).await;
        assert_eq!((case_list.state, case_list.done, case_list.total), (ExportState::Ready, 2, 2));
        assert_eq!(cases(&fakes, &case_list), sorted(&all));
        let text = String::from_utf8(fakes.objects.case_lists()[&case_list.id].clone()).unwrap();
        for number in [1, 2] {
            let identity = fakes.identity(number);
            assert!(text.contains(&identity.number.masked()));
            for secret in [identity.number.expose(), identity.name.expose(), identity.mobile.expose()] {
                assert!(!text.contains(secret), "{text}");
            }
        }
    }
    assert!(fakes.table.look().views.is_empty());
    let elsewhere = fakes.reviewer("110102");
    let case_list = make(&fakes, &asked(&fakes, &elsewhere, everything("110102")).await).await;
    assert_eq!((case_list.state, lines(&fakes, &case_list).len()), (ExportState::Ready, 0));
}

#[tokio::test]
async fn an_unmasked_list_is_for_supervisors_and_written_down_at_each_case() {
    let fakes = Fakes::new();
    let all = [fakes.submitted(1).await, fakes.submitted(2).await];
    let reviewer = fakes.reviewer(COUNTY);
    let reveal = Some("逐一电话通知".to_owned().try_into().unwrap());
    let request = CaseListRequest { reveal, ..everything(COUNTY) };
    let refused = make(&fakes, &asked(&fakes, &reviewer, request.clone()).await).await;
    assert_eq!((refused.state, refused.failure), (ExportState::Failed, Some(Failure::NotAllowed)));
    assert!(fakes.table.look().views.is_empty() && fakes.objects.case_lists().is_empty());

    fakes.table.look().reviewers.get_mut(&reviewer.id).unwrap().supervisor = true;
    let case_list = make(&fakes, &asked(&fakes, &reviewer, request).await).await;
    assert!(lines(&fakes, &case_list).iter().any(|line| line[2] == fakes.identity(1).name.expose()));
    let views = fakes.table.look().views.clone();
    assert_eq!(sorted(&views.iter().map(|view| view.case).collect::<Vec<_>>()), sorted(&all));
    assert!(views.iter().all(|view| (view.by, view.case_list) == (reviewer.id, Some(case_list.id))));
}

#[tokio::test]
async fn only_what_is_asked_for_is_in_it_and_never_ones_own() {
    let fakes = Fakes::new();
    let (flagged, own) = (fakes.submitted(1).await, fakes.submitted(2).await);
    for line in fakes.table.look().queues.values_mut() {
        line.flagged = line.case == flagged;
    }
    let reviewer = fakes.reviewer(COUNTY);
    let doubtful = Filter { flagged: Some(true), ..Filter::default() };
    let request = CaseListRequest { filter: doubtful, ..everything(COUNTY) };
    let case_list = make(&fakes, &asked(&fakes, &reviewer, request).await).await;
    assert_eq!((case_list.total, cases(&fakes, &case_list)), (1, sorted(&[flagged])));

    fakes.table.look().reviewers.get_mut(&reviewer.id).unwrap().own_account = Some(own.owner);
    let case_list = make(&fakes, &asked(&fakes, &reviewer, everything(COUNTY)).await).await;
    assert_eq!((case_list.total, cases(&fakes, &case_list)), (1, sorted(&[flagged])), "nor counted");
}

#[tokio::test]
async fn a_line_whose_case_went_elsewhere_since_is_left_out() {
    let fakes = Fakes::new();
    let (stays, goes) = (fakes.submitted(1).await, fakes.submitted(2).await);
    let reviewer = fakes.reviewer(COUNTY);
    // As lists are that are read a moment late.
    let late = fakes.table.look().queues.clone();
    let applicant = Actor::Applicant(goes.owner);
    let _ = fakes.follow(goes, &Command::Withdraw, &applicant).await;
    fakes.table.look().queues = late;
    let case_list = make(&fakes, &asked(&fakes, &reviewer, everything(COUNTY)).await).await;
    assert_eq!(cases(&fakes, &case_list), sorted(&[stays]));
}

#[tokio::test]
async fn a_request_that_comes_twice_is_met_once_and_what_is_unreadable_holds_nobody_up() {
    let fakes = Fakes::new();
    let _ = fakes.submitted(1).await;
    let case_list = asked(&fakes, &fakes.reviewer(COUNTY), everything(COUNTY)).await;
    let gone: Value = serde_json::from_str(ASKED).unwrap();
    let gone = gone["Records"][0]["body"].as_str().unwrap().to_owned();
    let body = serde_json::to_string(&case_list).unwrap();
    let again = deliver(&fakes, &["nothing".to_owned(), gone, body.clone(), body]).await;
    assert_eq!(again, SqsBatchResponse::default());
    let stored = fakes.script.take_calls().into_iter().filter(|req| *req == "store_roster").count();
    assert_eq!(stored, 1);
}

#[tokio::test]
async fn whatever_does_not_answer_the_request_comes_again_and_is_met() {
    let failed = each_failure(async |fakes, failure| {
        let _ = fakes.submitted(1).await;
        let case_list = asked(fakes, &fakes.reviewer(COUNTY), everything(COUNTY)).await;
        let body = serde_json::to_string(&case_list).unwrap();
        fakes.script.arm(failure);
        let first = deliver(fakes, std::slice::from_ref(&body)).await;
        let failed = fakes.script.disarm();
        let is_to_come_again = first.messages().count() == 1;
        if failure.how == How::Unavailable {
            assert_eq!(is_to_come_again, failed.is_some(), "{failed:?}");
        }
        if is_to_come_again {
            assert_eq!(make(fakes, &case_list).await.state, ExportState::Ready, "{failed:?}");
        }
        failed
    })
    .await;
    for step in
        ["load_roster", "load_reviewer", "list_queue", "record_roster", "load_person", "open", "store_roster"]
    {
        assert!(failed.contains(&step), "{step} in {failed:?}");
    }
}
