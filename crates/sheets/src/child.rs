//! `sheets::child` — reading in a process of its own with limits on memory and time: the same
//! program under another word. A file that breaks the reader breaks nothing else.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::Command;

use crate::read::{FILE_MAX_BYTES, Sheet, SheetError, read_sheets};

/// The word under which this program reads a file from standard input.
const WORD: &str = "read-sheets";

/// Memory the child may take, in KiB, and processor seconds.
const LIMITS: &str = "ulimit -v 1048576; ulimit -t 20; exec \"$0\" read-sheets";

/// How long is waited for the child.
const PATIENCE: Duration = Duration::from_secs(30);

/// Most bytes the child may answer.
const ANSWER_MAX_BYTES: u64 = 64 << 20;

/// This program. Tests lie one folder below the program they were built with.
fn program() -> std::io::Result<PathBuf> {
    let own = std::env::current_exe()?;
    let folder = own.parent().filter(|p| p.ends_with("deps")).and_then(|p| p.parent());
    Ok(folder.map(|f| f.join("ishigaki")).filter(|p| p.exists()).unwrap_or(own))
}

/// Reads a file in a limited child process.
///
/// # Errors
/// [`SheetError`]; a child that was stopped or died is [`SheetError::Stopped`].
pub async fn read_in_child(bytes: Vec<u8>) -> Result<Vec<Sheet>, SheetError> {
    if bytes.len() > FILE_MAX_BYTES {
        return Err(SheetError::TooLarge);
    }
    let work = async {
        let mut child = Command::new("/bin/sh")
            .arg("-c")
            .arg(LIMITS)
            .arg(program().ok()?)
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .ok()?;
        let (mut input, output) = (child.stdin.take()?, child.stdout.take()?);
        let send = async move {
            // A child that stops reading early has its reasons; its answer says them.
            input.write_all(&bytes).await.unwrap_or_default();
            drop(input);
        };
        let mut answer = Vec::new();
        let mut output = output.take(ANSWER_MAX_BYTES);
        let ((), read) = tokio::join!(send, output.read_to_end(&mut answer));
        read.ok()?;
        child.wait().await.ok()?.success().then_some(answer)
    };
    let answer = tokio::time::timeout(PATIENCE, work).await.ok().flatten().ok_or(SheetError::Stopped)?;
    serde_json::from_slice::<Result<Vec<Sheet>, SheetError>>(&answer).map_err(|_| SheetError::Stopped)?
}

/// If this process was started under the reader's word: reads standard input, answers on
/// standard output and returns true.
#[must_use]
pub fn reader_word() -> bool {
    use std::io::{Read as _, Write as _};
    let mut words = std::env::args().skip(1);
    if words.next().as_deref() != Some(WORD) || words.next().is_some() {
        return false;
    }
    let mut bytes = Vec::new();
    let most = u64::try_from(FILE_MAX_BYTES).unwrap_or(u64::MAX) + 1;
    let read = std::io::stdin().lock().take(most).read_to_end(&mut bytes);
    let found = read.map_err(|_| SheetError::Unreadable).and_then(|_| read_sheets(&bytes));
    let answer = serde_json::to_vec(&found).unwrap_or_default();
    std::io::stdout().lock().write_all(&answer).unwrap_or_default();
    true
}
