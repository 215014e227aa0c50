//! `people::permissions` — role × permission, read from `rules/permissions.toml`. The table is
//! whole: every permission has a row, every name is known.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Permission, Role};
use serde::Deserialize;

static FILE: &str = include_str!("../../../rules/permissions.toml");

/// Which role holds which permission.
#[derive(Debug, Clone, Default)]
pub struct PermissionTable(BTreeMap<Permission, BTreeSet<Role>>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    permission: BTreeMap<String, Vec<Role>>,
}

impl PermissionTable {
    /// Whether `role` holds `permission`. A permission without a row is held by nobody.
    #[must_use]
    pub fn allows(&self, role: Role, permission: Permission) -> bool {
        self.0.get(&permission).is_some_and(|roles| roles.contains(&role))
    }
}

/// The shipped table.
///
/// # Errors
/// What is wrong with it; a test makes sure that a build never ships a broken one.
pub fn permission_table() -> Result<PermissionTable, String> {
    let written: Written = toml::from_str(FILE).map_err(|e| e.to_string())?;
    let mut table = BTreeMap::new();
    for (name, roles) in written.permission {
        let permission = Permission::parse(&name).map_err(|e| e.to_string())?;
        table.insert(permission, roles.into_iter().collect());
    }
    match Permission::ALL.iter().find(|p| !table.contains_key(p)) {
        Some(missing) => Err(format!("permission {missing} has no row")),
        None => Ok(PermissionTable(table)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_table_is_whole() {
        let table = permission_table().unwrap();
        assert!(table.allows(Role::Staff, Permission::FactState));
        assert!(!table.allows(Role::Viewer, Permission::FactState));
        assert!(!table.allows(Role::Assessor, Permission::FactRead));
    }
}
