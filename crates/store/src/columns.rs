//! `store::columns` — every column of every table, classified, with owner and retention, from
//! `rules/columns.toml`. Backup copies exactly these; a test compares both schemas with it.

use std::collections::BTreeMap;

use serde::Deserialize;

/// The classification as written.
static FILE: &str = include_str!("../../../rules/columns.toml");

kernel::text_enum! {
    /// Who may ever see a column.
    Class {
        /// Anybody.
        Public = "public",
        /// The organisation.
        Internal = "internal",
        /// About a person.
        Personal = "personal",
        /// Nobody; only compared.
        Secret = "secret",
    }
}

/// One column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnRule {
    /// Its name.
    pub name: String,
    /// Whether it is an integer (else text).
    pub integer: bool,
    /// Who may see it.
    pub class: Class,
}

/// One table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableRule {
    /// Its name.
    pub name: String,
    /// The domain that owns it.
    pub owner: String,
    /// How long rows stay, in words.
    pub retention: String,
    /// Whether a backup holds it.
    pub backup: bool,
    /// Its columns in order.
    pub columns: Vec<ColumnRule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    table: Vec<WrittenTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenTable {
    name: String,
    owner: String,
    retention: String,
    #[serde(default = "yes")]
    backup: bool,
    text: BTreeMap<String, Class>,
    #[serde(default)]
    integer: BTreeMap<String, Class>,
}

fn yes() -> bool {
    true
}

/// All tables, parents before children.
///
/// # Errors
/// What the reader says; a test makes sure that a build never ships a broken file.
pub fn column_rules() -> Result<Vec<TableRule>, toml::de::Error> {
    let written: Written = toml::from_str(FILE)?;
    let table = |t: WrittenTable| {
        let column = |integer| move |(name, class)| ColumnRule { name, integer, class };
        let columns = t.text.into_iter().map(column(false)).chain(t.integer.into_iter().map(column(true)));
        TableRule { name: t.name, owner: t.owner, retention: t.retention, backup: t.backup, columns: columns.collect() }
    };
    Ok(written.table.into_iter().map(table).collect())
}
