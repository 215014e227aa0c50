//! `sheets::words` — the words by which a check sheet is understood, from `rules/sheet-words.toml`, and how
//! texts are compared.

use std::collections::BTreeMap;

use serde::Deserialize;

kernel::text_enum! {
    /// What a column of a check sheet holds.
    Role {
        /// Number of the question.
        Number = "number",
        /// What is asked.
        Question = "question",
        /// Where the answer goes.
        Answer = "answer",
        /// Where words about it go.
        Remark = "remark",
        /// Where evidence is named.
        Evidence = "evidence",
        /// What the question belongs to.
        Section = "section",
        /// How much is asked.
        Level = "level",
        /// By when something is planned.
        Due = "due",
        /// Explanations.
        Hint = "hint",
    }
}

kernel::text_enum! {
    /// What is asked about the company itself.
    CompanyField {
        /// Name.
        Name = "name",
        /// Corporate number.
        CorporateNumber = "corporate_number",
        /// Who fills it out.
        Person = "person",
        /// Their department.
        Department = "department",
        /// When.
        Date = "date",
        /// Mail address.
        Mail = "mail",
        /// Telephone.
        Phone = "phone",
    }
}

kernel::text_enum! {
    /// What a choice says.
    Meaning {
        /// 実施.
        Done = "done",
        /// 一部実施.
        Partial = "partial",
        /// 予定.
        Planned = "planned",
        /// 未実施.
        None = "none",
        /// 該当なし.
        NotApplicable = "not_applicable",
        /// 分からない.
        Unknown = "unknown",
    }
}

/// A sheet that is known by its heads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownSheet {
    /// Id.
    pub id: String,
    /// Heads of its columns; one may be missing.
    pub heads: Vec<String>,
    /// Least and most questions.
    pub questions: (usize, usize),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Foreign {
    words: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: u32,
    columns: BTreeMap<Role, Vec<String>>,
    foreign: Foreign,
    company: BTreeMap<CompanyField, Vec<String>>,
    meanings: BTreeMap<Meaning, Vec<String>>,
}

/// The words, folded.
#[derive(Debug)]
pub struct SheetWords {
    columns: Vec<(String, Role)>,
    foreign: Vec<String>,
    company: Vec<(String, CompanyField)>,
    meanings: Vec<(String, Meaning)>,
    known: Vec<KnownSheet>,
}

/// A text as it is compared: width, case, kana kind, spaces and punctuation do not count.
#[must_use]
pub fn fold(text: &str) -> String {
    kernel::fold_name(&text.chars().map(kernel::narrow).collect::<String>())
}

/// Words with their meaning, the longest first.
fn ordered<T: Copy>(all: &BTreeMap<T, Vec<String>>) -> Vec<(String, T)> {
    let mut words: Vec<(String, T)> = all.iter().flat_map(|(what, list)| list.iter().map(move |w| (mark(w), *what))).collect();
    words.sort_by_key(|(w, _)| std::cmp::Reverse(w.chars().count()));
    words
}

/// Folds a text; one that is nothing but signs stays as it is, in half width.
pub(crate) fn mark(text: &str) -> String {
    let folded = fold(text);
    let plain = || text.trim().chars().map(|c| if matches!(c, '◯' | '〇') { '○' } else { kernel::narrow(c) }).collect();
    if folded.is_empty() { plain() } else { folded.replace(['◯', '〇'], "○") }
}

impl SheetWords {
    /// Reads a file of words.
    ///
    /// # Errors
    /// What does not fit.
    pub fn read(text: &str) -> Result<Self, String> {
        let file: File = toml::from_str(text).map_err(|e| format!("sheet-words.toml: {e}"))?;
        let complete = Role::ALL.iter().all(|r| file.columns.contains_key(r)) && Meaning::ALL.iter().all(|m| file.meanings.contains_key(m));
        if file.format != 1 || !complete {
            return Err("sheet-words.toml: format 1, with words for every column and meaning".to_owned());
        }
        Ok(Self {
            columns: ordered(&file.columns),
            foreign: file.foreign.words.iter().map(|w| fold(w)).collect(),
            company: ordered(&file.company),
            meanings: ordered(&file.meanings),
            known: Vec::new(),
        })
    }

    /// The words built into this program.
    ///
    /// # Errors
    /// What does not fit; a test makes sure nothing is.
    pub fn shipped() -> Result<Self, String> {
        Self::read(include_str!("../../../rules/sheet-words.toml"))
    }

    /// The words, and sheets that are known by their heads.
    #[must_use]
    pub fn with_known(self, known: Vec<KnownSheet>) -> Self {
        Self { known, ..self }
    }

    /// What the head of a column says, and how sure that is: 3 the very word, 2 the word with more in brackets,
    /// 1 the word somewhere in it.
    pub(crate) fn role(&self, head: &str) -> Option<(Role, u32)> {
        let whole = mark(head);
        if whole.is_empty() || whole.chars().count() > 40 || self.is_foreign(&whole) {
            return None;
        }
        let bare = mark(head.split(['(', '（', '\n', '【', '※']).next().unwrap_or(head));
        let exact = |text: &str| self.columns.iter().find(|(w, _)| w == text).map(|(_, r)| *r);
        if let Some(role) = exact(&whole) {
            return Some((role, 3));
        }
        if let Some(role) = exact(&bare) {
            return Some((role, 2));
        }
        let long = |w: &str| w.chars().count() > 1 && whole.contains(w) && !w.is_ascii();
        self.columns.iter().find(|(w, _)| long(w)).map(|(_, role)| (*role, 1))
    }

    /// Whether a head (folded) is of a column others fill.
    pub(crate) fn is_foreign(&self, head: &str) -> bool {
        self.foreign.iter().any(|w| head.contains(w.as_str()))
    }

    /// What a cell asks about the company.
    pub(crate) fn company(&self, label: &str) -> Option<CompanyField> {
        let bare = mark(label.split(['(', '（', '\n', ':', '：', '※']).next().unwrap_or(label));
        self.company.iter().find(|(w, _)| *w == bare).map(|(_, f)| *f)
    }

    /// What a choice means by its own words.
    #[must_use]
    pub fn meaning(&self, choice: &str) -> Option<Meaning> {
        let whole = mark(choice);
        if let Some((_, found)) = self.meanings.iter().find(|(w, _)| *w == whole) {
            return Some(*found);
        }
        // 「実施していない」 holds 「実施」: what a longer word covers no longer counts. Of several, what takes
        // back the most: 「一部のみ実施」 is a part.
        let (mut rest, mut found) = (whole, Vec::new());
        for (word, meaning) in self.meanings.iter().filter(|(w, _)| w.chars().count() > 1) {
            if rest.contains(word.as_str()) {
                rest = rest.replace(word.as_str(), " ");
                found.push(*meaning);
            }
        }
        let order = [Meaning::NotApplicable, Meaning::Planned, Meaning::Partial, Meaning::None, Meaning::Unknown, Meaning::Done];
        order.into_iter().find(|m| found.contains(m))
    }

    /// The known sheet with these heads and so many questions.
    pub(crate) fn known(&self, heads: &[String], questions: usize) -> Option<&KnownSheet> {
        let heads: Vec<String> = heads.iter().map(|h| fold(h)).collect();
        self.known.iter().find(|k| {
            let has = k.heads.iter().filter(|h| heads.contains(&fold(h))).count();
            (k.questions.0..=k.questions.1).contains(&questions) && has + 1 >= k.heads.len()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_read_with_what_stands_around_them() {
        let words = SheetWords::shipped().unwrap();
        for (head, role) in [
            ("Ｎｏ．", Role::Number),
            ("確認 項目", Role::Question),
            ("回答（○／△／×）", Role::Answer),
            ("貴社\n回答欄", Role::Answer),
            ("備考（自由記入）", Role::Remark),
            ("大分類", Role::Section),
            ("達成基準", Role::Hint),
        ] {
            assert_eq!(words.role(head).map(|(r, _)| r), Some(role), "{head}");
        }
        for head in ["", "前回の回答", "評価（当社記入欄）", "北海道"] {
            assert_eq!(words.role(head), None, "{head}");
        }
    }

    #[test]
    fn choices_are_told_apart() {
        let words = SheetWords::shipped().unwrap();
        for (choice, meaning) in [
            ("○", Meaning::Done),
            ("〇", Meaning::Done),
            ("×", Meaning::None),
            ("実施している", Meaning::Done),
            ("実施していない", Meaning::None),
            ("一部実施している", Meaning::Partial),
            ("○（実施済み）", Meaning::Done),
            ("該当なし", Meaning::NotApplicable),
            ("未対応（検討中）", Meaning::Planned),
            ("Ｎ／Ａ", Meaning::NotApplicable),
            ("有り", Meaning::Done),
            ("無し", Meaning::None),
        ] {
            assert_eq!(words.meaning(choice), Some(meaning), "{choice}");
        }
        assert_eq!(words.meaning("2"), None);
    }
}
