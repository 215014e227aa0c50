//! `checksheets::mapping` — mapping files: which facts answer the questions of a sheet many know. Those in
//! `rules/sheets/` are built in; others come from people, who share what they found out without the sheet's text.

use std::collections::{BTreeMap, BTreeSet};

use kernel::sha256_hex;
use schemes::Catalog;
use serde::{Deserialize, Serialize};
use sheets::{KnownSheet, Layout};

use crate::matching::plain;

/// Largest mapping file people bring, in bytes.
pub(crate) const MAPPING_MAX_BYTES: usize = 1 << 20;

/// Of a known sheet's questions, how many in a hundred must be there.
const KNOWN_PERCENT: usize = 60;

/// A question and the facts that answer it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Mapped {
    /// The question in words of our own; empty where only its digest is known.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) text: String,
    /// [`digest`] of other wordings.
    pub(crate) digests: Vec<String>,
    /// Keys of facts; all of them together answer. None if no fact does.
    pub(crate) facts: Vec<String>,
}

/// A mapping file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct MappingFile {
    pub(crate) format: u32,
    pub(crate) id: String,
    pub(crate) title_ja: String,
    pub(crate) title_en: String,
    /// Heads of columns by which the sheet is known; empty if it is known by its questions.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) heads: Vec<String>,
    /// Least and most questions of a sheet with these heads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) questions: Option<(usize, usize)>,
    /// The scheme whose ids its questions are numbered with, as `id` or `id@version`; empty for none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) scheme: String,
    pub(crate) question: Vec<Mapped>,
}

/// SHA-256 of a question as it is compared, so that a question is known without its text.
#[must_use]
pub fn digest(question: &str) -> String {
    sha256_hex(plain(question).as_bytes())
}

fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

impl MappingFile {
    /// Reads a file and checks it against the catalog.
    ///
    /// # Errors
    /// What does not fit, in one line.
    pub(crate) fn read(text: &str, catalog: &Catalog) -> Result<Self, String> {
        let file: Self = toml::from_str(text).map_err(|e| e.message().to_owned())?;
        if file.format != 1 {
            return Err("format = 1".to_owned());
        }
        if !file.scheme.is_empty() && catalog.named(&file.scheme).is_none() {
            return Err(format!("scheme {}", file.scheme));
        }
        for q in &file.question {
            if let Some(fact) = q.facts.iter().find(|f| catalog.fact(f).is_none()) {
                return Err(format!("fact {fact}"));
            }
            if let Some(wrong) = q.digests.iter().find(|d| !is_digest(d)) {
                return Err(format!("digest {wrong}"));
            }
        }
        Ok(file)
    }

    /// The file as text.
    pub(crate) fn text(&self) -> String {
        toml::to_string(self).unwrap_or_default()
    }

    /// Each digest with the facts that answer.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (String, &[String])> {
        let own = |q: &Mapped| Some(digest(&q.text)).filter(|_| !q.text.is_empty());
        self.question.iter().flat_map(move |q| own(q).into_iter().chain(q.digests.iter().cloned()).map(|d| (d, q.facts.as_slice())))
    }
}

/// The files built into this program.
const SHIPPED: [(&str, &str); 5] = [
    ("ishigaki-25.toml", include_str!("../../../rules/sheets/ishigaki-25.toml")),
    ("ishigaki-star3.toml", include_str!("../../../rules/sheets/ishigaki-star3.toml")),
    ("jama-japia.toml", include_str!("../../../rules/sheets/jama-japia.toml")),
    ("practice-9-1.toml", include_str!("../../../rules/sheets/practice-9-1.toml")),
    ("practice-9-2.toml", include_str!("../../../rules/sheets/practice-9-2.toml")),
];

/// All mapping files together.
#[derive(Debug, Default)]
pub(crate) struct Mappings {
    files: Vec<MappingFile>,
    /// Facts by digest.
    answers: BTreeMap<String, Vec<String>>,
}

impl Mappings {
    /// Reads what is built in.
    ///
    /// # Errors
    /// The first file that does not fit: also one that answers a question otherwise than another does.
    pub(crate) fn shipped(catalog: &Catalog) -> Result<Self, String> {
        let mut all = Self::default();
        for (name, text) in SHIPPED {
            let file = MappingFile::read(text, catalog).map_err(|e| format!("rules/sheets/{name}: {e}"))?;
            for (digest, facts) in file.pairs() {
                if all.answers.insert(digest, facts.to_vec()).is_some_and(|old| old != facts) {
                    return Err(format!("rules/sheets/{name}: a question is answered otherwise in another file"));
                }
            }
            all.files.push(file);
        }
        Ok(all)
    }

    /// Facts that answer a question; none if no file speaks of it.
    pub(crate) fn answer(&self, digest: &str) -> Option<&[String]> {
        self.answers.get(digest).map(Vec::as_slice)
    }

    /// Sheets that are known by their heads.
    pub(crate) fn by_heads(&self) -> Vec<KnownSheet> {
        let known = |f: &MappingFile| Some(KnownSheet { id: f.id.clone(), heads: f.heads.clone(), questions: f.questions? });
        self.files.iter().filter_map(known).collect()
    }

    /// The file of the sheet a layout is of: by its heads, and by its numbers where they are a scheme's, else by its
    /// questions.
    pub(crate) fn known(&self, catalog: &Catalog, layout: &Layout) -> Option<&MappingFile> {
        let numbered = |f: &MappingFile| {
            let scheme = catalog.named(&f.scheme);
            f.scheme.is_empty() || layout.questions().all(|(_, q)| scheme.is_some_and(|s| s.criterion(&q.number).is_some()))
        };
        if let Some(file) = self.files.iter().find(|f| f.id == layout.known && numbered(f)) {
            return Some(file);
        }
        let asked: BTreeSet<String> = layout.questions().map(|(_, q)| digest(&q.text)).collect();
        let there = |q: &Mapped| asked.contains(&digest(&q.text)) || q.digests.iter().any(|d| asked.contains(d));
        let fits = |f: &&MappingFile| f.question.iter().filter(|q| there(q)).count() * 100 >= f.question.len() * KNOWN_PERCENT;
        self.files.iter().filter(|f| !f.question.is_empty()).find(fits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shipped_files_fit_and_do_not_contradict_each_other() {
        let catalog = Catalog::shipped().unwrap();
        let all = Mappings::shipped(&catalog).unwrap();
        assert_eq!(all.files.iter().map(|f| f.question.len()).collect::<Vec<_>>(), [0, 0, 0, 8, 11]);
        assert!(all.files.iter().flat_map(MappingFile::pairs).count() == 2 * 19);
    }
}
