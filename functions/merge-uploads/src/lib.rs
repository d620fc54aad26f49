//! `POST /v1/uploads/merges`: several accepted proofs become one picture, because a page has room for one.
//!
//! The picture is an upload like any other: judged by the same rules, with a link so that the applicant sees it before
//! naming it on a page. What was doubtful about a page stays doubtful, at its place in the picture.

use applicant::view;
use domain::{
    collection::{UploadUse, check_uploads},
    fault::{Code, Faults, Pointer},
    form::{Form, TOO_FEW},
    ids::UploadId,
    upload::{Certainty, Finding, Format, Purpose, Verdict},
};
use edge::{Problem, ProblemKind, ReplayScope, Request, Response};
use futures_util::future::try_join_all;
use jiff::SignedDuration;
use picture::{MergeRefusal, Merged};
use ports::{
    Clock, PortError, PortResult, Random,
    codes::{CheckRateLimit, RateLimit, RateLimitKey},
    people::LoadAccount,
    pictures::{
        DropClean, FetchClean, Judged, LinkPicture, LoadUploads, PixelSize, Progress, SaveUpload, StoreClean,
        Upload,
    },
};
use serde_json::Value;

/// A merger costs seconds of a processor; this leaves room for trying orders and numbers of pages (ours).
const RATE: RateLimit = RateLimit { name: "merge-account", max: 20, window: SignedDuration::from_hours(1) };

/// The version of a picture that never was in quarantine.
const MERGED: &str = "merged";

struct Command {
    purpose: Purpose,
    uploads: Vec<UploadId>,
}

impl Command {
    /// Reads what is to be merged, in which order.
    fn parse(body: &Value) -> Result<Self, Faults> {
        Form::read(body, |form| {
            let purpose = form.text("purpose", |name| match Purpose::parse(name) {
                Some(purpose @ (Purpose::WorkProof | Purpose::EducationCertificate)) => Ok(purpose),
                Some(_) => Err(Code("merge.PURPOSE")),
                None => Err(Code("code.UNKNOWN")),
            });
            let unknown = |_| Code("upload.UNKNOWN");
            let (least, most) = (*picture::merge::PAGES.start(), *picture::merge::PAGES.end());
            let uploads = form.texts("uploads", most, |id| UploadId::parse(id).map_err(unknown));
            let uploads = uploads?;
            if uploads.len() < least {
                form.fault("uploads", TOO_FEW);
            }
            Some(Self { purpose: purpose?, uploads })
        })
    }

    /// The named uploads in the order in which they were named, if each is known, of the purpose, and accepted.
    fn choose(&self, mut found: Vec<Upload>) -> Result<Vec<Upload>, Faults> {
        let at = Pointer::root().child("uploads");
        let uses: Vec<UploadUse> = (0..)
            .zip(&self.uploads)
            .map(|(index, id): (usize, _)| UploadUse {
                pointer: at.child(index),
                upload: *id,
                purpose: self.purpose,
            })
            .collect();
        check_uploads(&uses, |id| {
            let upload = found.iter().find(|upload| upload.id == id)?;
            Some((upload.purpose, upload.verdict()))
        })?;
        found.sort_by_key(|upload| self.uploads.iter().position(|id| *id == upload.id));
        Ok(found)
    }
}

/// Whether the caller may ask: for `edge::serve_once`.
pub async fn authorize(req: &Request, table: &impl LoadAccount) -> Result<ReplayScope, Problem> {
    applicant::account(req, table).await.map(|_| ReplayScope::default())
}

/// Makes one picture of the caller's own proofs.
pub async fn handle(
    req: Request,
    table: &(impl LoadAccount + CheckRateLimit + LoadUploads + SaveUpload),
    pictures: &(impl FetchClean + StoreClean + DropClean + LinkPicture),
    clock: &impl Clock,
    chance: &impl Random,
) -> Result<Response, Problem> {
    let owner = applicant::account(&req, table).await?.id;
    let command = Command::parse(&req.json()?)?;
    let now = clock.now();
    let id = UploadId::new(req.new_id(chance));
    if req.is_taken_up_again()
        && let Some(upload) = table.load_uploads(owner, &[id]).await?.pop()
    {
        let link = pictures.link_picture(owner, id, now).await?;
        return Ok(Response::created(&view::shown_upload(&upload, &link, req.lang())));
    }
    let pages = command.choose(table.load_uploads(owner, &command.uploads).await?)?;
    table.count(RATE, &RateLimitKey::Account(owner), now).await??;

    let files = try_join_all(pages.iter().map(|page| fetch(page, pictures))).await?;
    let merged = picture::merge(&files, command.purpose.limits().max_bytes).map_err(problem)?;
    let judgement = judge(&merged, command.purpose, &pages)?;
    let upload = Upload {
        id,
        owner,
        purpose: command.purpose,
        format: Format::Jpeg,
        created_at: now,
        // It is here already: nothing more may be sent for it.
        expires_at: now,
        progress: Progress::Judged { version_id: MERGED.to_owned(), judgement },
    };
    // The picture first: a record without one would be a promise that is not kept.
    pictures.store_clean(owner, upload.id, upload.format, merged.copy.bytes).await?;
    if let Err(error) = table.save_upload(&upload).await {
        // Also after a lost answer: the client never got the id, so the copy has no use.
        pictures.drop_clean(owner, upload.id).await?;
        return Err(applicant::not_kept(error, owner, table).await);
    }
    let link = pictures.link_picture(owner, upload.id, now).await?;
    Ok(Response::created(&view::shown_upload(&upload, &link, req.lang())))
}

async fn fetch(page: &Upload, pictures: &impl FetchClean) -> PortResult<Vec<u8>> {
    let file = pictures.fetch_clean(page.owner, page.id).await?;
    file.ok_or_else(|| PortError::Corrupt(format!("{} has no clean copy", page.id)))
}

/// The same rules as for any picture; and what was doubtful about a page is told again.
fn judge(merged: &Merged, purpose: Purpose, pages: &[Upload]) -> Result<Judged, Problem> {
    let judgement = picture::judge_merged(merged, purpose);
    if judgement.verdict == Verdict::Refused {
        let codes: Vec<_> = judgement.findings.into_iter().map(|finding| finding.code).collect();
        return Err(Problem::new(ProblemKind::NotMergeable).with("findings", codes));
    }
    let carried = pages.iter().zip(&merged.places).flat_map(|(page, place)| carried(page, *place));
    let findings: Vec<Finding> = judgement.findings.into_iter().chain(carried).collect();
    Ok(Judged {
        verdict: Verdict::of(&findings),
        rules_run: judgement.rules_run.iter().map(|rule| (*rule).to_owned()).collect(),
        findings,
        bytes: judgement.measures.bytes,
        width: judgement.measures.width,
        height: judgement.measures.height,
        sha256: Some(merged.copy.digest()),
        clean: Some(PixelSize { width: merged.copy.width, height: merged.copy.height }),
        likeness: judgement.likeness,
    })
}

/// A page's doubtful findings, each with its place in the picture; where it had none, the page's own.
fn carried(page: &Upload, place: [u32; 4]) -> impl Iterator<Item = Finding> {
    let Progress::Judged { judgement, .. } = &page.progress else { return Vec::new().into_iter() };
    let [left, top, width, height] = place.map(f64::from);
    let factor = width / judgement.width.map_or(width, f64::from);
    let moved = |finding: &Finding| Finding {
        place: Some(finding.place.map_or([left, top, width, height], |[x, y, w, h]| {
            [left + x * factor, top + y * factor, w * factor, h * factor]
        })),
        ..finding.clone()
    };
    let doubtful = judgement.findings.iter().filter(|finding| finding.certainty == Certainty::Doubtful);
    doubtful.map(moved).collect::<Vec<_>>().into_iter()
}

fn problem(refusal: MergeRefusal) -> Problem {
    match refusal {
        MergeRefusal::Text { needed, reached, pages_that_fit, files } => {
            let fault = Faults::one(Pointer::root().child("uploads"), Code("merge.TEXT_TOO_SMALL"));
            let tenths = |height: f64| (height * 10.0).round() / 10.0;
            Problem::fields(ProblemKind::NotMergeable, &fault)
                .with("needed", tenths(needed))
                .with("reached", tenths(reached))
                .with("pagesThatFit", pages_that_fit)
                .with("files", files)
        }
        // Their number was checked, and clean copies are our own.
        MergeRefusal::Count { .. } | MergeRefusal::Undecodable { .. } => {
            Problem::new(ProblemKind::Internal).because(refusal)
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::{ids::AccountId, moment::Moment};
    use serde_json::json;

    use super::*;

    const ONE: &str = "upl_01J00000000000000000000001";
    const OTHER: &str = "upl_01J00000000000000000000002";

    fn faults(body: &Value) -> Vec<(String, &'static str)> {
        let faults = Command::parse(body).err();
        let faults = faults.iter().flat_map(Faults::iter);
        faults.map(|fault| (fault.pointer.as_str().to_owned(), fault.code.0)).collect()
    }

    fn command(ids: &[&str]) -> Command {
        Command::parse(&json!({"purpose": "work-proof", "uploads": ids})).unwrap()
    }

    fn upload(id: &str, purpose: Purpose, findings: Vec<Finding>) -> Upload {
        let now = Moment::from_millisecond(1_700_000_000_000).unwrap();
        let judgement = Judged {
            verdict: Verdict::of(&findings),
            rules_run: Vec::new(),
            findings,
            bytes: 30_000,
            width: Some(400),
            height: Some(600),
            sha256: None,
            clean: None,
            likeness: None,
        };
        Upload {
            id: UploadId::parse(id).unwrap(),
            owner: AccountId::parse("acc_01J00000000000000000000000").unwrap(),
            purpose,
            format: Format::Jpeg,
            created_at: now,
            expires_at: now,
            progress: Progress::Judged { version_id: "1".to_owned(), judgement },
        }
    }

    fn finding(certainty: Certainty, place: Option<[f64; 4]>) -> Finding {
        let text = || "blur".to_owned();
        Finding { rule: text(), certainty, code: text(), value: None, threshold: None, place, kind: None }
    }

    #[test]
    fn every_field_at_fault_is_named() {
        let body = json!({"purpose": "photo", "uploads": [ONE], "state": "accepted"});
        let expected = [
            ("/purpose".to_owned(), "merge.PURPOSE"),
            ("/uploads".to_owned(), "form.TOO_FEW"),
            ("/state".to_owned(), "form.UNKNOWN_FIELD"),
        ];
        assert_eq!(faults(&body), expected);
        let twice = json!({"purpose": "work-proof", "uploads": [ONE, ONE]});
        assert_eq!(faults(&twice), [("/uploads/1".to_owned(), "form.DUPLICATE")]);
        let strange = json!({"purpose": "work-proof", "uploads": [ONE, "../x"]});
        assert_eq!(faults(&strange), [("/uploads/1".to_owned(), "upload.UNKNOWN")]);
        let nine = json!({"purpose": "work-proof", "uploads": vec![ONE; 9]});
        assert_eq!(faults(&nine), [("/uploads".to_owned(), "form.TOO_MANY")]);
    }

    #[test]
    fn pages_come_in_the_order_in_which_they_were_named() {
        let found = || [ONE, OTHER].map(|id| upload(id, Purpose::WorkProof, Vec::new())).to_vec();
        for order in [[ONE, OTHER], [OTHER, ONE]] {
            let chosen = command(&order).choose(found()).unwrap();
            assert_eq!(chosen.iter().map(|page| page.id.to_string()).collect::<Vec<_>>(), order);
        }
    }

    #[test]
    fn only_usable_pictures_of_the_purpose_are_merged() {
        let refused = upload(ONE, Purpose::WorkProof, vec![finding(Certainty::Certain, None)]);
        let foreign = upload(OTHER, Purpose::IdFront, Vec::new());
        let faults = command(&[ONE, OTHER]).choose(vec![refused, foreign]).unwrap_err();
        let codes: Vec<_> = faults.iter().map(|fault| (fault.pointer.as_str(), fault.code.0)).collect();
        assert_eq!(codes, [("/uploads/0", "upload.NOT_ACCEPTED"), ("/uploads/1", "upload.PURPOSE")]);
        assert!(command(&[ONE, OTHER]).choose(Vec::new()).is_err());
    }

    #[test]
    fn what_was_doubtful_about_a_page_is_told_at_its_place_in_the_picture() {
        let findings = vec![
            finding(Certainty::Doubtful, Some([40.0, 60.0, 20.0, 10.0])),
            finding(Certainty::Doubtful, None),
        ];
        let page = upload(ONE, Purpose::WorkProof, findings);
        let places: Vec<_> = carried(&page, [10, 100, 200, 300]).map(|finding| finding.place).collect();
        assert_eq!(places, [Some([30.0, 130.0, 10.0, 5.0]), Some([10.0, 100.0, 200.0, 300.0])]);
    }
}
