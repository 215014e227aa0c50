//! `kernel::corporate` — the 13-digit corporate number (法人番号) and its check digit.
//! A company without one is normal, so it is never the key of an organisation.

/// Why a text is not a corporate number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CorporateNumberError {
    /// Not 13 digits (or the 12 of a company registration number).
    #[error("a corporate number has 13 digits; this has {digits}")]
    Length {
        /// How many digits were found.
        digits: usize,
    },
    /// Something other than digits, spaces, hyphens and a leading T.
    #[error("a corporate number has digits only")]
    NotDigits,
    /// The first digit does not fit the other twelve.
    #[error("the check digit does not fit")]
    CheckDigit,
    /// Twelve digits of a company registration number; the full number is offered.
    #[error("this looks like a 12-digit registration number; the corporate number would be {offered}")]
    Twelve {
        /// The 13 digits it would become.
        offered: String,
    },
}

/// A corporate number whose check digit fits (fiscal ordinance on corporate numbers).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CorporateNumber(String);

impl CorporateNumber {
    /// Reads what people type: any width, spaces, hyphens, a leading T.
    ///
    /// # Errors
    /// [`CorporateNumberError`] says what does not fit.
    pub fn parse(text: &str) -> Result<Self, CorporateNumberError> {
        let mut digits: Vec<u32> = Vec::new();
        for (place, c) in text.trim().chars().enumerate() {
            match c {
                '0'..='9' => digits.push(c as u32 - '0' as u32),
                '０'..='９' => digits.push(c as u32 - '０' as u32),
                'T' | 't' | 'Ｔ' if place == 0 => {}
                ' ' | '　' | '-' | '－' | 'ー' | '−' | '‐' => {}
                _ => return Err(CorporateNumberError::NotDigits),
            }
        }
        let write = |digits: &[u32]| digits.iter().map(ToString::to_string).collect::<String>();
        match digits.as_slice() {
            all @ [first, base @ ..] if all.len() == 13 => {
                if *first == check_digit(base) {
                    Ok(Self(write(all)))
                } else {
                    Err(CorporateNumberError::CheckDigit)
                }
            }
            base if base.len() == 12 => Err(CorporateNumberError::Twelve { offered: format!("{}{}", check_digit(base), write(base)) }),
            other => Err(CorporateNumberError::Length { digits: other.len() }),
        }
    }

    /// The 13 digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// `9 − (Σ Pₙ·Qₙ mod 9)`, Pₙ the n-th digit from the right of the twelve, Qₙ 1 for odd and 2 for even n.
fn check_digit(base: &[u32]) -> u32 {
    let sum: u32 = base.iter().rev().zip([1, 2].into_iter().cycle()).map(|(p, q)| p * q).sum();
    9 - sum % 9
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_numbers_pass_in_every_way_of_writing() {
        for text in ["7000012050002", "1180301018771", "4011001098993", "T7000012050002", "７０００－０１２０－５０００２"] {
            assert!(CorporateNumber::parse(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn a_wrong_digit_is_named_as_such() {
        assert_eq!(CorporateNumber::parse("7000012050003"), Err(CorporateNumberError::CheckDigit));
        assert_eq!(CorporateNumber::parse("700001205"), Err(CorporateNumberError::Length { digits: 9 }));
        assert_eq!(CorporateNumber::parse("7000O12050002"), Err(CorporateNumberError::NotDigits));
    }

    #[test]
    fn twelve_digits_are_completed_not_scolded() {
        assert_eq!(CorporateNumber::parse("000012050002"), Err(CorporateNumberError::Twelve { offered: "7000012050002".into() }));
    }
}
