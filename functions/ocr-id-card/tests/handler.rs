//! A card is read once, however often its submission comes and whatever fails on the way, and nothing it says is left in the clear.

#![expect(
    clippy::unwrap_used,
    reason = "clippy.toml allows it in tests, but not in the functions they share"
)]

use domain::{
    evidence::{Field, Flag, Verdict},
    identity::IdType,
    ids::{CaseId, CaseKind},
    real_name::OnlineRequest,
    upload::Format,
};
use events::{SqsBatchResponse, SqsEvent};
use ocr_id_card::handle;
use ports::{
    evidence::{IdCardOcrQueue, KeptEvidence, OpenTranscript},
    fakes::{Fakes, How, each_failure},
    pictures::StoreClean,
};
use serde::Deserialize;
use serde_json::{Value, json};

/// A delivery of one message.
const EVENT: &str = include_str!("../../../events/sqs-id-card-ocr.json");
const FRONT: &[u8] = include_bytes!("../../../tests/fixtures/pictures/id-front.jpg");
const BACK: &[u8] = include_bytes!("../../../tests/fixtures/pictures/id-back.jpg");

/// Somebody who handed in a request with the drawn card's sides, in that order.
async fn handed_in(fakes: &Fakes, [front, back]: [&[u8]; 2]) -> IdCardOcrQueue {
    let owner = fakes.verified(1).await;
    let case = CaseId { kind: CaseKind::RealName, owner };
    let (version, pages) = {
        let stored = fakes.table.look();
        let (key, pages) = stored.submissions.iter().find(|((of, _), _)| *of == case).unwrap();
        (key.1, pages.clone())
    };
    let request = OnlineRequest::deserialize(&pages).unwrap();
    for (upload, bytes) in [(request.id_front, front), (request.id_back.unwrap(), back)] {
        fakes.objects.store_clean(owner, upload, Format::Jpeg, bytes.to_vec()).await.unwrap();
    }
    IdCardOcrQueue { case, version }
}

async fn deliver(fakes: &Fakes, bodies: &[String]) -> SqsBatchResponse {
    let mut event: Value = serde_json::from_str(EVENT).unwrap();
    event["Records"] = bodies.iter().map(|body| json!({"messageId": "1", "body": body})).collect();
    let delivery: SqsEvent = serde_json::from_value(event).unwrap();
    handle(delivery, &fakes.table, &fakes.keys, &fakes.objects, &fakes.clock).await
}

fn body(asked: &IdCardOcrQueue) -> String {
    serde_json::to_string(asked).unwrap()
}

fn kept(fakes: &Fakes, asked: &IdCardOcrQueue) -> Option<KeptEvidence> {
    fakes.table.look().evidence.get(&(asked.case, asked.version)).cloned()
}

#[tokio::test]
async fn a_card_is_read_and_held_against_the_account() {
    let fakes = Fakes::new();
    let asked = handed_in(&fakes, [FRONT, BACK]).await;
    assert_eq!(deliver(&fakes, &[body(&asked)]).await, SqsBatchResponse::default());
    let kept = kept(&fakes, &asked).unwrap();
    let verdicts = kept.evidence.fields.iter().map(|opinion| (opinion.field, opinion.verdict.as_str()));
    assert_eq!(
        verdicts.collect::<Vec<_>>(),
        [
            // The account is about 吕小明; the card says 样本, and a number that is none.
            (Field::Name, "different"),
            (Field::Number, "different"),
            (Field::Address, "shown"),
            (Field::Authority, "shown"),
            (Field::Validity, "shown"),
        ]
    );
    assert_eq!(kept.evidence.flags, [Flag::Checksum]);
    let transcript =
        fakes.keys.open_transcript(asked.case.owner, kept.transcript.as_ref().unwrap()).await.unwrap();
    assert_eq!(transcript.name.unwrap().expose(), "样本");
    assert_eq!(transcript.authority.unwrap().expose(), "样本市样本局");
    let clear = serde_json::to_string(&kept.evidence).unwrap();
    assert!(!clear.contains('样') && !clear.contains("000000"), "{clear}");
}

#[tokio::test]
async fn sides_that_were_exchanged_are_read_all_the_same() {
    let fakes = Fakes::new();
    let asked = handed_in(&fakes, [BACK, FRONT]).await;
    deliver(&fakes, &[body(&asked)]).await;
    let evidence = kept(&fakes, &asked).unwrap().evidence;
    assert_eq!(evidence.flags, [Flag::SidesSwapped, Flag::Checksum]);
    assert!(evidence.fields.iter().all(|opinion| opinion.verdict != Verdict::Unread));
}

#[tokio::test]
async fn a_submission_that_comes_twice_is_read_once_and_what_cannot_be_read_holds_nobody_up() {
    let fakes = Fakes::new();
    let asked = handed_in(&fakes, [FRONT, b"no picture"]).await;
    let bodies = ["nothing".to_owned(), String::new(), body(&asked), body(&asked)];
    assert_eq!(deliver(&fakes, &bodies).await, SqsBatchResponse::default());
    let flags = kept(&fakes, &asked).unwrap().evidence.flags;
    assert_eq!(flags, [Flag::NoEmblemSide, Flag::Checksum]);
    let saved = fakes.script.take_calls().into_iter().filter(|req| *req == "save_evidence").count();
    assert_eq!(saved, 1);
}

#[tokio::test]
async fn of_other_documents_nothing_is_read_and_of_closed_accounts_nothing_is_kept() {
    let fakes = Fakes::new();
    let asked = handed_in(&fakes, [FRONT, BACK]).await;
    fakes.table.look().accounts.get_mut(&asked.case.owner).unwrap().id_type = IdType::Ppt;
    deliver(&fakes, &[body(&asked)]).await;
    let passport = kept(&fakes, &asked).unwrap();
    assert_eq!((passport.evidence.flags, passport.transcript), (vec![Flag::KindNotRead], None));
    assert!(!fakes.script.take_calls().contains(&"open"));

    let fakes = Fakes::new();
    let asked = handed_in(&fakes, [FRONT, BACK]).await;
    let (table, owner) = (fakes.table.clone(), asked.case.owner);
    fakes.script.meanwhile("save_evidence", move || {
        table.look().accounts.remove(&owner);
    });
    assert_eq!(deliver(&fakes, &[body(&asked)]).await, SqsBatchResponse::default());
    assert_eq!(kept(&fakes, &asked), None);
    assert_eq!(deliver(&fakes, &[body(&asked)]).await, SqsBatchResponse::default());
}

#[tokio::test]
async fn whatever_fails_comes_again_and_is_read() {
    let failed = each_failure(async |fakes, failure| {
        // A picture that is none: nothing is gained here by reading a card many times.
        let asked = handed_in(fakes, [b"none", b"none"]).await;
        fakes.script.arm(failure);
        let first = deliver(fakes, &[body(&asked)]).await;
        let failed = fakes.script.disarm();
        if failure.how == How::Unavailable {
            assert_eq!(first.messages().count() == 1, failed.is_some(), "{failed:?}");
        }
        assert_eq!(deliver(fakes, &[body(&asked)]).await, SqsBatchResponse::default());
        assert!(kept(fakes, &asked).is_some());
        failed
    })
    .await;
    assert_eq!(
        failed,
        [
            "load_evidence",
            "load_account",
            "load_submission",
            "open",
            "fetch_clean",
            "fetch_clean",
            "seal_transcript",
            "save_evidence"
        ]
    );
}
