//! `schemes::difference` — what changed between two versions of a scheme, criterion by
//! criterion. Harder and easier are decided on the rules themselves: are there facts that met
//! the old one and no longer meet the new one, or the other way round?

use std::collections::{BTreeMap, BTreeSet};

use kernel::Lang;
use schemars::JsonSchema;
use serde::Serialize;

use crate::change::smallest_changes;
use crate::evaluate::Facts;
use crate::fact_type::FactType;
use crate::rule::Rule;
use crate::scheme::{Criterion, Scheme};

kernel::text_enum! {
    /// What became of a criterion.
    Moved {
        /// Met by the same facts, under the same id.
        Unchanged = "unchanged",
        /// The same under another id.
        Renumbered = "renumbered",
        /// Some facts that met it no longer do.
        Harder = "harder",
        /// Some facts that did not meet it now do.
        Easier = "easier",
        /// Both: neither harder nor easier as a whole.
        Changed = "changed",
        /// It was not there.
        New = "new",
        /// It is no longer there.
        Gone = "gone",
        /// The text of one side is not public: nothing can be said.
        Pending = "pending",
    }
}

/// One criterion of either version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Kept {
    /// Id in the older version; absent if new.
    pub old: Option<String>,
    /// Id in the newer version; absent if gone.
    pub new: Option<String>,
    /// What became of it.
    pub moved: Moved,
    /// Its text, the newer one's where there is one; in Japanese.
    pub text: String,
}

/// What changed between two versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Difference {
    /// `id@version` of the older one.
    pub old: String,
    /// `id@version` of the newer one.
    pub new: String,
    /// Requirements and criteria of the older one.
    pub old_counts: (usize, usize),
    /// Requirements and criteria of the newer one.
    pub new_counts: (usize, usize),
    /// How many criteria moved how.
    pub counts: BTreeMap<String, usize>,
    /// Criteria of the newer version in order, then what is gone.
    pub criteria: Vec<Kept>,
}

impl Difference {
    /// The difference as lines of text.
    #[must_use]
    pub fn lines(&self) -> String {
        let counts = |(requirements, criteria): (usize, usize)| format!("{requirements} requirements, {criteria} criteria");
        let mut out = vec![format!("{} ({}) -> {} ({})", self.old, counts(self.old_counts), self.new, counts(self.new_counts))];
        out.extend(self.criteria.iter().map(|k| {
            let id = match (&k.old, &k.new) {
                (Some(old), Some(new)) if old != new => format!("{old} -> {new}"),
                (_, Some(id)) | (Some(id), None) => id.clone(),
                (None, None) => String::new(),
            };
            format!("{:<11} {id:<16} {}", k.moved.as_str(), k.text)
        }));
        out.join("\n")
    }
}

/// Whether two criteria belong together.
type Pass<'a> = &'a dyn Fn(&Criterion, &Criterion) -> bool;

/// Compares two versions. `types` are the fact types that both read.
#[must_use]
pub fn difference(old: &Scheme, new: &Scheme, types: &BTreeMap<String, FactType>) -> Difference {
    let before: Vec<&Criterion> = old.criteria().collect();
    let after: Vec<&Criterion> = new.criteria().collect();
    let mut partner: BTreeMap<usize, usize> = BTreeMap::new();
    let mut taken: BTreeSet<usize> = BTreeSet::new();
    // First what is the same under the same id, then the same under another, then the same id.
    let same = |o: &Criterion, n: &Criterion| n.rule.is_some() && (o.rule == n.rule || text(old, o) == text(new, n));
    let passes: [Pass<'_>; 3] = [&|o, n| o.id == n.id && o.rule == n.rule, &|o, n| same(o, n), &|o, n| o.id == n.id];
    for pass in passes {
        for (n, criterion) in after.iter().enumerate() {
            if partner.contains_key(&n) {
                continue;
            }
            let found = before.iter().enumerate().find(|(o, c)| !taken.contains(o) && pass(c, criterion));
            if let Some((o, _)) = found {
                taken.insert(o);
                partner.insert(n, o);
            }
        }
    }
    let mut criteria: Vec<Kept> = after
        .iter()
        .enumerate()
        .map(|(n, criterion)| {
            let other = partner.get(&n).and_then(|o| before.get(*o));
            let moved = other.map_or(Moved::New, |o| moved(o, criterion, types));
            Kept { old: other.map(|o| o.id.clone()), new: Some(criterion.id.clone()), moved, text: text(new, criterion) }
        })
        .collect();
    let gone = before.iter().enumerate().filter(|(o, _)| !taken.contains(o));
    criteria.extend(gone.map(|(_, c)| Kept { old: Some(c.id.clone()), new: None, moved: Moved::Gone, text: text(old, c) }));
    let mut counts = BTreeMap::new();
    for kept in &criteria {
        *counts.entry(kept.moved.as_str().to_owned()).or_default() += 1;
    }
    let size = |s: &Scheme| (s.requirements.len(), s.criteria().count());
    Difference { old: old.name(), new: new.name(), old_counts: size(old), new_counts: size(new), counts, criteria }
}

fn text(scheme: &Scheme, criterion: &Criterion) -> String {
    scheme.criterion_text(criterion, Lang::Ja).to_owned()
}

fn moved(old: &Criterion, new: &Criterion, types: &BTreeMap<String, FactType>) -> Moved {
    let (Some(before), Some(after)) = (&old.rule, &new.rule) else { return Moved::Pending };
    if before == after || (old.id != new.id && old.level.is_some() == new.level.is_some()) {
        return if old.id == new.id { Moved::Unchanged } else { Moved::Renumbered };
    }
    // Whether some facts meet the one and not the other; the day does not matter to that.
    let possible = |yes: &Rule, no: &Rule| {
        let both = Rule::All(vec![yes.clone(), Rule::Not(Box::new(no.clone()))]);
        !smallest_changes(&both, &Facts::new(), types, kernel::Instant::from_micros(0).day(), 1).is_empty()
    };
    match (possible(before, after), possible(after, before)) {
        (false, false) => Moved::Unchanged,
        (true, false) => Moved::Harder,
        (false, true) => Moved::Easier,
        (true, true) => Moved::Changed,
    }
}
