//! `kernel::workday` — working days in Japan by the law on national holidays (昭和23年法律第178号, as it
//! stands since 2022): fixed days, happy Mondays, equinoxes, substitutes, days between two holidays. The
//! equinoxes are worked out; they become official by the gazette of the February before.

use crate::Day;

/// Days of every year on which nobody is at work: first and last, each as month and day.
pub type Closed = ((i8, i8), (i8, i8));

/// Fixed holidays by month and day.
const FIXED: [(i8, i8); 10] = [(1, 1), (2, 11), (2, 23), (4, 29), (5, 3), (5, 4), (5, 5), (8, 11), (11, 3), (11, 23)];

/// Holidays on the n-th Monday of a month.
const MONDAYS: [(i8, i8); 4] = [(1, 2), (7, 3), (9, 3), (10, 2)];

/// Day of the month of an equinox, good for 1980 to 2099.
fn equinox(year: i16, base: f64) -> i8 {
    let years = f64::from(year - 1980);
    #[expect(clippy::cast_possible_truncation, reason = "between 19 and 24")]
    let day = (base + 0.242_194 * years - (years / 4.0).floor()).floor() as i8;
    day
}

/// A holiday of its own right: not a substitute and not a day between.
fn own(day: Day) -> bool {
    let (year, month, date) = day.parts();
    FIXED.contains(&(month, date))
        || (day.weekday() == 1 && MONDAYS.contains(&(month, (date + 6) / 7)))
        || (month == 3 && date == equinox(year, 20.8431))
        || (month == 9 && date == equinox(year, 23.2488))
}

/// Whether a day is a national holiday.
#[must_use]
pub fn is_holiday(day: Day) -> bool {
    if own(day) {
        return true;
    }
    // The first free day after a holiday on a Sunday.
    let mut before = day.plus_days(-1);
    while own(before) {
        if before.weekday() == 0 {
            return true;
        }
        before = before.plus_days(-1);
    }
    own(day.plus_days(-1)) && own(day.plus_days(1))
}

/// Whether people are at work: no Saturday, Sunday or holiday, and none of the days in `closed`, given as
/// ranges of month and day, both ends included; a range may go over the end of the year.
#[must_use]
pub fn is_working(day: Day, closed: &[Closed]) -> bool {
    let (_, month, date) = day.parts();
    let here = (month, date);
    let inside = |(from, to): &Closed| if from <= to { *from <= here && here <= *to } else { here >= *from || here <= *to };
    !matches!(day.weekday(), 0 | 6) && !is_holiday(day) && !closed.iter().any(inside)
}

/// The day `days` working days after `day` (negative goes back); 0 is the day itself or the next working one.
#[must_use]
pub fn plus_working(day: Day, days: i64, closed: &[Closed]) -> Day {
    let step = if days < 0 { -1 } else { 1 };
    let (mut at, mut left) = (day, days.abs());
    while left > 0 || !is_working(at, closed) {
        at = at.plus_days(step);
        if left > 0 && is_working(at, closed) {
            left -= 1;
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    #[test]
    fn holidays_of_2026_and_2027_are_those_of_the_law() {
        let of = |year: &str| -> Vec<String> {
            let first = day(&format!("{year}-01-01"));
            (0..365).map(|n| first.plus_days(n)).filter(|d| is_holiday(*d)).map(|d| d.to_string().split_off(5)).collect()
        };
        assert_eq!(
            of("2026"),
            [
                "01-01", "01-12", "02-11", "02-23", "03-20", "04-29", "05-03", "05-04", "05-05", "05-06", "07-20", "08-11", "09-21",
                "09-22", "09-23", "10-12", "11-03", "11-23"
            ]
        );
        assert_eq!(
            of("2027"),
            [
                "01-01", "01-11", "02-11", "02-23", "03-21", "03-22", "04-29", "05-03", "05-04", "05-05", "07-19", "08-11", "09-20",
                "09-23", "10-11", "11-03", "11-23"
            ]
        );
    }

    #[test]
    fn working_days_step_over_weekends_holidays_and_closed_days() {
        let closed = [((12, 29), (1, 3)), ((8, 13), (8, 16))];
        assert_eq!(plus_working(day("2026-11-20"), 1, &closed), day("2026-11-24"), "a Friday before a Monday that is a holiday");
        assert_eq!(plus_working(day("2026-12-28"), 1, &closed), day("2027-01-04"));
        assert_eq!(plus_working(day("2026-11-24"), -2, &closed), day("2026-11-19"));
        assert_eq!(plus_working(day("2026-11-22"), 0, &closed), day("2026-11-24"));
        assert!(!is_working(day("2026-08-14"), &closed) && is_working(day("2026-08-14"), &[]));
    }
}
