//! `products::chain::walk` — what everybody who uses a release is to be told about one vulnerability, down the chain of products in
//! products. Pure: what holds for a release is the worst of what its own components and the parts it uses say, after what
//! its maker decided of each.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// How a release stands to a vulnerability, from the least to the most worrying.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stand {
    /// The maker says it is not affected.
    NotAffected,
    /// The maker says it is mended.
    Fixed,
    /// It holds what an advisory names; the maker has not decided.
    Investigating,
    /// The maker says it is affected.
    Affected,
}

impl Stand {
    /// The word of VEX for it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::NotAffected => "not_affected",
            Self::Fixed => "fixed",
            Self::Investigating => "under_investigation",
            Self::Affected => "affected",
        }
    }

    /// The stand with this word; an unknown word is still to be looked into.
    pub(crate) fn of(word: &str) -> Self {
        match word {
            "not_affected" => Self::NotAffected,
            "fixed" => Self::Fixed,
            "affected" => Self::Affected,
            _ => Self::Investigating,
        }
    }

    /// Whether whoever uses it has something to watch.
    pub(crate) fn is_open(self) -> bool {
        matches!(self, Self::Investigating | Self::Affected)
    }
}

/// What is said of a release: how it stands, what users do, what was found out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Said {
    pub(crate) stand: Stand,
    pub(crate) action: String,
    pub(crate) impact: String,
}

impl Said {
    /// What is said while nobody has decided.
    pub(crate) fn open() -> Self {
        Self { stand: Stand::Investigating, action: String::new(), impact: String::new() }
    }
}

/// A release used by somebody.
#[derive(Debug, Clone)]
pub(crate) struct Usage {
    /// The release that is used.
    pub(crate) from: String,
    /// The user's own release that holds it; none if it ends there.
    pub(crate) into: Option<String>,
    /// What the user decided of this part in that release.
    pub(crate) decided: Option<Said>,
}

/// What each use is to be told, in the order of `uses`; none where nothing concerns it.
///
/// `own` is what the components of a release say; a release that is not in it has none that are concerned. A circle of
/// products in each other tells itself nothing that no component says.
pub(crate) fn walk(own: &BTreeMap<String, Said>, uses: &[Usage]) -> Vec<Option<Said>> {
    let mut from: BTreeMap<&str, Vec<&Usage>> = BTreeMap::new();
    for usage in uses {
        from.entry(&usage.from).or_default().push(usage);
    }
    let mut said: BTreeMap<&str, Said> = own.iter().map(|(release, said)| (release.as_str(), said.clone())).collect();
    let mut waiting: VecDeque<&str> = said.keys().copied().collect();
    let mut queued: BTreeSet<&str> = waiting.iter().copied().collect();
    while let Some(release) = waiting.pop_front() {
        queued.remove(release);
        let Some(now) = said.get(release).cloned() else { continue };
        for usage in from.get(release).into_iter().flatten() {
            let Some(into) = usage.into.as_deref() else { continue };
            let carried = usage.decided.as_ref().unwrap_or(&now);
            if said.get(into).is_none_or(|known| known < carried) {
                said.insert(into, carried.clone());
                if queued.insert(into) {
                    waiting.push_back(into);
                }
            }
        }
    }
    uses.iter().map(|u| said.get(u.from.as_str()).cloned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(stand: Stand) -> Said {
        Said { stand, ..Said::open() }
    }

    fn usage(from: &str, into: &str) -> Usage {
        Usage { from: from.to_owned(), into: (!into.is_empty()).then(|| into.to_owned()), decided: None }
    }

    fn own(of: &[(&str, Stand)]) -> BTreeMap<String, Said> {
        of.iter().map(|(release, stand)| ((*release).to_owned(), said(*stand))).collect()
    }

    fn stands(told: Vec<Option<Said>>) -> Vec<Option<Stand>> {
        told.into_iter().map(|s| s.map(|s| s.stand)).collect()
    }

    #[test]
    fn it_goes_from_part_to_product_to_whoever_runs_it() {
        let uses = [usage("part", "machine"), usage("machine", ""), usage("other", "")];
        let told = stands(walk(&own(&[("part", Stand::Investigating)]), &uses));
        assert_eq!(told, [Some(Stand::Investigating), Some(Stand::Investigating), None]);
    }

    #[test]
    fn what_a_maker_in_between_decides_holds_from_there_on() {
        let mut uses = [usage("part", "machine"), usage("machine", "")];
        uses[0].decided = Some(said(Stand::NotAffected));
        let told = stands(walk(&own(&[("part", Stand::Affected)]), &uses));
        assert_eq!(told, [Some(Stand::Affected), Some(Stand::NotAffected)]);
        // Its own components still say what they say.
        let told = stands(walk(&own(&[("part", Stand::Affected), ("machine", Stand::Investigating)]), &uses));
        assert_eq!(told, [Some(Stand::Affected), Some(Stand::Investigating)]);
    }

    #[test]
    fn a_circle_ends_and_says_nothing_of_itself() {
        let uses = [usage("a", "b"), usage("b", "a"), usage("b", "")];
        assert_eq!(walk(&BTreeMap::new(), &uses), [None, None, None]);
        let told = stands(walk(&own(&[("a", Stand::Affected)]), &uses));
        assert_eq!(told, [Some(Stand::Affected); 3]);
    }

    proptest::proptest! {
        /// Whatever the order of the rows: the same is told, whoever is reached is told, nobody else is, and a worse word at
        /// the start never makes a better one at the end.
        #[test]
        fn the_order_of_rows_does_not_matter(
            pairs in proptest::collection::vec((0_u8..8, 0_u8..9, proptest::option::of(0_u8..4)), 0..24),
            start in proptest::collection::btree_map(0_u8..8, 0_u8..4, 0..4),
            turn in 0_usize..24,
        ) {
            let all = [Stand::NotAffected, Stand::Fixed, Stand::Investigating, Stand::Affected];
            let stand = |n: u8| said(all[usize::from(n)]);
            let uses: Vec<Usage> = pairs.iter().map(|(from, into, decided)| Usage {
                from: from.to_string(),
                into: (*into < 8).then(|| into.to_string()),
                decided: decided.map(stand),
            }).collect();
            let own: BTreeMap<String, Said> = start.iter().map(|(r, s)| (r.to_string(), stand(*s))).collect();
            let told = walk(&own, &uses);
            let mut turned = uses.clone();
            let by = turn.checked_rem(uses.len()).unwrap_or(0);
            turned.rotate_left(by);
            let mut back = walk(&own, &turned);
            back.rotate_right(by);
            proptest::prop_assert_eq!(&told, &back);
            // Reached by hand.
            let mut reached: BTreeSet<String> = own.keys().cloned().collect();
            for _ in 0..uses.len() {
                for u in &uses {
                    if let (true, Some(into)) = (reached.contains(&u.from), &u.into) { reached.insert(into.clone()); }
                }
            }
            for (u, t) in uses.iter().zip(&told) { proptest::prop_assert_eq!(reached.contains(&u.from), t.is_some()); }
            let worse: BTreeMap<String, Said> = own.keys().map(|r| (r.clone(), said(Stand::Affected))).collect();
            for (t, w) in told.iter().zip(walk(&worse, &uses)) { proptest::prop_assert!(*t <= w); }
        }
    }
}
