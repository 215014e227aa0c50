//! `sbom::child` — documents of others are read in the limited child process of `sheets`, under a word of their own.

pub use sheets::Readers;
use sheets::SheetError;

use crate::document::Document;
use crate::read::{DOCUMENT_MAX_BYTES, ReadError, read};

/// The word under which this program reads a document from standard input.
pub const READ_WORD: &str = "read-document";

/// What the child answers.
#[must_use]
pub fn child_answer(bytes: &[u8]) -> Vec<u8> {
    serde_json::to_vec(&Ok::<_, SheetError>(read(bytes))).unwrap_or_default()
}

/// Reads a document in a limited child process that stays for its owner's next one.
///
/// # Errors
/// As [`read_in_child`].
pub async fn read_for(readers: &Readers, owner: &str, bytes: &[u8]) -> Result<Document, ReadError> {
    if bytes.len() > DOCUMENT_MAX_BYTES {
        return Err(ReadError::TooLarge);
    }
    readers.ask(READ_WORD, owner, bytes).await.unwrap_or(Err(ReadError::Stopped))
}

/// Reads a document in a limited child process.
///
/// # Errors
/// [`ReadError`]; a child that was stopped or died is [`ReadError::Stopped`].
pub async fn read_in_child(bytes: &[u8]) -> Result<Document, ReadError> {
    if bytes.len() > DOCUMENT_MAX_BYTES {
        return Err(ReadError::TooLarge);
    }
    sheets::in_child(READ_WORD, bytes).await.unwrap_or(Err(ReadError::Stopped))
}
