//! The administrator's command. `./dev admin` runs it against the local stack; in an account it runs with the
//! administrator's own credentials and `TABLE_NAME`.

mod departments;
mod windows;

use std::{error::Error, path::PathBuf, process::ExitCode};

use adapters::{Aws, SystemClock};
use clap::{Parser, Subcommand};

/// What an administrator can do.
#[derive(Debug, Parser)]
#[command(name = "admin", about = "Departments and collection windows", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Compares a CSV file of departments with the table, and writes what differs
    Departments {
        /// Columns id, name, address, phone, hours; id is the division's code and a number: 110101-1
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
    let table = Aws::load().await.table().await?;
    match arguments.command {
        Command::Departments { file, apply } => departments::import(&table, &SystemClock, &file, apply).await,
        Command::Windows => windows::show(&table).await,
        Command::SetWindow(set) => windows::set(&table, &SystemClock, &set).await,
        Command::ExtendWindow(extend) => windows::extend(&table, &SystemClock, &extend).await,
    }
}
