//! Showing the audit trail: of a case, or of what a reviewer did in a time.

use std::{error::Error, fmt::Write};

use clap::Args;
use domain::{
    case::{Actor, AuditEntry},
    ids::{CaseId, ReviewerId},
    moment::Moment,
};
use ports::{
    Outcome,
    audit::{Act, ListViews, ScanActs, View},
    cases::LoadHistory,
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
            let found = table.find_staff(account).await?;
            Some(found.ok_or_else(|| Unknown(account.clone()))?)
        }
        None => None,
    };
    let mut lines = match show.case {
        Some(case) => of_case(table, case).await?,
        None => of_all(table, reviewer, show).await?,
    };
    lines.retain(|line| show.spans(line.at) && reviewer.is_none_or(|reviewer| line.by == Some(reviewer)));
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

impl Show {
    /// Whether a moment is within the time that was asked for.
    fn spans(&self, at: Moment) -> bool {
        self.from.is_none_or(|from| from <= at) && self.to.is_none_or(|to| at < to)
    }
}

async fn of_case(table: &impl TrailTable, case: CaseId) -> Outcome<Vec<Line>> {
    let (entries, views) = (table.load_history(case).await?, table.list_views(case).await?);
    Ok(entries.iter().map(change).chain(views.iter().map(look)).collect())
}

async fn of_all(table: &impl TrailTable, reviewer: Option<ReviewerId>, show: &Show) -> Outcome<Vec<Line>> {
    let (mut lines, mut place) = (Vec::new(), None);
    loop {
        let (acts, next) = table.scan_acts(reviewer, place).await?;
        let found = acts.iter().map(|act| match act {
            Act::Change(entry) => change(entry),
            Act::Look(view) => look(view),
        });
        lines.extend(found.filter(|line| show.spans(line.at)));
        if next.is_none() {
            return Ok(lines);
        }
        place = next;
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
    let how = view.roster.map_or_else(|| "looked at".to_owned(), |roster| format!("had in list {roster}"));
    Line {
        at: view.at,
        by: Some(view.by),
        text: format!("{}  {}  {how} version {}", view.case, view.by, view.version),
    }
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
        let view = View { case: other, version: 2, by: reviewer.id, at, roster: None };
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
