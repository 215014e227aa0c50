//! `schemes::practice` — what companies did: practices, worries with their approaches, and mini
//! practices, told in our own words; which of them fits a company, and how to find one in the
//! words of the person who has the worry.

use std::collections::BTreeSet;

use kernel::Lang;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::provenance::Provenance;
use crate::scheme::SchemeError;

/// Share of a search text's word pairs that must be found again, in hundredths.
const FOUND_FROM: usize = 30;

kernel::text_enum! {
    /// What a story is.
    PracticeKind {
        /// A company's practice for a directive.
        Practice = "practice",
        /// A worry and how it was met.
        Worry = "worry",
        /// A short piece of advice for one question.
        Mini = "mini",
    }
}

/// A file of `practices/`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PracticeFile {
    /// What its stories are.
    pub kind: PracticeKind,
    /// Where they come from.
    pub provenance: Provenance,
    /// The stories.
    pub practice: Vec<PracticeWritten>,
}

/// A story as written.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PracticeWritten {
    /// Id, as in the source; worries and minis with their kind in front.
    pub id: String,
    /// What it helps with: `scheme/group` or `scheme/criterion`.
    pub serves: Vec<String>,
    /// The company as the source calls it; always fictional.
    #[serde(default)]
    pub company: String,
    /// Its number of employees, if the source says.
    #[serde(default)]
    pub employees: Option<u32>,
    /// Letter of its industry's major division.
    #[serde(default)]
    pub sector: Option<String>,
    /// Japanese texts.
    pub ja: PracticeTexts,
    /// English texts.
    pub en: PracticeTexts,
    /// Tables to use oneself.
    #[serde(default)]
    pub form: Vec<Form>,
}

/// Texts of a story.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PracticeTexts {
    /// The worry in the words of the person who has it.
    #[serde(default)]
    pub worry: String,
    /// What was done, in one line.
    pub title: String,
    /// Why.
    pub situation: String,
    /// How, step by step.
    pub steps: Vec<String>,
    /// What came of it.
    #[serde(default)]
    pub outcome: String,
    /// What others can learn from it.
    pub lesson: String,
    /// More words that people search for.
    #[serde(default)]
    pub words: String,
}

/// A table to use oneself.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// Id within the story.
    pub id: String,
    /// Japanese table.
    pub ja: FormTexts,
    /// English table.
    pub en: FormTexts,
}

/// A table in one language.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FormTexts {
    /// Title.
    pub title: String,
    /// Heads of the columns.
    pub columns: Vec<String>,
    /// Rows; empty cells are filled in by the user.
    pub rows: Vec<Vec<String>>,
}

impl Form {
    /// The table in a language.
    #[must_use]
    pub fn texts(&self, lang: Lang) -> &FormTexts {
        match lang {
            Lang::Ja => &self.ja,
            Lang::En => &self.en,
        }
    }
}

/// A story.
#[derive(Debug, Clone)]
pub struct Practice {
    /// What it is.
    pub kind: PracticeKind,
    /// Where it comes from.
    pub provenance: Provenance,
    /// As written.
    pub written: PracticeWritten,
}

/// A company to which a story may fit: employees (middle of its band) and sector letter.
#[derive(Debug, Clone, Default)]
pub struct Reader {
    /// Employees.
    pub employees: u32,
    /// Letter of its industry's major division.
    pub sector: String,
}

/// Why a story fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, JsonSchema)]
pub struct Fit {
    /// The same sector.
    pub sector: bool,
    /// Between half and twice as many employees.
    pub size: bool,
}

impl Practice {
    /// Texts in a language.
    #[must_use]
    pub fn texts(&self, lang: Lang) -> &PracticeTexts {
        match lang {
            Lang::Ja => &self.written.ja,
            Lang::En => &self.written.en,
        }
    }

    /// How it fits a company.
    #[must_use]
    pub fn fit(&self, reader: &Reader) -> Fit {
        let sector = self.written.sector.as_ref().is_some_and(|s| *s == reader.sector);
        let near = |n: u32| n <= reader.employees.saturating_mul(2) && reader.employees <= n.saturating_mul(2);
        Fit { sector, size: self.written.employees.is_some_and(near) }
    }

    /// Distance in size, in factors of ten thousandths of a doubling; stories without a size come last.
    fn distance(&self, reader: &Reader) -> u64 {
        let Some(n) = self.written.employees else { return u64::MAX };
        let (a, b) = (u64::from(n.max(1)), u64::from(reader.employees.max(1)));
        a.max(b) * 10_000 / a.min(b)
    }

    /// Whether it helps with a group or criterion of a scheme.
    #[must_use]
    pub fn serves(&self, what: &str) -> bool {
        self.written.serves.iter().any(|s| s == what)
    }
}

/// Reads a file of stories.
pub(crate) fn read(path: &str, text: &str) -> Result<Vec<Practice>, SchemeError> {
    let file: PracticeFile =
        toml::from_str(text).map_err(|source| SchemeError::Shape { file: path.to_owned(), source: Box::new(source) })?;
    let mut list = Vec::new();
    for written in file.practice {
        let fail = |what: &str| Err(SchemeError::Content(format!("{path}: {}: {what}", written.id)));
        let whole = |t: &PracticeTexts| !t.title.is_empty() && !t.situation.is_empty() && !t.steps.is_empty() && !t.lesson.is_empty();
        if !whole(&written.ja) || !whole(&written.en) || written.ja.steps.len() != written.en.steps.len() {
            return fail("a story has title, situation, steps and lesson in both languages, with as many steps");
        }
        if (file.kind == PracticeKind::Worry) == written.ja.worry.is_empty() {
            return fail("a worry, and only a worry, is written in its owner's words");
        }
        let shape = |t: &FormTexts| (t.columns.len(), t.rows.len(), t.rows.iter().all(|r| r.len() == t.columns.len()));
        if written.form.iter().any(|f| shape(&f.ja) != shape(&f.en) || !shape(&f.ja).2) {
            return fail("a form has the same shape in both languages, and full rows");
        }
        list.push(Practice { kind: file.kind, provenance: file.provenance.clone(), written });
    }
    Ok(list)
}

/// The stories that fit best first: same sector and near size, then near size, then the rest by
/// distance in size; among equals in written order.
#[must_use]
pub fn ranked<'a>(stories: impl Iterator<Item = &'a Practice>, reader: &Reader) -> Vec<&'a Practice> {
    let mut list: Vec<&Practice> = stories.collect();
    list.sort_by_key(|p| {
        let fit = p.fit(reader);
        (std::cmp::Reverse(u8::from(fit.sector) + u8::from(fit.size)), p.distance(reader))
    });
    list
}

/// Folds width and case, so that a search finds what people mean.
#[must_use]
pub fn fold(text: &str) -> String {
    text.chars()
        .map(|c| if ('！'..='～').contains(&c) { char::from_u32(c as u32 - 0xFEE0).unwrap_or(c) } else { c })
        .collect::<String>()
        .to_lowercase()
}

/// Pairs of neighbouring characters; pairs of hiragana alone say little and are left out.
fn pairs(text: &str) -> BTreeSet<(char, char)> {
    let folded: Vec<char> = fold(text).chars().filter(|c| !c.is_whitespace() && !"、。「」・,.?？!！".contains(*c)).collect();
    let little = |c: char| ('ぁ'..='ん').contains(&c);
    folded.iter().zip(folded.iter().skip(1)).map(|(a, b)| (*a, *b)).filter(|(a, b)| !(little(*a) && little(*b))).collect()
}

/// The stories that match a text in one's own words, best first.
#[must_use]
pub fn search<'a>(stories: impl Iterator<Item = &'a Practice>, text: &str, lang: Lang) -> Vec<&'a Practice> {
    let wanted = pairs(text);
    if wanted.is_empty() {
        return Vec::new();
    }
    let mut found: Vec<(usize, &Practice)> = stories
        .filter_map(|p| {
            let t = p.texts(lang);
            let own = pairs(&format!("{}。{}。{}。{}。{}。{}", t.worry, t.title, t.words, t.situation, t.outcome, t.steps.join("。")));
            // What stands in the worry itself, the title or the search words weighs double.
            let front = pairs(&format!("{}。{}。{}", t.worry, t.title, t.words));
            let share = (wanted.intersection(&own).count() + wanted.intersection(&front).count()) * 50 / wanted.len();
            (share >= FOUND_FROM).then_some((share, p))
        })
        .collect();
    found.sort_by_key(|(share, _)| std::cmp::Reverse(*share));
    found.into_iter().map(|(_, p)| p).collect()
}
