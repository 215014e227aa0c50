//! `suppliers::guard` — looks at a letter before it goes out: is the need said, can cost be talked about, is
//! nothing forced, does the law on subcontracting apply. Pure. It warns and explains; it does not judge.

use kernel::{Lang, Tri};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// `rules/fair-trade.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FairTrade {
    pub(crate) format: u32,
    pub(crate) employees: Employees,
    pub(crate) pattern: Vec<Pattern>,
}

/// Regular employees that divide the two sides.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Employees {
    pub(crate) goods: i64,
    pub(crate) services: i64,
}

/// A pattern that carries a risk.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Pattern {
    pub(crate) id: String,
    ja: String,
    en: String,
    why_ja: String,
    why_en: String,
    instead_ja: String,
    instead_en: String,
    words: Vec<String>,
}

impl Pattern {
    /// Title, why it is a risk, and what to write instead.
    pub(crate) fn texts(&self, lang: Lang) -> (&str, &str, &str) {
        match lang {
            Lang::Ja => (&self.ja, &self.why_ja, &self.instead_ja),
            Lang::En => (&self.en, &self.why_en, &self.instead_en),
        }
    }
}

/// What a letter says, as far as the guard reads it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wording<'a> {
    pub(crate) need: &'a str,
    pub(crate) method: &'a str,
    pub(crate) cost: &'a str,
    pub(crate) more: &'a str,
}

/// One thing to look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct GuardFinding {
    /// Id of the pattern.
    pub(crate) pattern: String,
    /// The words that gave rise to it; empty if something is missing.
    pub(crate) words: String,
}

/// What the guard says of a wave; both sides hold it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct GuardRecord {
    /// Day on which it looked.
    pub(crate) day: String,
    pub(crate) findings: Vec<GuardFinding>,
    /// Suppliers to which the law applies by employees.
    pub(crate) applies: i64,
    /// Suppliers to which it does not apply by employees; capital may still decide otherwise.
    pub(crate) applies_not: i64,
    /// Suppliers of which nobody can tell.
    pub(crate) unknown: i64,
}

impl FairTrade {
    /// Whether the law applies by employees. `goods` for goods, programs and carriage, else other services.
    pub(crate) fn applies(&self, buyer: Option<i64>, supplier: Option<i64>, goods: bool) -> Tri {
        let edge = if goods { self.employees.goods } else { self.employees.services };
        let above = buyer.map_or(Tri::Unknown, |n| Tri::from(n > edge));
        let within = supplier.map_or(Tri::Unknown, |n| Tri::from(n <= edge));
        above.and(within)
    }

    /// What in a letter is to be looked at: what is missing, and words that carry a risk.
    pub(crate) fn look(&self, w: &Wording<'_>) -> Vec<GuardFinding> {
        let missing = |pattern: &str, text: &str| {
            let short = text.trim().chars().count() < 10;
            short.then(|| GuardFinding { pattern: pattern.to_owned(), words: String::new() })
        };
        let mut found: Vec<GuardFinding> = [missing("need", w.need), missing("price", w.cost)].into_iter().flatten().collect();
        for pattern in &self.pattern {
            let all = [w.need, w.method, w.cost, w.more];
            for words in pattern.words.iter().filter(|words| all.iter().any(|text| text.contains(words.as_str()))) {
                found.push(GuardFinding { pattern: pattern.id.clone(), words: words.clone() });
            }
        }
        found
    }

    pub(crate) fn pattern(&self, id: &str) -> Option<&Pattern> {
        self.pattern.iter().find(|p| p.id == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Data;

    #[test]
    fn the_law_is_tested_by_employees_of_both_sides() {
        let data = Data::shipped().unwrap();
        let test = |buyer, supplier, goods| data.fair_trade().applies(buyer, supplier, goods);
        assert_eq!(test(Some(301), Some(300), true), Tri::Met);
        assert_eq!(test(Some(300), Some(10), true), Tri::NotMet);
        assert_eq!(test(Some(101), Some(100), false), Tri::Met);
        assert_eq!(test(Some(5000), None, true), Tri::Unknown);
        assert_eq!(test(Some(50), None, true), Tri::NotMet, "a small buyer is below the edge whoever the supplier is");
    }

    #[test]
    fn every_pattern_is_found_by_its_words_and_a_fair_letter_passes() {
        let data = Data::shipped().unwrap();
        let fair = data.fair_trade();
        let good = Wording {
            need: "図面をお預けしているため、外に漏れないようにしたいと考えています。",
            method: "方法はお選びいただけます。",
            cost: "費用は一緒に相談して決めます。購買部にご連絡ください。",
            more: "",
        };
        assert_eq!(fair.look(&good), []);
        for pattern in &fair.pattern {
            let bad = pattern.words.first().unwrap();
            let found = fair.look(&Wording { more: bad, ..good });
            assert!(found.iter().any(|f| f.pattern == pattern.id && f.words == *bad), "{bad}");
        }
        let empty = fair.look(&Wording { need: "", method: "", cost: "", more: "" });
        assert_eq!(empty.iter().map(|f| f.pattern.as_str()).collect::<Vec<_>>(), ["need", "price"]);
    }
}
