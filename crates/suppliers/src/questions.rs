//! `suppliers::questions` — what is asked: the yearly topics sized by class, or the criteria of a scheme; what a
//! certificate or star answers already; what a supplier's own facts answer.

use kernel::{Day, Lang, Tri};
use schemars::JsonSchema;
use schemes::{Answer, Catalog, Facts, Scheme, Value, result};
use serde::{Deserialize, Serialize};
use sheets::{Asked, BookKind, Layout, Meaning, Table};

use crate::own_sheet::OwnSheet;

/// `rules/supplier-questions.toml`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct QuestionFile {
    pub(crate) format: u32,
    pub(crate) id: String,
    pub(crate) title_ja: String,
    pub(crate) title_en: String,
    pub(crate) item: Vec<Question>,
}

kernel::text_enum! {
    /// How a question is answered.
    QuestionKind {
        /// Done, in part, planned, not done, unknown, not applicable.
        Practice = "practice",
        /// In words.
        Text = "text",
    }
}

/// One question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Question {
    pub(crate) id: String,
    /// Classes that answer it; empty for all.
    #[serde(default)]
    pub(crate) classes: String,
    pub(crate) kind: QuestionKind,
    /// Facts that answer it.
    #[serde(default)]
    pub(crate) facts: Vec<String>,
    /// Certificates that answer it.
    #[serde(default)]
    pub(crate) skip: Vec<String>,
    pub(crate) ja: String,
    pub(crate) en: String,
    /// Whether the sheet hides its row or computes its answer, so that nobody is asked.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) silent: bool,
    /// Choices of a sheet of the buyer's own, where they are more than words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) choices: Vec<String>,
    #[serde(default)]
    pub(crate) avoid_ja: String,
    #[serde(default)]
    pub(crate) do_ja: String,
    #[serde(default)]
    pub(crate) avoid_en: String,
    #[serde(default)]
    pub(crate) do_en: String,
}

impl Question {
    pub(crate) fn text(&self, lang: Lang) -> &str {
        match lang {
            Lang::Ja => &self.ja,
            Lang::En => &self.en,
        }
    }

    /// What is avoided, and what to do for it.
    pub(crate) fn advice(&self, lang: Lang) -> (&str, &str) {
        match lang {
            Lang::Ja => (&self.avoid_ja, &self.do_ja),
            Lang::En => (&self.avoid_en, &self.do_en),
        }
    }
}

/// What is asked in a wave; kept with it, so that later changes of files do not change what was asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct QuestionSet {
    pub(crate) id: String,
    pub(crate) title_ja: String,
    pub(crate) title_en: String,
    /// The scheme whose criteria these are, `id@version`; empty for topics.
    pub(crate) scheme: String,
    pub(crate) items: Vec<Question>,
    /// The buyer's own sheet, where that is what is asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) workbook: Option<Workbook>,
}

/// A sheet of the buyer's own, as it was when the wave left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Workbook {
    pub(crate) name: String,
    pub(crate) kind: BookKind,
    /// Digest of the file: the sheet's own while it is a draft, then the one kept for the wave.
    pub(crate) sha256: String,
    pub(crate) layout: Layout,
}

kernel::text_enum! {
    /// An answer.
    Reply {
        /// 実施.
        Done = "done",
        /// 一部実施.
        Partial = "partial",
        /// 対策中, with a day in the words.
        Planned = "planned",
        /// 未実施.
        None = "none",
        /// 分からない.
        Unknown = "unknown",
        /// 該当なし, with a reason.
        NotApplicable = "not_applicable",
        /// Answered in words.
        Written = "written",
    }
}

impl Reply {
    /// What a sheet's choice says.
    pub(crate) const fn of(meaning: Meaning) -> Self {
        match meaning {
            Meaning::Done => Self::Done,
            Meaning::Partial => Self::Partial,
            Meaning::Planned => Self::Planned,
            Meaning::None => Self::None,
            Meaning::NotApplicable => Self::NotApplicable,
            Meaning::Unknown => Self::Unknown,
        }
    }

    /// The meaning a sheet's scale may have a choice for.
    pub(crate) const fn meaning(self) -> Option<Meaning> {
        match self {
            Self::Done => Some(Meaning::Done),
            Self::Partial => Some(Meaning::Partial),
            Self::Planned => Some(Meaning::Planned),
            Self::None => Some(Meaning::None),
            Self::NotApplicable => Some(Meaning::NotApplicable),
            Self::Unknown => Some(Meaning::Unknown),
            Self::Written => None,
        }
    }

    /// Its character in a row of cells.
    pub(crate) const fn letter(self) -> char {
        match self {
            Self::Done => 'd',
            Self::Partial => 'p',
            Self::Planned => 'w',
            Self::None => 'n',
            Self::Unknown => 'u',
            Self::NotApplicable => 'x',
            Self::Written => 't',
        }
    }

    /// How much it worries: 0 not at all, 3 most. What is unknown worries, but less than what is missing.
    pub(crate) const fn weight(letter: char) -> i64 {
        match letter {
            'n' => 3,
            'u' => 2,
            'p' | 'w' => 1,
            _ => 0,
        }
    }
}

/// Not asked because of the class.
pub(crate) const NOT_ASKED: char = '-';
/// Answered by a certificate or star.
pub(crate) const SKIPPED: char = 's';
/// Asked, and not answered yet.
pub(crate) const OPEN: char = '.';

impl QuestionSet {
    /// The set with this id: the yearly topics, or a scheme's criteria by `id` or `id@version`.
    pub(crate) fn of(file: &QuestionFile, catalog: &Catalog, id: &str) -> Option<Self> {
        if id == file.id {
            let (title_ja, title_en) = (file.title_ja.clone(), file.title_en.clone());
            return Some(Self { id: id.to_owned(), title_ja, title_en, scheme: String::new(), items: file.item.clone(), workbook: None });
        }
        let scheme = catalog.named(id)?;
        let item = |c: &schemes::Criterion| Question {
            id: c.id.clone(),
            classes: String::new(),
            kind: QuestionKind::Practice,
            facts: Vec::new(),
            skip: Vec::new(),
            silent: false,
            choices: Vec::new(),
            ja: scheme.criterion_text(c, Lang::Ja).to_owned(),
            en: scheme.criterion_text(c, Lang::En).to_owned(),
            avoid_ja: String::new(),
            do_ja: String::new(),
            avoid_en: String::new(),
            do_en: String::new(),
        };
        Some(Self {
            id: id.to_owned(),
            title_ja: scheme.texts(Lang::Ja).title.clone(),
            title_en: scheme.texts(Lang::En).title.clone(),
            scheme: scheme.name(),
            items: scheme.criteria().map(item).collect(),
            workbook: None,
        })
    }

    /// The questions of a sheet of the buyer's own.
    pub(crate) fn of_sheet(id: &str, sheet: OwnSheet) -> Self {
        let OwnSheet { name, kind, sha256, layout } = sheet;
        let classes = |asked: &Asked| asked.classes.iter().filter(|c| ["A", "B", "C", "D"].contains(&c.as_str())).cloned().collect();
        let item = |(place, (table, asked)): (usize, (&Table, &Asked))| {
            let scale = asked.scale.as_ref().unwrap_or(&table.scale);
            let told = scale.choices.iter().filter(|c| c.meaning.is_some()).count() > 1;
            // A running number is on the page already.
            let number = Some(asked.number.as_str()).filter(|n| *n != (place + 1).to_string()).unwrap_or("");
            let text = [number, asked.text.as_str()].join(" ").trim().to_owned();
            Question {
                id: format!("q{}", place + 1),
                classes: classes(asked),
                kind: if told { QuestionKind::Practice } else { QuestionKind::Text },
                silent: asked.hidden || asked.fixed,
                choices: if told { Vec::new() } else { scale.choices.iter().map(|c| c.text.clone()).collect() },
                facts: Vec::new(),
                skip: Vec::new(),
                ja: text.clone(),
                en: text,
                avoid_ja: String::new(),
                do_ja: String::new(),
                avoid_en: String::new(),
                do_en: String::new(),
            }
        };
        let items = layout.questions().enumerate().map(item).collect();
        let workbook = Some(Workbook { name: name.clone(), kind, sha256, layout });
        Self { id: id.to_owned(), title_ja: name.clone(), title_en: name, scheme: String::new(), items, workbook }
    }

    /// What of it a supplier is asked: one character per item. `holds` are its certificates, `star` whether it
    /// holds a valid star of the level asked for, which answers a whole scheme.
    pub(crate) fn asked(&self, class: &str, holds: &str, star: bool) -> String {
        let has = |skip: &String| holds.split(',').any(|c| c == skip);
        let one = |q: &Question| {
            if q.silent || (!class.is_empty() && !q.classes.is_empty() && !q.classes.contains(class)) {
                NOT_ASKED
            } else if (star && !self.scheme.is_empty()) || q.skip.iter().any(has) {
                SKIPPED
            } else {
                OPEN
            }
        };
        self.items.iter().map(one).collect()
    }

    /// What a supplier's facts answer, item by item; none where they say nothing.
    pub(crate) fn answered_by(&self, catalog: &Catalog, facts: &Facts, today: Day) -> Vec<Option<Reply>> {
        let scheme = catalog.named(&self.scheme);
        self.items.iter().map(|q| scheme.map_or_else(|| by_facts(&q.facts, facts), |s| by_criterion(s, &q.id, facts, today))).collect()
    }
}

fn by_criterion(scheme: &Scheme, id: &str, facts: &Facts, today: Day) -> Option<Reply> {
    let criterion = scheme.criterion(id)?;
    let rule = criterion.rule.as_ref()?;
    let partial = || criterion.partial.as_ref().is_some_and(|p| result(p, facts, today) == Tri::Met);
    Some(match result(rule, facts, today) {
        Tri::Met => Reply::Done,
        Tri::NotMet if partial() => Reply::Partial,
        Tri::NotMet => Reply::None,
        Tri::Unknown => return None,
    })
}

/// All facts together: the same answer for all is the answer, different ones are a part.
fn by_facts(keys: &[String], facts: &Facts) -> Option<Reply> {
    let mut all = keys.iter().map(|key| match &facts.get(key)?.answer {
        Answer::Given(Value::Choice(option)) if option == "done" => Some(Reply::Done),
        Answer::Given(Value::Choice(_)) => Some(Reply::Partial),
        Answer::Given(Value::Number(_) | Value::Day(_) | Value::Flag(_) | Value::Set(_) | Value::Text(_)) => Some(Reply::Done),
        Answer::None => Some(Reply::None),
        Answer::NotApplicable => Some(Reply::NotApplicable),
        Answer::Unknown => None,
    });
    let first = all.next()??;
    all.try_fold(first, |so_far, next| Some(if next? == so_far { so_far } else { Reply::Partial }))
}

/// A cell of a row, counted from 0.
pub(crate) fn cell(row: &str, place: usize) -> char {
    row.chars().nth(place).unwrap_or(NOT_ASKED)
}

/// How much a row of cells worries.
pub(crate) fn weakness(cells: &str) -> i64 {
    cells.chars().map(Reply::weight).sum()
}

/// A question with its answer, as an API tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Answered {
    /// Id of the question.
    pub(crate) item: String,
    /// `done`, `partial`, `planned`, `none`, `unknown`, `not_applicable`, `written`; empty if not answered.
    pub(crate) answer: String,
    /// In words.
    pub(crate) text: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Data;
    use schemes::FactKind;

    #[test]
    fn smaller_companies_answer_less_and_certificates_answer_for_them() {
        let (data, catalog) = (Data::shipped().unwrap(), Catalog::shipped().unwrap());
        let set = QuestionSet::of(data.questions(), &catalog, "yearly").unwrap();
        let asked = |class: &str, holds: &str| set.asked(class, holds, false).chars().filter(|c| *c == OPEN).count();
        // Table 2-9.6: eleven topics for A and B, seven for C, four for D.
        assert_eq!(["A", "B", "C", "D"].map(|c| asked(c, "")), [11, 11, 7, 4]);
        assert_eq!(asked("", ""), 11, "of an unknown class everything is asked");
        assert!(asked("A", "isms") < 5 && asked("A", "pmark") == 9);
        for fact in set.items.iter().flat_map(|q| &q.facts) {
            assert!(catalog.fact(fact).is_some_and(|f| [FactKind::Practice, FactKind::Set].contains(&f.kind())), "{fact}");
        }
    }

    #[test]
    fn a_star_answers_its_whole_scheme() {
        let (data, catalog) = (Data::shipped().unwrap(), Catalog::shipped().unwrap());
        let largest = catalog.newest().max_by_key(|s| s.criteria().count()).unwrap();
        let set = QuestionSet::of(data.questions(), &catalog, &largest.name()).unwrap();
        assert!(set.items.len() > 100);
        assert!(set.asked("D", "", false).chars().all(|c| c == OPEN));
        assert!(set.asked("D", "", true).chars().all(|c| c == SKIPPED));
    }
}
