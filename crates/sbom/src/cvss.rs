//! `sbom::cvss` — the score of a vector: CVSS 2.0, 3.0, 3.1 and 4.0, by the crate `cvss`. Scores are kept in tenths.

use std::str::FromStr as _;

use cvss::Cvss;

use crate::osv::Severity;

/// A score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Score {
    /// Edition of CVSS in tenths: 20, 30, 31, 40. First, so that a newer edition counts more.
    pub edition: u8,
    /// 0 to 100: the score times ten.
    pub tenths: u8,
}

impl Score {
    /// The score of a vector; none for text that is no vector.
    ///
    /// CVSS 2.0 is read with or without brackets, as sources write it.
    #[must_use]
    pub fn of(vector: &str) -> Option<Self> {
        let vector = vector.trim().trim_start_matches('(').trim_end_matches(')');
        let vector = Cvss::from_str(vector).ok()?;
        let edition = match vector {
            Cvss::CvssV20(_) => 20,
            Cvss::CvssV30(_) => 30,
            Cvss::CvssV31(_) => 31,
            Cvss::CvssV40(_) => 40,
            _ => return None,
        };
        // The crate gives one decimal as a binary fraction; its text is exact.
        let text = format!("{:.1}", vector.score());
        let tenths = text.chars().filter(char::is_ascii_digit).collect::<String>().parse().ok()?;
        Some(Self { edition, tenths })
    }

    /// The score of the newest edition among several; none if none can be read.
    #[must_use]
    pub fn newest(all: &[Severity]) -> Option<Self> {
        all.iter().filter_map(|s| Self::of(&s.score)).max()
    }

    /// `none`, `low`, `medium`, `high` or `critical`; CVSS 2.0 knows no `none` and no `critical`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match (self.edition, self.tenths) {
            (20, ..40) | (_, 1..40) => "low",
            (_, 0) => "none",
            (_, 40..70) => "medium",
            (20, _) | (_, 70..90) => "high",
            _ => "critical",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_edition_is_scored_and_the_newest_counts() {
        // The first three are the worked examples of the specifications' own user guides.
        for (vector, edition, tenths, word) in [
            ("AV:N/AC:L/Au:N/C:N/I:N/A:C", 20, 78, "high"),
            ("(AV:L/AC:H/Au:N/C:C/I:C/A:C)", 20, 62, "medium"),
            ("CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", 30, 61, "medium"),
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", 31, 100, "critical"),
            ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 40, 93, "critical"),
            ("CVSS:3.1/AV:P/AC:H/PR:H/UI:R/S:U/C:N/I:N/A:N", 31, 0, "none"),
        ] {
            let score = Score::of(vector).unwrap();
            assert_eq!((score.edition, score.tenths, score.word()), (edition, tenths, word), "{vector}");
        }
        let all = |vectors: &[&str]| {
            let all: Vec<Severity> = vectors.iter().map(|v| Severity { kind: String::new(), score: (*v).to_owned() }).collect();
            Score::newest(&all).map(|s| s.tenths)
        };
        let newer = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N";
        assert_eq!(all(&["CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", newer]), Some(69));
        assert_eq!(all(&["nonsense", "CVSS:9.9/AV:N"]), None);
    }
}
