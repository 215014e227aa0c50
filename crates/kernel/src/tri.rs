//! `kernel::tri` — Kleene's strong three-valued logic. `Unknown` spreads: it is never "no".

crate::text_enum! {
    /// The truth of a statement about a company. Stored as `met`, `not_met`, `unknown`.
    Tri {
        /// True: the statement holds.
        Met = "met",
        /// False: the statement does not hold.
        NotMet = "not_met",
        /// Nobody can tell yet.
        Unknown = "unknown",
    }
}

impl Tri {
    /// Conjunction: one `NotMet` decides, otherwise one `Unknown` spreads.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::NotMet, _) | (_, Self::NotMet) => Self::NotMet,
            (Self::Met, Self::Met) => Self::Met,
            _ => Self::Unknown,
        }
    }

    /// Disjunction: one `Met` decides, otherwise one `Unknown` spreads.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        self.negate().and(other.negate()).negate()
    }

    /// Negation; `Unknown` stays.
    #[must_use]
    pub fn negate(self) -> Self {
        match self {
            Self::Met => Self::NotMet,
            Self::NotMet => Self::Met,
            Self::Unknown => Self::Unknown,
        }
    }

    /// One letter for compact rows: `m`, `n`, `u`.
    #[must_use]
    pub const fn letter(self) -> char {
        match self {
            Self::Met => 'm',
            Self::NotMet => 'n',
            Self::Unknown => 'u',
        }
    }
}

impl From<bool> for Tri {
    fn from(value: bool) -> Self {
        if value { Self::Met } else { Self::NotMet }
    }
}

#[cfg(test)]
mod tests {
    use super::Tri::{self, Met, NotMet, Unknown};

    #[test]
    fn unknown_spreads_unless_the_other_side_decides() {
        assert_eq!(Met.and(Unknown), Unknown);
        assert_eq!(NotMet.and(Unknown), NotMet);
        assert_eq!(Met.or(Unknown), Met);
        assert_eq!(NotMet.or(Unknown), Unknown);
        assert_eq!(Unknown.negate(), Unknown);
    }

    #[test]
    fn both_operations_commute_and_obey_de_morgan() {
        for &a in Tri::ALL {
            for &b in Tri::ALL {
                assert_eq!(a.and(b), b.and(a));
                assert_eq!(a.or(b), b.or(a));
                assert_eq!(a.and(b).negate(), a.negate().or(b.negate()));
            }
        }
    }
}
