//! `assess::standing` — how criteria stand for a scope, over the company's and its sites'
//! facts. For the whole company, a criterion holds only where it holds at every site that
//! stated something of its own, and for the rest of the company.

use kernel::Day;
use schemes::{Criterion, Facts, Scheme, Standing, standing, step};

use evidence::SiteFacts;

use crate::model::weakest;

/// The facts a scope is evaluated on.
#[derive(Debug, Clone, Default)]
pub(crate) struct View {
    /// The company's facts, or for one site: those replaced by the site's own.
    pub(crate) facts: Facts,
    /// What open sites stated of their own; empty when one site is evaluated.
    pub(crate) sites: SiteFacts,
    /// How many open sites there are.
    pub(crate) open_sites: usize,
}

impl View {
    /// How one criterion stands.
    pub(crate) fn standing(&self, criterion: &Criterion, today: Day) -> Standing {
        if self.sites.is_empty() {
            return standing(criterion, &self.facts, today);
        }
        let keys = criterion.facts();
        let own: Vec<&Facts> = self.sites.values().filter(|f| keys.iter().any(|k| f.contains_key(*k))).collect();
        let rest = own.is_empty() || own.len() < self.open_sites || keys.iter().any(|k| self.facts.contains_key(*k));
        let mut views: Vec<Standing> = own
            .iter()
            .map(|site| {
                let mut facts: Facts = Facts::new();
                for key in &keys {
                    if let Some(statement) = site.get(*key).or_else(|| self.facts.get(*key)) {
                        facts.insert((*key).to_owned(), statement.clone());
                    }
                }
                standing(criterion, &facts, today)
            })
            .collect();
        if rest {
            views.push(standing(criterion, &self.facts, today));
        }
        weakest(&views)
    }

    /// The step a criterion stands at: the lowest of the company and its sites.
    pub(crate) fn step(&self, criterion: &Criterion) -> Option<i32> {
        let key = criterion.level.as_ref()?;
        let sites = self.sites.values().filter(|f| f.contains_key(key));
        sites.map(|f| step(criterion, f)).chain(std::iter::once(step(criterion, &self.facts))).flatten().min()
    }

    /// The steps of all criteria, in official order.
    pub(crate) fn steps(&self, scheme: &Scheme) -> Vec<Option<i32>> {
        scheme.criteria().map(|c| self.step(c)).collect()
    }

    /// How every criterion stands, in official order.
    pub(crate) fn standings(&self, scheme: &Scheme, today: Day) -> Vec<Standing> {
        scheme.criteria().map(|c| self.standing(c, today)).collect()
    }
}
