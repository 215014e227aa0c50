//! `sheets::package` — the zip file a workbook is: looked at before anything is read from it, then read part
//! by part. Nothing is unpacked to disk.

use std::io::{Cursor, Read as _};

use zip::ZipArchive;

use crate::read::SheetError;

/// Most parts of a package.
const PARTS_MAX: usize = 2_000;

/// Most bytes all parts may unpack to.
const UNPACKED_MAX_BYTES: u64 = 64 << 20;

/// Most bytes a part may unpack to for each packed byte, once it is larger than [`RATIO_FROM_BYTES`].
const RATIO_MAX: u64 = 200;
const RATIO_FROM_BYTES: u64 = 4 << 20;

/// A package whose size, names and packing were looked at.
pub(crate) struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
}

impl<'a> Package<'a> {
    /// Looks a package over: names, number of parts, encryption, what it really unpacks to.
    ///
    /// # Errors
    /// [`SheetError`] with the reason.
    pub(crate) fn open(bytes: &'a [u8]) -> Result<Self, SheetError> {
        let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| SheetError::Unreadable)?;
        if archive.len() > PARTS_MAX {
            return Err(SheetError::TooLarge);
        }
        if archive.has_duplicate_names() || archive.has_overlapping_files().map_err(|_| SheetError::Unreadable)? {
            return Err(SheetError::Unreadable);
        }
        let mut left = UNPACKED_MAX_BYTES;
        for place in 0..archive.len() {
            let entry = archive.by_index_raw(place).map_err(|_| SheetError::Unreadable)?;
            if entry.encrypted() {
                return Err(SheetError::Locked);
            }
            let safe = entry.name().is_ok_and(|n| !n.starts_with('/') && !n.contains('\\') && n.split('/').all(|p| p != ".."));
            if !safe {
                return Err(SheetError::Unreadable);
            }
            let (size, packed) = (entry.size(), entry.compressed_size());
            if size > left || (size > RATIO_FROM_BYTES && size / packed.max(1) > RATIO_MAX) {
                return Err(SheetError::TooLarge);
            }
            drop(entry);
            // What the directory says may be a lie: count what comes out.
            let entry = archive.by_index(place).map_err(|_| SheetError::Unreadable)?;
            let out = std::io::copy(&mut entry.take(left + 1), &mut std::io::sink()).map_err(|_| SheetError::Unreadable)?;
            left = left.checked_sub(out).ok_or(SheetError::TooLarge)?;
        }
        let mut package = Self { archive };
        if package.text("[Content_Types].xml")?.is_none() {
            return Err(SheetError::NoWorkbook);
        }
        Ok(package)
    }

    /// A part as text; none if the package has no such part.
    ///
    /// # Errors
    /// [`SheetError::Unreadable`] if it is not UTF-8 or its packing is broken.
    pub(crate) fn text(&mut self, name: &str) -> Result<Option<String>, SheetError> {
        let Some(place) = self.archive.index_for_name(name) else { return Ok(None) };
        let entry = self.archive.by_index(place).map_err(|_| SheetError::Unreadable)?;
        let mut text = String::new();
        entry.take(UNPACKED_MAX_BYTES).read_to_string(&mut text).map_err(|_| SheetError::Unreadable)?;
        Ok(Some(text))
    }

    /// The parts themselves, for copying.
    pub(crate) fn archive(&mut self) -> &mut ZipArchive<Cursor<&'a [u8]>> {
        &mut self.archive
    }
}
