//! `sbom::read` — which format a file is, and the file as a document. Errors say where and what, in one line.

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use crate::document::{Document, Format, LossKind, Losses};
use crate::purl::Purl;
use crate::{cyclonedx, cyclonedx_xml, list, spdx_json, spdx_tag, spdx3};

/// Largest document, in bytes.
pub const DOCUMENT_MAX_BYTES: usize = 64 << 20;

/// Why a file is no document that can be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum ReadError {
    /// More bytes than [`DOCUMENT_MAX_BYTES`].
    TooLarge,
    /// No format that is known here.
    UnknownFormat,
    /// JSON or XML that is broken, too deep or too large.
    Malformed {
        /// Line, column and what is wrong.
        reason: String,
    },
    /// A version of a format that is not known here.
    UnknownVersion {
        /// The version as written.
        version: String,
    },
    /// The document breaks a rule of its format.
    Invalid {
        /// Where: a path from the top of the document.
        at: String,
        /// What is wrong.
        reason: String,
    },
    /// The child that read it was stopped: too much memory or time.
    Stopped,
}

impl ReadError {
    /// One line for an operator.
    #[must_use]
    pub fn line(&self) -> String {
        one_line(&self.words())
    }

    fn words(&self) -> String {
        match self {
            Self::TooLarge => format!("larger than {} MB", DOCUMENT_MAX_BYTES >> 20),
            Self::UnknownFormat => {
                "neither CycloneDX (JSON, XML) nor SPDX (JSON, tag-value, JSON-LD), nor a table with a name and a version".to_owned()
            }
            Self::Malformed { reason } => format!("cannot be read: {reason}"),
            Self::UnknownVersion { version } => format!("version {version:?} of this format is not known here"),
            Self::Invalid { at, reason } => format!("not valid at {at}: {reason}"),
            Self::Stopped => "was too much to read: more memory or time than a document may take".to_owned(),
        }
    }

    pub(crate) fn invalid(at: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::Invalid { at: at.into(), reason: one_line(&reason.into()) }
    }

    pub(crate) fn json(error: &serde_json::Error) -> Self {
        Self::Malformed { reason: error.to_string() }
    }
}

/// What a file brought into a message stays on one line and is cut.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(400).collect()
}

/// The fields of a JSON document that say what it is.
#[derive(Deserialize)]
struct Sniff {
    #[serde(rename = "bomFormat", default)]
    bom_format: Option<IgnoredAny>,
    #[serde(rename = "specVersion", default)]
    spec_version: Option<IgnoredAny>,
    #[serde(rename = "spdxVersion", default)]
    spdx_version: Option<IgnoredAny>,
    #[serde(rename = "@graph", default)]
    graph: Option<IgnoredAny>,
    #[serde(rename = "@context", default)]
    context: Option<IgnoredAny>,
}

/// Reads a document.
///
/// # Errors
/// [`ReadError`].
pub fn read(bytes: &[u8]) -> Result<Document, ReadError> {
    if bytes.len() > DOCUMENT_MAX_BYTES {
        return Err(ReadError::TooLarge);
    }
    let mut losses = Losses::default();
    let mut document = document(bytes, &mut losses)?;
    for purl in document.components.iter().flat_map(|c| &c.purls).filter(|p| Purl::parse(p).is_err()) {
        losses.add(LossKind::PurlUnreadable, purl);
    }
    let own = std::mem::take(&mut document.losses);
    document.losses = losses.into_list();
    document.losses.extend(own);
    Ok(document)
}

/// Reads what the first bytes say it is; what is neither JSON, XML nor tag-value text may be a table.
fn document(bytes: &[u8], losses: &mut Losses) -> Result<Document, ReadError> {
    if bytes.starts_with(b"PK") || bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        return list::read(bytes, losses);
    }
    let decoded = match decoded(bytes, losses) {
        Ok(decoded) => decoded,
        // Tables come in Shift_JIS too.
        Err(error) => return list::read(bytes, losses).map_err(|e| if e == ReadError::UnknownFormat { error } else { e }),
    };
    let text = decoded.as_ref();
    let start = text.trim_start();
    match start.chars().next() {
        Some('{') => json(text, losses),
        Some('<') => cyclonedx_xml::read(text, losses),
        _ if spdx_tag::looks_like(start) => spdx_tag::read(text, losses),
        _ => list::read(bytes, losses),
    }
}

/// The text of a file: UTF-8, with or without its mark, or UTF-16 with one.
fn decoded<'a>(bytes: &'a [u8], losses: &mut Losses) -> Result<std::borrow::Cow<'a, str>, ReadError> {
    let utf16 = |rest: &[u8], big: bool| {
        let units: Vec<u16> =
            rest.as_chunks::<2>().0.iter().map(|pair| if big { u16::from_be_bytes(*pair) } else { u16::from_le_bytes(*pair) }).collect();
        String::from_utf16(&units).map_err(|_| ReadError::Malformed { reason: "not UTF-16 text".to_owned() })
    };
    if let Some(rest) = bytes.strip_prefix(b"\xef\xbb\xbf") {
        losses.add(LossKind::ReadOver, "byte-order mark");
        return text(rest).map(Into::into);
    }
    match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(rest, false).map(Into::into),
        [0xfe, 0xff, rest @ ..] => utf16(rest, true).map(Into::into),
        _ => text(bytes).map(Into::into),
    }
}

fn text(bytes: &[u8]) -> Result<&str, ReadError> {
    std::str::from_utf8(bytes).map_err(|e| ReadError::Malformed { reason: format!("not UTF-8 text: {e}") })
}

fn json(text: &str, losses: &mut Losses) -> Result<Document, ReadError> {
    let sniff: Sniff = serde_json::from_str(text).map_err(|e| ReadError::json(&e))?;
    if sniff.spdx_version.is_some() {
        return spdx_json::read(text, losses);
    }
    if sniff.bom_format.is_some() || sniff.spec_version.is_some() {
        let value: serde_json::Value = serde_json::from_str(text).map_err(|e| ReadError::json(&e))?;
        return cyclonedx::read(value, Format::CyclonedxJson, losses);
    }
    if sniff.graph.is_some() && sniff.context.is_some() {
        return spdx3::read(text, losses);
    }
    Err(ReadError::UnknownFormat)
}
