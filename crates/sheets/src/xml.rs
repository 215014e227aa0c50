//! `sheets::xml` — a walk over an XML text that knows where each piece stands in it, so that a piece can be
//! replaced and every other byte stays. Entities other than the five of XML are never expanded.

use std::ops::Range;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::read::SheetError;

/// Deepest nesting walked.
const DEPTH_MAX: usize = 64;

/// One piece.
#[derive(Debug)]
pub(crate) enum Step<'a> {
    /// `<name …>`.
    Open(BytesStart<'a>),
    /// `<name …/>`.
    Empty(BytesStart<'a>),
    /// `</name>`, with its local name.
    Close(String),
    /// Text, its entities resolved.
    Text(String),
}

/// The walk.
pub(crate) struct Walk<'a> {
    reader: Reader<&'a [u8]>,
    depth: usize,
}

impl<'a> Walk<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { reader: Reader::from_str(text), depth: 0 }
    }

    fn at(&self) -> usize {
        usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX)
    }

    /// The next piece and where it stands; none at the end.
    ///
    /// # Errors
    /// [`SheetError::Unreadable`] where it is not XML, declares entities, or is nested too deep.
    pub(crate) fn step(&mut self) -> Result<Option<(Step<'a>, Range<usize>)>, SheetError> {
        loop {
            let from = self.at();
            let event = self.reader.read_event().map_err(|_| SheetError::Unreadable)?;
            let span = from..self.at();
            let step = match event {
                Event::Start(e) => {
                    self.depth += 1;
                    if self.depth > DEPTH_MAX {
                        return Err(SheetError::Unreadable);
                    }
                    Step::Open(e)
                }
                Event::Empty(e) => Step::Empty(e),
                Event::End(e) => {
                    self.depth = self.depth.saturating_sub(1);
                    Step::Close(e.local_name().as_ref().to_owned())
                }
                Event::Text(t) => Step::Text(t.xml10_content().into_owned()),
                Event::CData(t) => Step::Text(t.xml10_content().into_owned()),
                Event::GeneralRef(r) => {
                    let raw = format!("&{};", r.xml10_content());
                    Step::Text(quick_xml::escape::unescape(&raw).map_err(|_| SheetError::Unreadable)?.into_owned())
                }
                Event::Eof if self.depth == 0 => return Ok(None),
                Event::DocType(_) | Event::Eof => return Err(SheetError::Unreadable),
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) => continue,
            };
            return Ok(Some((step, span)));
        }
    }
}

/// An attribute by its local name.
pub(crate) fn attribute(e: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = e.attributes().with_checks(false).flatten().find(|a| a.key.local_name().as_ref() == name)?;
    found.normalized_value(quick_xml::XmlVersion::Explicit1_0).ok().map(std::borrow::Cow::into_owned)
}

/// Whether an attribute is `1` or `true`.
pub(crate) fn flag(e: &BytesStart<'_>, name: &str) -> bool {
    attribute(e, name).is_some_and(|v| v == "1" || v == "true")
}

/// The local name of an element.
pub(crate) fn local(e: &BytesStart<'_>) -> String {
    e.local_name().as_ref().to_owned()
}

/// The prefix of an element's name with its colon, or nothing.
pub(crate) fn prefix(e: &BytesStart<'_>) -> String {
    let (name, local) = (e.name().as_ref().len(), e.local_name().as_ref().len());
    e.name().as_ref().get(..name - local).unwrap_or("").to_owned()
}
