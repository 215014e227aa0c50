//! `assess::model` — letters of the kept results and what they count as. Pure.

use kernel::{Lang, Tri};
use schemes::Standing;
use store::Migration;

/// The tables of this domain.
pub const MIGRATIONS: &[Migration] = &[
    Migration { domain: "assess", number: 1, name: "assess", sql: include_str!("../migrations/0001_assess.sql") },
    Migration { domain: "assess", number: 2, name: "steps", sql: include_str!("../migrations/0002_steps.sql") },
    Migration { domain: "assess", number: 3, name: "peers", sql: include_str!("../migrations/0003_peers.sql") },
    Migration { domain: "assess", number: 4, name: "audit", sql: include_str!("../migrations/0004_audit.sql") },
];

/// The texts of this domain.
pub const TEXTS: &[(Lang, &str)] = &[(Lang::Ja, include_str!("../texts/ja.ftl")), (Lang::En, include_str!("../texts/en.ftl"))];

/// The job that evaluates an organisation again when a new day begins.
pub const DAILY_JOB: &str = "assess.daily";

/// The letter a standing is kept as.
pub(crate) const fn letter(standing: Standing) -> char {
    match standing {
        Standing::Met => 'm',
        Standing::Partial => 'p',
        Standing::NotMet => 'n',
        Standing::SaidUnknown => 's',
        Standing::Unanswered => 'u',
        Standing::Pending => 'x',
    }
}

/// The standing of a letter; an unknown letter counts as unanswered.
pub(crate) fn standing_of(letter: char) -> Standing {
    Standing::ALL.iter().copied().find(|s| self::letter(*s) == letter).unwrap_or(Standing::Unanswered)
}

/// The three-valued result of a standing; none while pending.
pub(crate) const fn tri_of(standing: Standing) -> Option<Tri> {
    match standing {
        Standing::Met => Some(Tri::Met),
        Standing::Partial | Standing::NotMet => Some(Tri::NotMet),
        Standing::SaidUnknown | Standing::Unanswered => Some(Tri::Unknown),
        Standing::Pending => None,
    }
}

/// Counts of a row of letters: met, not met, unknown, pending.
pub(crate) fn counts(results: &str) -> [i64; 4] {
    let mut counts = [0; 4];
    for letter in results.chars() {
        let [met, not_met, unknown, pending] = &mut counts;
        match tri_of(standing_of(letter)) {
            Some(Tri::Met) => *met += 1,
            Some(Tri::NotMet) => *not_met += 1,
            Some(Tri::Unknown) => *unknown += 1,
            None => *pending += 1,
        }
    }
    counts
}

/// Steps as kept: one digit per criterion, `-` where none is known.
pub(crate) fn steps_text(steps: &[Option<i32>]) -> String {
    let digit = |step: &Option<i32>| step.and_then(|s| char::from_digit(u32::try_from(s).ok()?, 10)).unwrap_or('-');
    if steps.iter().all(Option::is_none) { String::new() } else { steps.iter().map(digit).collect() }
}

/// The kept steps of `n` criteria.
pub(crate) fn steps_of(text: &str, n: usize) -> Vec<Option<i32>> {
    let digit = |c: char| c.to_digit(10).and_then(|d| i32::try_from(d).ok());
    let mut steps: Vec<Option<i32>> = text.chars().map(digit).collect();
    steps.resize(n, None);
    steps
}

/// The whole of several views on one criterion (company and sites): the weakest counts.
pub(crate) fn weakest(views: &[Standing]) -> Standing {
    let order = [Standing::Pending, Standing::NotMet, Standing::Partial, Standing::Unanswered, Standing::SaidUnknown];
    order.into_iter().find(|s| views.contains(s)).unwrap_or(Standing::Met)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_read_back_and_count() {
        for standing in Standing::ALL {
            assert_eq!(standing_of(letter(*standing)), *standing);
        }
        assert_eq!(counts("mmpnsux"), [2, 2, 2, 1]);
    }

    #[test]
    fn one_weak_site_decides_and_one_unknown_spreads() {
        assert_eq!(weakest(&[Standing::Met, Standing::NotMet, Standing::Unanswered]), Standing::NotMet);
        assert_eq!(weakest(&[Standing::Met, Standing::Unanswered]), Standing::Unanswered);
        assert_eq!(weakest(&[Standing::Met, Standing::Met]), Standing::Met);
    }
}
