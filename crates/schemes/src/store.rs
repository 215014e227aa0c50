//! `schemes::store` — every SQL text of this domain: the list of versions with their hashes.

use ::store::{Store, StoreError, params};
use kernel::{Clock, Event, EventKind, Unscoped};

use crate::catalog::Catalog;

::store::sql! {
    VERSION_FIND = "SELECT hash FROM schemes_version WHERE scheme_id = $1 AND version = $2";
    OFFICIAL_LIST = "SELECT o.item_id, o.text FROM people_tree t JOIN schemes_official o ON o.organisation_id = t.ancestor_id
        WHERE t.organisation_id = $1 AND o.scheme_id = $2 AND o.version = $3 ORDER BY t.depth DESC, o.place";
    OFFICIAL_CLEAR = "DELETE FROM schemes_official WHERE organisation_id = $1 AND scheme_id = $2 AND version = $3";
    OFFICIAL_ADD = "INSERT INTO schemes_official (organisation_id, scheme_id, version, item_id, text, place) VALUES ($1, $2, $3, $4, $5, $6)";
    MAPPING_FIND = "SELECT sheet, id_column, text_column FROM schemes_mapping WHERE organisation_id = $1 AND scheme_id = $2";
    MAPPING_SET = "INSERT INTO schemes_mapping (organisation_id, scheme_id, sheet, id_column, text_column) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (organisation_id, scheme_id) DO UPDATE SET sheet = excluded.sheet, id_column = excluded.id_column, text_column = excluded.text_column";
    VERSION_ADD = "INSERT INTO schemes_version (scheme_id, version, hash, added_at) VALUES ($1, $2, $3, $4)";
}

/// Why the instance may not start with these schemes.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// The same version came with other content.
    #[error(
        "scheme {name} differs from the one this database has seen (hash {known}, now {found}); \
         a released version is never changed: restore its files, or give the change a new version"
    )]
    Changed {
        /// `id@version`.
        name: String,
        /// The hash on record.
        known: String,
        /// The hash of the files.
        found: String,
    },
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Notes every version with its hash and refuses one that changed.
///
/// # Errors
/// [`RegisterError::Changed`].
pub async fn versions_register(store: &Store, catalog: &Catalog, clock: &dyn Clock) -> Result<(), RegisterError> {
    let all = Unscoped::because("schemes belong to nobody");
    let mut tx = store.write().await?;
    for scheme in catalog.schemes() {
        let known: Option<(String,)> = tx.one(&all, VERSION_FIND, params![&scheme.id, &scheme.version]).await?;
        match known {
            Some((hash,)) if hash == scheme.hash => {}
            Some((known,)) => {
                return Err(RegisterError::Changed { name: scheme.name(), known, found: scheme.hash.clone() });
            }
            None => {
                tx.run(&all, VERSION_ADD, params![&scheme.id, &scheme.version, &scheme.hash, clock.now()]).await?;
                let event = Event::new(EventKind::SchemeAdded, scheme.name()).with("hash", &scheme.hash);
                tx.record_as(None, "start", clock.now(), &event).await?;
            }
        }
    }
    tx.without_record("where every version is known, nothing happened");
    Ok(tx.commit().await?)
}
