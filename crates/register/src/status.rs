//! `register::status` — the signed list of stars that do not hold although their dates say so:
//! revoked or suspended. It says until when it may be used, so that an old one cannot be replayed.
//! Where a key was shut off, it also lists what that key had signed before.

use std::collections::{BTreeMap, BTreeSet};

use kernel::Day;

use crate::note::{NoteError, Signer};

/// The first line of every list.
const FIRST: &str = "ishigaki-status/1";

kernel::text_enum! {
    /// What happened to an entry of the register.
    EntryState {
        /// It holds within its dates.
        Valid = "valid",
        /// It does not hold for now.
        Suspended = "suspended",
        /// It does not hold any more.
        Revoked = "revoked",
    }
}

/// The list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusList {
    /// The day it was made.
    pub made: Day,
    /// The last day on which it may be used.
    pub until: Day,
    /// By register number: what happened, since when.
    pub entries: BTreeMap<String, (EntryState, Day)>,
    /// Keys that were shut off, `name+id`, with the first day on which they no longer count.
    pub closed: BTreeMap<String, Day>,
    /// SHA-256 of the texts of stars that keys now shut off had signed before.
    pub kept: BTreeSet<String>,
}

impl StatusList {
    /// A list without entries.
    #[must_use]
    pub fn new(made: Day, until: Day) -> Self {
        Self { made, until, entries: BTreeMap::new(), closed: BTreeMap::new(), kept: BTreeSet::new() }
    }

    /// The text of the list.
    #[must_use]
    pub fn text(&self) -> String {
        let head = format!("{FIRST}\nmade {}\nuntil {}\n", self.made, self.until);
        let entries = self.entries.iter().map(|(number, (state, day))| format!("{state} {day} {number}\n"));
        let closed = self.closed.iter().map(|(key, day)| format!("closed {day} {key}\n"));
        let kept = self.kept.iter().map(|hash| format!("kept {hash}\n"));
        std::iter::once(head).chain(entries).chain(closed).chain(kept).collect()
    }

    /// The signed list.
    #[must_use]
    pub fn sign(&self, signer: &Signer) -> String {
        signer.sign(&self.text())
    }

    /// Reads the text of a list whose signature was checked.
    ///
    /// # Errors
    /// [`NoteError::Shape`] if it is no list.
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        let shape = NoteError::Shape;
        let mut lines = text.lines();
        if lines.next() != Some(FIRST) {
            return Err(shape);
        }
        let mut date = |name: &str| {
            let text = lines.next().and_then(|l| l.strip_prefix(name)?.strip_prefix(' ')).ok_or(shape)?;
            Day::parse(text).map_err(|_| shape)
        };
        let mut list = Self::new(date("made")?, date("until")?);
        for line in lines {
            let (word, rest) = line.split_once(' ').ok_or(shape)?;
            if word == "kept" {
                list.kept.insert(rest.to_owned());
                continue;
            }
            let (day, name) = rest.split_once(' ').ok_or(shape)?;
            let day = Day::parse(day).map_err(|_| shape)?;
            if word == "closed" {
                list.closed.insert(name.to_owned(), day);
            } else {
                list.entries.insert(name.to_owned(), (EntryState::parse(word).map_err(|_| shape)?, day));
            }
        }
        Ok(list)
    }
}
