//! The chains of audit entries: whether they hold, and anchors whose lines are kept outside the account.

use std::{collections::BTreeSet, error::Error, fmt, path::PathBuf};

use clap::Args;
use domain::{
    case::chain::{Anchor, AuditHash, Heads, Report, Trail},
    ids::CaseId,
    moment::Moment,
};
use futures_util::future::try_join_all;
use jiff::{SignedDuration, civil::Date};
use ports::{
    Clock, PortResult,
    audit::{LoadTrail, SaveAnchors, ScanCases},
};

use crate::text_file;

/// Cases that are read at once.
const AT_ONCE: usize = 25;

/// Cases between two signs of life.
const PROGRESS: usize = 1_000;

/// How often a case is read before it counts as broken: it may be changed while it is read.
const TRIES: usize = 3;

/// How long after midnight yesterday's entries are all there: longer than any function runs.
const SETTLED: SignedDuration = SignedDuration::from_mins(10);

/// Verifies chains.
#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// One case, such as collection-01J…
    #[arg(long, value_parser = CaseId::parse, required_unless_present = "all")]
    case: Option<CaseId>,
    /// All cases and all anchors; reads the whole table
    #[arg(long, conflicts_with = "case")]
    all: bool,
    /// A file of the lines that anchor-audit printed, kept outside the account
    #[arg(long, requires = "all")]
    anchors: Option<PathBuf>,
}

/// Something does not hold.
#[derive(Debug, thiserror::Error)]
#[error("the audit trail does not hold\n{}", .0.join("\n"))]
struct Broken(Vec<String>);

/// There can be no anchor, or no comparison.
#[derive(Debug, thiserror::Error)]
enum AnchorError {
    #[error("yesterday's entries may not all be there yet: try again after {0}")]
    TooEarly(Moment),
    #[error("there is an anchor of a later day: {0}")]
    Later(Date),
    #[error("line {0} is none that anchor-audit printed: day, number of cases, hash")]
    Line(usize),
}

/// What the command may do with the table.
pub(crate) trait AuditTable: LoadTrail + ScanCases + SaveAnchors {}

impl<T: LoadTrail + ScanCases + SaveAnchors> AuditTable for T {}

/// Says which chains hold; an error names what does not.
pub(crate) async fn verify(table: &impl AuditTable, verify: &Verify) -> Result<String, Box<dyn Error>> {
    if let Some(case) = verify.case {
        let mut tally = Tally::default();
        tally.add(case, &check(table, case).await?.1);
        return tally.end();
    }
    // why: PowerShell writes what is sent to a file as UTF-16.
    let kept = verify.anchors.as_deref().map(text_file::read).transpose()?;
    verify_all(table, &kept_lines(kept.as_ref().map_or("", |file| &file.text))?).await
}

async fn verify_all(table: &impl AuditTable, kept: &[KeptAnchor]) -> Result<String, Box<dyn Error>> {
    let mut tally = Tally::default();
    let anchors = table.list_anchors().await?;
    for (place, anchor) in anchors.iter().enumerate() {
        if !anchor.follows(place.checked_sub(1).and_then(|before| anchors.get(before))) {
            tally.fault(format!("anchor of {}: it was changed, or the one before it", anchor.date));
        }
    }
    for line in kept {
        let same =
            |anchor: &&Anchor| (anchor.date, anchor.count, anchor.hash) == (line.date, line.count, line.hash);
        if !anchors.iter().any(|anchor| same(&anchor)) {
            tally.fault(format!("anchor of {}: the table has not the one whose line was kept", line.date));
        }
    }
    // why: an entry that an older anchor covers is covered by every later one as well. The latest that is kept outside is
    // the one that nobody could write anew.
    let latest_kept = kept.iter().map(|line| line.date).max();
    let compared = anchors.iter().filter(|anchor| Some(anchor.date) == latest_kept);
    let mut compared: Vec<(&Anchor, Heads)> =
        compared.chain(anchors.last()).map(|anchor| (anchor, Heads::new())).collect();
    compared.dedup_by_key(|(anchor, _)| anchor.date);

    each_case(table, |case, trail, report| {
        tally.add(case, report);
        for (anchor, heads) in &mut compared {
            heads.extend(trail.head_before(anchor.at()).map(|head| (case, head)));
        }
    })
    .await?;
    for (anchor, heads) in &compared {
        if anchor.holds(heads) {
            tally.anchors.push(anchor.date);
        } else {
            let (then, now) = (anchor.count, heads.len());
            tally.fault(format!(
                "anchor of {}: a history from before it was changed ({then} cases had one, now {now})",
                anchor.date
            ));
        }
    }
    tally.end()
}

/// Writes the anchor of today's first moment, and says the line that is to be kept elsewhere; once a day, however often it
/// is asked for.
pub(crate) async fn anchor(table: &impl AuditTable, clock: &impl Clock) -> Result<String, Box<dyn Error>> {
    let now = clock.now();
    let start = Moment::start_of(now.date());
    let settled = start.after(SETTLED);
    if now < settled {
        return Err(AnchorError::TooEarly(settled).into());
    }
    let anchors = table.list_anchors().await?;
    match anchors.last() {
        Some(last) if last.date == now.date() => return Ok(line(last)),
        Some(last) if last.date > now.date() => return Err(AnchorError::Later(last.date).into()),
        _ => {}
    }
    let mut heads = Heads::new();
    each_case(table, |case, trail, _| heads.extend(trail.head_before(start).map(|head| (case, head))))
        .await?;
    let anchor = Anchor::new(now.date(), &heads, anchors.last());
    table.save_anchor(&anchor).await?;
    Ok(line(&anchor))
}

fn line(anchor: &Anchor) -> String {
    format!("{} {} {}\n", anchor.date, anchor.count, anchor.hash)
}

/// A line that was kept.
#[derive(Debug, PartialEq)]
struct KeptAnchor {
    date: Date,
    count: u64,
    hash: AuditHash,
}

fn kept_lines(text: &str) -> Result<Vec<KeptAnchor>, AnchorError> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines.map(|(number, line)| kept_line(line).ok_or(AnchorError::Line(number + 1))).collect()
}

fn kept_line(line: &str) -> Option<KeptAnchor> {
    let mut parts = line.split_whitespace();
    let date = parts.next()?.parse().ok()?;
    let count = parts.next()?.parse().ok()?;
    let hash = AuditHash::parse(parts.next()?).ok()?;
    parts.next().is_none().then_some(KeptAnchor { date, count, hash })
}

/// Reads every case once, and says how far it is.
async fn each_case(
    table: &(impl LoadTrail + ScanCases),
    mut see: impl FnMut(CaseId, &Trail, &Report),
) -> PortResult<()> {
    let (mut seen, mut place, mut told) = (BTreeSet::new(), None, 0);
    loop {
        let (found, next) = table.scan_cases(place).await?;
        let new: Vec<CaseId> = found.into_iter().filter(|case| seen.insert(*case)).collect();
        for some in new.chunks(AT_ONCE) {
            let checked = try_join_all(some.iter().map(|case| check(table, *case))).await?;
            for (case, (trail, report)) in some.iter().zip(&checked) {
                see(*case, trail, report);
            }
        }
        if seen.len() >= told + PROGRESS {
            told = seen.len();
            eprintln!("{told} cases read");
        }
        match next {
            None => return Ok(()),
            next => place = next,
        }
    }
}

/// A case's trail and what there is to say about it.
async fn check(table: &impl LoadTrail, case: CaseId) -> PortResult<(Trail, Report)> {
    let mut trail = table.load_trail(case).await?;
    let mut report = trail.verify(case);
    for _ in 1..TRIES {
        if report.broken.is_none() {
            break;
        }
        trail = table.load_trail(case).await?;
        report = trail.verify(case);
    }
    Ok((trail, report))
}

/// What was found.
#[derive(Default)]
struct Tally {
    chains: usize,
    entries: usize,
    unlinked: usize,
    open_ends: usize,
    anchors: Vec<Date>,
    faults: Vec<String>,
}

impl Tally {
    fn add(&mut self, case: CaseId, report: &Report) {
        self.unlinked += report.unlinked;
        if let Some(broken) = report.broken {
            self.fault(format!("{case}: version {}: {}", broken.version, broken.reason));
        } else if report.linked > 0 {
            self.chains += 1;
            self.entries += report.linked;
            self.open_ends += usize::from(!report.is_end_checked);
        }
    }

    fn fault(&mut self, fault: String) {
        self.faults.push(fault);
    }

    /// The report; an error if anything does not hold.
    fn end(mut self) -> Result<String, Box<dyn Error>> {
        let report = self.to_string();
        if self.faults.is_empty() {
            return Ok(report);
        }
        self.faults.push(report.trim_end().to_owned());
        Err(Broken(self.faults).into())
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "chains that hold: {}, entries in them: {}", self.chains, self.entries)?;
        if self.unlinked > 0 {
            writeln!(f, "entries older than their chain, which nothing protects: {}", self.unlinked)?;
        }
        if self.open_ends > 0 {
            writeln!(f, "of closed accounts, whose ends only anchors tell: {}", self.open_ends)?;
        }
        for date in &self.anchors {
            writeln!(f, "the anchor of {date} holds")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use domain::{
        case::{Actor, Command, State},
        ids::ReviewerId,
    };
    use ports::fakes::Fakes;
    use ulid::Ulid;

    use super::*;

    /// Three people who handed in, one of whose cases went on, on 24 November 2026.
    async fn scene() -> (Fakes, CaseId) {
        let fakes = Fakes::new();
        let case = fakes.submitted(1).await;
        for number in [2, 3] {
            fakes.submitted(number).await;
        }
        let reviewer = Actor::Reviewer(ReviewerId::new(Ulid(1)));
        fakes.follow(case, &Command::Claim, &reviewer).await;
        fakes.follow(case, &Command::Release, &reviewer).await;
        (fakes, case)
    }

    /// The same moment of the next day.
    async fn next_anchor(fakes: &Fakes) -> String {
        fakes.clock.advance(SignedDuration::from_hours(24));
        anchor(&fakes.table, &fakes.clock).await.unwrap()
    }

    async fn all(fakes: &Fakes, kept: &str) -> Result<String, String> {
        let kept = kept_lines(kept).unwrap();
        verify_all(&fakes.table, &kept).await.map_err(|error| error.to_string())
    }

    async fn one(fakes: &Fakes, case: CaseId) -> Result<String, String> {
        let asked = Verify { case: Some(case), all: false, anchors: None };
        verify(&fakes.table, &asked).await.map_err(|error| error.to_string())
    }

    #[tokio::test]
    async fn what_was_not_touched_holds_and_goes_on_after_an_anchor() {
        let (fakes, case) = scene().await;
        assert!(one(&fakes, case).await.unwrap().starts_with("chains that hold: 1, entries in them: 3\n"));
        let first = next_anchor(&fakes).await;
        let again = anchor(&fakes.table, &fakes.clock).await.unwrap();
        assert_eq!(first, again, "a day has one anchor");
        assert!(first.starts_with("2026-11-25 "), "{first}");
        fakes.follow(case, &Command::Withdraw, &Actor::Applicant(case.owner)).await;
        let report = all(&fakes, &first).await.unwrap();
        assert!(report.ends_with("the anchor of 2026-11-25 holds\n"), "{report}");
        let second = next_anchor(&fakes).await;
        let report = all(&fakes, &first).await.unwrap();
        assert!(report.contains("2026-11-25 holds\nthe anchor of 2026-11-26 holds"), "{report}");
        all(&fakes, &format!("{first}\n{second}")).await.unwrap();
    }

    #[tokio::test]
    async fn a_changed_entry_is_named_with_its_version() {
        let (fakes, case) = scene().await;
        fakes.table.look().history.get_mut(&(case, 3)).unwrap().to = State::Approved;
        for report in [one(&fakes, case).await, all(&fakes, "").await] {
            let report = report.unwrap_err();
            assert!(
                report.contains(&format!("{case}: version 3: the entry's content was changed")),
                "{report}"
            );
        }
    }

    /// What somebody can do who may write everything: a history that ends earlier, the case made to fit.
    fn forge(fakes: &Fakes, case: CaseId) {
        let mut stored = fakes.table.look();
        stored.history.remove(&(case, 4));
        let link = stored.history[&(case, 3)].link;
        stored.cases.get_mut(&case).unwrap().case.last_audit = link.map(Into::into);
    }

    #[tokio::test]
    async fn a_forged_history_is_found_by_the_anchor_from_before() {
        let (fakes, case) = scene().await;
        next_anchor(&fakes).await;
        forge(&fakes, case);
        assert!(one(&fakes, case).await.is_ok(), "the chain alone cannot tell");
        let report = all(&fakes, "").await.unwrap_err();
        assert!(report.contains("anchor of 2026-11-25: a history from before it was changed"), "{report}");
    }

    #[tokio::test]
    async fn a_forged_anchor_is_found_by_the_line_that_was_kept() {
        let (fakes, case) = scene().await;
        let kept = next_anchor(&fakes).await;
        forge(&fakes, case);
        fakes.table.look().anchors.clear();
        anchor(&fakes.table, &fakes.clock).await.unwrap();
        all(&fakes, "").await.unwrap();
        let report = all(&fakes, &kept).await.unwrap_err();
        assert!(
            report.contains("anchor of 2026-11-25: the table has not the one whose line was kept"),
            "{report}"
        );
    }

    #[tokio::test]
    async fn a_history_forged_under_an_old_anchor_is_found_by_its_line() {
        let (fakes, case) = scene().await;
        let kept = next_anchor(&fakes).await;
        forge(&fakes, case);
        next_anchor(&fakes).await;
        all(&fakes, "").await.unwrap();
        let report = all(&fakes, &kept).await.unwrap_err();
        assert!(report.contains("anchor of 2026-11-25: a history from before it was changed"), "{report}");
    }

    #[tokio::test]
    async fn a_missing_or_changed_anchor_is_found() {
        let (fakes, _) = scene().await;
        for _ in 0..3 {
            next_anchor(&fakes).await;
        }
        let whole = fakes.table.look().anchors.clone();
        let [first, second] = [25, 26].map(|day| jiff::civil::date(2026, 11, day));
        fakes.table.look().anchors.remove(&second);
        assert!(
            all(&fakes, "")
                .await
                .unwrap_err()
                .contains("anchor of 2026-11-27: it was changed, or the one before")
        );
        fakes.table.look().anchors = whole;
        fakes.table.look().anchors.get_mut(&first).unwrap().count = 2;
        assert!(all(&fakes, "").await.unwrap_err().contains("anchor of 2026-11-25: it was changed"));
    }

    #[tokio::test]
    async fn there_is_no_anchor_in_the_first_minutes_of_a_day() {
        let fakes = Fakes::new();
        fakes
            .clock
            .set(Moment::start_of(jiff::civil::date(2026, 11, 25)).after(SignedDuration::from_mins(9)));
        let error = anchor(&fakes.table, &fakes.clock).await.unwrap_err().to_string();
        assert!(error.contains("try again after 2026-11-25T00:10:00.000+08:00"), "{error}");
        fakes.clock.advance(SignedDuration::from_mins(1));
        let line = anchor(&fakes.table, &fakes.clock).await.unwrap();
        assert!(line.starts_with("2026-11-25 0 "), "{line}");
    }

    #[tokio::test]
    async fn histories_of_closed_accounts_and_from_before_are_said() {
        let (fakes, case) = scene().await;
        fakes.table.look().cases.remove(&case);
        let report = one(&fakes, case).await.unwrap();
        assert!(report.contains("only anchors tell: 1"), "{report}");
        for ((of, _), entry) in &mut fakes.table.look().history {
            if *of == case {
                entry.link = None;
            }
        }
        let report = one(&fakes, case).await.unwrap();
        assert!(report.contains("nothing protects: 3"), "{report}");
    }

    #[test]
    fn a_line_that_was_not_printed_is_named() {
        let hash = "0".repeat(64);
        let good = format!("2026-11-25 3 {hash}\n");
        assert_eq!(kept_lines(&format!("{good}\n{good}")).unwrap().len(), 2);
        for wrong in ["2026-11-25 3", "yesterday 3 x", &format!("2026-11-25 3 {hash} more"), "2026-13-25 3 0"]
        {
            let error = kept_lines(&format!("{good}{wrong}\n")).unwrap_err().to_string();
            assert!(error.starts_with("line 2 "), "{error}");
        }
    }
}
