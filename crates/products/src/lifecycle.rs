//! `products::lifecycle` — components of releases that their makers mend no longer, or soon no longer.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Day, Scope, Unscoped};
use sbom::{LifeEnd, Lifecycle, life_end};
use store::{Tx, params};
use web::{Cx, Problem};

use crate::store::{LIFECYCLE_OF_RELEASE, LIFECYCLE_SET, LifecycleRow};

/// What makers announce belongs to nobody.
const PUBLIC: Unscoped = Unscoped::because("until when something is mended is published by its maker");

/// Lines taken in one transaction.
const STEP: usize = 1000;

/// Takes lines in; a line that is known is replaced.
///
/// # Errors
/// The store's.
pub async fn lifecycles_take(cx: &Cx, all: &[Lifecycle]) -> Result<(), Problem> {
    let now = cx.now();
    let once: BTreeMap<(&str, &str), &Lifecycle> = all.iter().map(|l| ((l.package.as_str(), l.cycle.as_str()), l)).collect();
    let all: Vec<&Lifecycle> = once.into_values().collect();
    for step in all.chunks(STEP) {
        let mut tx = cx.write().await?;
        let rows: Vec<_> = step.iter().map(|l| params![&l.package, &l.cycle, &l.ends_on, now]).collect();
        tx.run_rows(&PUBLIC, LIFECYCLE_SET, &[], &rows).await?;
        tx.without_record("published by others");
        tx.commit().await?;
    }
    Ok(())
}

/// Components of a release at or near their end, those that have ended first.
///
/// # Errors
/// The store's.
pub(crate) async fn ends_of(tx: &mut Tx, scope: &Scope, release: &str, today: Day) -> Result<Vec<LifeEnd>, Problem> {
    let rows: Vec<LifecycleRow> = tx.all(scope, LIFECYCLE_OF_RELEASE, params![release]).await?;
    let mut lines: BTreeMap<(String, String), Vec<Lifecycle>> = BTreeMap::new();
    for row in rows {
        let line = Lifecycle { package: row.package, cycle: row.cycle, ends_on: row.ends_on };
        lines.entry((row.name, row.version)).or_default().push(line);
    }
    let end =
        |((name, version), lines): (&(String, String), &Vec<Lifecycle>)| life_end(name, version, &lines.iter().collect::<Vec<_>>(), today);
    let ends: BTreeSet<LifeEnd> = lines.iter().filter_map(end).collect();
    Ok(ends.into_iter().collect())
}
