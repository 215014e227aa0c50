//! `register::verify` — is this star real? Signature, dates and status, from a text, the keys and
//! a status list; no network and no database. The page, the API and the command word all ask here.

use kernel::{Day, sha256_hex};
use schemars::JsonSchema;
use serde::Serialize;

use crate::note::{NoteError, Verifier, open};
use crate::statement::Statement;
use crate::status::{EntryState, StatusList};

kernel::text_enum! {
    /// What came out.
    Finding {
        /// Signed by a known key, within its dates, and on no list.
        Good = "good",
        /// Its first day is still to come.
        Early = "early",
        /// Its last day is past.
        Expired = "expired",
        /// It was revoked.
        Revoked = "revoked",
        /// It is suspended.
        Suspended = "suspended",
        /// The status list may not be used any more; whether it holds is not known.
        OldList = "old_list",
        /// Its key was shut off, and the star is not among those signed before.
        ClosedKey = "closed_key",
        /// No known key signed it.
        UnknownKey = "unknown_key",
        /// The signature does not fit the text.
        Forged = "forged",
        /// It is cut off, or no star.
        Damaged = "damaged",
    }
}

impl Finding {
    /// Whether a known key signed what is looked at, so that its words may be shown.
    #[must_use]
    pub fn is_signed(self) -> bool {
        !matches!(self, Self::UnknownKey | Self::Forged | Self::Damaged)
    }
}

/// A star that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Verdict {
    /// What came out.
    pub finding: Finding,
    /// Since when, for what happened on a day.
    #[schemars(with = "Option<String>")]
    pub day: Option<Day>,
    /// What it says, if a known key signed it.
    pub statement: Option<Statement>,
}

impl Verdict {
    /// What came out and what the star says, for a terminal.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let day = self.day.map_or(String::new(), |d| format!(" {d}"));
        let mut lines = vec![format!("{}{day}", self.finding)];
        lines.extend(self.statement.iter().flat_map(|s| s.text().lines().skip(1).map(str::to_owned).collect::<Vec<_>>()));
        lines
    }

    /// Exit status of the command word: 0 good, 1 does not hold, 2 forged or damaged.
    #[must_use]
    pub fn exit(&self) -> u8 {
        match self.finding {
            Finding::Good => 0,
            Finding::Early | Finding::Expired | Finding::Revoked | Finding::Suspended | Finding::OldList => 1,
            Finding::ClosedKey | Finding::UnknownKey | Finding::Forged | Finding::Damaged => 2,
        }
    }
}

/// Finds a star in what people drop, paste or scan: the note itself, an address with `?t=`, or
/// JSON that holds it as `star`.
#[must_use]
pub fn star_in(text: &str) -> String {
    let text = text.trim_start_matches('\u{feff}').trim();
    let coded = |t: &str| {
        use base64::Engine as _;
        let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(t.trim_end_matches('=')).ok()?;
        String::from_utf8(bytes).ok()
    };
    let from_json = || serde_json::from_str::<serde_json::Value>(text).ok()?.get("star")?.as_str().map(str::to_owned);
    let from_address = || coded(text.rsplit_once("?t=")?.1.split('&').next().unwrap_or(""));
    let plain = || format!("{}\n", text.replace("\r\n", "\n"));
    from_json().or_else(from_address).or_else(|| coded(text).filter(|t| t.contains('\n'))).unwrap_or_else(plain)
}

/// Looks at a star. `list` is absent where only signature and dates can be checked; then a star
/// that was revoked looks good, and callers must say so.
#[must_use]
pub fn verify(text: &str, keys: &[Verifier], list: Option<&StatusList>, today: Day) -> Verdict {
    let bad = |finding| Verdict { finding, day: None, statement: None };
    let star = star_in(text);
    let (body, key) = match open(&star, keys) {
        Ok(found) => found,
        Err(NoteError::UnknownKey) => return bad(Finding::UnknownKey),
        Err(NoteError::Forged) => return bad(Finding::Forged),
        Err(NoteError::Shape | NoteError::Key) => return bad(Finding::Damaged),
    };
    let Ok(statement) = Statement::parse(body) else { return bad(Finding::Damaged) };
    let key = key.label();
    let closed = list.and_then(|l| l.closed.get(&key).map(|day| (l, *day)));
    let changed = list.and_then(|l| l.entries.get(&statement.number).copied());
    let kept = |list: &StatusList| list.kept.contains(&sha256_hex(body.as_bytes()));
    let (finding, day) = if let Some((_, day)) = closed.filter(|(list, _)| !kept(list)) {
        (Finding::ClosedKey, Some(day))
    } else if let Some((state, day)) = changed.filter(|(state, _)| *state != EntryState::Valid) {
        (if state == EntryState::Revoked { Finding::Revoked } else { Finding::Suspended }, Some(day))
    } else if statement.from > today {
        (Finding::Early, Some(statement.from))
    } else if let Some(to) = statement.to.filter(|to| *to < today) {
        (Finding::Expired, Some(to))
    } else if let Some(list) = list.filter(|l| l.until < today) {
        (Finding::OldList, Some(list.until))
    } else {
        (Finding::Good, None)
    };
    Verdict { finding, day, statement: Some(statement) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::note::Signer;
    use crate::statement::tests::statement;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn signer() -> Signer {
        Signer::new("example.jp/register", &[7; 32])
    }

    fn list() -> StatusList {
        StatusList::new(day("2026-12-01"), day("2026-12-15"))
    }

    fn find(star: &str, list: &StatusList, today: &str) -> (Finding, Option<Day>) {
        let verdict = verify(star, &[signer().verifier()], Some(list), day(today));
        (verdict.finding, verdict.day)
    }

    #[test]
    fn dates_and_the_list_decide() {
        let star = statement().sign(&signer());
        assert_eq!(find(&star, &list(), "2026-12-02"), (Finding::Good, None));
        assert_eq!(find(&star, &list(), "2026-11-20"), (Finding::Early, Some(day("2026-11-21"))));
        assert_eq!(find(&star, &list(), "2027-11-21"), (Finding::Expired, Some(day("2027-11-20"))));
        for (state, finding) in [(EntryState::Revoked, Finding::Revoked), (EntryState::Suspended, Finding::Suspended)] {
            let mut list = list();
            list.entries.insert("S3-2026-000001".into(), (state, day("2026-11-30")));
            assert_eq!(find(&star, &list, "2026-12-02"), (finding, Some(day("2026-11-30"))));
        }
    }

    #[test]
    fn an_old_list_that_does_not_know_of_a_revocation_proves_nothing() {
        let star = statement().sign(&signer());
        assert_eq!(find(&star, &list(), "2026-12-16"), (Finding::OldList, Some(day("2026-12-15"))));
    }

    #[test]
    fn a_key_that_was_shut_off_counts_only_for_what_it_signed_before() {
        let (known, forged) = (statement(), {
            let mut s = statement();
            s.number = "S3-2026-999999".into();
            s
        });
        let mut list = list();
        let key = signer().verifier();
        list.closed.insert(key.label(), day("2026-12-01"));
        list.kept.insert(sha256_hex(known.text().as_bytes()));
        assert_eq!(find(&known.sign(&signer()), &list, "2026-12-02").0, Finding::Good);
        assert_eq!(find(&forged.sign(&signer()), &list, "2026-12-02"), (Finding::ClosedKey, Some(day("2026-12-01"))), "also if dated back");
    }

    #[test]
    fn forged_cut_off_and_foreign_texts_are_told_apart() {
        let star = statement().sign(&signer());
        let other = Signer::new("evil.example/register", &[9; 32]);
        assert_eq!(find(&star.replace("★3", "★4"), &list(), "2026-12-02").0, Finding::Forged);
        assert_eq!(find(&statement().sign(&other), &list(), "2026-12-02").0, Finding::UnknownKey);
        assert_eq!(find(&star.chars().take(star.chars().count() / 2).collect::<String>(), &list(), "2026-12-02").0, Finding::Damaged);
        assert_eq!(find("★3を取得しました", &list(), "2026-12-02").0, Finding::Damaged);
        assert_eq!(find(&list().sign(&signer()), &list(), "2026-12-02").0, Finding::Damaged, "a signed list is no star");
    }

    #[test]
    fn a_star_is_found_in_what_people_paste() {
        use base64::Engine as _;
        let star = statement().sign(&signer());
        let coded = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(&star);
        let json = serde_json::json!({ "star": star }).to_string();
        let address = format!("https://example.jp/verify?t={coded}");
        let windows = format!("\u{feff}{}", star.replace('\n', "\r\n"));
        for text in [star.trim(), &coded, &json, &address, &windows] {
            assert_eq!(find(text, &list(), "2026-12-02").0, Finding::Good, "{text}");
        }
    }

    #[test]
    fn lists_read_back() {
        let mut list = list();
        list.entries.insert("S3 1".into(), (EntryState::Revoked, day("2026-11-30")));
        list.closed.insert("k+00000001".into(), day("2026-12-01"));
        list.kept.insert("ab".into());
        assert_eq!(StatusList::parse(&list.text()).unwrap(), list);
        assert!(StatusList::parse("ishigaki-status/1\nmade x\n").is_err());
    }
}
