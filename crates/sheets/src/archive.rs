//! `sheets::archive` — a zip file of many files, as replies come in: looked at piece by piece, so that one broken or
//! hostile file is one line and memory stays small. Meant to run in the limited child.

use std::io::{Cursor, Read as _};

use serde::{Deserialize, Serialize};
use zip::ZipArchive;

use crate::read::{FILE_MAX_BYTES, SheetError};

/// Largest archive, in bytes.
pub const ARCHIVE_MAX_BYTES: usize = 96 << 20;

/// Most files of an archive.
const FILES_MAX: usize = 10_000;

/// Most bytes all files may unpack to.
const UNPACKED_MAX_BYTES: u64 = 512 << 20;

/// Bytes unpacked at a time.
const STEP_BYTES: usize = 16 << 20;

/// A file of an archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Packed {
    /// Its name with its folders.
    pub name: String,
    /// Its size unpacked, or why it cannot be unpacked.
    pub size_bytes: Result<usize, SheetError>,
}

/// What a step of unpacking gives.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unpacked {
    /// The files, in the archive's order.
    pub files: Vec<Packed>,
    /// The contents of those that could be unpacked, one after the other.
    #[serde(skip)]
    pub bytes: Vec<u8>,
    /// Where the next step begins; none at the end.
    pub next: Option<usize>,
}

/// The name of a file, also where an old program wrote it in `Shift_JIS`.
fn name(raw: &[u8]) -> String {
    std::str::from_utf8(raw).map_or_else(|_| encoding_rs::SHIFT_JIS.decode(raw).0.into_owned(), str::to_owned)
}

/// Whether a name is of a folder, or of what systems put beside files.
fn is_noise(name: &str) -> bool {
    let last = name.rsplit('/').next().unwrap_or("");
    last.is_empty() || last.starts_with('.') || last.starts_with("~$") || name.starts_with("__MACOSX/") || last == "Thumbs.db"
}

/// Unpacks the files of an archive from the one numbered `from` on.
///
/// # Errors
/// [`SheetError`] where it is no archive or holds too many files.
pub fn unpack(bytes: &[u8], from: usize) -> Result<Unpacked, SheetError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| SheetError::Unreadable)?;
    if archive.len() > FILES_MAX || archive.has_overlapping_files().map_err(|_| SheetError::Unreadable)? {
        return Err(SheetError::TooLarge);
    }
    let mut left = UNPACKED_MAX_BYTES;
    for place in 0..archive.len() {
        let size = archive.by_index_raw(place).map_err(|_| SheetError::Unreadable)?.size();
        left = left.checked_sub(size).ok_or(SheetError::TooLarge)?;
    }
    let mut out = Unpacked::default();
    for place in from..archive.len() {
        let (name, locked) = {
            let entry = archive.by_index_raw(place).map_err(|_| SheetError::Unreadable)?;
            (name(entry.name_raw()), entry.encrypted())
        };
        if is_noise(&name) {
            continue;
        }
        let before = out.bytes.len();
        let mut read = || {
            if locked {
                return Err(SheetError::Locked);
            }
            let entry = archive.by_index(place).map_err(|_| SheetError::Unreadable)?;
            // What the directory says may be a lie; no more comes out than it says.
            let most = u64::try_from(FILE_MAX_BYTES).unwrap_or(u64::MAX).min(entry.size());
            let size = entry.take(most + 1).read_to_end(&mut out.bytes).map_err(|_| SheetError::Unreadable)?;
            if u64::try_from(size).unwrap_or(u64::MAX) > most { Err(SheetError::TooLarge) } else { Ok(size) }
        };
        let size_bytes = read();
        if size_bytes.is_err() {
            out.bytes.truncate(before);
        }
        out.files.push(Packed { name, size_bytes });
        if out.bytes.len() >= STEP_BYTES {
            out.next = Some(place + 1).filter(|n| *n < archive.len());
            break;
        }
    }
    Ok(out)
}

/// Whether a file is a zip file that is no workbook, by its first bytes and its directory.
#[must_use]
pub fn is_archive(name: &str, bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK") && name.to_ascii_lowercase().ends_with(".zip")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    #[test]
    fn files_come_out_in_steps_and_noise_does_not() {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let large = vec![7_u8; 6 << 20];
        for name in ["返信/a.xlsx", "__MACOSX/x", "返信/.DS_Store", "返信/b.xlsx", "返信/c.xlsx", "d.csv"] {
            zip.start_file(name, SimpleFileOptions::default()).unwrap();
            zip.write_all(if name.ends_with("csv") { b"x" } else { &large }).unwrap();
        }
        zip.start_file("too-large.xlsx", SimpleFileOptions::default()).unwrap();
        zip.write_all(&vec![0; FILE_MAX_BYTES + 1]).unwrap();
        let bytes = zip.finish().unwrap().into_inner();
        let one = unpack(&bytes, 0).unwrap();
        assert_eq!(one.files.iter().map(|f| f.name.as_str()).collect::<Vec<_>>(), ["返信/a.xlsx", "返信/b.xlsx", "返信/c.xlsx"]);
        let two = unpack(&bytes, one.next.unwrap()).unwrap();
        assert_eq!(two.files.iter().map(|f| f.size_bytes).collect::<Vec<_>>(), [Ok(1), Err(SheetError::TooLarge)]);
        assert_eq!((two.bytes.len(), two.next), (1, None));
        assert_eq!(unpack(b"PK no", 0), Err(SheetError::Unreadable));
        let mut bomb = ZipWriter::new(Cursor::new(Vec::new()));
        for n in 0..65 {
            bomb.start_file(n.to_string(), SimpleFileOptions::default()).unwrap();
            bomb.write_all(&vec![0; FILE_MAX_BYTES]).unwrap();
        }
        assert_eq!(unpack(&bomb.finish().unwrap().into_inner(), 0), Err(SheetError::TooLarge), "8 MiB each, 520 MiB together");
    }

    #[test]
    fn names_of_old_programs_are_read() {
        assert_eq!(name(&encoding_rs::SHIFT_JIS.encode("石垣精工.xlsx").0), "石垣精工.xlsx");
        assert_eq!(name("石垣精工.xlsx".as_bytes()), "石垣精工.xlsx");
    }
}
