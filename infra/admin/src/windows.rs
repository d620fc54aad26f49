//! Collection windows: showing, setting and extending them. Each change is kept with who made it and why.

use std::{error::Error, fmt::Write};

use clap::Args;
use domain::{
    calendar,
    case::FourEyes,
    divisions::{self, Division, DivisionError, Level},
    moment::{Moment, MomentError},
    window::Window,
};
use ports::{
    Clock, PortError,
    windows::{ListWindows, LoadWindow, SaveWindow, WindowChange},
};

use crate::sign::Sign;

/// A day, in seconds.
const DAY: u32 = 86_400;

/// Sets a province's window.
#[derive(Debug, Args)]
pub(crate) struct Set {
    /// The province's code, such as 110000
    #[arg(value_parser = province)]
    province: Division,
    /// The examination's year
    #[arg(long, value_parser = clap::value_parser!(i16).range(2000..=2100))]
    exam_year: i16,
    /// RFC 3339, such as 2026-11-01T00:00:00+08:00
    #[arg(long, value_parser = moment)]
    opens: Moment,
    /// RFC 3339; from then on no more are taken
    #[arg(long, value_parser = moment)]
    closes: Moment,
    /// Days after the closing in which returned collections may be handed in again
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(0..=365))]
    grace_days: u32,
    /// Refuse collections that meet none of the examination's conditions
    #[arg(long)]
    enforce_eligibility: bool,
    /// Two reviewers for each decision, and not only for those that close a case for good
    #[arg(long)]
    four_eyes: bool,
    #[command(flatten)]
    sign: Sign,
}

/// Closes a window later.
#[derive(Debug, Args)]
pub(crate) struct Extend {
    /// The province's code
    #[arg(value_parser = province)]
    province: Division,
    /// RFC 3339; the new closing
    #[arg(long, value_parser = moment)]
    closes: Moment,
    #[command(flatten)]
    sign: Sign,
}

/// A window cannot be like that.
#[derive(Debug, thiserror::Error)]
enum WindowError {
    #[error("the window would close before it opens")]
    Backwards,
    #[error("{0} has no window to extend")]
    None(&'static str),
    #[error("that is not later than {0}")]
    NotLater(Moment),
    #[error(
        "somebody else changed the window just now, and nothing was written: look at it with `admin windows`, then decide again"
    )]
    Changed,
}

fn province(code: &str) -> Result<Division, DivisionError> {
    let division = Division::parse(code)?;
    if division.level() == Level::Province { Ok(division) } else { Err(DivisionError::Unknown) }
}

/// Reads a moment that a window, a delegation or a look at the trail can be about: from 2000 to 2100.
pub(crate) fn moment(text: &str) -> Result<Moment, String> {
    let moment = Moment::try_from(text.trim().to_owned()).map_err(|error: MomentError| error.to_string())?;
    match moment.date().year() {
        2000..=2100 => Ok(moment),
        year => Err(format!("the year {year} is not between 2000 and 2100")),
    }
}

/// All windows there are.
pub(crate) async fn show(table: &impl ListWindows) -> Result<String, Box<dyn Error>> {
    let provinces: Vec<Division> = divisions::children(None).into_iter().flatten().collect();
    let mut windows = table.list_windows(&provinces).await?;
    windows.sort_by_key(|window| window.province.code());
    let mut report = String::new();
    for window in &windows {
        writeln!(report, "{}", line(window))?;
    }
    writeln!(report, "{} windows; the other provinces take collections at any time", windows.len())?;
    writeln!(report, "holidays are known until the end of {}", calendar::known_until())?;
    Ok(report)
}

/// Sets a window, new or in place of the one there is.
pub(crate) async fn set(
    table: &(impl LoadWindow + SaveWindow),
    clock: &impl Clock,
    set: &Set,
) -> Result<String, Box<dyn Error>> {
    if set.closes <= set.opens {
        return Err(WindowError::Backwards.into());
    }
    let after = Window {
        province: set.province,
        exam_year: set.exam_year,
        opens_at: set.opens,
        closes_at: set.closes,
        grace_seconds: set.grace_days * DAY,
        enforces_eligibility: set.enforce_eligibility,
        four_eyes: if set.four_eyes { FourEyes::All } else { FourEyes::Rejections },
    };
    let before = table.load_window(set.province).await?;
    save(table, clock, before, after, &set.sign).await
}

/// Extends the window there is.
pub(crate) async fn extend(
    table: &(impl LoadWindow + SaveWindow),
    clock: &impl Clock,
    extend: &Extend,
) -> Result<String, Box<dyn Error>> {
    let before = table.load_window(extend.province).await?;
    let before = before.ok_or(WindowError::None(extend.province.zh()))?;
    if extend.closes <= before.closes_at {
        return Err(WindowError::NotLater(before.closes_at).into());
    }
    let after = Window { closes_at: extend.closes, ..before.clone() };
    save(table, clock, Some(before), after, &extend.sign).await
}

async fn save(
    table: &impl SaveWindow,
    clock: &impl Clock,
    before: Option<Window>,
    after: Window,
    sign: &Sign,
) -> Result<String, Box<dyn Error>> {
    let report = format!("{}\n", line(&after));
    let (by, reason) = (sign.by.clone(), sign.reason.clone());
    match table.save_window(&WindowChange { before, after, at: clock.now(), by, reason }).await {
        Ok(()) => Ok(report),
        Err(PortError::Conflict) => Err(WindowError::Changed.into()),
        Err(error) => Err(error.into()),
    }
}

fn line(window: &Window) -> String {
    format!(
        "{} {}: examination of {}, opens {}, closes {}, corrections until {}{}{}",
        window.province.code(),
        window.province.zh(),
        window.exam_year,
        window.opens_at,
        window.closes_at,
        window.corrections_until(),
        if window.enforces_eligibility { ", conditions enforced" } else { "" },
        if window.four_eyes == FourEyes::All { ", two reviewers for each decision" } else { "" },
    )
}
