//! `evidence::view` — what leaves this domain: facts for lists, details and the API, in words.

use kernel::{Day, Lang};
use schemars::JsonSchema;
use schemes::{AnswerKind, FactKind, FactType};
use serde::Serialize;
use web::Page;

use crate::store::FactRow;

/// A fact in lists: what was said, in words.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FactHead {
    /// The fact's key.
    pub key: String,
    /// Short name in the reader's language.
    pub label: String,
    /// How it was answered; absent if not stated.
    pub answer: Option<AnswerKind>,
    /// The answer in words; empty if not stated.
    pub words: String,
    /// The day until which it counts.
    pub review_by: Option<String>,
    /// Whether that day has passed.
    pub expired: bool,
}

/// A fact in full.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FactDetails {
    /// The fact's key.
    pub key: String,
    /// The site's id, empty for the whole company.
    pub site_id: String,
    /// How it was answered.
    pub answer: AnswerKind,
    /// The value's stored text, empty unless `answer` is `given`.
    pub value: String,
    /// Why 該当なし.
    pub reason: String,
    /// Since when it is so.
    pub since: Option<String>,
    /// Who answers for it.
    pub owner: String,
    /// The day until which it counts.
    pub review_by: Option<String>,
    /// Counts changes; send it back to be told of changes by others.
    pub revision: i64,
    /// The version's id.
    pub version_id: String,
}

impl FactRow {
    pub(crate) fn details(self) -> FactDetails {
        FactDetails {
            answer: AnswerKind::parse(&self.answer).unwrap_or(AnswerKind::Unknown),
            key: self.fact_key,
            site_id: self.site_id,
            value: self.value,
            reason: self.reason,
            since: self.since,
            owner: self.owner_name,
            review_by: self.review_by,
            revision: self.revision,
            version_id: self.version_id,
        }
    }
}

/// The head of a fact type with what was stated, if anything.
pub(crate) fn head(p: &Page, fact: &FactType, row: Option<&FactRow>, today: Day) -> FactHead {
    let past = |r: &FactRow| r.review_by.as_deref().and_then(|d| Day::parse(d).ok()).is_some_and(|d| d < today);
    FactHead {
        key: fact.key().to_owned(),
        label: fact.texts(p.lang()).label.clone(),
        answer: row.map(|r| AnswerKind::parse(&r.answer).unwrap_or(AnswerKind::Unknown)),
        words: row.map_or(String::new(), |r| words(p, fact, &r.answer, &r.value)),
        review_by: row.and_then(|r| r.review_by.clone()),
        expired: row.is_some_and(past),
    }
}

/// An answer in words.
pub(crate) fn words(p: &Page, fact: &FactType, answer: &str, value: &str) -> String {
    if answer != AnswerKind::Given.as_str() {
        return none_words(p, fact, answer);
    }
    let option = |o: &str| fact.texts(p.lang()).options.get(o).cloned().unwrap_or_else(|| p.key("answer", o));
    let comma = if p.lang() == Lang::Ja { "、" } else { ", " };
    match fact.kind() {
        FactKind::Practice | FactKind::YesNo => p.key("answer", value),
        FactKind::Choice => option(value),
        FactKind::Set => value.split(',').map(option).collect::<Vec<_>>().join(comma),
        FactKind::Number => match fact.file.unit {
            Some(unit) => p.t1(&format!("unit.{unit}"), "n", value),
            None => value.to_owned(),
        },
        FactKind::Date => Day::parse(value).map_or(value.to_owned(), |d| p.day(&d)),
        FactKind::Text => value.to_owned(),
    }
}

/// 未実施 reads differently for practices, days, numbers and sets.
pub(crate) fn none_words(p: &Page, fact: &FactType, answer: &str) -> String {
    match (answer, fact.kind()) {
        ("none", FactKind::Date) => p.t("answer.none.date"),
        ("none", FactKind::Number) => p.t("answer.none.number"),
        ("none", FactKind::Set) => p.t("answer.none.set"),
        _ => p.key("answer", answer),
    }
}
