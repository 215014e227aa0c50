//! `suppliers::data` — the files a non-programmer can edit, read once: rules for classes, names of
//! columns in lists. A test makes sure no build ships a broken one.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::classes::ClassRules;

/// `rules/supplier-list.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ListWords {
    format: u32,
    /// Names of columns by field.
    pub(crate) columns: BTreeMap<String, Vec<String>>,
    /// What people write for an answer.
    pub(crate) words: BTreeMap<String, Vec<String>>,
    pub(crate) skip: Skip,
}

/// Rows that are no companies.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Skip {
    pub(crate) names: Vec<String>,
}

/// Everything this room reads from files. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Data(Arc<Files>);

#[derive(Debug)]
struct Files {
    classes: ClassRules,
    list: ListWords,
}

fn read<T: DeserializeOwned>(name: &str, text: &str) -> Result<T, String> {
    toml::from_str(text).map_err(|e| format!("{name}: {e}"))
}

impl Data {
    /// Reads what is built into this program.
    ///
    /// # Errors
    /// The first file that does not fit, and why.
    pub fn shipped() -> Result<Self, String> {
        let classes: ClassRules = read("supplier-classes.toml", include_str!("../../../rules/supplier-classes.toml"))?;
        classes.check()?;
        let list: ListWords = read("supplier-list.toml", include_str!("../../../rules/supplier-list.toml"))?;
        if list.format != 1 {
            return Err(format!("supplier-list.toml: format {}", list.format));
        }
        Ok(Self(Arc::new(Files { classes, list })))
    }

    pub(crate) fn classes(&self) -> &ClassRules {
        &self.0.classes
    }

    pub(crate) fn list(&self) -> &ListWords {
        &self.0.list
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::list_read::Field;

    #[test]
    fn every_file_is_readable_and_every_column_is_known() {
        let data = Data::shipped().unwrap();
        let names: Vec<&str> = data.list().columns.keys().map(String::as_str).collect();
        assert!(names.iter().all(|n| Field::parse(n).is_ok()), "{names:?}");
        assert!(Field::ALL.iter().all(|f| data.list().columns.contains_key(f.as_str())));
    }
}
