//! `schemes::fact_type` — the kinds of facts a company can state, read from `facts/*.toml`.
//! Says what a valid answer is; knows nothing of any company.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Day, Lang};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::provenance::Provenance;
use crate::value::{Answer, Number, Value};

/// A file of `facts/`: one topic with its fact types.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TopicFile {
    /// The topic's id; every key of the file starts with it and a dot.
    pub topic: String,
    /// Place of the topic in lists, small first.
    pub order: u32,
    /// Where the fact types come from, unless one says otherwise.
    pub provenance: Provenance,
    /// Japanese title of the topic.
    pub ja: TopicTexts,
    /// English title of the topic.
    pub en: TopicTexts,
    /// The fact types.
    pub fact: Vec<FactTypeFile>,
}

/// Texts of a topic.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TopicTexts {
    /// Title.
    pub title: String,
}

/// One fact type as written.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FactTypeFile {
    /// The stable key, `topic.name`.
    pub key: String,
    /// What a value is.
    #[serde(rename = "type")]
    pub kind: FactKind,
    /// Options of a choice or set, in shown order.
    #[serde(default)]
    pub options: Vec<String>,
    /// Unit of a number.
    #[serde(default)]
    pub unit: Option<Unit>,
    /// Smallest number allowed.
    #[serde(default)]
    pub min: Option<i64>,
    /// Largest number allowed.
    #[serde(default)]
    pub max: Option<i64>,
    /// Rough effort to bring a small company there, in minutes; our estimate.
    pub minutes: u32,
    /// Months after which a statement should be looked at again.
    #[serde(default = "a_year")]
    pub review_months: u32,
    /// Where it comes from, if not as its file says.
    #[serde(default)]
    pub provenance: Option<Provenance>,
    /// Japanese texts.
    pub ja: FactTexts,
    /// English texts.
    pub en: FactTexts,
}

fn a_year() -> u32 {
    12
}

/// Texts of a fact type in one language.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FactTexts {
    /// A short name for lists.
    pub label: String,
    /// The question in plain words.
    pub question: String,
    /// Help: what counts, where to look.
    #[serde(default)]
    pub hint: String,
    /// Words for the options.
    #[serde(default)]
    pub options: BTreeMap<String, String>,
}

kernel::text_enum! {
    /// What a value of a fact is.
    FactKind {
        /// 実施 / 一部 / 未実施.
        Practice = "practice",
        /// One of the options.
        Choice = "choice",
        /// Any number of the options.
        Set = "set",
        /// A number with a unit.
        Number = "number",
        /// The day something was last done.
        Date = "date",
        /// Yes or no.
        YesNo = "yes_no",
        /// Own words.
        Text = "text",
    }
}

kernel::text_enum! {
    /// The unit of a number.
    Unit {
        /// 文字.
        Characters = "characters",
        /// 日.
        Days = "days",
        /// 回.
        Times = "times",
        /// CVSS base score.
        Cvss = "cvss",
        /// Step of a maturity scale.
        Step = "step",
    }
}

/// Options of a practice that are values (未実施 is the answer `none`).
pub const PRACTICE_OPTIONS: [&str; 2] = ["done", "partial"];

/// Longest text of a text fact, in characters.
pub const TEXT_MAX_CHARS: usize = 2000;

/// A checked fact type.
#[derive(Debug, Clone)]
pub struct FactType {
    /// The topic's id.
    pub topic: String,
    /// The type as written.
    pub file: FactTypeFile,
    /// Where it comes from.
    pub provenance: Provenance,
}

/// Why an answer does not fit its fact type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ValueError {
    /// Not one of the options.
    #[error("{found:?} is not one of: {}", .options.join(", "))]
    Option {
        /// What was given.
        found: String,
        /// What may be given.
        options: Vec<String>,
    },
    /// Not a number.
    #[error("{0:?} is not a number")]
    NotNumber(String),
    /// A number outside its range.
    #[error("{found} is outside {min} to {max}")]
    Range {
        /// What was given.
        found: String,
        /// Smallest.
        min: i64,
        /// Largest.
        max: i64,
    },
    /// Not a day.
    #[error("{0:?} is not a date such as 2026-11-21")]
    NotDay(String),
    /// A value of the wrong type altogether.
    #[error("expected {expected}, found {found}")]
    Type {
        /// The fact's kind.
        expected: FactKind,
        /// What was found.
        found: &'static str,
    },
    /// A text that is empty or too long.
    #[error("a text has 1 to {TEXT_MAX_CHARS} characters")]
    TextLength,
}

impl FactType {
    /// The stable key.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.file.key
    }

    /// What a value is.
    #[must_use]
    pub fn kind(&self) -> FactKind {
        self.file.kind
    }

    /// Texts in a language.
    #[must_use]
    pub fn texts(&self, lang: Lang) -> &FactTexts {
        match lang {
            Lang::Ja => &self.file.ja,
            Lang::En => &self.file.en,
        }
    }

    /// The values a person can pick, for kinds with options.
    #[must_use]
    pub fn options(&self) -> Vec<&str> {
        match self.file.kind {
            FactKind::Practice => PRACTICE_OPTIONS.to_vec(),
            FactKind::Choice | FactKind::Set => self.file.options.iter().map(String::as_str).collect(),
            FactKind::YesNo => vec!["yes", "no"],
            FactKind::Number | FactKind::Date | FactKind::Text => Vec::new(),
        }
    }

    /// Whether 未実施 makes sense as an answer (yes/no has its own "no").
    #[must_use]
    pub fn takes_none(&self) -> bool {
        !matches!(self.file.kind, FactKind::YesNo | FactKind::Choice | FactKind::Text)
    }

    /// The smallest and largest number allowed.
    #[must_use]
    pub fn range(&self) -> (i64, i64) {
        (self.file.min.unwrap_or(0), self.file.max.unwrap_or(1_000_000))
    }

    /// Reads a value from its text, as in forms and files.
    ///
    /// # Errors
    /// [`ValueError`] says what does not fit.
    pub fn read(&self, text: &str) -> Result<Answer, ValueError> {
        let text = text.trim();
        match text {
            "unknown" => return Ok(Answer::Unknown),
            "not_applicable" => return Ok(Answer::NotApplicable),
            "none" if self.takes_none() => return Ok(Answer::None),
            _ => {}
        }
        let value = match self.file.kind {
            FactKind::Practice | FactKind::Choice => Value::Choice(self.option(text)?),
            FactKind::Set => {
                let parts = text.split(',').map(str::trim).filter(|p| !p.is_empty());
                let items = parts.map(|p| self.option(p)).collect::<Result<BTreeSet<_>, _>>()?;
                if items.is_empty() {
                    return Ok(Answer::None);
                }
                Value::Set(items)
            }
            FactKind::Number => Value::Number(self.number(text)?),
            FactKind::Date => Value::Day(Day::parse_loose(text).map_err(|e| ValueError::NotDay(e.0))?),
            FactKind::YesNo => Value::Flag(self.option(text)? == "yes"),
            FactKind::Text if text.is_empty() || text.chars().count() > TEXT_MAX_CHARS => {
                return Err(ValueError::TextLength);
            }
            FactKind::Text => Value::Text(text.to_owned()),
        };
        Ok(Answer::Given(value))
    }

    fn option(&self, text: &str) -> Result<String, ValueError> {
        if self.options().contains(&text) {
            return Ok(text.to_owned());
        }
        let mut options: Vec<String> = self.options().into_iter().map(str::to_owned).collect();
        if self.takes_none() {
            options.push("none".to_owned());
        }
        options.extend(["unknown".to_owned(), "not_applicable".to_owned()]);
        Err(ValueError::Option { found: text.to_owned(), options })
    }

    fn number(&self, text: &str) -> Result<Number, ValueError> {
        let number = Number::parse(text).ok_or_else(|| ValueError::NotNumber(text.to_owned()))?;
        let (min, max) = self.range();
        if number < Number::whole(min) || number > Number::whole(max) {
            return Err(ValueError::Range { found: number.to_string(), min, max });
        }
        Ok(number)
    }
}
