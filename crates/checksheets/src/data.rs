//! `checksheets::data` — `rules/sheet-questions.toml`: words that say the same, which of them speak of which fact,
//! topics no fact covers, and what options say. A test makes sure no build ships a broken file.

use std::collections::BTreeMap;

use schemes::Catalog;
use serde::Deserialize;
use sheets::Meaning;

/// Concepts that speak of a fact.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Pattern {
    /// Sets of concepts; one set that is there whole is enough.
    pub(crate) any: Vec<Vec<String>>,
    /// Concepts that speak of another fact.
    #[serde(default)]
    pub(crate) not: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Outside {
    pub(crate) words: Vec<String>,
}

/// The file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuestionWords {
    pub(crate) format: u32,
    /// Least score of a match that is drafted, 0 to 1.
    pub(crate) threshold: f64,
    /// How far the next fact must be behind.
    pub(crate) margin: f64,
    pub(crate) concepts: BTreeMap<String, Vec<String>>,
    pub(crate) facts: BTreeMap<String, Pattern>,
    pub(crate) outside: Outside,
    /// Facts for which a yes is bad, unless the question has one of these words.
    pub(crate) inverse: BTreeMap<String, Vec<String>>,
    /// What options say of how far a measure is, by fact.
    pub(crate) options: BTreeMap<String, BTreeMap<String, Meaning>>,
}

impl QuestionWords {
    /// Reads a file.
    ///
    /// # Errors
    /// What does not fit: a concept or fact that does not exist, a number out of range.
    pub fn read(text: &str, catalog: &Catalog) -> Result<Self, String> {
        let file: Self = toml::from_str(text).map_err(|e| format!("sheet-questions.toml: {e}"))?;
        let in_range = |n: f64| (0.0..=1.0).contains(&n);
        if file.format != 1 || !in_range(file.threshold) || !in_range(file.margin) {
            return Err("sheet-questions.toml: format 1, threshold and margin from 0 to 1".to_owned());
        }
        let named = file.facts.values().flat_map(|p| p.any.iter().flatten().chain(&p.not));
        if let Some(missing) = named.into_iter().find(|c| !file.concepts.contains_key(*c)) {
            return Err(format!("sheet-questions.toml: no concept {missing}"));
        }
        let facts = file.facts.keys().chain(file.inverse.keys()).chain(file.options.keys());
        if let Some(missing) = facts.into_iter().find(|k| catalog.fact(k).is_none()) {
            return Err(format!("sheet-questions.toml: no fact {missing}"));
        }
        for (key, options) in &file.options {
            let known = catalog.fact(key).map(schemes::FactType::options).unwrap_or_default();
            if let Some(missing) = options.keys().find(|o| !known.contains(&o.as_str())) {
                return Err(format!("sheet-questions.toml: fact {key} has no option {missing}"));
            }
        }
        Ok(file)
    }

    /// The file built into this program.
    ///
    /// # Errors
    /// As [`QuestionWords::read`].
    pub fn shipped(catalog: &Catalog) -> Result<Self, String> {
        Self::read(include_str!("../../../rules/sheet-questions.toml"), catalog)
    }
}
