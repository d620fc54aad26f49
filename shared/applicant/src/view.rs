//! JSON views of the domain for responses.

use domain::{
    case::{AuditEntry, Case, CaseFile, Comment, Transfer},
    codes,
    collection::{Basic, Collection},
    consent::{BIOMETRICS_VERSION, Biometrics},
    eligibility::{Condition, Eligible, Ineligible},
    fault::Fault,
    messages::{self, Lang},
    moment::Moment,
    person::Identity,
    real_name::{
        Verification,
        alipay::{Attempt, Progress as Attempted, Reason},
    },
    upload::Verdict,
};
use ports::{
    notifications::StoredNotification,
    people::Person,
    pictures::{Judged, PresignedUrl, Progress, Upload},
};
use serde_json::{Value, json};

/// An applicant's identity, masked as required by the domain specification, section 19.
pub fn identity(identity: &Identity, basic: Option<&Basic>) -> Value {
    let (sex, birth_date) = identity.birth();
    json!({
        "idType": identity.number.id_type().code(),
        "idNumber": identity.number.masked(),
        "name": identity.name.expose(),
        "sex": sex.or_else(|| basic?.sex),
        "birthDate": birth_date.or_else(|| basic?.birth_date),
        "mobile": identity.mobile.masked(),
    })
}

/// The applicant's consent to pictures of their face, and the current version of the consent text.
pub fn biometrics(biometrics: &Biometrics) -> Value {
    json!({
        "version": BIOMETRICS_VERSION,
        "inForce": biometrics.in_force().is_some(),
        "history": biometrics.history().iter().map(|given| json!({
            "version": given.version, "givenAt": given.given_at, "withdrawnAt": given.withdrawn_at,
        })).collect::<Vec<_>>(),
    })
}

/// An upload's state and findings.
pub fn upload(upload: &Upload, lang: Lang) -> Value {
    let mut view = json!({
        "uploadId": upload.id,
        "purpose": upload.purpose,
        "state": state(upload),
        "rulesRun": [],
        "findings": [],
        "createdAt": upload.created_at,
        "expiresAt": upload.expires_at,
    });
    if let Progress::Judged { judgement, .. } = &upload.progress {
        view["rulesRun"] = json!(judgement.rules_run);
        view["findings"] = findings(judgement, lang);
        view["bytes"] = json!(judgement.bytes);
        view["width"] = json!(judgement.clean.map(|clean| clean.width));
        view["height"] = json!(judgement.clean.map(|clean| clean.height));
        view["original"] = json!({"width": judgement.width, "height": judgement.height});
    }
    view
}

/// An upload's state and findings, with a link to its clean copy.
pub fn shown_upload(shown: &Upload, link: &PresignedUrl, lang: Lang) -> Value {
    let mut view = upload(shown, lang);
    view["picture"] = json!({"url": link.url, "expiresAt": link.expires_at});
    view
}

fn state(upload: &Upload) -> &'static str {
    match &upload.progress {
        Progress::Pending => "pending",
        Progress::Checking { .. } => "checking",
        Progress::Judged { judgement, .. } => match judgement.verdict {
            Verdict::Accepted => "accepted",
            Verdict::Flagged => "flagged",
            Verdict::Refused => "refused",
        },
    }
}

fn findings(judgement: &Judged, lang: Lang) -> Value {
    let views = judgement.findings.iter().map(|finding| {
        json!({
            "rule": finding.rule,
            "certainty": finding.certainty,
            "code": finding.code,
            "message": messages::text(&finding.code, lang),
            "value": finding.value,
            "threshold": finding.threshold,
            "place": judgement.shown_place(finding),
            "kind": finding.kind,
        })
    });
    views.collect()
}

/// A reviewer's comments.
pub fn comments(comments: &[Comment], lang: Lang) -> Value {
    comments.iter().map(|comment| self::comment(comment, lang)).collect()
}

/// A comment.
pub fn comment(comment: &Comment, lang: Lang) -> Value {
    let reason = match lang {
        Lang::Zh => comment.reason_code.zh(),
        Lang::En => comment.reason_code.en(),
    };
    json!({
        "pointer": comment.pointer,
        "reasonCode": comment.reason_code,
        "reason": reason,
        "text": comment.text,
    })
}

/// The name of a case's state in words.
pub fn state_text(case: &Case, lang: Lang) -> String {
    let entry = codes::table("application_states").and_then(|table| table.get(case.state.code()));
    let text = entry.map(|entry| match lang {
        Lang::Zh => entry.zh.as_str(),
        Lang::En => entry.en.as_str(),
    });
    text.unwrap_or_default().to_owned()
}

/// A case's history as its applicant may see it.
pub fn history(entries: &[AuditEntry]) -> Value {
    entries.iter().filter(|entry| !entry.event.is_internal()).map(event).collect()
}

/// A case's history as reviewers may see it: without the identity of reviewers.
pub fn full_history(entries: &[AuditEntry]) -> Value {
    entries.iter().map(event).collect()
}

fn event(entry: &AuditEntry) -> Value {
    json!({
        "at": entry.at,
        "event": entry.event,
        "state": entry.to,
        "version": entry.version,
        "round": entry.round,
        "reason": entry.reason,
    })
}

/// A notification in words.
pub fn notification(kept: &StoredNotification, lang: Lang) -> Value {
    let StoredNotification { notification, read_at, .. } = kept;
    json!({
        "notificationId": notification.id,
        "about": notification.case.kind,
        "kind": notification.kind,
        "round": notification.round,
        "at": notification.at,
        "title": notification.title(lang),
        "text": notification.text(lang),
        "readAt": read_at,
    })
}

/// The state of real-name verification in both ways, and the possible next steps.
pub fn real_name(person: &Person, now: Moment, lang: Lang) -> Value {
    let filed = person.real_name.as_ref();
    let case = filed.map(|filed| &filed.case);
    let (remarks, opinion) = case.map_or((&[][..], None), Case::remarks);
    let stand = person.stand(now);
    let code = stand.next.code();
    let latest = person.alipay.as_ref().and_then(|standing| standing.latest());
    json!({
        "state": stand.state,
        "ways": stand.ways,
        "next": {"code": code, "message": messages::text(code.0, lang)},
        "verification": stand.verification.as_ref().map(verification),
        "alipay": latest.map(|latest| attempt(latest, now, lang)),
        "division": filed.map(|filed| filed.pages.division),
        "comments": comments(remarks, lang),
        "opinion": opinion,
        "decidedAt": case.and_then(|case| case.verdict.as_ref()).map(|ruling| ruling.at),
    })
}

fn verification(verification: &Verification) -> Value {
    json!({"way": verification.way, "at": verification.at, "until": verification.until})
}

/// The state of an attempt with Alipay. An attempt past its deadline is shown as expired even if that was not saved
/// yet.
pub fn attempt(attempt: &Attempt, now: Moment, lang: Lang) -> Value {
    let shown = match attempt.progress {
        Attempted::Started if attempt.is_overdue(now) => Attempted::Expired { at: attempt.expires_at },
        progress => progress,
    };
    let reason: Option<Reason> = match shown {
        Attempted::Failed { reason, .. } => Some(reason),
        Attempted::Started
        | Attempted::Passed { .. }
        | Attempted::Cancelled { .. }
        | Attempted::Expired { .. } => None,
    };
    let code = shown.code();
    json!({
        "attemptId": attempt.id,
        "state": shown.as_str(),
        "reason": reason,
        "code": code,
        "message": messages::text(code.0, lang),
        "startedAt": attempt.started_at,
        "expiresAt": attempt.expires_at,
        "endedAt": shown.ended_at(),
        "askAgainAfter": attempt.ask_again_after(now),
    })
}

/// The whole collection.
pub fn collection(filed: &CaseFile<Collection>, who: &Identity, lang: Lang) -> Value {
    let CaseFile { case, pages } = filed;
    let (remarks, opinion) = case.remarks();
    let mut view = json!(pages);
    view["caseId"] = json!(case.id);
    view["state"] = json!(case.state);
    view["stateText"] = json!(state_text(case, lang));
    view["version"] = json!(case.version);
    view["editable"] = json!(case.state.is_editable());
    view["identity"] = identity(who, pages.basic.as_ref());
    view["comments"] = comments(remarks, lang);
    view["opinion"] = json!(opinion);
    view
}

/// Faults or warnings in words.
pub fn faults<'f>(faults: impl Iterator<Item = &'f Fault>, lang: Lang) -> Value {
    let views = faults.map(|fault| {
        json!({
            "pointer": fault.pointer,
            "code": fault.code,
            "message": messages::text(fault.code.0, lang),
        })
    });
    views.collect()
}

/// The condition of that year's examination that is met, or how much is missing.
pub fn eligibility(pages: &Collection, year: i16, now: Moment, lang: Lang) -> Value {
    let (condition, months, reason) = match pages.eligibility(year, now.date()) {
        Ok(Eligible { condition, months }) => (Some(condition), Some(months), None),
        Err(why @ Ineligible::YearsShort { condition, months }) => (Some(condition), Some(months), Some(why)),
        Err(why @ Ineligible::NoQualifyingEducation) => (None, None, Some(why)),
    };
    let missing =
        condition.zip(months).map(|(condition, months)| (condition.months_needed() - months).max(0));
    let met = condition.filter(|_| reason.is_none());
    json!({
        "examYear": year,
        "eligible": reason.is_none(),
        "condition": met.map(Condition::code),
        "conditionText": condition.map(|condition| text(condition, lang)),
        "monthsWorked": months,
        "monthsMissing": missing,
        "reason": reason.map(why_not),
    })
}

/// A requested transfer.
pub fn transfer(transfer: &Transfer) -> Value {
    json!({
        "departmentId": transfer.to,
        "reason": transfer.reason,
        "askedAt": transfer.asked_at,
        "releasedAt": transfer.released.map(|release| release.at),
    })
}

fn text(condition: Condition, lang: Lang) -> Option<&'static str> {
    let entry = codes::table("exam_conditions")?.get(condition.code())?;
    Some(match lang {
        Lang::Zh => &entry.zh,
        Lang::En => &entry.en,
    })
}

fn why_not(why: Ineligible) -> Value {
    json!(match why {
        Ineligible::NoQualifyingEducation => "NO_QUALIFYING_EDUCATION",
        Ineligible::YearsShort { .. } => "YEARS_SHORT",
    })
}
