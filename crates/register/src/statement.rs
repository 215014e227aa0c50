//! `register::statement` — what a star says: who holds which level of which scheme version, in
//! what scope, confirmed by whom, from when to when. A text of fixed lines, signed as a note and
//! small enough for a QR code.

use kernel::Day;
use schemars::JsonSchema;
use schemes::Subject;
use serde::Serialize;

use crate::note::{NoteError, Signer};

/// The first line of every star.
const FIRST: &str = "ishigaki-star/1";

/// Longest value of a line, in characters; keeps a star within a QR code.
const VALUE_MAX_CHARS: usize = 160;

/// The names of the lines, in order.
const NAMES: [&str; 11] = ["number", "scheme", "level", "criteria", "subject", "corporate-number", "name", "scope", "by", "from", "to"];

/// What a star says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Statement {
    /// Register number.
    pub number: String,
    /// `scheme@version`.
    pub scheme: String,
    /// The level as people write it.
    pub level: String,
    /// SHA-256 of the scheme version's criteria, hexadecimal.
    pub criteria: String,
    /// What it was given to.
    pub subject: Subject,
    /// Corporate number; empty if there is none.
    pub corporate_number: String,
    /// Name of the holder, product, service or person.
    pub name: String,
    /// What it covers, in words.
    pub scope: String,
    /// Who confirmed.
    pub by: String,
    /// First day.
    #[schemars(with = "String")]
    pub from: Day,
    /// Last day; absent if it does not end.
    #[schemars(with = "Option<String>")]
    pub to: Option<Day>,
}

/// One line of text: no line breaks, not too long, never empty.
fn line(text: &str) -> String {
    let one: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(VALUE_MAX_CHARS).collect();
    let one = one.split_whitespace().collect::<Vec<_>>().join(" ");
    if one.is_empty() { "-".to_owned() } else { one }
}

impl Statement {
    /// The text of the star, without a signature.
    #[must_use]
    pub fn text(&self) -> String {
        let to = self.to.map_or("-".to_owned(), |d| d.to_string());
        let (subject, from) = (self.subject.as_str().to_owned(), self.from.to_string());
        let values: [&str; 11] = [
            &self.number,
            &self.scheme,
            &self.level,
            &self.criteria,
            &subject,
            &self.corporate_number,
            &self.name,
            &self.scope,
            &self.by,
            &from,
            &to,
        ];
        let lines = NAMES.iter().zip(values).map(|(name, value)| format!("{name} {}\n", line(value)));
        std::iter::once(format!("{FIRST}\n")).chain(lines).collect()
    }

    /// The signed star.
    #[must_use]
    pub fn sign(&self, signer: &Signer) -> String {
        signer.sign(&self.text())
    }

    /// Reads the text of a star whose signature was checked.
    ///
    /// # Errors
    /// [`NoteError::Shape`] if it is no star.
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        let mut lines = text.lines();
        if lines.next() != Some(FIRST) {
            return Err(NoteError::Shape);
        }
        let mut next = NAMES.iter().map(|name| {
            let value = lines.next().and_then(|l| l.strip_prefix(name)?.strip_prefix(' ')).ok_or(NoteError::Shape)?;
            Ok::<String, NoteError>(if value == "-" { String::new() } else { value.to_owned() })
        });
        let mut value = || next.next().unwrap_or(Err(NoteError::Shape));
        let day = |text: &str| Day::parse(text).map_err(|_| NoteError::Shape);
        Ok(Self {
            number: value()?,
            scheme: value()?,
            level: value()?,
            criteria: value()?,
            subject: Subject::parse(&value()?).map_err(|_| NoteError::Shape)?,
            corporate_number: value()?,
            name: value()?,
            scope: value()?,
            by: value()?,
            from: day(&value()?)?,
            to: Some(value()?).filter(|t| !t.is_empty()).map(|t| day(&t)).transpose()?,
        })
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::note::open;

    pub(crate) fn statement() -> Statement {
        Statement {
            number: "S3-2026-000001".into(),
            scheme: "small@1.0.0".into(),
            level: "★3".into(),
            criteria: "ab".repeat(32),
            subject: Subject::Organisation,
            corporate_number: "7000012050002".into(),
            name: "株式会社 石垣精工".into(),
            scope: "全社".into(),
            by: "架空評価機関".into(),
            from: Day::parse("2026-11-21").unwrap(),
            to: Some(Day::parse("2027-11-20").unwrap()),
        }
    }

    #[test]
    fn a_star_reads_back_and_fits_a_qr_code() {
        let signer = Signer::new("example.jp/register", &[7; 32]);
        let star = statement().sign(&signer);
        let known = [signer.verifier()];
        let (text, _) = open(&star, &known).unwrap();
        assert_eq!(Statement::parse(text).unwrap(), statement());
        assert!(star.len() <= 640, "{} bytes", star.len());
    }

    #[test]
    fn line_breaks_in_a_name_make_no_new_line() {
        let mut odd = statement();
        odd.name = "a\nto 2099-01-01\u{2028}".into();
        odd.to = None;
        let back = Statement::parse(&odd.text()).unwrap();
        assert_eq!((back.name.as_str(), back.to), ("a to 2099-01-01", None));
    }

    #[test]
    fn other_texts_are_no_stars() {
        let good = statement().text();
        for bad in ["", "ishigaki-star/2\n", &good.replace("level ★3\n", ""), &good.replace("2027-11-20", "soon")] {
            assert_eq!(Statement::parse(bad), Err(NoteError::Shape), "{bad}");
        }
    }
}
