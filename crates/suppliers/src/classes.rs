//! `suppliers::classes` — class and required level of a supplier, by rules that are data. Pure.
//! What is not known stays unknown: it is never a no, and never hidden.

use kernel::Tri;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

kernel::text_enum! {
    /// An answer about a supplier.
    Said {
        /// Yes.
        Yes = "yes",
        /// No.
        No = "no",
        /// Nobody has said.
        Unknown = "unknown",
    }
}

impl Said {
    /// The stored text; anything else is not known.
    pub(crate) fn of(text: &str) -> Self {
        Self::parse(text).unwrap_or(Self::Unknown)
    }

    fn tri(self) -> Tri {
        match self {
            Self::Yes => Tri::Met,
            Self::No => Tri::NotMet,
            Self::Unknown => Tri::Unknown,
        }
    }
}

kernel::text_enum! {
    /// Class of a supplier (IPA practice collection, table 2-9.3).
    Class {
        /// Has a person for security.
        A = "A",
        /// None, and large.
        B = "B",
        /// None, and of middle size.
        C = "C",
        /// None, and small.
        D = "D",
    }
}

/// The three questions, in the order of their columns.
pub(crate) const QUESTIONS: [&str; 3] = ["confidential", "stops", "access"];

/// Required level by question; levels are 1 to 5.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LevelRules {
    pub(crate) base: i64,
    pub(crate) confidential: i64,
    pub(crate) stops: i64,
    pub(crate) access: i64,
}

/// From which size on a company without a person for security is in class B or C.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SizeRules {
    /// Employees, 1 to 1,000,000.
    pub(crate) b_employees: i64,
    /// Sales of a year in million yen.
    pub(crate) b_sales_million_yen: i64,
    /// Employees, 1 to 1,000,000.
    pub(crate) c_employees: i64,
    /// Sales of a year in million yen.
    pub(crate) c_sales_million_yen: i64,
}

/// The rules of a buyer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClassRules {
    pub(crate) format: u32,
    pub(crate) level: LevelRules,
    pub(crate) class: SizeRules,
}

/// What is known of a supplier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Known {
    /// Answers to [`QUESTIONS`].
    pub(crate) answers: [Said; 3],
    pub(crate) security_person: Said,
    pub(crate) employees: Option<i64>,
    pub(crate) sales_million_yen: Option<i64>,
}

/// Class and level with their reasons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) class: Option<Class>,
    /// Required level; 0 while it is not known.
    pub(crate) level: i64,
    /// The level that is required in any case.
    pub(crate) at_least: i64,
    /// Questions answered yes, with the level each asks for.
    pub(crate) because: Vec<(&'static str, i64)>,
    /// Questions nobody has answered that could raise the level.
    pub(crate) open: Vec<&'static str>,
    /// Why this class: the last part of a text key.
    pub(crate) class_reason: &'static str,
}

impl ClassRules {
    /// # Errors
    /// What is out of range.
    pub(crate) fn check(&self) -> Result<(), String> {
        let l = self.level;
        if self.format != 1 || [l.base, l.confidential, l.stops, l.access].iter().any(|n| !(1..=5).contains(n)) {
            return Err("supplier-classes: levels are 1 to 5".to_owned());
        }
        let c = self.class;
        let size = |n: i64| (1..=1_000_000).contains(&n);
        if ![c.b_employees, c.c_employees, c.b_sales_million_yen, c.c_sales_million_yen].into_iter().all(size)
            || c.b_employees < c.c_employees
            || c.b_sales_million_yen < c.c_sales_million_yen
        {
            return Err("supplier-classes: B begins above C, from 1 to 1,000,000".to_owned());
        }
        Ok(())
    }

    fn of_question(&self, place: usize) -> i64 {
        [self.level.confidential, self.level.stops, self.level.access].get(place).copied().unwrap_or(self.level.base)
    }

    /// Class and level of a supplier.
    pub(crate) fn place(&self, known: &Known) -> Place {
        let asked = || QUESTIONS.into_iter().zip(known.answers).enumerate();
        let because: Vec<(&'static str, i64)> =
            asked().filter(|(_, (_, said))| *said == Said::Yes).map(|(n, (question, _))| (question, self.of_question(n))).collect();
        let at_least = because.iter().map(|(_, level)| *level).fold(self.level.base, i64::max);
        let raises = |n: usize, said: Said| said == Said::Unknown && self.of_question(n) > at_least;
        let open: Vec<&'static str> = asked().filter(|(n, (_, said))| raises(*n, *said)).map(|(_, (question, _))| question).collect();
        let level = if open.is_empty() { at_least } else { 0 };
        let (class, class_reason) = self.class(known);
        Place { class, level, at_least, because, open, class_reason }
    }

    fn class(&self, known: &Known) -> (Option<Class>, &'static str) {
        let from = |employees: i64, sales: i64| {
            let at = |value: Option<i64>, least: i64| value.map_or(Tri::Unknown, |n| Tri::from(n >= least));
            at(known.employees, employees).or(at(known.sales_million_yen, sales))
        };
        // A size that is not known cannot make a company large; one known size is enough to place it.
        let from = |employees: i64, sales: i64| match from(employees, sales) {
            Tri::Unknown if known.employees.is_some() || known.sales_million_yen.is_some() => Tri::NotMet,
            other @ (Tri::Met | Tri::NotMet | Tri::Unknown) => other,
        };
        match known.security_person.tri() {
            Tri::Met => (Some(Class::A), "person"),
            Tri::Unknown => (None, "person_unknown"),
            Tri::NotMet => match from(self.class.b_employees, self.class.b_sales_million_yen) {
                Tri::Met => (Some(Class::B), "large"),
                Tri::Unknown => (None, "size_unknown"),
                Tri::NotMet => match from(self.class.c_employees, self.class.c_sales_million_yen) {
                    Tri::Met => (Some(Class::C), "middle"),
                    Tri::Unknown | Tri::NotMet => (Some(Class::D), "small"),
                },
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> ClassRules {
        *crate::data::Data::shipped().unwrap().classes()
    }

    fn known(answers: [Said; 3]) -> Known {
        Known { answers, security_person: Said::No, employees: Some(50), sales_million_yen: None }
    }

    #[test]
    fn one_yes_is_enough_and_unknown_is_never_a_no() {
        use Said::{No, Unknown, Yes};
        let of = |a, b, c| {
            let place = rules().place(&known([a, b, c]));
            (place.level, place.at_least, place.open)
        };
        assert_eq!(of(No, No, No), (3, 3, vec![]));
        assert_eq!(of(Unknown, Yes, No), (4, 4, vec![]), "what is unknown could not raise it further");
        assert_eq!(of(No, No, Unknown), (0, 3, vec!["access"]));
        let mut higher = rules();
        higher.level.access = 5;
        assert_eq!(higher.place(&known([Yes, No, Unknown])).open, ["access"]);
        assert_eq!(higher.place(&known([Yes, No, Unknown])).at_least, 4);
    }

    #[test]
    fn the_class_asks_for_a_person_first_and_then_for_size() {
        let class = |person, employees, sales_million_yen| {
            let known = Known { answers: [Said::No; 3], security_person: person, employees, sales_million_yen };
            rules().place(&known).class
        };
        assert_eq!(class(Said::Yes, None, None), Some(Class::A));
        assert_eq!(class(Said::Unknown, Some(1000), None), None);
        assert_eq!(class(Said::No, Some(300), None), Some(Class::B));
        assert_eq!(class(Said::No, Some(10), Some(5000)), Some(Class::B), "sales count as well");
        assert_eq!(class(Said::No, Some(20), None), Some(Class::C));
        assert_eq!(class(Said::No, Some(19), None), Some(Class::D));
        assert_eq!(class(Said::No, None, None), None);
    }

    #[test]
    fn rules_out_of_range_are_refused() {
        for change in [(0, 300), (6, 300), (3, 10)] {
            let mut wrong = rules();
            (wrong.level.base, wrong.class.b_employees) = change;
            assert!(wrong.check().is_err(), "{change:?}");
        }
    }
}
