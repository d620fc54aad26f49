//! Days and months as people and cards write them, and the bounds within which they can be true.
//!
//! A form takes `2015-03-01`, `2015.03.01` (as cards print it), `2015/3/1`, `2015年3月1日` and `20150301`, and months likewise;
//! what is stored is `2015-03-01` and `2015-03`. Records and the rule of periods know only the latter.

use jiff::{
    ToSpan,
    civil::{Date, date},
};

use crate::{
    fault::Code,
    identity::{MAX_AGE, MIN_AGE, age},
    period::YearMonth,
    text::{folded, is_digits},
};

/// No identity document that is shown today was issued before: on this day the first identity cards were provided for
/// (居民身份证试行条例).
const FIRST_CARD: Date = date(1984, 4, 6);
/// Longest time until a document with a last day ends, in years: cards have 20 (居民身份证法, article 5), and no passport more;
/// ten more are ours.
const LONGEST_VALIDITY: i16 = 30;
/// No month of work, education or a qualification lies before: ours, the month in which the republic was founded.
const FIRST_MONTH: YearMonth = YearMonth::constant(1949, 10);

const FORMAT: Code = Code("date.FORMAT");
const FUTURE: Code = Code("date.FUTURE");
const TOO_EARLY: Code = Code("date.TOO_EARLY");
const TOO_LATE: Code = Code("date.TOO_LATE");

/// The day that a text writes, in whatever of the ways above.
pub fn day(text: &str) -> Result<Date, Code> {
    let parts = parts(text).filter(|parts| parts.len() == 3).ok_or(FORMAT)?;
    let number = |at: usize| parts.get(at).and_then(|part| part.parse().ok());
    let month = number(1).and_then(|month| i8::try_from(month).ok()).ok_or(FORMAT)?;
    let day = number(2).and_then(|day| i8::try_from(day).ok()).ok_or(FORMAT)?;
    Date::new(number(0).ok_or(FORMAT)?, month, day).map_err(|_| FORMAT)
}

/// The month that a text writes.
pub fn month(text: &str) -> Result<YearMonth, Code> {
    let parts = parts(text).filter(|parts| parts.len() == 2).ok_or(FORMAT)?;
    YearMonth::parse(&format!("{}-{:0>2}", parts[0], parts[1])).map_err(|_| FORMAT)
}

/// The numbers of a day or a month, the year first with four digits, the others with one or two.
fn parts(text: &str) -> Option<Vec<String>> {
    let folded: String = folded(text).collect();
    let trimmed = folded.trim();
    // why: `2015 1 2` is not the month `201512`.
    let joins = trimmed.split_whitespace().collect::<Vec<_>>();
    let is_split = joins.windows(2).any(|pair| {
        pair[0].ends_with(|c: char| c.is_ascii_digit()) && pair[1].starts_with(|c: char| c.is_ascii_digit())
    });
    let written = joins.concat();
    if is_split {
        return None;
    }
    let parts: Vec<&str> = if is_digits(&written) {
        match written.len() {
            8 => vec![&written[..4], &written[4..6], &written[6..]],
            6 => vec![&written[..4], &written[4..]],
            _ => return None,
        }
    } else if let Some((year, rest)) = written.split_once('年') {
        let (month, rest) = rest.split_once('月')?;
        match rest.strip_suffix(['日', '号']) {
            Some(day) => vec![year, month, day],
            None if rest.is_empty() => vec![year, month],
            None => return None,
        }
    } else {
        let mark = written.chars().find(|c| !c.is_ascii_digit()).filter(|c| "-./。".contains(*c))?;
        written.split(mark).collect()
    };
    let (year, others) = parts.split_first()?;
    let fits = year.len() == 4
        && is_digits(year)
        && others.iter().all(|part| matches!(part.len(), 1 | 2) && is_digits(part));
    fits.then(|| parts.into_iter().map(str::to_owned).collect())
}

/// 出生日期: of somebody from 16 to 119 years old on that day, as in identity numbers.
pub(crate) fn birth_date(text: &str, as_of: Date) -> Result<Date, Code> {
    let birth = past(day(text)?, as_of)?;
    let age = age(birth, as_of);
    if age >= MAX_AGE {
        Err(TOO_EARLY)
    } else if age < MIN_AGE {
        Err(Code("basic.AGE_UNDER_16"))
    } else {
        Ok(birth)
    }
}

/// 证件有效期起: not in the future, nor before there were such documents or their holder.
pub(crate) fn valid_from(text: &str, birth: Option<Date>, as_of: Date) -> Result<Date, Code> {
    let from = past(day(text)?, as_of)?;
    if from < FIRST_CARD || birth.is_some_and(|birth| from < birth) { Err(TOO_EARLY) } else { Ok(from) }
}

/// A last day of validity: no later than any document lasts. Whether it has passed is another question.
pub(crate) fn valid_to(text: &str, as_of: Date) -> Result<Date, Code> {
    let to = day(text)?;
    if to > as_of.saturating_add(LONGEST_VALIDITY.years()) { Err(TOO_LATE) } else { Ok(to) }
}

/// A month that has begun, in which somebody born on that day could have worked.
pub(crate) fn working_month(text: &str, birth: Option<Date>, as_of: Date) -> Result<YearMonth, Code> {
    let month = month(text)?;
    let first = birth.map_or(FIRST_MONTH, |birth| YearMonth::from(birth).plus_years(MIN_AGE));
    if month > YearMonth::from(as_of) {
        Err(FUTURE)
    } else if month < first {
        Err(TOO_EARLY)
    } else {
        Ok(month)
    }
}

/// Whether a month lies so far back that nobody of today worked or studied in it; for those whose birth date is not known.
pub(crate) fn is_too_early(month: YearMonth) -> bool {
    month < FIRST_MONTH
}

fn past(day: Date, as_of: Date) -> Result<Date, Code> {
    if day > as_of { Err(FUTURE) } else { Ok(day) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_as_cards_forms_and_people_write_them() {
        for text in [
            "2015-03-01",
            "2015.03.01",
            "2015/3/1",
            "2015-3-1",
            "2015年3月1日",
            "2015年03月01号",
            "2015 年 3 月 1 日",
            "20150301",
            "２０１５．０３．０１",
            "2015。03。01",
            "2015–03–01",
            "2015. 03. 01",
            "\u{202D}2015.03.01\u{202C}",
        ] {
            assert_eq!(day(text), Ok(date(2015, 3, 1)), "{text:?}");
        }
        for text in [
            "",
            "2015",
            "2015-03",
            "15-03-01",
            "2015-03-01T00:00",
            "2015.03-01",
            "2015-13-01",
            "2015-02-29",
            "2015 3 1",
            "2015年3月1",
            "01.03.2015",
            "2015-003-01",
            "2015-03-01-",
            "-2015-03-01",
            "+2015-03-01",
            "2015030",
            "长期",
            "٢٠١٥-03-01",
            "2015--03-01",
            "2015年3月",
            "12015-03-01",
        ] {
            assert_eq!(day(text), Err(FORMAT), "{text:?}");
        }
    }

    #[test]
    fn months_are_read_likewise() {
        for text in
            ["2015-03", "2015.03", "2015/3", "2015年3月", "201503", " ２０１５－０３ ", "2015 年 03 月"]
        {
            assert_eq!(month(text).map(|month| month.to_string()).as_deref(), Ok("2015-03"), "{text:?}");
        }
        for text in
            ["", "2015", "2015-13", "2015-00", "2015-03-01", "15-03", "03-2015", "2015 1 2", "20153", "至今"]
        {
            assert_eq!(month(text), Err(FORMAT), "{text:?}");
        }
    }
}
