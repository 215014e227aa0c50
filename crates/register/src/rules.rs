//! `register::rules` — how a star of a scheme is won and what it is called afterwards, read from
//! `register.toml` beside the scheme. No scheme is named here.

use std::collections::BTreeMap;

use kernel::{Day, Lang, Rng};
use schemars::JsonSchema;
use schemes::{Catalog, Facts, Provenance, Scheme, Standing, evaluate, standing};
use serde::Deserialize;

/// The name of the file beside `scheme.toml`.
const FILE: &str = "register.toml";

/// `register.toml` as written.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RulesFile {
    /// Version of this file format; 1.
    pub format: u32,
    /// How a register number is made: text with `{year}` and `{random:N}` for N digits.
    pub number: String,
    /// How long a star holds, in months; absent if it does not end.
    #[serde(default)]
    pub term_months: Option<i64>,
    /// What the own evaluation must have come to before it can be declared.
    pub needs: Needs,
    /// The steps in order.
    pub path: Vec<StepKind>,
    /// Where these rules come from.
    pub provenance: Provenance,
    /// Japanese texts.
    pub ja: RuleTexts,
    /// English texts.
    pub en: RuleTexts,
}

kernel::text_enum! {
    /// What the own evaluation must have come to. Conditions of the award must be met in any case.
    Needs {
        /// Nothing: the declaration is about what will be done.
        Nothing = "nothing",
        /// Every criterion was answered, also with 実施していない.
        Answered = "answered",
        /// Every criterion is met.
        Met = "met",
    }
}

kernel::text_enum! {
    /// A step on the way.
    StepKind {
        /// The head of the organisation declares.
        Declare = "declare",
    }
}

/// Words in one language.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleTexts {
    /// What is declared.
    pub declaration: String,
    /// What it costs, in words.
    pub fees: String,
    /// What may not be claimed before the star is there.
    pub claims_before: Vec<String>,
    /// What may not be claimed with it.
    pub claims_after: Vec<String>,
}

impl RulesFile {
    /// The rules beside a scheme; none if nothing can be applied for.
    ///
    /// # Errors
    /// One line naming the scheme and what does not fit.
    pub fn of(scheme: &Scheme) -> Result<Option<Self>, String> {
        let Some(text) = scheme.beside(FILE) else { return Ok(None) };
        let fail = |e: String| format!("{} {FILE}: {e}", scheme.name());
        let rules: Self = toml::from_str(text).map_err(|e| fail(e.to_string().trim().replace('\n', " ")))?;
        if rules.format != 1 {
            return Err(fail(format!("format {} is not known", rules.format)));
        }
        if rules.path.is_empty() {
            return Err(fail("a path has a step".to_owned()));
        }
        if rules.digits() < 6 {
            return Err(fail("a number needs {random:N} with at least 6 digits".to_owned()));
        }
        Ok(Some(rules))
    }

    /// Words in a language.
    #[must_use]
    pub fn texts(&self, lang: Lang) -> &RuleTexts {
        match lang {
            Lang::Ja => &self.ja,
            Lang::En => &self.en,
        }
    }

    /// How many random digits a number has.
    fn digits(&self) -> usize {
        let digits = self.number.split_once("{random:").and_then(|(_, t)| t.split_once('}')).and_then(|(n, _)| n.parse().ok());
        digits.unwrap_or(0).min(20)
    }

    /// A new register number.
    #[must_use]
    pub fn new_number(&self, today: Day, rng: &dyn Rng) -> String {
        let n = self.digits();
        let mut bytes = vec![0_u8; n];
        rng.fill(&mut bytes);
        let random: String = bytes.iter().map(|b| char::from(b'0' + b % 10)).collect();
        let year = today.to_string().get(..4).unwrap_or_default().to_owned();
        self.number.replace("{year}", &year).replace(&format!("{{random:{n}}}"), &random)
    }

    /// The last day of a star that begins on `from`.
    #[must_use]
    pub fn ends(&self, from: Day) -> Option<Day> {
        self.term_months.map(|months| from.plus_months(months).plus_days(-1))
    }
}

/// Checks the rules of every scheme; for the start of an instance.
///
/// # Errors
/// The first line that names what does not fit.
pub fn rules_check(catalog: &Catalog) -> Result<(), String> {
    catalog.schemes().iter().try_for_each(|s| RulesFile::of(s).map(|_| ()))
}

/// What stands between a company and its declaration.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Readiness {
    /// How each criterion stands, in official order.
    pub(crate) standings: Vec<Standing>,
    /// Ids of criteria that keep it from being declared.
    pub(crate) open: Vec<String>,
    /// Ids of conditions of the award that do not hold.
    pub(crate) conditions: Vec<String>,
    /// Criteria whose text is not public: nothing can be awarded.
    pub(crate) pending: usize,
}

impl Readiness {
    /// How far a company is with a scheme, by its facts.
    pub(crate) fn of(scheme: &Scheme, needs: Needs, facts: &Facts, today: Day) -> Self {
        let standings: Vec<Standing> = scheme.criteria().map(|c| standing(c, facts, today)).collect();
        let missing = |s: Standing| match needs {
            Needs::Nothing => false,
            Needs::Answered => s == Standing::Unanswered,
            Needs::Met => s != Standing::Met && s != Standing::Pending,
        };
        let open = scheme.criteria().zip(&standings).filter(|(_, s)| missing(**s)).map(|(c, _)| c.id.clone()).collect();
        let holds = |rule| evaluate(rule, facts, today).result == kernel::Tri::Met;
        let conditions = scheme.conditions.iter().filter(|(_, rule, _)| !holds(rule)).map(|(id, ..)| id.clone()).collect();
        Self { pending: scheme.pending(), standings, open, conditions }
    }

    /// Whether it can be declared now.
    pub(crate) fn is_ready(&self) -> bool {
        self.open.is_empty() && self.conditions.is_empty() && self.pending == 0
    }

    /// How many criteria are met.
    pub(crate) fn met(&self) -> usize {
        self.standings.iter().filter(|s| **s == Standing::Met).count()
    }
}

/// The digest of what a declaration rests on: criteria, their standing, and the facts behind.
pub(crate) fn shown_hash(scheme: &Scheme, readiness: &Readiness, facts: &Facts) -> String {
    let standings = readiness.standings.iter().map(|s| s.as_str()).collect::<Vec<_>>().join(" ");
    let used: BTreeMap<&str, String> = scheme.facts().filter_map(|k| Some((k, format!("{:?}", facts.get(k)?.answer)))).collect();
    let facts = used.iter().map(|(k, v)| format!("{k}={v}")).collect::<Vec<_>>().join("\n");
    kernel::Digest::default().field(&scheme.hash).field(standings).field(facts).finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::SeededRng;

    #[test]
    fn every_shipped_scheme_has_rules_that_fit_or_none() {
        let catalog = Catalog::shipped().unwrap();
        rules_check(&catalog).unwrap();
        let with = catalog.schemes().iter().filter(|s| RulesFile::of(s).unwrap().is_some()).count();
        assert!(with >= 4, "{with} schemes can be applied for");
    }

    #[test]
    fn numbers_follow_the_grammar_of_their_scheme() {
        let catalog = Catalog::shipped().unwrap();
        let rng = SeededRng::new(5);
        let (today, mut seen) = (Day::parse("2026-11-21").unwrap(), std::collections::BTreeSet::new());
        for scheme in catalog.schemes() {
            let Some(rules) = RulesFile::of(scheme).unwrap() else { continue };
            for _ in 0..50 {
                let number = rules.new_number(today, &rng);
                assert!(!number.contains(['{', '}']) && number.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'), "{number}");
                assert!(seen.insert(number.clone()), "{number} came twice");
            }
        }
    }
}
