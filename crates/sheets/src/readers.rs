//! `sheets::readers` — children that stay for a while, for whoever sends many files: each works for one owner only, so that a
//! file which took one over would meet nobody else's. The limits of a child hold for all its files together; one that ends
//! by them is replaced, and the file tried once more alone.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use serde::de::DeserializeOwned;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, ChildStdin, ChildStdout};

use crate::child::{ANSWER_MAX_BYTES, PATIENCE, PLACES, STAYS, spawned, unframed};
use crate::read::SheetError;

/// Children that wait, of all owners together; the one that waited longest goes first.
const WAITING_MAX: usize = 4;

/// Files after which a child is replaced, and the largest file after which it may stay, in bytes.
const FILES_MAX: u32 = 100;
const STAYS_MAX_BYTES: usize = 1 << 20;

/// A child at work for an owner.
#[derive(Debug)]
struct Standing {
    word: String,
    owner: String,
    files: u32,
    input: ChildStdin,
    output: ChildStdout,
    /// Ends with this.
    _child: Child,
}

/// Children that wait for their owner's next file.
#[derive(Debug, Clone, Default)]
pub struct Readers(Arc<Mutex<VecDeque<Standing>>>);

impl Readers {
    /// Has a child do another room's work on a file, in one that stays for this owner.
    ///
    /// # Errors
    /// As [`crate::in_child`].
    pub async fn ask<T: DeserializeOwned>(&self, word: &str, owner: &str, bytes: &[u8]) -> Result<T, SheetError> {
        let _place = PLACES.acquire().await.map_err(|_| SheetError::Stopped)?;
        let mut answer = None;
        if let Some(child) = self.waiting(word, owner) {
            // What ends a child that has read other files before may have been those.
            answer = self.work(child, bytes).await;
        }
        if answer.is_none() {
            answer = self.work(start(word, owner).ok_or(SheetError::Stopped)?, bytes).await;
        }
        let answer = answer.ok_or(SheetError::Stopped)?;
        unframed::<Result<T, SheetError>>(&answer).ok_or(SheetError::Stopped)?.0
    }

    fn waiting(&self, word: &str, owner: &str) -> Option<Standing> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = all.iter().position(|c| c.word == word && c.owner == owner)?;
        all.remove(at)
    }

    /// Has a child work on a file; it waits for the next one if it may.
    async fn work(&self, mut child: Standing, bytes: &[u8]) -> Option<Vec<u8>> {
        let work = async {
            let length = u64::try_from(bytes.len()).ok()?;
            child.input.write_all(&length.to_le_bytes()).await.ok()?;
            child.input.write_all(bytes).await.ok()?;
            child.input.flush().await.ok()?;
            let length = child.output.read_u64_le().await.ok().filter(|n| *n <= ANSWER_MAX_BYTES)?;
            let mut answer = vec![0; usize::try_from(length).ok()?];
            child.output.read_exact(&mut answer).await.ok()?;
            Some(answer)
        };
        let answer = tokio::time::timeout(PATIENCE, work).await.ok().flatten()?;
        child.files += 1;
        if child.files < FILES_MAX && bytes.len() <= STAYS_MAX_BYTES {
            let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            all.push_back(child);
            if all.len() > WAITING_MAX {
                all.pop_front();
            }
        }
        Some(answer)
    }
}

fn start(word: &str, owner: &str) -> Option<Standing> {
    let (child, input, output) = spawned(&format!("{word}{STAYS}"))?;
    Some(Standing { word: word.to_owned(), owner: owner.to_owned(), files: 0, input, output, _child: child })
}
