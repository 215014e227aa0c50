//! `schemes::scheme` — a scheme version as written and as checked. A scheme is data: nothing
//! here knows any scheme by name.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use kernel::Lang;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ask::Ask;
use crate::catalog::Catalog;
use crate::fact_type::FactType;
use crate::provenance::{IdStatus, Provenance};
use crate::rule::{Lookup, Rule, RuleError, RuleFile};
use crate::score::Scoring;

/// `scheme.toml` as written: identity, sources, structure; no prose.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SchemeFile {
    /// Version of this file format; 1.
    pub format: u32,
    /// Identity, the same in every version: `scs-3`.
    pub id: String,
    /// Version as `major.minor.patch`.
    pub version: String,
    /// When the scheme's own text was published, as far as known: `2026-03-27`, `2023-04`.
    pub published: String,
    /// Who runs the scheme.
    pub operator: String,
    /// Licence of ids and of the texts beside this file.
    pub licence: String,
    /// What a diagnosis is made of.
    pub subject: Subject,
    /// The scheme version this one builds on, `scs-3@1.0.0`: of every requirement that both
    /// list, that one's criteria come first; its texts and sources are used where this one has none.
    #[serde(default)]
    pub base: Option<String>,
    /// Its place on the ladder of levels, lowest first; absent if it is on none.
    #[serde(default)]
    pub rung: Option<u32>,
    /// What the scheme awards; the product itself never awards it.
    pub award: Award,
    /// Where items come from, unless one says otherwise.
    pub provenance: Provenance,
    /// The sources by key.
    pub sources: BTreeMap<String, Source>,
    /// How results become a score.
    pub scoring: Scoring,
    /// Conditions of the award beyond the criteria, by text key under `condition`.
    #[serde(default)]
    pub conditions: Vec<Condition>,
    /// What to read first: principles of the scheme, or the phases of working with it.
    #[serde(default)]
    pub points: Vec<Point>,
    /// Groups in shown order.
    pub groups: Vec<String>,
    /// Requirements in official order.
    pub requirement: Vec<RequirementFile>,
}

kernel::text_enum! {
    /// What an assessment is about.
    Subject {
        /// A company or part of one.
        Organisation = "organisation",
        /// A product.
        Product = "product",
        /// A service.
        Service = "service",
        /// A person.
        Person = "person",
    }
}

/// What is awarded.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Award {
    /// The level as people write it: `★3`.
    pub level: String,
    /// Who decides.
    pub by: AwardBy,
    /// Where that is said.
    pub provenance: Provenance,
}

kernel::text_enum! {
    /// Who decides about an award.
    AwardBy {
        /// The company declares.
        SelfDeclaration = "self_declaration",
        /// An expert confirms the company's own evaluation.
        ExpertConfirmed = "expert_confirmed",
        /// A third party evaluates.
        ThirdParty = "third_party",
    }
}

/// A document that items come from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// What it is.
    pub title: String,
    /// Where it is.
    #[serde(default)]
    pub url: String,
}

/// A point to read before the criteria.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Point {
    /// Text key under `point`.
    pub id: String,
    /// Where it is said.
    pub provenance: Provenance,
}

/// A condition of the award that is no criterion.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// Text key.
    pub id: String,
    /// When it holds.
    pub rule: RuleFile,
    /// Where it is said.
    pub provenance: Provenance,
}

/// A requirement as written.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RequirementFile {
    /// The official id, or a local one.
    pub id: String,
    /// The group it stands in.
    pub group: String,
    /// Where it comes from, if not as the scheme says.
    #[serde(default)]
    pub provenance: Option<Provenance>,
    /// Its criteria in official order.
    #[serde(default)]
    pub criterion: Vec<CriterionFile>,
}

/// A criterion as written.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CriterionFile {
    /// The official id, or a local one.
    pub id: String,
    /// Whose id it is.
    #[serde(default)]
    pub id_status: IdStatus,
    /// When it is met. Absent if it asks its own question or is `pending`.
    #[serde(default)]
    pub rule: Option<RuleFile>,
    /// It asks a question of its own: its text is the question, `<scheme>.<criterion>` the fact.
    #[serde(default)]
    pub ask: Option<Ask>,
    /// When it is met in part (points schemes).
    #[serde(default)]
    pub partial: Option<RuleFile>,
    /// The fact that gives its step (maturity schemes).
    #[serde(default)]
    pub level: Option<String>,
    /// Its text is not public: a slot that can never be reached.
    #[serde(default)]
    pub pending: bool,
    /// Where it comes from, if not as its requirement says.
    #[serde(default)]
    pub provenance: Option<Provenance>,
}

/// `texts/<language>.toml` as written. Every sentence is ours.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SchemeTexts {
    /// Name of the scheme and level.
    pub title: String,
    /// What it is, in one or two sentences.
    pub summary: String,
    /// How one gets the award, in plain words.
    pub how: String,
    /// Group titles.
    #[serde(default)]
    pub group: BTreeMap<String, String>,
    /// Requirement titles.
    #[serde(default)]
    pub requirement: BTreeMap<String, String>,
    /// Criterion titles. One without a text here shows its requirement's.
    #[serde(default)]
    pub criterion: BTreeMap<String, String>,
    /// Band texts.
    #[serde(default)]
    pub band: BTreeMap<String, String>,
    /// Condition texts.
    #[serde(default)]
    pub condition: BTreeMap<String, String>,
    /// What the points are: principles, phases.
    #[serde(default)]
    pub points_title: String,
    /// The points to read first.
    #[serde(default)]
    pub point: BTreeMap<String, String>,
    /// Help for a criterion that asks its own question: what counts, where to look.
    #[serde(default)]
    pub hint: BTreeMap<String, String>,
    /// What each step of a maturity scale means, by reading (`plain`, or an option of the fact
    /// that `scoring.reading` names), then by step.
    #[serde(default)]
    pub step: BTreeMap<String, BTreeMap<String, String>>,
}

/// A checked scheme version.
#[derive(Debug, Clone)]
pub struct Scheme {
    /// Identity.
    pub id: String,
    /// Version.
    pub version: String,
    /// SHA-256 over its files, hexadecimal.
    pub hash: String,
    /// The file it came from.
    pub file: SchemeFile,
    /// How results become a score.
    pub scoring: Scoring,
    /// Checked conditions: id, rule, provenance.
    pub conditions: Vec<(String, Rule, Provenance)>,
    /// Checked requirements.
    pub requirements: Vec<Requirement>,
    texts: BTreeMap<Lang, SchemeTexts>,
    /// Files for other rooms, by name; not part of the criteria's hash.
    beside: BTreeMap<String, String>,
    /// Place of each criterion, by fact key it reads.
    readers: BTreeMap<String, BTreeSet<usize>>,
}

/// A checked requirement.
#[derive(Debug, Clone)]
pub struct Requirement {
    /// Id.
    pub id: String,
    /// Group.
    pub group: String,
    /// Criteria.
    pub criteria: Vec<Criterion>,
}

/// A checked criterion.
#[derive(Debug, Clone)]
pub struct Criterion {
    /// Id.
    pub id: String,
    /// Its requirement's id.
    pub requirement: String,
    /// Whose id it is.
    pub id_status: IdStatus,
    /// When it is met; none while its text is pending.
    pub rule: Option<Rule>,
    /// When it is met in part.
    pub partial: Option<Rule>,
    /// The fact that gives its step.
    pub level: Option<String>,
    /// How its own question is answered, if it asks one.
    pub ask: Option<Ask>,
    /// Where it comes from.
    pub provenance: Provenance,
}

impl Criterion {
    /// Keys of the facts it reads, in written order, with repetitions.
    #[must_use]
    pub fn facts(&self) -> Vec<&str> {
        let mut keys = Vec::new();
        for rule in self.rule.iter().chain(&self.partial) {
            rule.each_atom(&mut |atom| keys.push(atom.fact.as_str()));
        }
        keys.extend(self.level.as_deref());
        keys
    }
}

/// What is wrong with a scheme.
#[derive(Debug, thiserror::Error)]
pub enum SchemeError {
    /// The file is not TOML of the expected shape.
    #[error("{file}: {source}")]
    Shape {
        /// Which file.
        file: String,
        /// What the reader says, with line and column.
        source: Box<toml::de::Error>,
    },
    /// A file is missing.
    #[error("{0} is missing")]
    Missing(String),
    /// A rule is wrong.
    #[error("{id}: {source}")]
    Rule {
        /// Criterion or condition.
        id: String,
        /// What is wrong.
        source: RuleError,
    },
    /// The content contradicts itself; says where and how.
    #[error("{0}")]
    Content(String),
}

/// Files of a version's folder that other rooms read: how a star is won.
const BESIDE: &[&str] = &["register.toml"];

/// The files of one version, by name within its folder.
pub type SchemeFolder = BTreeMap<String, String>;

impl Scheme {
    /// Reads and checks a version from its files; `known` holds fact types and base schemes.
    /// Returns the fact types of its own questions beside it.
    ///
    /// # Errors
    /// [`SchemeError`], the first found.
    pub fn read(folder: &SchemeFolder, known: &Catalog) -> Result<(Self, Vec<FactType>), SchemeError> {
        let mut file: SchemeFile = parse(folder, "scheme.toml")?;
        let mut texts = BTreeMap::new();
        let mut hash = kernel::Digest::default().field(text_of(folder, "scheme.toml")?);
        for lang in Lang::ALL {
            let name = format!("texts/{lang}.toml");
            hash = hash.field(text_of(folder, &name)?);
            texts.insert(*lang, parse::<SchemeTexts>(folder, &name)?);
        }
        if let Some(name) = file.base.clone() {
            let base = known.named(&name).filter(|s| s.name() == name);
            let base = base.ok_or_else(|| SchemeError::Content(format!("base {name} is not known")))?;
            hash = hash.field(&base.hash);
            crate::base::build_on(&mut file, &mut texts, base);
        }
        crate::check::unique(&file)?;
        let asked = crate::ask::fact_types(&file, &texts);
        let resolver = Resolver::new(&file, known.types(), &asked);
        let mut requirements = Vec::new();
        for requirement in &file.requirement {
            requirements.push(resolver.requirement(&file, requirement)?);
        }
        let mut conditions = Vec::new();
        for condition in &file.conditions {
            let rule = condition.rule.check(&resolver, &[]);
            let rule = rule.map_err(|source| SchemeError::Rule { id: condition.id.clone(), source })?;
            conditions.push((condition.id.clone(), rule, condition.provenance.clone()));
        }
        let mut scheme = Self {
            id: file.id.clone(),
            version: file.version.clone(),
            hash: hash.finish(),
            scoring: file.scoring.clone(),
            conditions,
            requirements,
            texts,
            beside: folder.iter().filter(|(name, _)| BESIDE.contains(&name.as_str())).map(|(n, t)| (n.clone(), t.clone())).collect(),
            readers: BTreeMap::new(),
            file,
        };
        crate::check::content(&scheme, known.types())?;
        scheme.readers = scheme.find_readers();
        Ok((scheme, asked))
    }

    /// A file beside the scheme that another room reads.
    #[must_use]
    pub fn beside(&self, name: &str) -> Option<&str> {
        self.beside.get(name).map(String::as_str)
    }

    /// `id@version`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}@{}", self.id, self.version)
    }

    /// Texts in a language.
    #[must_use]
    pub fn texts(&self, lang: Lang) -> &SchemeTexts {
        static EMPTY: std::sync::OnceLock<SchemeTexts> = std::sync::OnceLock::new();
        self.texts.get(&lang).unwrap_or_else(|| EMPTY.get_or_init(SchemeTexts::default))
    }

    /// The criterion's text, or its requirement's where it has none of its own.
    #[must_use]
    pub fn criterion_text(&self, criterion: &Criterion, lang: Lang) -> &str {
        let texts = self.texts(lang);
        let own = texts.criterion.get(&criterion.id);
        own.or_else(|| texts.requirement.get(&criterion.requirement)).map_or("", String::as_str)
    }

    /// What a step means under a reading; the plain one where the reading is not known.
    #[must_use]
    pub fn step_text(&self, reading: &str, step: i32, lang: Lang) -> &str {
        let readings = &self.texts(lang).step;
        let steps = readings.get(reading).or_else(|| readings.get("plain"));
        steps.and_then(|s| s.get(&step.to_string())).map_or("", String::as_str)
    }

    /// The steps of its scale, lowest first; none where it has no scale.
    #[must_use]
    pub fn scale(&self) -> Option<std::ops::RangeInclusive<i32>> {
        match self.scoring {
            Scoring::MaturityMean { lowest, highest, .. } => Some(lowest..=highest),
            Scoring::AllMet | Scoring::Points { .. } => None,
        }
    }

    /// All criteria in official order.
    pub fn criteria(&self) -> impl Iterator<Item = &Criterion> {
        self.requirements.iter().flat_map(|r| &r.criteria)
    }

    /// The criterion with this id.
    #[must_use]
    pub fn criterion(&self, id: &str) -> Option<&Criterion> {
        self.criteria().find(|c| c.id == id)
    }

    /// How many criteria wait for their text.
    #[must_use]
    pub fn pending(&self) -> usize {
        self.criteria().filter(|c| c.rule.is_none()).count()
    }

    /// Places (in official order) of the criteria that read this fact.
    pub fn readers(&self, fact: &str) -> impl Iterator<Item = usize> + '_ {
        self.readers.get(fact).into_iter().flatten().copied()
    }

    /// Keys of all facts that the criteria read.
    pub fn facts(&self) -> impl Iterator<Item = &str> {
        self.readers.keys().map(String::as_str)
    }

    fn find_readers(&self) -> BTreeMap<String, BTreeSet<usize>> {
        let mut readers: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
        for (place, criterion) in self.criteria().enumerate() {
            for fact in criterion.facts() {
                readers.entry(fact.to_owned()).or_default().insert(place);
            }
        }
        readers
    }
}

fn text_of<'a>(folder: &'a SchemeFolder, name: &str) -> Result<&'a str, SchemeError> {
    folder.get(name).map(String::as_str).ok_or_else(|| SchemeError::Missing(name.to_owned()))
}

pub(crate) fn parse<T: serde::de::DeserializeOwned>(folder: &SchemeFolder, name: &str) -> Result<T, SchemeError> {
    toml::from_str(text_of(folder, name)?).map_err(|source| SchemeError::Shape { file: name.to_owned(), source: Box::new(source) })
}

/// Finds fact types and, following imports, other criteria.
struct Resolver<'a> {
    types: &'a BTreeMap<String, FactType>,
    /// The scheme's own questions; they go before what an older version asked.
    asked: BTreeMap<&'a str, &'a FactType>,
    files: BTreeMap<&'a str, &'a CriterionFile>,
    done: RefCell<BTreeMap<String, Rule>>,
}

impl<'a> Resolver<'a> {
    fn new(file: &'a SchemeFile, types: &'a BTreeMap<String, FactType>, asked: &'a [FactType]) -> Self {
        let criteria = file.requirement.iter().flat_map(|r| &r.criterion);
        Self {
            types,
            asked: asked.iter().map(|f| (f.key(), f)).collect(),
            files: criteria.map(|c| (c.id.as_str(), c)).collect(),
            done: RefCell::default(),
        }
    }

    fn requirement(&self, file: &SchemeFile, written: &RequirementFile) -> Result<Requirement, SchemeError> {
        let mut criteria = Vec::new();
        for c in &written.criterion {
            let wrong = |source| SchemeError::Rule { id: c.id.clone(), source };
            if [c.pending, c.rule.is_some(), c.ask.is_some()].iter().filter(|is| **is).count() != 1 {
                return Err(SchemeError::Content(format!("{}: a criterion has a rule, asks its own question, or is pending", c.id)));
            }
            let asked = c.ask.map(|ask| ask.rule(&file.id, &c.id, &file.scoring));
            let own_step = (c.ask == Some(Ask::Step)).then(|| crate::ask::key(&file.id, &c.id));
            let rule = match &asked {
                _ if c.pending => None,
                Some((rule, _)) => Some(rule.check(self, &[]).map_err(wrong)?),
                None => Some(self.criterion(&c.id, &[]).map_err(wrong)?),
            };
            let partial = c.partial.as_ref().or(asked.as_ref().and_then(|(_, partial)| partial.as_ref()));
            let partial = partial.map(|r| r.check(self, &[])).transpose().map_err(wrong)?;
            let level = c.level.clone().or(own_step);
            if let Some(level) = &level {
                self.fact(level).map_err(wrong)?;
            }
            let provenance = c.provenance.as_ref().or(written.provenance.as_ref()).unwrap_or(&file.provenance);
            criteria.push(Criterion {
                id: c.id.clone(),
                requirement: written.id.clone(),
                id_status: c.id_status,
                rule,
                partial,
                level,
                ask: c.ask,
                provenance: provenance.clone(),
            });
        }
        Ok(Requirement { id: written.id.clone(), group: written.group.clone(), criteria })
    }
}

impl Lookup for Resolver<'_> {
    fn fact(&self, key: &str) -> Result<&FactType, RuleError> {
        self.asked.get(key).copied().or_else(|| self.types.get(key)).ok_or_else(|| RuleError::UnknownFact {
            key: key.to_owned(),
            nearest: crate::catalog::nearest(key, self.types.keys().map(String::as_str)),
        })
    }

    fn criterion(&self, id: &str, path: &[String]) -> Result<Rule, RuleError> {
        if let Some(rule) = self.done.borrow().get(id) {
            return Ok(rule.clone());
        }
        if path.iter().any(|p| p == id) {
            return Err(RuleError::Circle(id.to_owned()));
        }
        let written = self.files.get(id).and_then(|c| c.rule.as_ref());
        let written = written.ok_or_else(|| RuleError::UnknownCriterion(id.to_owned()))?;
        let mut path = path.to_vec();
        path.push(id.to_owned());
        let rule = written.check(self, &path)?;
        self.done.borrow_mut().insert(id.to_owned(), rule.clone());
        Ok(rule)
    }
}
