//! `schemes::rule` — rules as data. What is written in `scheme.toml` becomes a [`Rule`] with
//! every key, option and unit checked. Evaluation is in `evaluate`.

use kernel::Day;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::fact_type::{FactKind, FactType};
use crate::value::{Answer, Number, Value};

/// A rule as written. Exactly one of `all`, `any`, `of`, `not`, `criterion`, `fact`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleFile {
    /// Every one of these holds.
    pub all: Option<Vec<RuleFile>>,
    /// At least one of these holds.
    pub any: Option<Vec<RuleFile>>,
    /// With `of`: how many must hold. With `fact`: the smallest number that passes.
    pub at_least: Option<f64>,
    /// At least `at_least` of these hold.
    pub of: Option<Vec<RuleFile>>,
    /// This does not hold.
    pub not: Option<Box<RuleFile>>,
    /// The rule of another criterion of this scheme.
    pub criterion: Option<String>,
    /// The key of a fact; one test must stand beside it.
    pub fact: Option<String>,
    /// The option (choice, practice) or true/false (yes/no) that passes.
    pub is: Option<Literal>,
    /// The options that pass.
    pub one_of: Option<Vec<String>>,
    /// The largest number that passes.
    pub at_most: Option<f64>,
    /// All these options are in the set.
    pub has_all: Option<Vec<String>>,
    /// At least one of these options is in the set.
    pub has_any: Option<Vec<String>>,
    /// The day is at most so many months ago; an older one makes the rule unknown.
    pub within_months: Option<u32>,
    /// The day is this one or later.
    pub on_or_after: Option<String>,
    /// Anything was stated.
    pub stated: Option<bool>,
    /// 該当なし passes. Where this is not written, 該当なし leaves the rule unknown.
    pub na: Option<bool>,
}

/// What `is` compares with.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Literal {
    /// Of a yes/no fact.
    Flag(bool),
    /// An option of a choice or practice.
    Option(String),
}

/// What a value is compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// The choice is one of these.
    OneOf(Vec<String>),
    /// The flag is this.
    Flag(bool),
    /// The number is this or more.
    AtLeast(Number),
    /// The number is this or less.
    AtMost(Number),
    /// All of these are in the set.
    HasAll(Vec<String>),
    /// One of these is in the set.
    HasAny(Vec<String>),
    /// The day is at most so many months ago.
    WithinMonths(u32),
    /// The day is this or later.
    OnOrAfter(Day),
    /// A value was stated.
    Stated,
}

/// One comparison of one fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Atom {
    /// The fact's key.
    pub fact: String,
    /// The comparison.
    pub test: Test,
    /// Whether 該当なし passes.
    pub na: bool,
}

/// A checked rule; imports are already put in their place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rule {
    /// Every one holds.
    All(Vec<Rule>),
    /// At least one holds.
    Any(Vec<Rule>),
    /// At least so many hold.
    AtLeast(usize, Vec<Rule>),
    /// It does not hold.
    Not(Box<Rule>),
    /// The imported criterion's rule.
    Criterion(String, Box<Rule>),
    /// One comparison.
    Atom(Atom),
}

/// What is wrong with a rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// Not exactly one form.
    #[error("a rule has exactly one of all, any, at_least+of, not, criterion, fact")]
    Form,
    /// Not exactly one test beside the fact.
    #[error("fact {0}: exactly one of is, one_of, at_least, at_most, has_all, has_any, within_months, on_or_after, stated")]
    OneTest(String),
    /// No such fact type.
    #[error("unknown fact {key}{}", .nearest.as_ref().map(|n| format!(" (nearest: {n})")).unwrap_or_default())]
    UnknownFact {
        /// The key that does not exist.
        key: String,
        /// The nearest that does.
        nearest: Option<String>,
    },
    /// The test does not fit the fact's kind.
    #[error("fact {key} is a {kind}; this test does not fit it")]
    Kind {
        /// The fact.
        key: String,
        /// Its kind.
        kind: FactKind,
    },
    /// Not an option of the fact.
    #[error("fact {key} has no option {option}")]
    Option {
        /// The fact.
        key: String,
        /// The option that does not exist.
        option: String,
    },
    /// `at_least` is not between 1 and the number of parts, or a list is empty.
    #[error("at_least must be between 1 and the number of parts, and lists may not be empty")]
    Count,
    /// No such criterion.
    #[error("unknown criterion {0}")]
    UnknownCriterion(String),
    /// Criteria import each other in a circle.
    #[error("criterion {0} imports itself")]
    Circle(String),
}

/// Where a rule finds fact types and other criteria.
pub trait Lookup {
    /// The fact type with this key.
    ///
    /// # Errors
    /// [`RuleError::UnknownFact`].
    fn fact(&self, key: &str) -> Result<&FactType, RuleError>;
    /// The checked rule of another criterion.
    ///
    /// # Errors
    /// [`RuleError::UnknownCriterion`], [`RuleError::Circle`] or what is wrong with it.
    fn criterion(&self, id: &str, path: &[String]) -> Result<Rule, RuleError>;
}

impl RuleFile {
    /// Checks the rule and puts imports in their place. `path` holds the criteria being resolved.
    ///
    /// # Errors
    /// [`RuleError`], the first found.
    pub fn check(&self, look: &dyn Lookup, path: &[String]) -> Result<Rule, RuleError> {
        let parts = |list: &[RuleFile]| -> Result<Vec<Rule>, RuleError> {
            if list.is_empty() {
                return Err(RuleError::Count);
            }
            list.iter().map(|rule| rule.check(look, path)).collect()
        };
        match (&self.all, &self.any, &self.of, &self.not, &self.criterion, &self.fact) {
            (Some(list), None, None, None, None, None) => Ok(Rule::All(parts(list)?)),
            (None, Some(list), None, None, None, None) => Ok(Rule::Any(parts(list)?)),
            (None, None, Some(list), None, None, None) => {
                let list = parts(list)?;
                let wanted = self.at_least.ok_or(RuleError::Count)?.to_string();
                let n = wanted.parse().ok().filter(|n| (1..=list.len()).contains(n));
                Ok(Rule::AtLeast(n.ok_or(RuleError::Count)?, list))
            }
            (None, None, None, Some(inner), None, None) => Ok(Rule::Not(Box::new(inner.check(look, path)?))),
            (None, None, None, None, Some(id), None) => Ok(Rule::Criterion(id.clone(), Box::new(look.criterion(id, path)?))),
            (None, None, None, None, None, Some(key)) => self.atom(look.fact(key)?).map(Rule::Atom),
            _ => Err(RuleError::Form),
        }
    }

    fn atom(&self, fact: &FactType) -> Result<Atom, RuleError> {
        let key = || fact.key().to_owned();
        let misfit = || RuleError::Kind { key: key(), kind: fact.kind() };
        let mut tests: Vec<Test> = Vec::new();
        if let Some(value) = &self.is {
            tests.push(match value {
                Literal::Flag(flag) => Test::Flag(*flag),
                Literal::Option(option) => Test::OneOf(vec![option.clone()]),
            });
        }
        let number = |value: &f64| Number::parse(&value.to_string()).ok_or_else(misfit);
        tests.extend(self.one_of.clone().map(Test::OneOf));
        tests.extend(self.at_least.as_ref().map(number).transpose()?.map(Test::AtLeast));
        tests.extend(self.at_most.as_ref().map(number).transpose()?.map(Test::AtMost));
        tests.extend(self.has_all.clone().map(Test::HasAll));
        tests.extend(self.has_any.clone().map(Test::HasAny));
        tests.extend(self.within_months.map(Test::WithinMonths));
        let day = |text: &String| Day::parse(text).map_err(|_| misfit());
        tests.extend(self.on_or_after.as_ref().map(day).transpose()?.map(Test::OnOrAfter));
        tests.extend(self.stated.map(|_| Test::Stated));
        let mut tests = tests.into_iter();
        let (Some(test), None) = (tests.next(), tests.next()) else {
            return Err(RuleError::OneTest(key()));
        };
        test.fits(fact)?;
        Ok(Atom { fact: key(), test, na: self.na.unwrap_or(false) })
    }
}

impl Test {
    fn fits(&self, fact: &FactType) -> Result<(), RuleError> {
        let ok = match self {
            Self::OneOf(_) => matches!(fact.kind(), FactKind::Practice | FactKind::Choice),
            Self::Flag(_) => fact.kind() == FactKind::YesNo,
            Self::AtLeast(_) | Self::AtMost(_) => fact.kind() == FactKind::Number,
            Self::HasAll(_) | Self::HasAny(_) => fact.kind() == FactKind::Set,
            Self::WithinMonths(_) | Self::OnOrAfter(_) => fact.kind() == FactKind::Date,
            Self::Stated => true,
        };
        if !ok {
            return Err(RuleError::Kind { key: fact.key().to_owned(), kind: fact.kind() });
        }
        if let Self::OneOf(options) | Self::HasAll(options) | Self::HasAny(options) = self {
            if options.is_empty() {
                return Err(RuleError::Count);
            }
            for option in options {
                if !fact.options().contains(&option.as_str()) {
                    return Err(RuleError::Option { key: fact.key().to_owned(), option: option.clone() });
                }
            }
        }
        Ok(())
    }

    /// Whether a value passes on `today`; none where the value is too old to tell.
    pub(crate) fn passes(&self, answer: &Answer, today: Day) -> Option<bool> {
        let Answer::Given(value) = answer else { return Some(false) };
        Some(match (self, value) {
            (Self::OneOf(options), Value::Choice(choice)) => options.contains(choice),
            (Self::Flag(want), Value::Flag(flag)) => want == flag,
            (Self::AtLeast(limit), Value::Number(number)) => number >= limit,
            (Self::AtMost(limit), Value::Number(number)) => number <= limit,
            (Self::HasAll(options), Value::Set(set)) => options.iter().all(|o| set.contains(o)),
            (Self::HasAny(options), Value::Set(set)) => options.iter().any(|o| set.contains(o)),
            (Self::WithinMonths(months), Value::Day(day)) => {
                if *day < today.minus_months(i64::from(*months)) {
                    return None;
                }
                *day <= today
            }
            (Self::OnOrAfter(limit), Value::Day(day)) => day >= limit,
            (Self::Stated, _) => true,
            _ => false,
        })
    }
}

impl Rule {
    /// Calls `see` with every comparison, left to right.
    pub fn each_atom<'a>(&'a self, see: &mut dyn FnMut(&'a Atom)) {
        match self {
            Self::All(parts) | Self::Any(parts) | Self::AtLeast(_, parts) => {
                for part in parts {
                    part.each_atom(see);
                }
            }
            Self::Not(inner) | Self::Criterion(_, inner) => inner.each_atom(see),
            Self::Atom(atom) => see(atom),
        }
    }
}

impl std::fmt::Display for Rule {
    /// The compact form of `resolved.snap`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let list = |parts: &[Rule]| parts.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        match self {
            Self::All(parts) => write!(f, "all({})", list(parts)),
            Self::Any(parts) => write!(f, "any({})", list(parts)),
            Self::AtLeast(n, parts) => write!(f, "at_least {n} of({})", list(parts)),
            Self::Not(inner) => write!(f, "not({inner})"),
            Self::Criterion(id, inner) => write!(f, "<{id}: {inner}>"),
            Self::Atom(atom) => write!(f, "{} {}{}", atom.fact, atom.test, if atom.na { " | na" } else { "" }),
        }
    }
}

impl std::fmt::Display for Test {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::OneOf(options) => write!(f, "= {}", options.join("|")),
            Self::Flag(flag) => write!(f, "= {}", if *flag { "yes" } else { "no" }),
            Self::AtLeast(limit) => write!(f, ">= {limit}"),
            Self::AtMost(limit) => write!(f, "<= {limit}"),
            Self::HasAll(options) => write!(f, "has all {}", options.join("+")),
            Self::HasAny(options) => write!(f, "has any {}", options.join("|")),
            Self::WithinMonths(months) => write!(f, "within {months} months"),
            Self::OnOrAfter(day) => write!(f, "on or after {day}"),
            Self::Stated => f.write_str("stated"),
        }
    }
}
