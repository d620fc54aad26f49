//! Showing the audit trail: of a case, or of what a reviewer did in a time.

use std::{error::Error, fmt::Write};

use clap::Args;
use domain::{
    case::{Actor, AuditEntry},
    ids::{CaseId, ReviewerId},
    moment::Moment,
    real_name::Way,
    staff::StaffAccount,
};
use ports::{
    audit::{Act, ListViews, ScanActs, View},
    cases::LoadHistory,
    numbers::Settlement,
    people::FindAccount,
};

/// Shows entries.
#[derive(Debug, Args)]
pub(crate) struct Show {
    /// One case, such as collection-01J…; else the whole table is read
    #[arg(long, value_parser = CaseId::parse, required_unless_present_any = ["reviewer", "from"])]
    case: Option<CaseId>,
    /// Only what the reviewer of that login name did, or looked at
    #[arg(long)]
    reviewer: Option<String>,
    /// RFC 3339: from then on
    #[arg(long, value_parser = crate::windows::moment)]
    from: Option<Moment>,
    /// RFC 3339: before that
    #[arg(long, value_parser = crate::windows::moment)]
    to: Option<Moment>,
}

/// There is no such reviewer.
#[derive(Debug, thiserror::Error)]
#[error("there is no reviewer of the name {0}")]
struct Unknown(String);

/// What the command may do with the table.
pub(crate) trait TrailTable: LoadHistory + ListViews + ScanActs + FindAccount {}

impl<T: LoadHistory + ListViews + ScanActs + FindAccount> TrailTable for T {}

/// One line: when, who, which case, what.
struct Line {
    at: Moment,
    by: Option<ReviewerId>,
    text: String,
}

/// Shows what happened, oldest first.
pub(crate) async fn show(table: &impl TrailTable, show: &Show) -> Result<String, Box<dyn Error>> {
    let reviewer = match &show.reviewer {
        Some(account) => {
            let found = match StaffAccount::parse(account) {
                Ok(account) => table.find_staff(account.as_str()).await?,
                Err(_) => None,
            };
            Some(found.ok_or_else(|| Unknown(account.clone()))?)
        }
        None => None,
    };
    let mut lines = Vec::new();
    let is_asked = |line: &Line| {
        let at = line.at;
        show.from.is_none_or(|from| from <= at)
            && show.to.is_none_or(|to| at < to)
            && reviewer.is_none_or(|reviewer| line.by == Some(reviewer))
    };
    let mut add = |acts: &[Act]| lines.extend(acts.iter().map(line).filter(is_asked));
    if let Some(case) = show.case {
        let entries = table.load_history(case).await?.into_iter().map(|entry| Act::Change(Box::new(entry)));
        let views = table.list_views(case).await?.into_iter().map(Act::Look);
        add(&entries.chain(views).collect::<Vec<_>>());
    } else {
        let mut place = None;
        loop {
            let (acts, next) = table.scan_acts(reviewer, place).await?;
            add(&acts);
            match next {
                None => break,
                next => place = next,
            }
        }
    }
    // A scan may meet an entry twice.
    lines.sort_by(|one, other| (one.at, &one.text).cmp(&(other.at, &other.text)));
    lines.dedup_by(|one, other| (one.at, &one.text) == (other.at, &other.text));
    let mut report = String::new();
    for line in &lines {
        writeln!(report, "{}  {}", line.at, line.text)?;
    }
    writeln!(report, "{} entries", lines.len())?;
    Ok(report)
}

fn line(act: &Act) -> Line {
    match act {
        Act::Change(entry) => change(entry),
        Act::Look(view) => look(view),
        Act::Number(settlement) => number(settlement),
    }
}

fn change(entry: &AuditEntry) -> Line {
    let by = match &entry.by {
        Actor::Applicant(_) => "the applicant".to_owned(),
        Actor::Clock => "the clock".to_owned(),
        Actor::Reviewer(id) => id.to_string(),
        Actor::Supervisor(id) => format!("{id} as supervisor"),
    };
    let (event, from, to) = (entry.event, entry.from.code(), entry.to.code());
    let text = format!("{}  {by}  {event:?}: {from} to {to}, version {}", entry.case, entry.version);
    Line { at: entry.at, by: entry.by.reviewer(), text }
}

fn look(view: &View) -> Line {
    let how =
        view.case_list.map_or_else(|| "looked at".to_owned(), |case_list| format!("had in list {case_list}"));
    Line {
        at: view.at,
        by: Some(view.by),
        text: format!("{}  {}  {how} version {}", view.case, view.by, view.version),
    }
}

fn number(settlement: &Settlement) -> Line {
    let lost: Vec<String> = settlement.lost.iter().map(ToString::to_string).collect();
    let how = match settlement.way {
        Way::Alipay => "Alipay",
        Way::Online => "the department",
    };
    let done =
        settlement.settled_at.map_or_else(|| "not settled yet".to_owned(), |at| format!("settled {at}"));
    let text = format!(
        "{}  was verified by {how} and holds its identity number; lost by {}; {done}",
        settlement.account,
        lost.join(", ")
    );
    Line { at: settlement.at, by: None, text }
}

#[cfg(test)]
mod tests {
    use domain::case::Command;
    use ports::{audit::RecordView, fakes::Fakes};

    use super::*;

    fn asked(case: Option<CaseId>, reviewer: Option<&str>) -> Show {
        Show { case, reviewer: reviewer.map(str::to_owned), from: None, to: None }
    }

    #[tokio::test]
    async fn a_case_a_reviewer_and_a_time_are_told_apart() {
        let fakes = Fakes::new();
        let (case, other) = (fakes.submitted(1).await, fakes.submitted(2).await);
        let reviewer = fakes.reviewer("110102");
        fakes.follow(case, &Command::Claim, &Actor::Reviewer(reviewer.id)).await;
        let at = ports::Clock::now(&fakes.clock);
        let view = View { case: other, version: 2, submission: None, by: reviewer.id, at, case_list: None };
        fakes.table.record_view(&view).await.unwrap();

        let of_case = show(&fakes.table, &asked(Some(case), None)).await.unwrap();
        assert!(of_case.contains("the applicant  Submitted: DRAFT to SUBMITTED, version 2"), "{of_case}");
        assert!(of_case.contains("Claimed: SUBMITTED to UNDER_REVIEW") && of_case.ends_with("2 entries\n"));
        let theirs = show(&fakes.table, &asked(None, Some("staff-110102"))).await.unwrap();
        assert!(theirs.contains("Claimed") && theirs.contains("looked at version 2"), "{theirs}");
        assert!(theirs.ends_with("2 entries\n"), "{theirs}");
        let later =
            Show { from: Some(at.after(jiff::SignedDuration::from_secs(1))), ..asked(Some(case), None) };
        assert_eq!(show(&fakes.table, &later).await.unwrap(), "0 entries\n");
        let day = show(&fakes.table, &Show { from: Some(at), ..asked(None, None) }).await.unwrap();
        assert!(day.contains("Claimed") && day.contains("looked at version 2"), "{day}");
        let nobody = show(&fakes.table, &asked(None, Some("nobody"))).await.unwrap_err();
        assert_eq!(nobody.to_string(), "there is no reviewer of the name nobody");
    }
}
