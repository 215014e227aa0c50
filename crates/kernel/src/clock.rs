//! `kernel::clock` — time as a parameter: instants, days in Japan, and Japanese eras. No
//! code below the binary asks the machine for the time.

use jiff::{Timestamp, ToSpan as _, civil::Date, tz::Offset};

/// Text that is not a time or a day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a date")]
pub struct TimeError(pub String);

/// Where the time comes from.
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> Instant;
}

/// A moment in UTC with microseconds. Stored as fixed-width RFC 3339 text, which sorts by time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instant(Timestamp);

impl Instant {
    /// Reads RFC 3339 text.
    ///
    /// # Errors
    /// [`TimeError`] if the text is not a moment.
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        text.parse().map(Self).map_err(|_| TimeError(text.to_owned()))
    }

    /// Wraps microseconds since 1970-01-01T00:00:00Z. Values outside jiff's range become the epoch.
    #[must_use]
    pub fn from_micros(micros: i64) -> Self {
        Self(Timestamp::from_microsecond(micros).unwrap_or(Timestamp::UNIX_EPOCH))
    }

    /// Microseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn as_micros(self) -> i64 {
        self.0.as_microsecond()
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn as_millis(self) -> i64 {
        self.0.as_millisecond()
    }

    /// The stored text: `2026-11-21T03:04:05.123456Z`.
    #[must_use]
    pub fn text(self) -> String {
        format!("{:.6}", self.0)
    }

    /// The calendar day in Japan (UTC+9, no summer time since 1951).
    #[must_use]
    pub fn day(self) -> Day {
        Day(Offset::constant(9).to_datetime(self.0).date())
    }

    /// The calendar day in Japan of a stored moment, `2026-11-21`; empty where there is none.
    #[must_use]
    pub fn day_of(text: &str) -> String {
        Self::parse(text).map_or(String::new(), |at| at.day().to_string())
    }

    /// Hour of the day in Japan, 0 to 23.
    #[must_use]
    pub fn hour_in_japan(self) -> i8 {
        Offset::constant(9).to_datetime(self.0).hour()
    }

    /// Date and time in Japan for people: `2026-11-21 12:04`.
    #[must_use]
    pub fn in_japan(self) -> String {
        let local = Offset::constant(9).to_datetime(self.0);
        format!("{} {:02}:{:02}", local.date(), local.hour(), local.minute())
    }

    /// This moment plus `seconds` (negative goes back). Stays as it is at the end of the range.
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.checked_add(seconds.seconds()).unwrap_or(self.0))
    }

    /// Whole seconds from `earlier` to this moment.
    #[must_use]
    pub fn seconds_since(self, earlier: Self) -> i64 {
        self.0.as_second() - earlier.0.as_second()
    }
}

/// A calendar day, written `2026-11-21`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(Date);

impl Day {
    /// 1970-01-01.
    pub const EPOCH: Self = Self(Date::constant(1970, 1, 1));

    /// How many days lie between `earlier` and this one.
    #[must_use]
    pub fn days_since(self, earlier: Self) -> i64 {
        self.0.duration_since(earlier.0).as_hours() / 24
    }

    /// Reads `2026-11-21`.
    ///
    /// # Errors
    /// [`TimeError`] for anything else.
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        let shaped = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
        let day = if shaped { text.parse().ok() } else { None };
        day.map(Self).ok_or_else(|| TimeError(text.to_owned()))
    }

    /// Reads what people write: `2026-11-21`, `2026/11/21`, `20261121`, `2026年11月21日`,
    /// `R8.11.21`, `令和8年11月21日`, in full or half width.
    ///
    /// # Errors
    /// [`TimeError`] if it is none of these or no such day exists.
    pub fn parse_loose(text: &str) -> Result<Self, TimeError> {
        let err = || TimeError(text.to_owned());
        let folded: String = text.chars().filter(|c| !c.is_whitespace()).map(narrow).collect();
        let (base_year, rest) = split_era(&folded);
        let mut parts: Vec<i16> = Vec::new();
        for part in rest.split(['-', '/', '.', '年', '月', '日']).filter(|p| !p.is_empty()) {
            let number = if part == "元" { 1 } else { part.parse::<i64>().map_err(|_| err())? };
            if number > 9_999 && base_year == 0 && parts.is_empty() {
                parts.extend(compact(number).ok_or_else(err)?);
            } else {
                parts.push(i16::try_from(number).map_err(|_| err())?);
            }
        }
        let &[year, month, day] = parts.as_slice() else { return Err(err()) };
        let small = |n: i16| i8::try_from(n).map_err(|_| err());
        Date::new(base_year + year, small(month)?, small(day)?).map(Self).map_err(|_| err())
    }

    /// Year, month (1 to 12) and day of the month (1 to 31).
    #[must_use]
    pub fn parts(self) -> (i16, i8, i8) {
        (self.0.year(), self.0.month(), self.0.day())
    }

    /// The day of the week: 0 for Sunday to 6 for Saturday.
    #[must_use]
    pub fn weekday(self) -> i8 {
        self.0.weekday().to_sunday_zero_offset()
    }

    /// This day plus `days` (negative goes back).
    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        Self(self.0.checked_add(days.days()).unwrap_or(self.0))
    }

    /// The same day `months` later (the last day where the month is shorter).
    #[must_use]
    pub fn plus_months(self, months: i64) -> Self {
        Self(self.0.checked_add(months.months()).unwrap_or(self.0))
    }

    /// The same day `months` earlier (the last day where the month is shorter).
    #[must_use]
    pub fn minus_months(self, months: i64) -> Self {
        Self(self.0.checked_sub(months.months()).unwrap_or(self.0))
    }

    /// Midnight at the start of this day in Japan.
    #[must_use]
    pub fn starts_in_japan(self) -> Instant {
        let at = Offset::constant(9).to_timestamp(self.0.at(0, 0, 0, 0));
        Instant(at.unwrap_or(Timestamp::UNIX_EPOCH))
    }

    /// For Japanese readers: `2026年11月21日（令和8年）`.
    #[must_use]
    pub fn in_words(self) -> String {
        let (y, m, d) = (self.0.year(), self.0.month(), self.0.day());
        match era_of(self) {
            Some((era, 1)) => format!("{y}年{m}月{d}日（{era}元年）"),
            Some((era, n)) => format!("{y}年{m}月{d}日（{era}{n}年）"),
            None => format!("{y}年{m}月{d}日"),
        }
    }
}

impl serde::Serialize for Day {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// First days of the modern eras.
const ERAS: [(&str, &str, i16, i8, i8); 5] = [
    ("令和", "R", 2019, 5, 1),
    ("平成", "H", 1989, 1, 8),
    ("昭和", "S", 1926, 12, 25),
    ("大正", "T", 1912, 7, 30),
    ("明治", "M", 1868, 1, 25),
];

/// The Japanese era and year of a day, or none before 明治.
#[must_use]
pub fn era_of(day: Day) -> Option<(&'static str, i16)> {
    ERAS.iter().find_map(|&(name, _, y, m, d)| {
        let start = Date::new(y, m, d).ok()?;
        (day.0 >= start).then(|| (name, day.0.year() - y + 1))
    })
}

fn split_era(text: &str) -> (i16, &str) {
    for (name, letter, year, _, _) in ERAS {
        for mark in [name, letter] {
            if let Some(rest) = text.strip_prefix(mark) {
                return (year - 1, rest);
            }
        }
    }
    (0, text)
}

/// Splits `20261121` into year, month and day.
fn compact(n: i64) -> Option<[i16; 3]> {
    let part = |n: i64| i16::try_from(n).ok();
    if !(10_000_000..=99_999_999).contains(&n) {
        return None;
    }
    Some([part(n / 10_000)?, part(n / 100 % 100)?, part(n % 100)?])
}

/// Full-width digits, letters and separators to half width.
fn narrow(c: char) -> char {
    match c {
        '！'..='～' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        'ー' | '−' | '‐' | '–' => '-',
        other => other,
    }
}

/// A clock that stands still until told to move.
#[derive(Debug)]
pub struct FixedClock(std::sync::atomic::AtomicI64);

impl FixedClock {
    /// Stands at an RFC 3339 moment.
    ///
    /// # Errors
    /// [`TimeError`] if the text is not a moment.
    pub fn at(text: &str) -> Result<Self, TimeError> {
        Ok(Self(Instant::parse(text)?.as_micros().into()))
    }

    /// Moves forward.
    pub fn advance_seconds(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1_000_000, std::sync::atomic::Ordering::SeqCst);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Instant {
        Instant::from_micros(self.0.load(std::sync::atomic::Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_the_way_people_write_them() {
        for text in ["2026-11-21", "2026/11/21", "20261121", "R8.11.21", "令和8年11月21日", "２０２６／１１／２１", "2026年11月21日"]
        {
            assert_eq!(Day::parse_loose(text).unwrap().to_string(), "2026-11-21", "{text}");
        }
        assert_eq!(Day::parse_loose("令和元年5月1日").unwrap().to_string(), "2019-05-01");
        for text in ["", "2026", "2026-13-01", "2026-02-30", "昨日", "1/2"] {
            assert!(Day::parse_loose(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_day_in_japan_starts_nine_hours_early() {
        assert_eq!(Instant::parse("2026-03-31T15:00:00Z").unwrap().day().to_string(), "2026-04-01");
        assert_eq!(Day::parse("2026-04-01").unwrap().starts_in_japan().text(), "2026-03-31T15:00:00.000000Z");
    }

    #[test]
    fn stored_text_has_one_width_so_that_it_sorts() {
        assert_eq!(Instant::parse("2026-03-31T15:00:00Z").unwrap().text().len(), 27);
        assert_eq!(Instant::from_micros(1).text(), "1970-01-01T00:00:00.000001Z");
    }

    #[test]
    fn eras_change_on_their_first_day() {
        assert_eq!(Day::parse("2019-05-01").unwrap().in_words(), "2019年5月1日（令和元年）");
        assert_eq!(Day::parse("2019-04-30").unwrap().in_words(), "2019年4月30日（平成31年）");
    }
}
