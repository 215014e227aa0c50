//! `sheets::child` — foreign files are opened in a process of its own with limits on memory and time: the same
//! program under another word. A file that breaks the reader breaks nothing else.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use crate::archive::{ARCHIVE_MAX_BYTES, Unpacked, unpack};
use crate::book::{Book, BookKind, read_book};
use crate::fill::{Entry, Filled, fill};
use crate::read::{FILE_MAX_BYTES, Sheet, SheetError, read_sheets};
use crate::write::rewritten;

/// The words under which this program works on a file from standard input.
const READ: &str = "read-sheets";
const BOOK: &str = "read-book";
const FILL: &str = "fill-book";
const UNPACK: &str = "unpack-files";
const WORDS: [&str; 4] = [READ, BOOK, FILL, UNPACK];

/// Memory the child may take, in KiB, and processor seconds.
const LIMITS: &str = "ulimit -v 262144; ulimit -t 4; exec \"$0\" \"$1\"";

/// Stands behind a word if the child stays for more files, each with its length before it.
pub(crate) const STAYS: char = '+';

/// How long is waited for the child.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// Most bytes the child may answer, and most of a question beside the file.
pub(crate) const ANSWER_MAX_BYTES: u64 = 64 << 20;
const HEAD_MAX_BYTES: u64 = 16 << 20;

/// Children at a time; more wait.
pub(crate) static PLACES: tokio::sync::Semaphore = tokio::sync::Semaphore::const_new(4);

/// This program. Tests lie one folder below the program they were built with.
fn program() -> std::io::Result<PathBuf> {
    let own = std::env::current_exe()?;
    let folder = own.parent().filter(|p| p.ends_with("deps")).and_then(|p| p.parent());
    Ok(folder.map(|f| f.join("ishigaki")).filter(|p| p.exists()).unwrap_or(own))
}

/// A child under a word, within its limits, with its input and output; none if it cannot be started. It ends with its handle.
pub(crate) fn spawned(word: &str) -> Option<(Child, ChildStdin, ChildStdout)> {
    let mut child = Command::new("/bin/sh")
        .arg("-c")
        .arg(LIMITS)
        .arg(program().ok()?)
        .arg(word)
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .ok()?;
    let (input, output) = (child.stdin.take()?, child.stdout.take()?);
    Some((child, input, output))
}

/// A head and what follows it, each way: the length of the head in eight bytes, the head as JSON, the rest.
fn framed(head: &impl Serialize, rest: &[u8]) -> Vec<u8> {
    framed_json(&serde_json::to_vec(head).unwrap_or_default(), rest)
}

fn framed_json(head: &[u8], rest: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(8 + head.len() + rest.len());
    bytes.extend_from_slice(&u64::try_from(head.len()).unwrap_or(0).to_le_bytes());
    bytes.extend_from_slice(head);
    bytes.extend_from_slice(rest);
    bytes
}

/// Takes a frame apart.
pub(crate) fn unframed<T: DeserializeOwned>(bytes: &[u8]) -> Option<(T, &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<8>()?;
    let (head, rest) = rest.split_at_checked(usize::try_from(u64::from_le_bytes(*length)).ok()?)?;
    Some((serde_json::from_slice(head).ok()?, rest))
}

/// Largest file a word takes, in bytes. Words of other rooms have limits of their own below it.
fn most_bytes(word: &str) -> usize {
    if [READ, BOOK, FILL].contains(&word) { FILE_MAX_BYTES } else { ARCHIVE_MAX_BYTES }
}

/// Has a child work on a file. Its answer begins with a result.
async fn ask<T: DeserializeOwned>(word: &str, head: impl Serialize + Send, bytes: &[u8]) -> Result<(T, Vec<u8>), SheetError> {
    if bytes.len() > most_bytes(word) {
        return Err(SheetError::TooLarge);
    }
    let sent = framed(&head, bytes);
    drop(head);
    let work = async {
        let (mut child, mut input, output) = spawned(word)?;
        let send = async move {
            // A child that stops reading early has its reasons; its answer says them.
            input.write_all(&sent).await.unwrap_or_default();
            drop(input);
        };
        let mut answer = Vec::new();
        let mut output = output.take(ANSWER_MAX_BYTES);
        let ((), read) = tokio::join!(send, output.read_to_end(&mut answer));
        read.ok()?;
        child.wait().await.ok()?.success().then_some(answer)
    };
    let _place = PLACES.acquire().await.map_err(|_| SheetError::Stopped)?;
    let answer = tokio::time::timeout(PATIENCE, work).await.ok().flatten().ok_or(SheetError::Stopped)?;
    let (found, rest) = unframed::<Result<T, SheetError>>(&answer).ok_or(SheetError::Stopped)?;
    Ok((found?, rest.to_vec()))
}

/// Reads a file's cells in a limited child process.
///
/// # Errors
/// [`SheetError`]; a child that was stopped or died is [`SheetError::Stopped`].
pub async fn read_in_child(bytes: Vec<u8>) -> Result<Vec<Sheet>, SheetError> {
    Ok(ask(READ, (), &bytes).await?.0)
}

/// Reads a file with its structure in a limited child process.
///
/// # Errors
/// As [`read_in_child`].
pub async fn book_in_child(bytes: &[u8]) -> Result<Book, SheetError> {
    Ok(ask(BOOK, (), bytes).await?.0)
}

/// Fills a workbook out in a limited child process.
///
/// # Errors
/// As [`read_in_child`], and as [`fill`].
pub async fn fill_in_child(bytes: &[u8], entries: &[Entry], drop_macros: bool) -> Result<Filled, SheetError> {
    let (filled, bytes) = ask::<Filled>(FILL, (entries, drop_macros), bytes).await?;
    Ok(Filled { bytes, ..filled })
}

/// The file with answers in it, whatever its kind: filled out in place, or a new workbook where that cannot be.
///
/// # Errors
/// As [`fill_in_child`].
pub async fn answered_in_child(kind: BookKind, bytes: &[u8], entries: &[Entry], drop_macros: bool) -> Result<Vec<u8>, SheetError> {
    match kind {
        BookKind::Xlsx | BookKind::Xlsm => Ok(fill_in_child(bytes, entries, drop_macros).await?.bytes),
        BookKind::Xls | BookKind::Csv => rewritten(&book_in_child(bytes).await?, entries).map_err(|_| SheetError::Unreadable),
    }
}

/// Reads files with their structure, each in a child of its own and as many at a time as there are places. The
/// answers are in the order of the files.
pub async fn books_in_children(files: Vec<Vec<u8>>) -> Vec<Result<Book, SheetError>> {
    let reading: Vec<_> = files.into_iter().map(|bytes| tokio::spawn(async move { book_in_child(&bytes).await })).collect();
    let mut books = Vec::with_capacity(reading.len());
    for book in reading {
        books.push(book.await.unwrap_or(Err(SheetError::Stopped)));
    }
    books
}

/// Unpacks the next files of an archive in a limited child process.
///
/// # Errors
/// As [`read_in_child`], and as [`unpack`].
pub async fn unpack_in_child(bytes: &[u8], from: usize) -> Result<Unpacked, SheetError> {
    let (unpacked, bytes) = ask::<Unpacked>(UNPACK, from, bytes).await?;
    Ok(Unpacked { bytes, ..unpacked })
}

/// Has a child do another room's work on a file: the work that [`child_word`] was given under this word.
///
/// # Errors
/// As [`read_in_child`].
pub async fn in_child<T: DeserializeOwned>(word: &str, bytes: &[u8]) -> Result<T, SheetError> {
    Ok(ask(word, (), bytes).await?.0)
}

/// A word of another room, and its work: a file to the JSON of a result.
pub type OtherWord = (&'static str, fn(&[u8]) -> Vec<u8>);

/// What the child answers to a question.
fn answer(word: &str, question: &[u8]) -> Option<Vec<u8>> {
    Some(match word {
        READ => framed(&read_sheets(unframed::<()>(question)?.1), &[]),
        BOOK => framed(&read_book(unframed::<()>(question)?.1), &[]),
        FILL => {
            let ((entries, drop_macros), bytes) = unframed::<(Vec<Entry>, bool)>(question)?;
            let mut filled = fill(bytes, &entries, drop_macros);
            let bytes = filled.as_mut().map(|f| std::mem::take(&mut f.bytes)).unwrap_or_default();
            framed(&filled, &bytes)
        }
        UNPACK => {
            let (from, bytes) = unframed::<usize>(question)?;
            let mut unpacked = unpack(bytes, from);
            let bytes = unpacked.as_mut().map(|u| std::mem::take(&mut u.bytes)).unwrap_or_default();
            framed(&unpacked, &bytes)
        }
        _ => return None,
    })
}

/// Works on the next file of standard input and answers with the length before it.
fn one_of_many(work: fn(&[u8]) -> Vec<u8>) -> std::io::Result<()> {
    use std::io::{Read as _, Write as _};
    let (mut input, mut output) = (std::io::stdin().lock(), std::io::stdout().lock());
    let mut length = [0; 8];
    input.read_exact(&mut length)?;
    let length = u64::from_le_bytes(length);
    let mut file = Vec::with_capacity(usize::try_from(length).unwrap_or(0).min(ARCHIVE_MAX_BYTES));
    input.by_ref().take(length).read_to_end(&mut file)?;
    let answer = framed_json(&work(&file), &[]);
    output.write_all(&u64::try_from(answer.len()).unwrap_or(0).to_le_bytes())?;
    output.write_all(&answer)?;
    output.flush()
}

/// If this process was started under a word of the child, of this room or of `others`: works on standard input,
/// answers on standard output and returns true.
#[must_use]
pub fn child_word(others: &[OtherWord]) -> bool {
    use std::io::{Read as _, Write as _};
    let mut words = std::env::args().skip(1);
    let (Some(word), None) = (words.next(), words.next()) else { return false };
    if let Some((_, work)) = word.strip_suffix(STAYS).and_then(|word| others.iter().find(|(name, _)| *name == word)) {
        // An end of the input is the end of the work.
        while one_of_many(*work).is_ok() {}
        return true;
    }
    let other = others.iter().find(|(name, _)| *name == word);
    if other.is_none() && !WORDS.contains(&word.as_str()) {
        return false;
    }
    // Growing step by step would need room for the old and the new.
    let mut question = Vec::with_capacity(most_bytes(&word));
    let most = u64::try_from(most_bytes(&word)).unwrap_or(u64::MAX) + HEAD_MAX_BYTES;
    let read = std::io::stdin().lock().take(most).read_to_end(&mut question);
    let found = read.ok().and_then(|_| match other {
        Some((_, work)) => unframed::<()>(&question).map(|((), bytes)| framed_json(&work(bytes), &[])),
        None => answer(&word, &question),
    });
    let found = found.unwrap_or_default();
    std::io::stdout().lock().write_all(&found).unwrap_or_default();
    true
}
