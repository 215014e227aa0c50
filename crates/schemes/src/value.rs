//! `schemes::value` — what a company can say: typed values and the four ways to answer.

use std::collections::BTreeSet;

use kernel::Day;

/// A decimal number in thousandths, so that it compares and prints the same everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number {
    thousandths: i64,
}

impl Number {
    /// A whole number. Saturates at the end of the range.
    #[must_use]
    pub const fn whole(units: i64) -> Self {
        Self { thousandths: units.saturating_mul(1000) }
    }

    /// One thousandth more or less, for looking just beside a limit.
    pub(crate) const fn nudged(self, by: i64) -> Self {
        Self { thousandths: self.thousandths.saturating_add(by) }
    }

    /// Reads `14`, `7.0`, `1,000`, in full or half width, up to three decimals.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let plain: String = text
            .trim()
            .chars()
            .filter(|c| *c != ',' && *c != '，')
            .map(|c| match c {
                '０'..='９' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
                '．' => '.',
                '－' | '−' => '-',
                other => other,
            })
            .collect();
        let (sign, digits) = plain.strip_prefix('-').map_or((1, plain.as_str()), |rest| (-1, rest));
        let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
        let all_digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
        if !all_digits(whole) || !all_digits(part) || part.len() > 3 || whole.len() > 12 {
            return None;
        }
        let part: i64 = format!("{part:0<3}").parse().ok()?;
        Some(Self { thousandths: sign * (whole.parse::<i64>().ok()? * 1000 + part) })
    }
}

impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (sign, size) = (if self.thousandths < 0 { "-" } else { "" }, self.thousandths.unsigned_abs());
        let (whole, part) = (size / 1000, size % 1000);
        if part == 0 {
            write!(f, "{sign}{whole}")
        } else {
            let digits = format!("{part:03}");
            write!(f, "{sign}{whole}.{}", digits.trim_end_matches('0'))
        }
    }
}

/// A value within a fact type.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// One of the type's options.
    Choice(String),
    /// A number in the type's unit.
    Number(Number),
    /// A calendar day.
    Day(Day),
    /// Yes or no.
    Flag(bool),
    /// Several of the type's options.
    Set(BTreeSet<String>),
    /// Free text of the company's own.
    Text(String),
}

impl std::fmt::Display for Value {
    /// The stored text: option, number, day, `yes`/`no`, options joined by commas, text.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Choice(text) | Self::Text(text) => f.write_str(text),
            Self::Number(number) => number.fmt(f),
            Self::Day(day) => day.fmt(f),
            Self::Flag(flag) => f.write_str(if *flag { "yes" } else { "no" }),
            Self::Set(items) => f.write_str(&items.iter().map(String::as_str).collect::<Vec<_>>().join(",")),
        }
    }
}

kernel::text_enum! {
    /// The way a fact was answered.
    AnswerKind {
        /// With a value.
        Given = "given",
        /// 未実施: it is not done, not set, does not exist.
        None = "none",
        /// 分からない.
        Unknown = "unknown",
        /// 該当なし, with a reason.
        NotApplicable = "not_applicable",
    }
}

/// What a company said about one fact.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answer {
    /// A value.
    Given(Value),
    /// 未実施.
    None,
    /// 分からない.
    Unknown,
    /// 該当なし.
    NotApplicable,
}

impl Answer {
    /// Which of the four.
    #[must_use]
    pub const fn kind(&self) -> AnswerKind {
        match self {
            Self::Given(_) => AnswerKind::Given,
            Self::None => AnswerKind::None,
            Self::Unknown => AnswerKind::Unknown,
            Self::NotApplicable => AnswerKind::NotApplicable,
        }
    }

    /// The value's stored text, empty unless given.
    #[must_use]
    pub fn value_text(&self) -> String {
        match self {
            Self::Given(value) => value.to_string(),
            Self::None | Self::Unknown | Self::NotApplicable => String::new(),
        }
    }

    /// One word for machines: the value's text, or `none`, `unknown`, `not_applicable`.
    #[must_use]
    pub fn word(&self) -> String {
        match self {
            Self::Given(value) => value.to_string(),
            Self::None | Self::Unknown | Self::NotApplicable => self.kind().to_string(),
        }
    }
}

/// An answer with the day after which it no longer counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// What was said.
    pub answer: Answer,
    /// The last day it counts; later it is `unknown` until reviewed.
    pub review_by: Option<Day>,
}

impl From<Answer> for Statement {
    fn from(answer: Answer) -> Self {
        Self { answer, review_by: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_back_from_their_own_text() {
        for (text, out) in [("14", "14"), ("7.0", "7"), ("7.25", "7.25"), ("１，０００", "1000"), ("-0.5", "-0.5")] {
            assert_eq!(Number::parse(text).unwrap().to_string(), out);
        }
        for bad in ["", "七", "1.2.3", "1e9", "0.1234", "--1"] {
            assert!(Number::parse(bad).is_none(), "{bad}");
        }
    }
}
