//! `schemes::provenance` — where an item comes from and how sure that is. What is not
//! confirmed is shown as such; nothing here may promote it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

kernel::text_enum! {
    /// How well an item is known.
    Confidence {
        /// The official text was seen.
        Confirmed = "confirmed",
        /// A named summary of the official text was seen.
        Summary = "summary",
        /// Computed here from confirmed items; the computation is written down.
        Derived = "derived",
        /// News, vendors or third-party code.
        Secondary = "secondary",
        /// Background knowledge; not seen.
        Unverified = "unverified",
    }
}

kernel::text_enum! {
    /// Whose id an item carries.
    #[derive(Default)]
    IdStatus {
        /// The operator's own.
        #[default]
        Official = "official",
        /// Ours: the official id is not public, or there is none. An import may replace it.
        Local = "local",
    }
}

/// Where an item comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Provenance {
    /// How well it is known.
    pub status: Confidence,
    /// The source: a key of the scheme's `sources`, or a short name with place.
    pub source: String,
    /// The source's date as far as known: `2026-03-27`, `2026-08`, `2021`, `not dated`.
    pub date: String,
}
