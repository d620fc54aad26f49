//! Reviewers: adding, moving, dismissing and taking back. Each change is kept with who made it and why, and counts from
//! the reviewer's next request on, whatever their token says.

use std::{error::Error, fmt::Write};

use clap::Args;
use domain::{
    case::desk::{Delegation, Reviewer},
    divisions::Division,
    ids::{AccountId, ReviewerId},
    moment::Moment,
    password::{Password, PasswordContext, TypedPassword},
    staff::{StaffAccount, StaffAccountError},
};
use ports::{
    Clock, PortError, Random,
    codes::{ForgiveSources, ResetRateLimit},
    log_in::{LiftedLock, RecordLift, lift_lock},
    people::{FindAccount, LoadReviewer},
    staff::{ReviewerChange, SaveReviewer, StaffUsers},
};
use rand::seq::IndexedRandom;

use crate::sign::Sign;

/// Adds a reviewer.
#[derive(Debug, Args)]
pub(crate) struct Add {
    /// The name to log in with: lower-case letters, digits and "-"; it names no person
    #[arg(value_parser = account)]
    account: String,
    /// The code of the department's division, such as 110101; a city's or a province's for those who see what lies below
    #[arg(long, value_parser = Division::parse_selectable)]
    division: Division,
    /// Their own account as an applicant, where they have one: their own cases do not exist for them
    #[arg(long, value_parser = AccountId::parse)]
    own_account: Option<AccountId>,
    /// They answer for the others: they give cases to reviewers, and have them decided once more
    #[arg(long)]
    supervisor: bool,
    #[command(flatten)]
    sign: Sign,
}

/// Names a reviewer.
#[derive(Debug, Args)]
pub(crate) struct Named {
    /// The name they log in with
    #[arg(value_parser = account)]
    account: String,
    #[command(flatten)]
    sign: Sign,
}

/// Moves a reviewer.
#[derive(Debug, Args)]
pub(crate) struct Move {
    /// The code of the division they work for from now on
    #[arg(long, value_parser = Division::parse_selectable)]
    division: Division,
    #[command(flatten)]
    named: Named,
}

/// Makes somebody answer for the others, or no longer.
#[derive(Debug, Args)]
pub(crate) struct Supervise {
    /// No longer
    #[arg(long)]
    no_longer: bool,
    #[command(flatten)]
    named: Named,
}

/// Has a reviewer decide for a division below theirs.
#[derive(Debug, Args)]
pub(crate) struct Delegate {
    /// The code of the division, whose counties are meant as well
    #[arg(long, value_parser = Division::parse)]
    division: Division,
    /// RFC 3339, such as 2026-12-01T00:00:00+08:00: until when; a moment that has passed ends it
    #[arg(long, value_parser = crate::windows::moment)]
    until: Moment,
    #[command(flatten)]
    named: Named,
}

/// That cannot be done to a reviewer.
#[derive(Debug, thiserror::Error)]
enum ReviewerError {
    #[error("there is a reviewer of the name {0} already")]
    Taken(String),
    #[error("there is no reviewer of the name {0}")]
    Unknown(String),
    #[error("{0} lies not below {1}: nobody decides for a division that they do not watch over")]
    NotBelow(&'static str, &'static str),
    #[error("somebody else changed the reviewer just now, and nothing was written: try again")]
    Changed,
}

fn account(text: &str) -> Result<String, StaffAccountError> {
    StaffAccount::parse(text).map(|account| account.as_str().to_owned())
}

/// What the command may do with the table.
pub(crate) trait Staff: FindAccount + LoadReviewer + SaveReviewer {}

impl<T: FindAccount + LoadReviewer + SaveReviewer> Staff for T {}

/// Adds a reviewer. The record comes first: without it the user opens nothing. Where the user could not be made,
/// `reviewer-password` makes it.
pub(crate) async fn add(
    table: &impl Staff,
    users: &impl StaffUsers,
    clock: &impl Clock,
    chance: &impl Random,
    add: &Add,
) -> Result<String, Box<dyn Error>> {
    let id = ReviewerId::new(chance.ulid());
    let after = Reviewer {
        id,
        division: add.division,
        active: true,
        supervisor: add.supervisor,
        delegations: Vec::new(),
        own_account: add.own_account,
    };
    match table.add_reviewer(&add.account, &line(None, after, clock, &add.sign)).await {
        Ok(()) => {}
        Err(PortError::Conflict) => return Err(ReviewerError::Taken(add.account.clone()).into()),
        Err(error) => return Err(error.into()),
    }
    let password = new_password()?;
    users.ensure_staff(id, &password).await?;
    Ok(format!(
        "{}  {}  {}\npassword, shown this once: {}\n",
        add.account,
        id,
        add.division.zh(),
        password.expose()
    ))
}

/// Gives a reviewer another password.
pub(crate) async fn new_password_for(
    table: &impl Staff,
    users: &impl StaffUsers,
    clock: &impl Clock,
    named: &Named,
) -> Result<String, Box<dyn Error>> {
    let reviewer = find(table, &named.account).await?;
    let change = line(Some(reviewer.clone()), reviewer.clone(), clock, &named.sign);
    save(table, &change).await?;
    let password = new_password()?;
    users.ensure_staff(reviewer.id, &password).await?;
    Ok(format!("{}\npassword, shown this once: {}\n", named.account, password.expose()))
}

/// Ends every wait for a reviewer; who did it, and why, is kept first.
pub(crate) async fn unlock(
    table: &(impl Staff + RecordLift + ResetRateLimit + ForgiveSources),
    clock: &impl Clock,
    named: &Named,
) -> Result<String, Box<dyn Error>> {
    let reviewer = find(table, &named.account).await?.id;
    let Sign { by, reason } = &named.sign;
    let lift = LiftedLock { reviewer, by: by.clone(), at: clock.now(), reason: Some(reason.clone()) };
    table.record_lift(&lift).await?;
    lift_lock(table, &reviewer.into()).await?;
    Ok(format!("{}: may try again\n", named.account))
}

/// Dismisses a reviewer, or takes one back. The record first: it is what each request asks.
pub(crate) async fn set_active(
    table: &impl Staff,
    users: &impl StaffUsers,
    clock: &impl Clock,
    named: &Named,
    active: bool,
) -> Result<String, Box<dyn Error>> {
    let before = find(table, &named.account).await?;
    let after = Reviewer { active, ..before.clone() };
    save(table, &line(Some(before), after.clone(), clock, &named.sign)).await?;
    let is_there = users.enable_staff(after.id, active).await?;
    let report = match (active, is_there) {
        (true, true) => "may review",
        (true, false) => "may review once reviewer-password has made the user again, who is missing",
        (false, _) => "may review no more",
    };
    Ok(format!("{}: {report}\n", named.account))
}

/// Moves a reviewer to another division.
pub(crate) async fn relocate(
    table: &impl Staff,
    clock: &impl Clock,
    relocate: &Move,
) -> Result<String, Box<dyn Error>> {
    let before = find(table, &relocate.named.account).await?;
    let after = Reviewer { division: relocate.division, ..before.clone() };
    let report = format!("{}: {} → {}\n", relocate.named.account, before.division.zh(), after.division.zh());
    save(table, &line(Some(before), after, clock, &relocate.named.sign)).await?;
    Ok(report)
}

/// Makes somebody answer for the others, or no longer.
pub(crate) async fn supervise(
    table: &impl Staff,
    clock: &impl Clock,
    supervise: &Supervise,
) -> Result<String, Box<dyn Error>> {
    let named = &supervise.named;
    let before = find(table, &named.account).await?;
    let after = Reviewer { supervisor: !supervise.no_longer, ..before.clone() };
    let report = if after.supervisor { "answers for the others" } else { "answers for the others no more" };
    save(table, &line(Some(before), after, clock, &named.sign)).await?;
    Ok(format!("{}: {report}\n", named.account))
}

/// Has a reviewer decide for a division below theirs. What has ended goes.
pub(crate) async fn delegate(
    table: &impl Staff,
    clock: &impl Clock,
    delegate: &Delegate,
) -> Result<String, Box<dyn Error>> {
    let (named, now) = (&delegate.named, clock.now());
    let Delegate { division, until, .. } = *delegate;
    let before = find(table, &named.account).await?;
    if division == before.division || !before.division.answers_for(division) {
        return Err(ReviewerError::NotBelow(division.zh(), before.division.zh()).into());
    }
    let mut after = before.clone();
    after.delegations.retain(|delegation| delegation.division != division);
    after.delegations.push(Delegation { division, until });
    after.delegations.retain(|delegation| delegation.until > now);
    let mut report = format!("{} decides for:\n", named.account);
    for delegation in &after.delegations {
        writeln!(report, "  {} until {}", delegation.division.zh(), delegation.until)?;
    }
    save(table, &line(Some(before), after, clock, &named.sign)).await?;
    Ok(report)
}

async fn find(table: &impl Staff, account: &str) -> Result<Reviewer, Box<dyn Error>> {
    let unknown = || ReviewerError::Unknown(account.to_owned());
    let id = table.find_staff(account).await?.ok_or_else(unknown)?;
    Ok(table.load_reviewer(id).await?.ok_or_else(unknown)?)
}

async fn save(table: &impl SaveReviewer, change: &ReviewerChange) -> Result<(), Box<dyn Error>> {
    match table.change_reviewer(change).await {
        Err(PortError::Conflict) => Err(ReviewerError::Changed.into()),
        result => Ok(result?),
    }
}

fn line(before: Option<Reviewer>, after: Reviewer, clock: &impl Clock, sign: &Sign) -> ReviewerChange {
    ReviewerChange { before, after, at: clock.now(), by: sign.by.clone(), reason: sign.reason.clone() }
}

/// Twenty characters that are not mistaken for each other: over a hundred bits.
fn new_password() -> Result<Password, Box<dyn Error>> {
    const CHARACTERS: &[u8] = b"abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    let mut rng = rand::rng();
    let text: String =
        (0..20).filter_map(|_| CHARACTERS.choose(&mut rng)).map(|byte| char::from(*byte)).collect();
    Ok(Password::parse(&TypedPassword::new(&text), &PasswordContext::default())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn account_names_are_plain_and_passwords_are_not() {
        for good in ["dongcheng-3", "abc", "a23"] {
            assert_eq!(account(good).as_deref(), Ok(good));
        }
        assert_eq!(account("Dongcheng").as_deref(), Ok("dongcheng"));
        for bad in ["", "ab", "3dongcheng", "dong cheng", "东城", "a".repeat(33).as_str()] {
            assert!(account(bad).is_err(), "{bad}");
        }
        let (one, other) = (new_password().unwrap(), new_password().unwrap());
        assert_eq!(one.expose().len(), 20);
        assert_ne!(one.expose(), other.expose());
    }
}
