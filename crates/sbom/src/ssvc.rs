//! `sbom::ssvc` — what to do first: decision trees as data (`rules/ssvc/`), read, checked and asked. An input that is not
//! known leaves every decision open that it could lead to.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// The trees that come with the program.
const SHIPPED: [&str; 3] = [
    include_str!("../../../rules/ssvc/deployer.toml"),
    include_str!("../../../rules/ssvc/supplier.toml"),
    include_str!("../../../rules/ssvc/coordinator.toml"),
];

/// A decision tree as its file says it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct TreeFile {
    id: String,
    source: String,
    input: Vec<Input>,
    outcome: Vec<Outcome>,
    table: Table,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    rows: Vec<String>,
}

/// A question of a tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Its key, as `exploitation`.
    pub key: String,
    /// The answers it takes, from the least to the most worrying.
    pub values: Vec<String>,
}

/// A decision a tree may come to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    /// Its key, as `out_of_cycle`.
    pub key: String,
    /// Days until it is to be done; none if no day is set.
    pub due_days: Option<u32>,
}

/// A decision tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tree {
    /// Its id, as `deployer`.
    pub id: String,
    /// Where its rows come from.
    pub source: String,
    /// Its questions.
    pub inputs: Vec<Input>,
    /// Its decisions, from the least to the most urgent.
    pub outcomes: Vec<Outcome>,
    /// Every combination of answers to a place in `outcomes`.
    rows: BTreeMap<Vec<String>, usize>,
}

/// What a tree says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict<'t> {
    /// One decision, whatever is still unknown.
    Certain(&'t Outcome),
    /// Between two decisions, the least and the most urgent, by what is still unknown.
    Open(&'t Outcome, &'t Outcome),
}

impl Tree {
    /// The trees that come with the program.
    ///
    /// # Errors
    /// As [`Tree::read`].
    pub fn shipped() -> Result<Vec<Self>, String> {
        SHIPPED.into_iter().map(Self::read).collect()
    }

    /// Reads a tree and checks that it answers every combination once.
    ///
    /// # Errors
    /// One line that says what is wrong.
    pub fn read(text: &str) -> Result<Self, String> {
        let file: TreeFile = toml::from_str(text).map_err(|e| e.to_string().replace('\n', " "))?;
        let mut rows = BTreeMap::new();
        for line in &file.table.rows {
            let (answers, outcome) = line.split_once('=').ok_or_else(|| format!("{line:?} has no ="))?;
            let outcome = outcome.trim();
            let place = file.outcome.iter().position(|o| o.key == outcome).ok_or_else(|| format!("{line:?}: no decision {outcome:?}"))?;
            let answers: Vec<String> = answers.split_whitespace().map(str::to_owned).collect();
            if answers.len() != file.input.len() {
                return Err(format!("{line:?} has {} answers for {} questions", answers.len(), file.input.len()));
            }
            if let Some((answer, input)) = answers.iter().zip(&file.input).find(|(a, i)| !i.values.contains(a)) {
                return Err(format!("{line:?}: {answer:?} is no answer to {}", input.key));
            }
            if rows.insert(answers, place).is_some() {
                return Err(format!("{line:?} stands twice"));
            }
        }
        let all: usize = file.input.iter().map(|i| i.values.len()).product();
        if rows.len() != all {
            return Err(format!("{} of {all} combinations are answered", rows.len()));
        }
        Ok(Tree { id: file.id, source: file.source, inputs: file.input, outcomes: file.outcome, rows })
    }

    /// What the tree says to answers by key of the question. Answers it does not know are as if not given.
    #[must_use]
    pub fn decide(&self, answers: &BTreeMap<String, String>) -> Option<Verdict<'_>> {
        let given: Vec<Option<&String>> = self.inputs.iter().map(|i| answers.get(&i.key).filter(|a| i.values.contains(a))).collect();
        let fits = |row: &Vec<String>| row.iter().zip(&given).all(|(value, given)| given.is_none_or(|g| g == value));
        let found: BTreeSet<usize> = self.rows.iter().filter(|(row, _)| fits(row)).map(|(_, outcome)| *outcome).collect();
        let (least, most) = (self.outcomes.get(*found.first()?)?, self.outcomes.get(*found.last()?)?);
        Some(if least == most { Verdict::Certain(least) } else { Verdict::Open(least, most) })
    }
}

impl<'t> Verdict<'t> {
    /// The most urgent decision it may be.
    #[must_use]
    pub fn most(self) -> &'t Outcome {
        match self {
            Self::Certain(outcome) | Self::Open(_, outcome) => outcome,
        }
    }
}
