//! `store::blobs` — evidence files by content: the name of a file is its SHA-256, so equal
//! files are kept once. Files are written aside, synced, then renamed into place.

use std::path::{Path, PathBuf};

use kernel::sha256_hex;
use sha2::{Digest as _, Sha256};
use tokio::fs;
use tokio::io::AsyncWriteExt as _;

/// Why a blob could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// Larger than allowed.
    #[error("larger than {limit_bytes} bytes")]
    TooLarge {
        /// The limit.
        limit_bytes: u64,
    },
    /// The disk is full.
    #[error("no space left for files")]
    DiskFull,
    /// The stored file no longer has the content its name says.
    #[error("the stored file {0} is damaged")]
    Damaged(String),
    /// Anything else the file system reports.
    #[error("the file could not be written or read")]
    Io(#[source] std::io::Error),
}

impl From<std::io::Error> for BlobError {
    fn from(error: std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::StorageFull { Self::DiskFull } else { Self::Io(error) }
    }
}

/// The folder of blobs.
#[derive(Debug, Clone)]
pub struct Blobs {
    folder: PathBuf,
}

impl Blobs {
    pub(crate) fn in_folder(data: &Path) -> Self {
        Self { folder: data.join("blobs") }
    }

    /// Starts a file of at most `limit_bytes`; `name` makes the temporary file unique.
    ///
    /// # Errors
    /// [`BlobError`].
    pub async fn start(&self, name: &str, limit_bytes: u64) -> Result<BlobWriter, BlobError> {
        fs::create_dir_all(&self.folder).await?;
        let temporary = self.folder.join(format!("upload-{name}"));
        let file = fs::File::create(&temporary).await?;
        Ok(BlobWriter { folder: self.folder.clone(), temporary, file, sum: Sha256::new(), size_bytes: 0, limit_bytes, kept: false })
    }

    /// Reads a file and checks that its content is what its name says.
    ///
    /// # Errors
    /// [`BlobError::Damaged`] if it is not.
    pub async fn read(&self, sha256: &str) -> Result<Vec<u8>, BlobError> {
        let bytes = fs::read(path_of(&self.folder, sha256)?).await?;
        if sha256_hex(&bytes) == sha256 { Ok(bytes) } else { Err(BlobError::Damaged(sha256.to_owned())) }
    }

    /// Keeps bytes with the id of what they belong to before them, so that nothing else ever names the same file and it
    /// may be removed together with its owner. Returns the digest.
    ///
    /// # Errors
    /// [`BlobError`].
    pub async fn keep_for(&self, owner: &str, bytes: &[u8]) -> Result<String, BlobError> {
        let mut writer = self.start(owner, u64::MAX).await?;
        writer.write(owner.as_bytes()).await?;
        writer.write(bytes).await?;
        Ok(writer.keep().await?.0)
    }

    /// Reads what was kept for an owner.
    ///
    /// # Errors
    /// [`BlobError::Damaged`] if the file is not its own.
    pub async fn read_for(&self, owner: &str, sha256: &str) -> Result<Vec<u8>, BlobError> {
        let bytes = self.read(sha256).await?;
        bytes.strip_prefix(owner.as_bytes()).map(<[u8]>::to_vec).ok_or_else(|| BlobError::Damaged(sha256.to_owned()))
    }

    /// Removes a file; a file that is gone already is fine.
    ///
    /// # Errors
    /// [`BlobError`].
    pub async fn remove(&self, sha256: &str) -> Result<(), BlobError> {
        match fs::remove_file(path_of(&self.folder, sha256)?).await {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(e.into()),
            _ => Ok(()),
        }
    }

    /// Removes what interrupted uploads left behind.
    ///
    /// # Errors
    /// [`BlobError`].
    pub async fn sweep(&self) -> Result<(), BlobError> {
        let Ok(mut entries) = fs::read_dir(&self.folder).await else { return Ok(()) };
        while let Some(entry) = entries.next_entry().await? {
            if entry.file_name().to_string_lossy().starts_with("upload-") {
                fs::remove_file(entry.path()).await?;
            }
        }
        Ok(())
    }
}

/// Two letters of the digest make the folder, so that no folder grows without bound.
fn path_of(folder: &Path, sha256: &str) -> Result<PathBuf, BlobError> {
    let valid = sha256.len() == 64 && sha256.bytes().all(|b| b.is_ascii_hexdigit());
    match sha256.get(..2) {
        Some(start) if valid => Ok(folder.join(start).join(sha256)),
        _ => Err(BlobError::Damaged("a name that is no digest".to_owned())),
    }
}

/// A file being written.
#[derive(Debug)]
pub struct BlobWriter {
    folder: PathBuf,
    temporary: PathBuf,
    file: fs::File,
    sum: Sha256,
    size_bytes: u64,
    limit_bytes: u64,
    kept: bool,
}

impl BlobWriter {
    /// Adds bytes.
    ///
    /// # Errors
    /// [`BlobError::TooLarge`] as soon as the limit is passed.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), BlobError> {
        self.size_bytes = self.size_bytes.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        if self.size_bytes > self.limit_bytes {
            return Err(BlobError::TooLarge { limit_bytes: self.limit_bytes });
        }
        self.sum.update(bytes);
        self.file.write_all(bytes).await?;
        Ok(())
    }

    /// Keeps the file and returns its digest and size in bytes.
    ///
    /// # Errors
    /// [`BlobError`].
    pub async fn keep(mut self) -> Result<(String, u64), BlobError> {
        self.file.flush().await?;
        self.file.sync_all().await?;
        let sum = std::mem::take(&mut self.sum);
        let digest = kernel::hex(&sum.finalize());
        let to = path_of(&self.folder, &digest)?;
        if let Some(parent) = to.parent() {
            fs::create_dir_all(parent).await?;
        }
        fs::rename(&self.temporary, &to).await?;
        self.kept = true;
        Ok((digest, self.size_bytes))
    }
}

impl Drop for BlobWriter {
    fn drop(&mut self) {
        if !self.kept {
            // Best effort; `sweep` removes what stays.
            std::fs::remove_file(&self.temporary).unwrap_or_default();
        }
    }
}
