//! `register::snapshot` — what was shown when somebody confirmed or declared: criteria, answers
//! and the digests of the files behind them. Two of them are compared, so that nothing is swapped
//! afterwards unseen, and a renewal can say what changed.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use schemes::{Catalog, Facts, Scheme};
use serde::{Deserialize, Serialize};

/// What was shown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Snapshot {
    /// Digest of the scheme version's criteria.
    criteria: String,
    /// Answers by fact key.
    answers: BTreeMap<String, String>,
    /// Digests of files by fact key.
    files: BTreeMap<String, Vec<String>>,
}

/// A fact that is not as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Changed {
    /// The fact's key.
    pub(crate) key: String,
    /// Its short name.
    pub(crate) label: String,
    /// Whether the answer changed.
    pub(crate) answer: bool,
    /// Whether files were added, removed or replaced.
    pub(crate) files: bool,
}

impl Snapshot {
    /// What is shown now of everything a scheme reads.
    pub(crate) fn of(scheme: &Scheme, facts: &Facts, files: &BTreeMap<String, Vec<String>>) -> Self {
        let mut keys: BTreeSet<&str> = scheme.facts().collect();
        for (_, rule, _) in &scheme.conditions {
            rule.each_atom(&mut |atom| keys.extend([atom.fact.as_str()]));
        }
        let answer = |key: &&str| Some(((*key).to_owned(), facts.get(*key)?.answer.word()));
        let file = |key: &&str| Some(((*key).to_owned(), files.get(*key)?.clone()));
        Self {
            criteria: scheme.hash.clone(),
            answers: keys.iter().filter_map(answer).collect(),
            files: keys.iter().filter_map(file).collect(),
        }
    }

    /// The text that is kept.
    pub(crate) fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads a kept text; none if nothing was kept.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// The digest for the ledger.
    pub(crate) fn hash(&self) -> String {
        kernel::sha256_hex(self.text().as_bytes())
    }

    /// Whether the criteria are other ones than before.
    pub(crate) fn other_criteria(&self, before: &Self) -> bool {
        self.criteria != before.criteria
    }

    /// What is not as it was.
    pub(crate) fn changed(&self, before: &Self, catalog: &Catalog, lang: kernel::Lang) -> Vec<Changed> {
        let keys: BTreeSet<&String> = [&self.answers, &before.answers]
            .iter()
            .flat_map(|a| a.keys())
            .chain([&self.files, &before.files].iter().flat_map(|f| f.keys()))
            .collect();
        let line = |key: &&String| Changed {
            key: (*key).clone(),
            label: catalog.fact(key).map_or(String::new(), |f| f.texts(lang).label.clone()),
            answer: self.answers.get(*key) != before.answers.get(*key),
            files: self.files.get(*key) != before.files.get(*key),
        };
        keys.iter().map(line).filter(|c| c.answer || c.files).collect()
    }
}
