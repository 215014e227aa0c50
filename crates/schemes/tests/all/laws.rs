//! Laws of the evaluation, checked on random rules and facts.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Day, Tri};
use proptest::prelude::*;
use schemes::{Answer, Atom, Catalog, FactType, Facts, Number, Rule, Statement, Test, Value, evaluate, result, smallest_changes};

/// Facts used in random rules: three practices, a number, a flag, a set.
const KEYS: [&str; 6] =
    ["governance.policy", "backup.taken", "malware.installed", "password.min_length", "password.mixed_characters", "asset.pc_inventory"];

fn today() -> Day {
    Day::parse("2026-11-21").unwrap()
}

fn atom() -> impl Strategy<Value = Rule> {
    let make = |fact: &str, test: Test| Rule::Atom(Atom { fact: fact.to_owned(), test, na: false });
    prop_oneof![
        (0..3_usize).prop_map(move |i| make(KEYS[i], Test::OneOf(vec!["done".into()]))),
        (6..12_i64).prop_map(move |n| make(KEYS[3], Test::AtLeast(Number::whole(n)))),
        (6..12_i64).prop_map(move |n| make(KEYS[3], Test::AtMost(Number::whole(n)))),
        any::<bool>().prop_map(move |b| make(KEYS[4], Test::Flag(b))),
        Just(make(KEYS[5], Test::HasAll(vec!["maker".into(), "os".into()]))),
        Just(make(KEYS[5], Test::HasAny(vec!["count".into()]))),
    ]
}

fn rule() -> impl Strategy<Value = Rule> {
    atom().prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(Rule::All),
            prop::collection::vec(inner.clone(), 1..4).prop_map(Rule::Any),
            (prop::collection::vec(inner.clone(), 2..4), 1..3_usize).prop_map(|(p, n)| Rule::AtLeast(n, p)),
            inner.prop_map(|r| Rule::Not(Box::new(r))),
        ]
    })
}

/// Every value a random fact may take.
fn values(key: &str) -> Vec<Answer> {
    let set = |items: &[&str]| Answer::Given(Value::Set(items.iter().map(|i| (*i).to_owned()).collect()));
    match KEYS.iter().position(|k| *k == key).unwrap() {
        0..=2 => vec![Answer::Given(Value::Choice("done".into())), Answer::Given(Value::Choice("partial".into())), Answer::None],
        3 => (5..=13).map(|n| Answer::Given(Value::Number(Number::whole(n)))).chain([Answer::None]).collect(),
        4 => vec![Answer::Given(Value::Flag(true)), Answer::Given(Value::Flag(false))],
        _ => {
            let mut all = vec![Answer::None];
            for bits in 1..8_u8 {
                let picked: Vec<&str> =
                    ["maker", "os", "count"].into_iter().enumerate().filter(|(i, _)| bits >> i & 1 == 1).map(|(_, o)| o).collect();
                all.push(set(&picked));
            }
            all
        }
    }
}

fn facts() -> impl Strategy<Value = Facts> {
    let one = |key: &'static str| {
        prop_oneof![
            2 => Just(None),
            1 => Just(Some(Answer::Unknown)),
            5 => prop::sample::select(values(key)).prop_map(Some),
        ]
        .prop_map(move |answer| answer.map(|a| (key.to_owned(), Statement::from(a))))
    };
    KEYS.map(one).prop_map(|list| list.into_iter().flatten().collect())
}

fn types() -> BTreeMap<String, FactType> {
    Catalog::shipped().unwrap().types().clone()
}

/// Every completion of `open` facts, each key over all its values.
fn completions(base: &Facts, open: &[&str]) -> Vec<Facts> {
    open.iter().fold(vec![base.clone()], |all, key| {
        all.iter()
            .flat_map(|facts| {
                values(key)
                    .into_iter()
                    .map(|v| {
                        let mut next = facts.clone();
                        next.insert((*key).to_owned(), v.into());
                        next
                    })
                    .collect::<Vec<_>>()
            })
            .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, ..ProptestConfig::default() })]

    #[test]
    fn explained_and_bare_results_agree(rule in rule(), facts in facts()) {
        prop_assert_eq!(evaluate(&rule, &facts, today()).result, result(&rule, &facts, today()));
    }

    #[test]
    fn what_is_decided_stays_when_unknowns_are_filled_in(rule in rule(), facts in facts()) {
        let before = result(&rule, &facts, today());
        if before != Tri::Unknown {
            let open: Vec<&str> = KEYS.into_iter().filter(|k| facts.get(*k).is_none_or(|s| s.answer == Answer::Unknown)).collect();
            let small: Vec<&str> = open.into_iter().take(3).collect();
            for filled in completions(&facts, &small) {
                prop_assert_eq!(result(&rule, &filled, today()), before);
            }
        }
    }

    #[test]
    fn other_facts_than_the_deciding_ones_do_not_matter(rule in rule(), facts in facts()) {
        let verdict = evaluate(&rule, &facts, today());
        if verdict.result != Tri::Unknown {
            let deciding: Vec<&str> = verdict.deciding.iter().map(|d| d.fact.as_str()).collect();
            let mut only = facts.clone();
            only.retain(|key, _| deciding.contains(&key.as_str()));
            prop_assert_eq!(result(&rule, &only, today()), verdict.result);
        }
    }

    #[test]
    fn smallest_changes_make_the_rule_hold_and_none_is_cheaper(rule in rule(), facts in facts()) {
        let types = types();
        let sets = smallest_changes(&rule, &facts, &types, today(), 3);
        let met = result(&rule, &facts, today()) == Tri::Met;
        prop_assert!(!met || sets.is_empty());
        for set in &sets {
            let mut changed = facts.clone();
            for change in &set.changes {
                changed.insert(change.fact.clone(), change.to.clone().into());
            }
            prop_assert_eq!(result(&rule, &changed, today()), Tri::Met);
        }
        if !met {
            // Brute force over sets of one fact, then two: none may be cheaper than what was found.
            let best = sets.first().map(|s| s.minutes);
            let cost = |keys: &[&str]| keys.iter().map(|k| types[*k].file.minutes).sum::<u32>();
            for (place, one) in KEYS.iter().enumerate() {
                for two in KEYS.iter().skip(place) {
                    let keys: BTreeSet<&str> = BTreeSet::from([*one, *two]);
                    let keys: Vec<&str> = keys.into_iter().collect();
                    if completions(&facts, &keys).iter().any(|f| result(&rule, f, today()) == Tri::Met) {
                        prop_assert!(best.is_some_and(|b| b <= cost(&keys)), "{:?} would do, found {:?}", keys, sets);
                    }
                }
            }
        }
    }
}
