//! `sbom::spdx_json` — SPDX 2.2 and 2.3 as JSON. Fields that are not used are named among the losses.

use serde::Deserialize as _;
use serde_ignored::Path;

use crate::document::{Document, Format, LossKind, Losses};
use crate::read::ReadError;
use crate::spdx2::{self, Spdx2};

/// Reads a document.
///
/// # Errors
/// [`ReadError`]
pub(crate) fn read(text: &str, losses: &mut Losses) -> Result<Document, ReadError> {
    let mut json = serde_json::Deserializer::from_str(text);
    let mut key = String::new();
    let mut note = |path: Path<'_>| {
        key.clear();
        write_path(&path, &mut key);
        losses.add(LossKind::FieldNotKept, &key);
    };
    let spdx = Spdx2::deserialize(serde_ignored::Deserializer::new(&mut json, &mut note)).map_err(|e| ReadError::json(&e))?;
    json.end().map_err(|e| ReadError::json(&e))?;
    spdx2::build(&spdx, Format::SpdxJson, losses)
}

/// A path without the places in lists.
fn write_path(path: &Path<'_>, out: &mut String) {
    match path {
        Path::Root => {}
        Path::Seq { parent, .. } => {
            write_path(parent, out);
            out.push_str("[]");
        }
        Path::Map { parent, key } => {
            write_path(parent, out);
            if !out.is_empty() {
                out.push('.');
            }
            out.push_str(key);
        }
        Path::Some { parent } | Path::NewtypeStruct { parent } | Path::NewtypeVariant { parent } => write_path(parent, out),
    }
}
