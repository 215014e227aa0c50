//! `schemes::store` — every SQL text of this domain: the list of versions with their hashes.

use ::store::{Store, StoreError, params};
use kernel::{Clock, Code, Event, EventKind, Unscoped};
use sqlx::FromRow;
use web::Problem;

use crate::catalog::Catalog;
use crate::own::OwnDraft;

::store::sql! {
    VERSION_FIND = "SELECT hash FROM schemes_version WHERE scheme_id = $1 AND version = $2";
    OFFICIAL_LIST = "SELECT o.item_id, o.text FROM people_tree t JOIN schemes_official o ON o.organisation_id = t.ancestor_id
        WHERE t.organisation_id = $1 AND o.scheme_id = $2 AND o.version = $3 ORDER BY t.depth DESC, o.place";
    OFFICIAL_CLEAR = "DELETE FROM schemes_official WHERE organisation_id = $1 AND scheme_id = $2 AND version = $3";
    OFFICIAL_ADD = "INSERT INTO schemes_official (organisation_id, scheme_id, version, item_id, text, place) VALUES ($1, $2, $3, $4, $5, $6)";
    MAPPING_FIND = "SELECT sheet, id_column, text_column FROM schemes_mapping WHERE organisation_id = $1 AND scheme_id = $2";
    MAPPING_SET = "INSERT INTO schemes_mapping (organisation_id, scheme_id, sheet, id_column, text_column) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (organisation_id, scheme_id) DO UPDATE SET sheet = excluded.sheet, id_column = excluded.id_column, text_column = excluded.text_column";
    OWN_LIST = "SELECT scheme_id, version, state, title, draft, revision, changed_at FROM schemes_own WHERE organisation_id = $1 ORDER BY title, scheme_id, version";
    OWN_FIND = "SELECT scheme_id, version, state, title, draft, revision, changed_at FROM schemes_own WHERE organisation_id = $1 AND scheme_id = $2 AND version = $3";
    OWN_ADD = "INSERT INTO schemes_own (organisation_id, scheme_id, version, state, title, draft, files, hash, revision, changed_at)
        VALUES ($1, $2, $3, 'draft', $4, $5, '', '', 1, $6)";
    OWN_SAVE = "UPDATE schemes_own SET title = $4, draft = $5, revision = revision + 1, changed_at = $6
        WHERE organisation_id = $1 AND scheme_id = $2 AND version = $3 AND revision = $7 AND state = 'draft'";
    OWN_RELEASE = "UPDATE schemes_own SET state = 'released', files = $4, hash = $5, revision = revision + 1, changed_at = $6
        WHERE organisation_id = $1 AND scheme_id = $2 AND version = $3 AND revision = $7 AND state = 'draft'";
    OWN_REMOVE = "DELETE FROM schemes_own WHERE organisation_id = $1 AND scheme_id = $2 AND version = $3 AND state = 'draft'";
    OWN_RELEASED = "SELECT s.scheme_id, s.version, s.hash FROM people_tree t JOIN schemes_own s ON s.organisation_id = t.ancestor_id
        WHERE t.organisation_id = $1 AND s.state = 'released' ORDER BY s.scheme_id, s.version";
    OWN_FILES = "SELECT s.scheme_id, s.version, s.files FROM people_tree t JOIN schemes_own s ON s.organisation_id = t.ancestor_id
        WHERE t.organisation_id = $1 AND s.state = 'released' ORDER BY s.scheme_id, s.version";
    VERSION_ADD = "INSERT INTO schemes_version (scheme_id, version, hash, added_at) VALUES ($1, $2, $3, $4)";
}

/// Own rules as kept.
#[derive(FromRow, Debug, Clone)]
pub(crate) struct OwnRow {
    pub(crate) scheme_id: String,
    pub(crate) version: String,
    pub(crate) state: String,
    pub(crate) title: String,
    pub(crate) draft: String,
    pub(crate) revision: i64,
    pub(crate) changed_at: String,
}

impl OwnRow {
    /// What was written.
    pub(crate) fn draft(&self) -> Result<OwnDraft, Problem> {
        serde_json::from_str(&self.draft).map_err(|e| Problem::new(Code::Internal).because(format!("draft of {}: {e}", self.name())))
    }

    /// Whether it may still be changed.
    pub(crate) fn is_draft(&self) -> bool {
        self.state == "draft"
    }

    /// `id@version`.
    pub(crate) fn name(&self) -> String {
        format!("{}@{}", self.scheme_id, self.version)
    }

    /// A row for samples of pages.
    pub(crate) fn sample() -> Self {
        Self {
            scheme_id: "own-1".into(),
            version: "1.0.0".into(),
            state: "draft".into(),
            title: "海外拠点の点検表".into(),
            draft: "{}".into(),
            revision: 1,
            changed_at: "2026-11-21T00:00:00Z".into(),
        }
    }
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
