//! The administrator's command. `./dev admin` runs it against the local stack; in an account it runs with the
//! administrator's own credentials and `TABLE_NAME`.

mod audit;
mod departments;
mod redrive;
mod reviewers;
mod sign;
mod statistics;
mod text_file;
mod trail;
mod windows;

use std::{error::Error, path::PathBuf, process::ExitCode};

use adapters::{Aws, SystemClock, SystemRandom};
use clap::{Parser, Subcommand};

/// What an administrator can do.
#[derive(Debug, Parser)]
#[command(
    name = "admin",
    about = "Departments, collection windows, reviewers, the audit trail, the desk's figures and dead letters",
    version
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Compares a CSV file of departments with the table, and writes what differs
    Departments {
        /// Columns id, name, address, phone, hours (or 编号, 名称, 地址, 电话, 办公时间), as UTF-8, GBK, GB18030 or UTF-16; id is
        /// the division's code and a number: 110101-1
        file: PathBuf,
        /// Write; without it the differences are only shown
        #[arg(long)]
        apply: bool,
    },
    /// Shows the provinces' collection windows
    Windows,
    /// Sets a province's collection window
    SetWindow(windows::Set),
    /// Closes a province's collection window later
    ExtendWindow(windows::Extend),
    /// Adds a reviewer, and shows their first password
    AddReviewer(reviewers::Add),
    /// Moves a reviewer to another division
    MoveReviewer(reviewers::Move),
    /// Makes a reviewer answer for the others, or no longer
    SuperviseReviewer(reviewers::Supervise),
    /// Has a reviewer decide for a division below theirs, for a time
    DelegateReviewer(reviewers::Delegate),
    /// Dismisses a reviewer: their next request is refused
    DisableReviewer(reviewers::Named),
    /// Takes a dismissed reviewer back
    EnableReviewer(reviewers::Named),
    /// Gives a reviewer another password, and shows it
    ReviewerPassword(reviewers::Named),
    /// Lets a reviewer in again whom wrong passwords locked out
    UnlockReviewer(reviewers::Named),
    /// Verifies the chains of audit entries; fails when one does not hold
    VerifyAudit(audit::Verify),
    /// Shows who did what with a case, or what a reviewer did
    AuditTrail(trail::Show),
    /// Writes today's anchor of all chains, and shows the line to keep outside the account
    AnchorAudit,
    /// Counts the desk's statistics anew from the audit entries; fails when the counters differ
    RecountStatistics(statistics::Recount),
    /// Shows how much lies in the dead-letter queues
    DeadLetters,
    /// Runs again what lies in the dead-letter queues; fails when something stays there
    Redrive(redrive::Redrive),
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(report) => {
            print!("{report}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("admin: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<String, Box<dyn Error>> {
    let aws = Aws::load().await;
    let (table, clock) = (aws.table().await?, SystemClock);
    let staff = || aws.staff();
    let dead_letters = || -> Result<_, Box<dyn Error>> {
        Ok((redrive::Queues::parse(&adapters::setting("DEAD_LETTERS")?)?, aws.dead_letters()))
    };
    match arguments.command {
        Command::Departments { file, apply } => departments::import(&table, &clock, &file, apply).await,
        Command::Windows => windows::show(&table).await,
        Command::SetWindow(set) => windows::set(&table, &clock, &set).await,
        Command::ExtendWindow(extend) => windows::extend(&table, &clock, &extend).await,
        Command::AddReviewer(add) => reviewers::add(&table, &staff()?, &clock, &SystemRandom, &add).await,
        Command::MoveReviewer(to) => reviewers::relocate(&table, &clock, &to).await,
        Command::SuperviseReviewer(who) => reviewers::supervise(&table, &clock, &who).await,
        Command::DelegateReviewer(who) => reviewers::delegate(&table, &clock, &who).await,
        Command::DisableReviewer(who) => reviewers::set_active(&table, &staff()?, &clock, &who, false).await,
        Command::EnableReviewer(who) => reviewers::set_active(&table, &staff()?, &clock, &who, true).await,
        Command::UnlockReviewer(who) => reviewers::unlock(&table, &clock, &who).await,
        Command::VerifyAudit(verify) => audit::verify(&table, &verify).await,
        Command::AuditTrail(show) => trail::show(&table, &show).await,
        Command::AnchorAudit => audit::anchor(&table, &clock).await,
        Command::RecountStatistics(recount) => statistics::recount(&table, &clock, &recount).await,
        Command::DeadLetters => {
            let (queues, aws) = dead_letters()?;
            redrive::count(&queues, &aws).await
        }
        Command::Redrive(which) => {
            let (queues, aws) = dead_letters()?;
            redrive::redrive(&queues, &aws, &which).await
        }
        Command::ReviewerPassword(who) => reviewers::new_password_for(&table, &staff()?, &clock, &who).await,
    }
}
