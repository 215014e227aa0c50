//! `schemes::crosswalk` — pairs of items between two named catalogs, with relation and
//! provenance, and what of one is covered by what is met in the other.

use std::collections::BTreeMap;

use kernel::Lang;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::catalog::Catalog;
use crate::change::smallest_changes;
use crate::evaluate::Facts;
use crate::fact_type::FactType;
use crate::provenance::Provenance;
use crate::rule::Rule;
use crate::scheme::{Scheme, SchemeError, Source};

kernel::text_enum! {
    /// How an item stands to one of another catalog.
    Relation {
        /// Both ask the same.
        Equal = "equal",
        /// It asks less: whoever meets the other meets it.
        Subset = "subset",
        /// It asks more: meeting the other is not enough.
        Superset = "superset",
        /// They ask some of the same.
        Intersects = "intersects",
    }
}

impl Relation {
    /// The relation seen from the other side.
    #[must_use]
    pub fn reversed(self) -> Self {
        match self {
            Self::Subset => Self::Superset,
            Self::Superset => Self::Subset,
            Self::Equal | Self::Intersects => self,
        }
    }
}

kernel::text_enum! {
    /// Who says that two items belong together.
    Basis {
        /// One of the operators.
        Official = "official",
        /// Computed from rules or from other crosswalks.
        Derived = "derived",
        /// Our own judgement.
        Own = "own",
    }
}

/// A file of `crosswalks/`.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Crosswalk {
    /// Id, also the file's name.
    pub id: String,
    /// The catalog on the left: `id@version` of a scheme, or a name of a catalog not shipped.
    pub from: String,
    /// The catalog on the right.
    pub to: String,
    /// Who says so.
    pub basis: Basis,
    /// Where it comes from.
    pub provenance: Provenance,
    /// The source.
    pub source: Source,
    /// Titles by language.
    pub title: BTreeMap<Lang, String>,
    /// The pairs.
    pub pair: Vec<Pair>,
}

/// An item and what it stands in relation to.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pair {
    /// The item on the left: group, requirement or criterion.
    pub from: String,
    /// Items on the right.
    pub to: Vec<String>,
    /// How the left stands to each on the right.
    pub relation: Relation,
}

impl Crosswalk {
    /// Reads a file.
    pub(crate) fn read(path: &str, text: &str) -> Result<Self, SchemeError> {
        let file: Self = toml::from_str(text).map_err(|source| SchemeError::Shape { file: path.to_owned(), source: Box::new(source) })?;
        let fail = |what: &str| Err(SchemeError::Content(format!("{path}: {what}")));
        if Lang::ALL.iter().any(|lang| file.title.get(lang).is_none_or(String::is_empty)) {
            return fail("a title in both languages");
        }
        if file.pair.iter().any(|p| p.to.is_empty()) || file.pair.is_empty() {
            return fail("every pair names something on both sides");
        }
        Ok(file)
    }

    /// Refuses pairs that name what a known scheme does not have.
    pub(crate) fn check(&self, catalog: &Catalog) -> Result<(), SchemeError> {
        let sides = [
            (&self.from, self.pair.iter().map(|p| &p.from).collect::<Vec<_>>()),
            (&self.to, self.pair.iter().flat_map(|p| &p.to).collect()),
        ];
        for (name, items) in sides {
            let Some(scheme) = catalog.named(name) else { continue };
            if let Some(item) = items.iter().find(|i| !has_item(scheme, i)) {
                return Err(SchemeError::Content(format!("crosswalk {}: {name} has no {item}", self.id)));
            }
        }
        Ok(())
    }

    /// The same seen from the right.
    #[must_use]
    pub fn reversed(&self) -> Self {
        let mut pairs: BTreeMap<(String, Relation), Vec<String>> = BTreeMap::new();
        for pair in &self.pair {
            for to in &pair.to {
                pairs.entry((to.clone(), pair.relation.reversed())).or_default().push(pair.from.clone());
            }
        }
        let pair = pairs.into_iter().map(|((from, relation), to)| Pair { from, to, relation }).collect();
        Self { from: self.to.clone(), to: self.from.clone(), pair, ..self.clone() }
    }
}

fn has_item(scheme: &Scheme, item: &str) -> bool {
    scheme.file.groups.iter().any(|g| g == item) || scheme.requirements.iter().any(|r| r.id == item) || scheme.criterion(item).is_some()
}

/// Ids of the criteria an item of a scheme stands for.
#[must_use]
pub fn criteria_of<'a>(scheme: &'a Scheme, item: &str) -> Vec<&'a str> {
    let within = scheme.requirements.iter().filter(|r| r.id == item || r.group == item);
    let own: Vec<&str> = within.flat_map(|r| &r.criteria).map(|c| c.id.as_str()).collect();
    if own.is_empty() { scheme.criterion(item).map(|c| c.id.as_str()).into_iter().collect() } else { own }
}

/// The text of an item of a scheme.
#[must_use]
pub fn item_text(scheme: &Scheme, item: &str, lang: Lang) -> String {
    let texts = scheme.texts(lang);
    let criterion = || scheme.criterion(item).map(|c| scheme.criterion_text(c, lang).to_owned());
    texts
        .criterion
        .get(item)
        .or_else(|| texts.requirement.get(item))
        .or_else(|| texts.group.get(item))
        .cloned()
        .or_else(criterion)
        .unwrap_or_default()
}

/// How two rules stand to each other: is there a company that meets one and not the other? None
/// where they share no fact.
#[must_use]
pub fn relation(left: &Rule, right: &Rule, types: &BTreeMap<String, FactType>) -> Option<Relation> {
    let keys = |rule: &Rule| {
        let mut keys = std::collections::BTreeSet::new();
        rule.each_atom(&mut |atom| {
            keys.insert(atom.fact.clone());
        });
        keys
    };
    keys(left).intersection(&keys(right)).next()?;
    let possible = |yes: &Rule, no: &Rule| {
        let both = Rule::All(vec![yes.clone(), Rule::Not(Box::new(no.clone()))]);
        !smallest_changes(&both, &Facts::new(), types, kernel::Instant::from_micros(0).day(), 1).is_empty()
    };
    Some(match (possible(left, right), possible(right, left)) {
        (false, false) => Relation::Equal,
        (false, true) => Relation::Superset,
        (true, false) => Relation::Subset,
        (true, true) => Relation::Intersects,
    })
}

/// The pairs of two schemes whose criteria read the same facts.
#[must_use]
pub fn derived_pairs(left: &Scheme, right: &Scheme, types: &BTreeMap<String, FactType>) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for one in left.criteria() {
        let mut by_relation: BTreeMap<Relation, Vec<String>> = BTreeMap::new();
        for two in right.criteria() {
            let stand = one.rule.as_ref().zip(two.rule.as_ref()).and_then(|(a, b)| relation(a, b, types));
            if let Some(relation) = stand {
                by_relation.entry(relation).or_default().push(two.id.clone());
            }
        }
        pairs.extend(by_relation.into_iter().map(|(relation, to)| Pair { from: one.id.clone(), to, relation }));
    }
    pairs
}
