//! `schemes::own_release` — own rules released for good, their next version, and drafts removed.

use ::store::{StoreError, params};
use kernel::{Event, EventKind};
use web::{Call, Cx, FieldError, Problem, Response, redirect};

use crate::own::{check, next_version};
use crate::own_list::{OwnHead, add, imprint, named};
use crate::own_sample::lines;
use crate::store::{OWN_LIST, OWN_RELEASE, OWN_REMOVE, OwnRow};

async fn let_go(cx: &Cx, call: &Call) -> Result<OwnHead, Problem> {
    let mut tx = cx.write().await?;
    let row = named(cx, &mut tx, call).await?;
    let catalog = crate::own_catalog::catalog(cx, &mut tx, cx.scope()?).await?;
    let imprint = imprint(cx, &row);
    let (with, folder) = check(&row.draft()?, &imprint, &catalog).map_err(|wrong| {
        let field = |text| FieldError { field: "release".to_owned(), text };
        Problem::invalid(lines(cx, &wrong).into_iter().map(field).collect())
    })?;
    let scheme = with.scheme(&row.scheme_id, Some(&row.version)).ok_or_else(Problem::not_found)?;
    let files = serde_json::to_string(&folder).unwrap_or_default();
    let values = params![&row.scheme_id, &row.version, files, &scheme.hash, cx.now(), row.revision];
    if tx.run(cx.scope()?, OWN_RELEASE, values).await? == 0 {
        return Err(StoreError::Stale.into());
    }
    let event = Event::new(EventKind::OwnSchemeReleased, row.name()).with("hash", &scheme.hash);
    cx.record(&mut tx, event).await?;
    let row = named(cx, &mut tx, call).await?;
    tx.commit().await?;
    OwnHead::of(&row)
}

/// `POST /own-schemes/{id}/{version}/release`
pub(crate) async fn send(cx: Cx, call: Call) -> Result<Response, Problem> {
    let head = let_go(&cx, &call).await?;
    Ok(redirect(&format!("/schemes/{}/{}", head.id, head.version)))
}

/// `POST /api/v1/own-schemes/{id}/{version}/release`
pub(crate) async fn api(cx: Cx, call: Call, (): ()) -> Result<OwnHead, Problem> {
    let_go(&cx, &call).await
}

/// `POST /own-schemes/{id}/{version}/next`: a draft of the next version, from this one.
pub(crate) async fn next(cx: Cx, call: Call) -> Result<Response, Problem> {
    let mut tx = cx.write().await?;
    let row = named(&cx, &mut tx, &call).await?;
    let rows: Vec<OwnRow> = tx.all(cx.scope()?, OWN_LIST, params![]).await?;
    let number = |v: &str| v.split('.').nth(1).and_then(|n| n.parse::<u32>().ok()).unwrap_or(0);
    let newest = rows.iter().filter(|r| r.scheme_id == row.scheme_id).max_by_key(|r| number(&r.version)).unwrap_or(&row);
    if newest.is_draft() {
        return Ok(redirect(&format!("/own-schemes/{}/{}", newest.scheme_id, newest.version)));
    }
    let version = next_version(&newest.version);
    add(&cx, &mut tx, &row.scheme_id, &version, &row.draft()?).await?;
    tx.commit().await?;
    Ok(redirect(&format!("/own-schemes/{}/{version}", row.scheme_id)))
}

/// `POST /own-schemes/{id}/{version}/remove`: a draft is gone; what was released stays.
pub(crate) async fn remove(cx: Cx, call: Call) -> Result<Response, Problem> {
    let mut tx = cx.write().await?;
    let row = named(&cx, &mut tx, &call).await?;
    if tx.run(cx.scope()?, OWN_REMOVE, params![&row.scheme_id, &row.version]).await? == 0 {
        return Err(StoreError::Stale.into());
    }
    cx.record(&mut tx, Event::new(EventKind::OwnSchemeRemoved, row.name())).await?;
    tx.commit().await?;
    Ok(redirect("/own-schemes"))
}
