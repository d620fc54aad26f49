//! An export is made once, however often it is asked for and whatever fails on the way.

#![expect(
    clippy::unwrap_used,
    reason = "clippy.toml allows it in tests, but not in the functions they share"
)]

use std::io::Cursor;

use build_export::handle;
use domain::{
    evidence::{Evidence, Flag, Printed, Transcript},
    ids::{CaseId, CaseKind, ExportId},
};
use events::{SqsBatchResponse, SqsEvent};
use ports::{
    Clock, Random,
    evidence::{IdCardOcrQueue, KeptEvidence, SaveEvidence, SealTranscript},
    exports::{Export, ExportState, SaveExport},
    fakes::{Fakes, How, each_failure},
};
use serde_json::{Value, json};
use zip::ZipArchive;

/// A delivery of one message.
const ASKED: &str = include_str!("../../../events/sqs-export-requested.json");

/// Somebody who asked for an export of their data.
async fn asked(fakes: &Fakes) -> Export {
    let export = Export {
        id: ExportId::new(fakes.chance.ulid()),
        owner: fakes.verified(1).await,
        requested_at: fakes.clock.now(),
        state: ExportState::Pending,
        done: 0,
        total: 0,
    };
    fakes.table.save_export(&export).await.unwrap();
    export
}

async fn deliver(fakes: &Fakes, bodies: &[String]) -> SqsBatchResponse {
    let mut event: Value = serde_json::from_str(ASKED).unwrap();
    event["Records"] = bodies.iter().map(|body| json!({"messageId": "1", "body": body})).collect();
    let delivery: SqsEvent = serde_json::from_value(event).unwrap();
    handle(delivery, &fakes.table, &fakes.keys, &fakes.objects, &fakes.clock).await
}

fn body(export: &Export) -> String {
    serde_json::to_string(export).unwrap()
}

/// What the text of the only export says.
fn data(fakes: &Fakes) -> Value {
    let file = fakes.objects.exports().pop_first().unwrap().1;
    let mut archive = ZipArchive::new(Cursor::new(file)).unwrap();
    serde_json::from_reader(archive.by_name("data.json").unwrap()).unwrap()
}

fn state(fakes: &Fakes, export: &Export) -> ExportState {
    fakes.table.look().exports[&(export.owner, export.id)].state
}

#[tokio::test]
async fn a_request_that_comes_twice_is_met_once() {
    let fakes = Fakes::new();
    let export = asked(&fakes).await;
    for _ in 0..2 {
        assert_eq!(deliver(&fakes, &[body(&export)]).await, SqsBatchResponse::default());
        assert_eq!(state(&fakes, &export), ExportState::Ready);
    }
    let stored = fakes.script.take_calls().into_iter().filter(|req| *req == "store_export").count();
    assert_eq!((stored, fakes.objects.exports().len()), (1, 1));
}

#[tokio::test]
async fn what_cannot_be_read_or_is_gone_holds_nobody_up() {
    let fakes = Fakes::new();
    let export = asked(&fakes).await;
    let gone: Value = serde_json::from_str(ASKED).unwrap();
    let gone = gone["Records"][0]["body"].as_str().unwrap().to_owned();
    let again = deliver(&fakes, &["nothing".to_owned(), String::new(), gone, body(&export)]).await;
    assert_eq!(again, SqsBatchResponse::default());
    assert_eq!(state(&fakes, &export), ExportState::Ready);
}

#[tokio::test]
async fn what_was_read_on_the_card_is_in_it() {
    let fakes = Fakes::new();
    let export = asked(&fakes).await;
    let case = CaseId { kind: CaseKind::RealName, owner: export.owner };
    let version = fakes.table.look().cases[&case].case.submitted_version.unwrap();
    let name = Some(Printed::new("吕小朋".to_owned()));
    let transcript = Transcript { name, ..Transcript::default() };
    let kept = KeptEvidence {
        of: IdCardOcrQueue { case, version },
        at: fakes.clock.now(),
        evidence: Evidence { fields: Vec::new(), flags: vec![Flag::Expired] },
        transcript: Some(fakes.keys.seal_transcript(export.owner, &transcript).await.unwrap()),
    };
    fakes.table.save_evidence(&kept).await.unwrap();
    deliver(&fakes, &[body(&export)]).await;
    let data = data(&fakes);
    assert_eq!(data["realName"]["card"]["read"]["name"], "吕小朋");
    assert_eq!(data["realName"]["card"]["flags"], json!(["evidence.EXPIRED"]));
}

#[tokio::test]
async fn whatever_does_not_answer_the_request_comes_again_and_is_met() {
    let failed = each_failure(async |fakes, failure| {
        let export = asked(fakes).await;
        fakes.script.arm(failure);
        let first = deliver(fakes, &[body(&export)]).await;
        let failed = fakes.script.disarm();
        let is_to_come_again = first.messages().count() == 1;
        if failure.how == How::Unavailable {
            assert_eq!(is_to_come_again, failed.is_some(), "{failed:?}");
        }
        if is_to_come_again {
            assert_eq!(deliver(fakes, &[body(&export)]).await, SqsBatchResponse::default());
            assert_eq!(state(fakes, &export), ExportState::Ready);
        }
        failed
    })
    .await;
    assert!(failed.contains(&"load_export") && failed.contains(&"store_export"), "{failed:?}");
}

/// The owner takes the consent to pictures back, now.
fn withdraw(fakes: &Fakes, export: &Export) {
    let now = fakes.clock.now();
    let mut stored = fakes.table.look();
    let account = stored.accounts.get_mut(&export.owner).unwrap();
    account.biometrics = account.biometrics.withdrawn(now);
}

#[tokio::test]
async fn export_that_was_asked_for_before_a_withdrawal_is_not_published() {
    let fakes = Fakes::new();
    let export = asked(&fakes).await;
    withdraw(&fakes, &export);
    for _ in 0..2 {
        assert_eq!(deliver(&fakes, &[body(&export)]).await, SqsBatchResponse::default());
        assert_eq!(state(&fakes, &export), ExportState::Removed);
        assert!(fakes.objects.exports().is_empty());
    }
}

#[tokio::test]
async fn withdrawal_at_any_step_leaves_no_file_behind() {
    let steps = {
        let fakes = Fakes::new();
        let export = asked(&fakes).await;
        fakes.script.take_calls();
        deliver(&fakes, &[body(&export)]).await;
        fakes.script.take_calls()
    };
    for step in steps {
        let fakes = Fakes::new();
        let export = asked(&fakes).await;
        let (table, objects) = (fakes.table.clone(), fakes.objects.clone());
        let (owner, now, asked_for) = (export.owner, fakes.clock.now(), export.clone());
        // As `update-consent` does: the consent, the mark, the file.
        fakes.script.meanwhile(step, move || {
            let mut stored = table.look();
            let account = stored.accounts.get_mut(&owner).unwrap();
            account.biometrics = account.biometrics.withdrawn(now);
            stored.exports.get_mut(&(owner, asked_for.id)).unwrap().state = ExportState::Removed;
            drop(stored);
            objects.forget_export(asked_for.id);
        });
        assert_eq!(deliver(&fakes, &[body(&export)]).await, SqsBatchResponse::default(), "{step}");
        assert_eq!(state(&fakes, &export), ExportState::Removed, "{step}");
        assert!(fakes.objects.exports().is_empty(), "{step}");
    }
}
