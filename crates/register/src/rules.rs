//! `register::rules` — how a star of a scheme is won and what it is called afterwards, read from
//! `register.toml` beside the scheme. No scheme is named here.

use std::collections::BTreeMap;
use std::sync::Arc;

use kernel::{Day, Lang, Rng};
use schemars::JsonSchema;
use schemes::{Catalog, Facts, Provenance, Scheme, Standing, evaluate, standing};
use serde::Deserialize;

use crate::entry_search::prefectures;

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
    /// How many days before its end it may be renewed.
    #[serde(default = "three_months")]
    pub renewal_days: i64,
    /// The last day on which this version can be applied for beside a newer one, `2027-03-31`.
    #[serde(default)]
    pub apply_until: Option<String>,
    /// What the own evaluation must have come to before it can be declared or confirmed.
    pub needs: Needs,
    /// The steps in order.
    pub path: Vec<Step>,
    /// Who plays a part, by the name that steps use.
    #[serde(default)]
    pub part: BTreeMap<String, Part>,
    /// What else the register shows and directories are searched by.
    #[serde(default)]
    pub field: Vec<FieldRule>,
    /// Where these rules come from.
    pub provenance: Provenance,
    /// Japanese texts.
    pub ja: RuleTexts,
    /// English texts.
    pub en: RuleTexts,
}

fn three_months() -> i64 {
    90
}

fn yes() -> bool {
    true
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

/// A step on the way.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Its name in this file.
    pub id: String,
    /// What happens in it.
    pub kind: StepKind,
    /// Who takes it; a part of this file. Absent for what the applicant does.
    #[serde(default)]
    pub part: String,
    /// Whether an examination goes through every criterion; otherwise it writes down findings only.
    #[serde(default = "yes")]
    pub criteria: bool,
    /// Whether a visit must be recorded.
    #[serde(default)]
    pub on_site: bool,
    /// Whether people of the applicant itself may take it. Whoever answered never may.
    #[serde(default)]
    pub inside: bool,
    /// Earlier steps that other people must have taken.
    #[serde(default)]
    pub other_than: Vec<String>,
}

kernel::text_enum! {
    /// What happens in a step.
    StepKind {
        /// The head of the organisation declares.
        Declare = "declare",
        /// Somebody looks at what was stated, writes findings and confirms or refuses.
        Examine = "examine",
        /// Somebody decides on what was examined: agrees, sends back or refuses.
        Decide = "decide",
    }
}

/// Who may play a part.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// How long a designation lasts at most, in months.
    #[serde(default)]
    pub term_months: Option<i64>,
    /// Schemes of which a valid star must be held, any of them; its number is noted in the designation.
    #[serde(default)]
    pub holds: Vec<String>,
}

/// Something the register shows.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FieldRule {
    /// Its name.
    pub id: String,
    /// What it holds.
    pub kind: FieldKind,
    /// What can be chosen.
    #[serde(default)]
    pub options: Vec<String>,
    /// Whether it must be filled.
    #[serde(default)]
    pub required: bool,
    /// The greatest number that is accepted, such as a price cap in yen.
    #[serde(default)]
    pub most: Option<i64>,
}

/// The tag of every entry of a directory.
pub(crate) fn scheme_tag(scheme: &str) -> String {
    format!("scheme:{scheme}")
}

/// The option of areas that stands for the whole country.
pub(crate) const EVERYWHERE: &str = "all";

impl FieldRule {
    /// What is wrong with a value, by the key of its text. Several choices are divided by commas.
    pub(crate) fn wrong(&self, value: &str) -> Option<&'static str> {
        let each = || value.split(',').filter(|v| !v.is_empty());
        let known = |option: &str| match self.kind {
            FieldKind::Areas => option == EVERYWHERE || prefectures().any(|p| p == option),
            FieldKind::Choice | FieldKind::Choices => self.options.iter().any(|o| o == option),
            FieldKind::Text | FieldKind::Url | FieldKind::Number => true,
        };
        let fits = |n: i64| n >= 0 && self.most.is_none_or(|most| n <= most);
        match self.kind {
            _ if value.is_empty() => self.required.then_some("application.wrong.required"),
            FieldKind::Url => (!value.starts_with("https://")).then_some("application.wrong.url"),
            FieldKind::Number => (!value.parse().is_ok_and(fits)).then_some("application.wrong.number"),
            FieldKind::Choice if value.contains(',') => Some("application.wrong.option"),
            FieldKind::Text | FieldKind::Choice | FieldKind::Choices | FieldKind::Areas => {
                (!each().all(known)).then_some("application.wrong.option")
            }
        }
    }

    /// Whether a directory is searched by it.
    pub(crate) fn is_searched(&self) -> bool {
        matches!(self.kind, FieldKind::Choice | FieldKind::Choices | FieldKind::Areas)
    }

    /// What an entry must carry, any of it, to be found by one option of this field.
    pub(crate) fn tags(&self, option: &str) -> Vec<String> {
        let everywhere = (self.kind == FieldKind::Areas && option != EVERYWHERE).then_some(EVERYWHERE);
        Some(option).into_iter().chain(everywhere).map(|o| format!("{}:{o}", self.id)).collect()
    }
}

kernel::text_enum! {
    /// What a field of the register holds. Choices and areas are what a directory is searched by.
    FieldKind {
        /// Own words.
        Text = "text",
        /// An address that begins with https.
        Url = "url",
        /// A whole number from 0, at most `most`.
        Number = "number",
        /// One of the options.
        Choice = "choice",
        /// Any of the options.
        Choices = "choices",
        /// Prefectures by JIS X 0401 code, or `all`.
        Areas = "areas",
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
    /// Names of the steps.
    pub steps: BTreeMap<String, String>,
    /// Names of the parts.
    #[serde(default)]
    pub parts: BTreeMap<String, String>,
    /// What must be held to play a part, in words.
    #[serde(default)]
    pub holds: BTreeMap<String, String>,
    /// Names of the fields.
    #[serde(default)]
    pub fields: BTreeMap<String, String>,
    /// Names of the options of all fields.
    #[serde(default)]
    pub options: BTreeMap<String, String>,
    /// What a lapse, suspension, revocation or change of the holder does.
    #[serde(default)]
    pub effects: Vec<String>,
}

impl RulesFile {
    /// The rules beside a scheme; none if nothing can be applied for.
    ///
    /// # Errors
    /// One line naming the scheme and what does not fit.
    pub fn of(scheme: &Scheme) -> Result<Option<Self>, String> {
        let Some(text) = scheme.beside(FILE) else { return Ok(None) };
        let rules: Result<Self, String> = toml::from_str(text).map_err(|e| e.to_string().trim().replace('\n', " "));
        let checked = rules.and_then(|rules| rules.check().map(|()| rules));
        checked.map(Some).map_err(|e| format!("{} {FILE}: {e}", scheme.name()))
    }

    /// Whether everything that is named is there, in both languages.
    fn check(&self) -> Result<(), String> {
        if self.format != 1 {
            return Err(format!("format {} is not known", self.format));
        }
        if self.path.is_empty() {
            return Err("a path has a step".to_owned());
        }
        if self.digits() < 6 {
            return Err("a number needs {random:N} with at least 6 digits".to_owned());
        }
        if let Some(day) = &self.apply_until {
            Day::parse(day).map_err(|e| format!("apply_until: {e}"))?;
        }
        for (place, step) in self.path.iter().enumerate() {
            let before = |id: &String| self.path.iter().take(place).any(|s| s.id == *id);
            if before(&step.id) || !step.other_than.iter().all(before) {
                return Err(format!("step {} comes twice, or names a step that is not before it", step.id));
            }
            if (step.kind == StepKind::Declare) != step.part.is_empty() || !(step.part.is_empty() || self.part.contains_key(&step.part)) {
                return Err(format!("step {} needs a part of this file, and a declaration none", step.id));
            }
        }
        for texts in [&self.ja, &self.en] {
            let named = |all: &BTreeMap<String, String>, id: &str| all.get(id).is_some_and(|t| !t.trim().is_empty());
            let missing = self.path.iter().map(|s| (&texts.steps, s.id.as_str()));
            let missing = missing.chain(self.part.keys().flat_map(|p| [(&texts.parts, p.as_str()), (&texts.holds, p.as_str())]));
            let missing = missing.chain(self.field.iter().map(|f| (&texts.fields, f.id.as_str())));
            let options = self.field.iter().flat_map(|f| f.options.iter().map(|o| (&texts.options, o.as_str())));
            if let Some((_, id)) = missing.chain(options).find(|(all, id)| !named(all, id)) {
                return Err(format!("{id} has no text in both languages"));
            }
        }
        Ok(())
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

    /// What a directory finds an entry by: `field:option`, `field:23` for areas, and its scheme. None
    /// where the register has no field that is searched.
    pub(crate) fn tags(&self, scheme: &str, fields: &BTreeMap<String, String>) -> Vec<String> {
        let mut tags = Vec::new();
        for field in self.field.iter().filter(|f| f.is_searched()) {
            let given = fields.get(&field.id).map_or("", String::as_str);
            tags.extend(given.split(',').filter(|v| !v.is_empty()).map(|v| format!("{}:{v}", field.id)));
        }
        if self.field.iter().any(FieldRule::is_searched) {
            tags.push(scheme_tag(scheme));
        }
        tags
    }

    /// Whether a field that the register shows is missing or does not fit.
    pub(crate) fn lacks(&self, fields: &BTreeMap<String, String>) -> bool {
        self.field.iter().any(|rule| rule.wrong(fields.get(&rule.id).map_or("", String::as_str)).is_some())
    }

    /// The step at a place of the path.
    pub(crate) fn step(&self, place: i64) -> Option<&Step> {
        usize::try_from(place).ok().and_then(|n| self.path.get(n))
    }

    /// Whether this version can be applied for on a day, being the newest or not.
    fn is_open(&self, newest: bool, today: Day) -> bool {
        newest || self.apply_until.as_deref().and_then(|d| Day::parse(d).ok()).is_some_and(|until| today <= until)
    }
}

/// The rules of every scheme of an instance, read once at its start.
#[derive(Debug, Clone, Default)]
pub struct Rules(Arc<BTreeMap<String, RulesFile>>);

impl Rules {
    /// Reads and checks the rules of every scheme.
    ///
    /// # Errors
    /// The first line that names what does not fit.
    pub fn of(catalog: &Catalog) -> Result<Self, String> {
        let read = |s: &Arc<Scheme>| RulesFile::of(s).map(|rules| rules.map(|r| (s.name(), r))).transpose();
        Ok(Self(Arc::new(catalog.schemes().iter().filter_map(read).collect::<Result<_, String>>()?)))
    }

    /// The rules of a scheme version; none if it cannot be applied for at all.
    #[must_use]
    pub fn get(&self, scheme: &Scheme) -> Option<&RulesFile> {
        self.0.get(&scheme.name())
    }

    /// The rules of a scheme version by its name, `scheme@version`.
    pub(crate) fn named(&self, name: &str) -> Option<&RulesFile> {
        self.0.get(name)
    }

    /// What can be applied for on a day: the newest version of every scheme, and older ones in their transition.
    pub(crate) fn open<'a>(&'a self, catalog: &'a Catalog, today: Day) -> impl Iterator<Item = (&'a Scheme, &'a RulesFile)> {
        let all = catalog.newest().flat_map(|newest| catalog.schemes().iter().filter(move |s| s.id == newest.id).map(move |s| (newest, s)));
        all.filter_map(move |(newest, s)| {
            let rules = self.get(s)?;
            rules.is_open(s.version == newest.version, today).then_some((s.as_ref(), rules))
        })
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::SeededRng;

    #[test]
    fn every_shipped_scheme_has_rules_that_fit_or_none() {
        let rules = Rules::of(&Catalog::shipped().unwrap()).unwrap();
        assert!(rules.0.len() >= 4, "{} schemes can be applied for", rules.0.len());
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
