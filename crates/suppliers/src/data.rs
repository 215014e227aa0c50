//! `suppliers::data` — the files a non-programmer can edit, read once: rules for classes, names of
//! columns in lists. A test makes sure no build ships a broken one.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use kernel::{Closed, Day, Instant, is_working, plus_working};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use sheets::SheetWords;

use crate::classes::ClassRules;
use crate::guard::FairTrade;
use crate::questions::QuestionFile;

/// `rules/supplier-list.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ListWords {
    format: u32,
    /// Names of columns by field.
    pub(crate) columns: BTreeMap<String, Vec<String>>,
    /// What people write for an answer.
    pub(crate) words: BTreeMap<String, Vec<String>>,
    pub(crate) skip: Skip,
}

/// Rows that are no companies.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Skip {
    pub(crate) names: Vec<String>,
}

/// Everything this room reads from files: what is built in, or what the operator put in its place. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Data(Arc<(Files, OnceLock<Files>)>);

#[derive(Debug)]
struct Files {
    classes: ClassRules,
    list: ListWords,
    questions: QuestionFile,
    fair_trade: FairTrade,
    requests: RequestRules,
    sheet_words: SheetWords,
}

/// `rules/supplier-requests.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RequestRules {
    format: u32,
    /// Hours in Japan within which letters leave.
    pub(crate) from_hour: i8,
    pub(crate) to_hour: i8,
    /// Whether letters leave on days off too.
    #[serde(default)]
    on_days_off: bool,
    /// Ranges of days, `MM-DD`, on which nobody is at work.
    closed: Vec<(String, String)>,
    pub(crate) deadline_least_days: i64,
    pub(crate) deadline_days: i64,
    pub(crate) remind_before_days: Vec<i64>,
    pub(crate) remind_after_days: i64,
    pub(crate) tell_department_after_days: i64,
    pub(crate) grace_months: i64,
    pub(crate) reply_months: i64,
    pub(crate) link_after_days: i64,
}

impl RequestRules {
    /// Days on which nobody is at work.
    pub(crate) fn closed(&self) -> Vec<Closed> {
        let day = |text: &str| text.split_once('-').and_then(|(m, d)| Some((m.parse().ok()?, d.parse().ok()?)));
        self.closed.iter().filter_map(|(from, to)| Some((day(from)?, day(to)?))).collect()
    }

    /// The first moment, from `now` on, at which a letter may leave.
    pub(crate) fn letter_time(&self, now: Instant) -> Instant {
        let closed = self.closed();
        let (day, hour) = (now.day(), now.hour_in_japan());
        if (self.on_days_off || is_working(day, &closed)) && (self.from_hour..self.to_hour).contains(&hour) {
            return now;
        }
        let late = is_working(day, &closed) && hour >= self.to_hour;
        let next = plus_working(if late { day.plus_days(1) } else { day }, 0, &closed);
        next.starts_in_japan().plus_seconds(i64::from(self.from_hour) * 3600)
    }

    /// `days` working days after a day.
    pub(crate) fn after(&self, day: Day, days: i64) -> Day {
        plus_working(day, days, &self.closed())
    }
}

fn read<T: DeserializeOwned>(name: &str, text: &str) -> Result<T, String> {
    toml::from_str(text).map_err(|e| format!("{name}: {e}"))
}

/// The files by name, as they are built in.
const SHIPPED: [(&str, &str); 5] = [
    ("supplier-classes.toml", include_str!("../../../rules/supplier-classes.toml")),
    ("supplier-list.toml", include_str!("../../../rules/supplier-list.toml")),
    ("supplier-questions.toml", include_str!("../../../rules/supplier-questions.toml")),
    ("fair-trade.toml", include_str!("../../../rules/fair-trade.toml")),
    ("supplier-requests.toml", include_str!("../../../rules/supplier-requests.toml")),
];

impl Files {
    /// The built-in files, with those in `own` in their place.
    fn of(own: &BTreeMap<String, String>) -> Result<Self, String> {
        let [classes, list, questions, fair_trade, requests] =
            SHIPPED.map(|(name, text)| (name, own.get(name).map_or(text, String::as_str)));
        let files = Self {
            classes: read(classes.0, classes.1)?,
            list: read(list.0, list.1)?,
            questions: read(questions.0, questions.1)?,
            fair_trade: read(fair_trade.0, fair_trade.1)?,
            requests: read(requests.0, requests.1)?,
            sheet_words: SheetWords::shipped()?,
        };
        files.classes.check()?;
        let formats = [files.list.format, files.questions.format, files.fair_trade.format, files.requests.format];
        if formats != [1; 4] || files.requests.closed().len() != files.requests.closed.len() {
            return Err("supplier files: format 1, and days as MM-DD".to_owned());
        }
        Ok(files)
    }
}

impl Data {
    /// Reads what is built into this program.
    ///
    /// # Errors
    /// The first file that does not fit, and why.
    pub fn shipped() -> Result<Self, String> {
        Ok(Self(Arc::new((Files::of(&BTreeMap::new())?, OnceLock::new()))))
    }

    /// Names of the files an operator may put in place of the built-in ones.
    pub fn names() -> impl Iterator<Item = &'static str> {
        SHIPPED.into_iter().map(|(name, _)| name)
    }

    /// Uses the operator's files from now on, by name; what was set first stays.
    ///
    /// # Errors
    /// The first file that does not fit, and why.
    pub fn replace(&self, own: &BTreeMap<String, String>) -> Result<(), String> {
        self.0.1.set(Files::of(own)?).map_err(|_| "supplier files are set already".to_owned())
    }

    fn files(&self) -> &Files {
        self.0.1.get().unwrap_or(&self.0.0)
    }

    pub(crate) fn classes(&self) -> &ClassRules {
        &self.files().classes
    }

    pub(crate) fn list(&self) -> &ListWords {
        &self.files().list
    }

    pub(crate) fn questions(&self) -> &QuestionFile {
        &self.files().questions
    }

    pub(crate) fn fair_trade(&self) -> &FairTrade {
        &self.files().fair_trade
    }

    /// Words by which workbooks that come back are understood.
    pub(crate) fn sheet_words(&self) -> &SheetWords {
        &self.files().sheet_words
    }

    pub(crate) fn requests(&self) -> &RequestRules {
        &self.files().requests
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::list_read::Field;

    #[test]
    fn letters_leave_by_day_and_never_at_night_on_holidays_or_in_the_new_year() {
        let data = Data::shipped().unwrap();
        let leaves = |at: &str| data.requests().letter_time(Instant::parse(at).unwrap()).in_japan();
        assert_eq!(leaves("2026-11-24T02:30:00Z"), "2026-11-24 11:30");
        assert_eq!(leaves("2026-11-24T08:30:00Z"), "2026-11-25 09:00", "after five");
        assert_eq!(leaves("2026-11-23T20:00:00Z"), "2026-11-24 09:00", "before nine");
        assert_eq!(leaves("2026-11-20T12:00:00Z"), "2026-11-24 09:00", "a weekend and a holiday");
        assert_eq!(leaves("2026-12-28T09:00:00Z"), "2027-01-04 09:00");
        assert_eq!(leaves("2026-08-13T02:00:00Z"), "2026-08-17 09:00");
    }

    #[test]
    fn every_file_is_readable_and_every_column_is_known() {
        let data = Data::shipped().unwrap();
        let names: Vec<&str> = data.list().columns.keys().map(String::as_str).collect();
        assert!(names.iter().all(|n| Field::parse(n).is_ok()), "{names:?}");
        assert!(Field::ALL.iter().all(|f| data.list().columns.contains_key(f.as_str())));
    }
}
