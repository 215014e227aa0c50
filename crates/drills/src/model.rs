//! `drills::model` — lessons as data and what counts as passed. Pure.

use std::collections::BTreeSet;

use kernel::Lang;
use schemars::JsonSchema;
use schemes::Provenance;
use serde::{Deserialize, Serialize};
use store::Migration;

/// The tables of this domain.
pub const MIGRATIONS: &[Migration] =
    &[Migration { domain: "drills", number: 1, name: "drills", sql: include_str!("../migrations/0001_drills.sql") }];

/// The texts of this domain.
pub const TEXTS: &[(Lang, &str)] = &[(Lang::Ja, include_str!("../texts/ja.ftl")), (Lang::En, include_str!("../texts/en.ftl"))];

/// The shipped lessons.
const SHIPPED: &str = include_str!("../../../lessons/five-minutes.toml");

/// Statements of a check.
pub(crate) const CHECKS: usize = 5;

/// How many of them must be judged rightly.
pub(crate) const PASS_FROM: usize = 4;

/// The fewest people a result may speak of.
pub(crate) const PEOPLE_MIN: usize = 10;

/// A file of `lessons/`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Lessons {
    /// The scheme whose items the lessons are about; a lesson's id is the item's.
    pub serves: String,
    /// How long one takes.
    pub minutes: u32,
    /// Where they come from.
    pub provenance: Provenance,
    /// The lessons in order.
    pub lesson: Vec<Lesson>,
}

/// One lesson.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Lesson {
    /// The item's id.
    pub id: String,
    /// Japanese texts.
    pub ja: LessonTexts,
    /// English texts.
    pub en: LessonTexts,
    /// Statements to judge.
    pub check: Vec<Check>,
}

/// Texts of a lesson.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LessonTexts {
    /// What it teaches, in one line.
    pub title: String,
    /// A situation from daily work.
    pub situation: String,
    /// What to do.
    pub choice: String,
    /// Why.
    pub why: String,
}

/// A statement to judge.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// Whether it is right.
    pub holds: bool,
    /// Japanese.
    pub ja: CheckTexts,
    /// English.
    pub en: CheckTexts,
}

/// Texts of a statement.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CheckTexts {
    /// The statement.
    pub statement: String,
    /// Why it is right or wrong.
    pub why: String,
}

impl Lesson {
    /// Texts in a language.
    pub(crate) fn texts(&self, lang: Lang) -> &LessonTexts {
        match lang {
            Lang::Ja => &self.ja,
            Lang::En => &self.en,
        }
    }
}

impl Check {
    /// Texts in a language.
    pub(crate) fn texts(&self, lang: Lang) -> &CheckTexts {
        match lang {
            Lang::Ja => &self.ja,
            Lang::En => &self.en,
        }
    }
}

impl Lessons {
    /// The shipped lessons, checked.
    ///
    /// # Errors
    /// What does not fit, in one line.
    pub fn shipped() -> Result<Self, String> {
        let lessons: Self = toml::from_str(SHIPPED).map_err(|e| format!("lessons: {e}"))?;
        let mut seen = BTreeSet::new();
        for lesson in &lessons.lesson {
            if !seen.insert(&lesson.id) || lesson.check.len() != CHECKS {
                return Err(format!("lesson {}: an id of its own and {CHECKS} statements", lesson.id));
            }
        }
        Ok(lessons)
    }

    /// The lesson with this id.
    pub(crate) fn lesson(&self, id: &str) -> Option<&Lesson> {
        self.lesson.iter().find(|l| l.id == id)
    }
}

/// A department's result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct DepartmentHead {
    /// Its name; empty for small departments taken together.
    pub(crate) department: String,
    /// How many people have begun.
    pub(crate) people: usize,
    /// Lessons passed, of all lessons of these people, in percent.
    pub(crate) passed_percent: usize,
    /// How many have passed every lesson.
    pub(crate) finished: usize,
}

/// Results by department from one row per person (department, lessons passed): departments of
/// fewer than [`PEOPLE_MIN`] are taken together, and left out if they are still too few. Where
/// leaving them out would let the whole give them away, nothing can be subtracted, because no
/// total is shown.
pub(crate) fn by_department(rows: &[(String, usize)], lessons: usize) -> Vec<DepartmentHead> {
    let mut groups: std::collections::BTreeMap<&str, Vec<usize>> = std::collections::BTreeMap::new();
    for (department, passed) in rows {
        groups.entry(department).or_default().push(*passed);
    }
    let (large, small): (Vec<_>, Vec<_>) = groups.into_iter().partition(|(name, list)| list.len() >= PEOPLE_MIN && !name.is_empty());
    let rest: Vec<usize> = small.into_iter().flat_map(|(_, list)| list).collect();
    let rest = (rest.len() >= PEOPLE_MIN).then_some(("", rest));
    let head = |(name, list): (&str, Vec<usize>)| DepartmentHead {
        department: name.to_owned(),
        people: list.len(),
        passed_percent: list.iter().sum::<usize>() * 100 / (list.len() * lessons).max(1),
        finished: list.iter().filter(|n| **n == lessons).count(),
    };
    large.into_iter().chain(rest).map(head).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_has_a_lesson_of_five_statements_with_both_answers() {
        let lessons = Lessons::shipped().unwrap();
        assert_eq!(lessons.lesson.len(), 25);
        for lesson in &lessons.lesson {
            let holding = lesson.check.iter().filter(|c| c.holds).count();
            assert!((1..CHECKS).contains(&holding), "{}: always the same answer passes", lesson.id);
        }
        let catalog = schemes::Catalog::shipped().unwrap();
        let scheme = catalog.scheme(&lessons.serves, None).unwrap();
        assert!(scheme.requirements.iter().all(|r| lessons.lesson(&r.id).is_some()));
    }

    #[test]
    fn fewer_than_ten_people_are_never_spoken_of() {
        let people = |name: &str, n: usize| vec![(name.to_owned(), 25); n];
        assert!(by_department(&people("営業", 9), 25).is_empty());
        let shown = by_department(&[people("営業", 10), people("総務", 9)].concat(), 25);
        assert_eq!(shown.iter().map(|d| (d.department.as_str(), d.people)).collect::<Vec<_>>(), [("営業", 10)]);
        let together = by_department(&[people("総務", 6), people("経理", 4)].concat(), 25);
        assert_eq!(together.iter().map(|d| (d.department.as_str(), d.people)).collect::<Vec<_>>(), [("", 10)]);
    }
}
