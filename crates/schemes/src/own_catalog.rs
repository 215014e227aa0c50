//! `schemes::own_catalog` — what one organisation can be assessed against: everything this
//! instance ships, and the released rules of its own tree. Read from the database on every
//! request; only the parsed form is kept, by content.

use std::sync::{Arc, Mutex};

use ::store::{Tx, params};
use kernel::{Code, Scope};
use web::{Cx, Problem};

use crate::catalog::Catalog;
use crate::scheme::SchemeFolder;
use crate::store::{OWN_FILES, OWN_RELEASED};

/// How many different sets of own schemes are kept parsed.
const SETS_KEPT: usize = 64;

/// The released versions an organisation sees: scheme, version, hash of its files.
type Versions = Vec<(String, String, String)>;

/// A catalog with the versions it adds to the shipped one.
type Parsed = (Versions, Arc<Catalog>);

/// Catalogs parsed lately, newest last. A released version never changes, so none grows stale.
#[derive(Debug, Clone, Default)]
pub struct OwnCatalogs(Arc<Mutex<Vec<Parsed>>>);

impl OwnCatalogs {
    fn find(&self, versions: &Versions) -> Option<Arc<Catalog>> {
        let kept = self.0.lock().ok()?;
        kept.iter().find(|(known, _)| known == versions).map(|(_, catalog)| Arc::clone(catalog))
    }

    fn keep(&self, versions: Versions, catalog: &Arc<Catalog>) {
        let Ok(mut kept) = self.0.lock() else { return };
        if kept.len() >= SETS_KEPT {
            kept.remove(0);
        }
        kept.push((versions, Arc::clone(catalog)));
    }
}

/// The catalog of the organisation of `scope`: shipped, operator's, and own rules released by it
/// or by an organisation above it.
///
/// # Errors
/// The store's; [`Code::Internal`] if released rules cannot be read any more.
pub async fn catalog(cx: &Cx, tx: &mut Tx, scope: &Scope) -> Result<Arc<Catalog>, Problem> {
    let shipped = cx.part::<Arc<Catalog>>()?;
    let versions: Versions = tx.all(scope, OWN_RELEASED, params![]).await?;
    if versions.is_empty() {
        return Ok(shipped);
    }
    let parsed = cx.part::<OwnCatalogs>()?;
    if let Some(catalog) = parsed.find(&versions) {
        return Ok(catalog);
    }
    let mut catalog = Catalog::clone(&shipped);
    let files: Vec<(String, String, String)> = tx.all(scope, OWN_FILES, params![]).await?;
    for (id, version, files) in files {
        let broken = |e: String| Problem::new(Code::Internal).because(format!("own scheme {id}@{version}: {e}"));
        let folder: SchemeFolder = serde_json::from_str(&files).map_err(|e| broken(e.to_string()))?;
        catalog.add_scheme(&format!("{id}@{version}"), &folder).map_err(|e| broken(e.to_string()))?;
    }
    let catalog = Arc::new(catalog);
    parsed.keep(versions, &catalog);
    Ok(catalog)
}
