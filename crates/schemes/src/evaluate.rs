//! `schemes::evaluate` — does a rule hold for what a company stated, and which facts decided?
//! Pure and three-valued; the day is a parameter.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Day, Tri};

use crate::rule::{Atom, Rule};
use crate::value::{Answer, Statement};

/// What a company stated, by fact key. A key that is absent was not stated.
pub type Facts = BTreeMap<String, Statement>;

kernel::text_enum! {
    /// Why one comparison came out as it did.
    Why {
        /// The stated value decided.
        Value = "value",
        /// Nothing was stated.
        NotStated = "not_stated",
        /// 分からない was stated.
        SaidUnknown = "said_unknown",
        /// The statement is past its review-by day, or older than the rule's period.
        Expired = "expired",
        /// 該当なし was stated where the rule does not foresee it: an expert must judge.
        NotApplicable = "not_applicable",
    }
}

/// One fact that decided a rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Deciding {
    /// The fact's key.
    pub fact: String,
    /// How its comparison came out.
    pub result: Tri,
    /// Why.
    pub why: Why,
}

/// A rule's result with the facts that decided it, by key without repetition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Whether the rule holds.
    pub result: Tri,
    /// The facts that decided. For `met` and `not_met`, no change of any other fact can
    /// change the result; for `unknown`, these are the facts still to be known.
    pub deciding: BTreeSet<Deciding>,
}

/// Evaluates one comparison.
pub(crate) fn atom(atom: &Atom, statement: Option<&Statement>, today: Day) -> (Tri, Why) {
    let Some(statement) = statement else { return (Tri::Unknown, Why::NotStated) };
    if statement.answer == Answer::Unknown {
        return (Tri::Unknown, Why::SaidUnknown);
    }
    if statement.review_by.is_some_and(|day| day < today) {
        return (Tri::Unknown, Why::Expired);
    }
    if statement.answer == Answer::NotApplicable {
        return if atom.na { (Tri::Met, Why::Value) } else { (Tri::Unknown, Why::NotApplicable) };
    }
    match atom.test.passes(&statement.answer, today) {
        Some(passes) => (passes.into(), Why::Value),
        None => (Tri::Unknown, Why::Expired),
    }
}

/// Evaluates `rule` for `facts` on `today`.
#[must_use]
pub fn evaluate(rule: &Rule, facts: &Facts, today: Day) -> Verdict {
    match rule {
        Rule::Atom(a) => {
            let (result, why) = atom(a, facts.get(&a.fact), today);
            let deciding = Deciding { fact: a.fact.clone(), result, why };
            Verdict { result, deciding: BTreeSet::from([deciding]) }
        }
        Rule::Criterion(_, inner) => evaluate(inner, facts, today),
        Rule::Not(inner) => {
            let verdict = evaluate(inner, facts, today);
            Verdict { result: verdict.result.negate(), deciding: verdict.deciding }
        }
        Rule::All(parts) => count(parts, parts.len(), facts, today),
        Rule::Any(parts) => count(parts, 1, facts, today),
        Rule::AtLeast(n, parts) => count(parts, *n, facts, today),
    }
}

/// At least `needed` of `parts` hold. `All` and `Any` are the two ends of it.
fn count(parts: &[Rule], needed: usize, facts: &Facts, today: Day) -> Verdict {
    let verdicts: Vec<Verdict> = parts.iter().map(|part| evaluate(part, facts, today)).collect();
    let number = |tri: Tri| verdicts.iter().filter(|v| v.result == tri).count();
    let result = if number(Tri::Met) >= needed {
        Tri::Met
    } else if number(Tri::Met) + number(Tri::Unknown) < needed {
        Tri::NotMet
    } else {
        Tri::Unknown
    };
    let deciding = verdicts.into_iter().filter(|v| v.result == result).flat_map(|v| v.deciding).collect();
    Verdict { result, deciding }
}

/// The result alone, without the explanation. The hot path of bulk work.
#[must_use]
pub fn result(rule: &Rule, facts: &Facts, today: Day) -> Tri {
    let at_least = |needed: usize, parts: &[Rule]| {
        let (mut met, mut unknown) = (0, 0);
        for part in parts {
            match result(part, facts, today) {
                Tri::Met => met += 1,
                Tri::Unknown => unknown += 1,
                Tri::NotMet => {}
            }
        }
        if met >= needed {
            Tri::Met
        } else if met + unknown < needed {
            Tri::NotMet
        } else {
            Tri::Unknown
        }
    };
    match rule {
        Rule::Atom(a) => atom(a, facts.get(&a.fact), today).0,
        Rule::Criterion(_, inner) => result(inner, facts, today),
        Rule::Not(inner) => result(inner, facts, today).negate(),
        Rule::All(parts) => at_least(parts.len(), parts),
        Rule::Any(parts) => at_least(1, parts),
        Rule::AtLeast(n, parts) => at_least(*n, parts),
    }
}
