//! `products::release` — a release as it is kept: its list read, compared with the one before, judged by the minimum
//! elements, matched. The file itself is kept byte for byte.

use std::collections::BTreeMap;

use kernel::{Code, Scope};
use sbom::{Change, Counts, Document, Element, Identity, Licence, LicenceFinding, LicencePolicy, Loss};
use schemars::JsonSchema;
use serde::Serialize;
use store::{Param, StoreError, Tx, params};
use web::{Cx, Problem};

use crate::chain::store::{NOTICE_DROP_USE, USE_DROP_IN, USE_OF_RELEASE};
use crate::provider::publish::publication;
use crate::provider::store::PUBLICATION_DROP;
use crate::store::{
    COMPONENT_ADD, COMPONENT_DROP, COMPONENT_KEY_ADD, COMPONENT_KEY_DROP, FINDING_DROP, RELEASE_DROP, RELEASE_FIND, RELEASE_OF_PRODUCT,
    ReleaseRow,
};

/// Changes kept with a release; more are counted.
const CHANGES_MAX: usize = 1000;

/// What reading a list found, kept with its release.
#[derive(Debug, Clone, Default, Serialize, serde::Deserialize, JsonSchema)]
pub(crate) struct Report {
    pub(crate) spec_version: String,
    pub(crate) counts: Counts,
    /// Components with neither package URL nor CPE name, which cannot be matched for certain; the described one is not counted.
    #[serde(default)]
    pub(crate) without_identifier: usize,
    /// Minimum elements as edition, element, state, given, said to be unknown, asked for.
    pub(crate) elements: Vec<ElementLine>,
    pub(crate) losses: Vec<Loss>,
    /// What licences ask, the heaviest first.
    #[serde(default)]
    pub(crate) licences: Vec<LicenceFinding>,
    /// What changed from the release before.
    pub(crate) changes: Vec<Change>,
    pub(crate) changes_more: usize,
}

/// A minimum element as it is kept.
#[derive(Debug, Clone, Serialize, serde::Deserialize, JsonSchema)]
pub(crate) struct ElementLine {
    pub(crate) edition: String,
    pub(crate) element: String,
    pub(crate) state: String,
    pub(crate) have: u64,
    pub(crate) said_unknown: u64,
    pub(crate) of: u64,
}

/// The stored word of an enum.
pub(crate) fn word(value: &impl Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

impl Report {
    /// What is kept of a document, beside the one before.
    pub(crate) fn of(document: &Document, before: Option<&Document>) -> Self {
        let line = |e: Element| ElementLine {
            edition: word(&e.edition),
            element: e.element.to_owned(),
            state: word(&e.state),
            have: e.have,
            said_unknown: e.said_unknown,
            of: e.of,
        };
        let mut changes = before.map(|b| sbom::compare(b, document)).unwrap_or_default();
        let changes_more = changes.len().saturating_sub(CHANGES_MAX);
        changes.truncate(CHANGES_MAX);
        Report {
            spec_version: document.spec_version.clone(),
            counts: document.counts,
            without_identifier: without_identifier(document),
            elements: sbom::elements(document).into_iter().map(line).collect(),
            losses: document.losses.clone(),
            licences: LicencePolicy::shipped().map(|policy| policy.findings(document)).unwrap_or_default(),
            changes,
            changes_more,
        }
    }

    /// The report as it was kept.
    pub(crate) fn read(text: &str) -> Self {
        serde_json::from_str(text).unwrap_or_default()
    }

    /// What is kept in the store.
    pub(crate) fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// Components that no advisory can name.
fn without_identifier(document: &Document) -> usize {
    let subject = document.subject.and_then(|s| usize::try_from(s).ok());
    let nameless = |(at, c): &(usize, &sbom::Component)| Some(*at) != subject && !Identity::all(c, false).iter().any(Identity::is_exact);
    document.components.iter().enumerate().filter(nameless).count()
}

/// Where components stand that can be looked up by an identifier: their places, and how advisories name them.
pub(crate) type Places = BTreeMap<String, Vec<(i64, String)>>;

/// The values of a component's row after the release: how advisories name it and its package URL, as it is written canonically.
fn values(at: usize, component: &sbom::Component, (package, purl): (&str, &str)) -> Vec<Param> {
    let licence = component.licence.as_ref().map(|l| match l {
        Licence::Expression(text) => text.clone(),
        Licence::Named(names) => names.join(", "),
    });
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let (version, producer) = (text(&component.version), text(&component.producer));
    params![at, component.full_name(), version, package, purl, text(&licence), producer]
}

/// Keeps the components of a release. Returns their places by identifier; names are identifiers if that is asked for.
///
/// # Errors
/// The store's.
pub(crate) async fn keep_components(
    tx: &mut Tx,
    scope: &Scope,
    (release, names): (&str, bool),
    document: &Document,
) -> Result<Places, StoreError> {
    let mut places = Places::new();
    let (mut rows, mut keys) = (Vec::with_capacity(document.components.len()), Vec::new());
    for (at, component) in document.components.iter().enumerate() {
        let all: Vec<(String, String)> = Identity::all(component, names).iter().map(|i| (i.key.clone(), i.canonical())).collect();
        // The first package URL names the component, else the first CPE name.
        let own = |start: &str| all.iter().find(|(_, text)| text.starts_with(start));
        let purl = own("pkg:");
        let package = purl.or_else(|| own("cpe:")).map_or("", |(key, _)| key);
        rows.push(values(at, component, (package, purl.map_or("", |(_, text)| text))));
        for (key, text) in &all {
            if Some(text) != purl.map(|(_, text)| text) {
                keys.push(params![at, key, text]);
            }
            let package = if package.is_empty() { key } else { package };
            let here = places.entry(text.clone()).or_default();
            let place = (i64::try_from(at).unwrap_or(i64::MAX), package.to_owned());
            if !here.contains(&place) {
                here.push(place);
            }
        }
    }
    tx.run_rows(scope, COMPONENT_ADD, &[Param::from(release)], &rows).await?;
    tx.run_rows(scope, COMPONENT_KEY_ADD, &[Param::from(release)], &keys).await?;
    Ok(places)
}

/// A release of the organisation.
///
/// # Errors
/// [`kernel::Code::NotFound`]; the store's.
pub(crate) async fn find(tx: &mut Tx, scope: &Scope, id: &str) -> Result<ReleaseRow, Problem> {
    tx.one(scope, RELEASE_FIND, params![id]).await?.ok_or_else(Problem::not_found)
}

/// The newest release of a product.
///
/// # Errors
/// The store's.
pub(crate) async fn newest(tx: &mut Tx, scope: &Scope, product: &str) -> Result<Option<ReleaseRow>, StoreError> {
    let all: Vec<ReleaseRow> = tx.all(scope, RELEASE_OF_PRODUCT, params![product]).await?;
    Ok(all.into_iter().next())
}

/// Removes a release with its components and findings.
///
/// # Errors
/// [`Code::Conflict`] while a customer uses it or a document about it is out; the store's.
pub(crate) async fn drop_release(cx: &Cx, tx: &mut Tx, scope: &Scope, id: &str) -> Result<(), Problem> {
    let used: Option<(i64,)> = tx.one(scope, USE_OF_RELEASE, params![id]).await?;
    if used.is_some_and(|(times,)| times > 0) {
        return Err(Problem::new(Code::Conflict).with_detail(cx.t("release.used")));
    }
    if publication(tx, scope, id).await?.is_some_and(|p| p.ended_at.is_empty()) {
        return Err(Problem::new(Code::Conflict).with_detail(cx.t("release.published")));
    }
    tx.run(scope, PUBLICATION_DROP, params![id]).await?;
    for usage in crate::chain::usage::uses(tx, scope, "", id).await? {
        tx.run(scope, NOTICE_DROP_USE, params![&usage.use_id]).await?;
    }
    tx.run(scope, USE_DROP_IN, params![id]).await?;
    tx.run(scope, FINDING_DROP, params![id]).await?;
    tx.run(scope, COMPONENT_KEY_DROP, params![id]).await?;
    tx.run(scope, COMPONENT_DROP, params![id]).await?;
    tx.run_one(scope, RELEASE_DROP, params![id]).await?;
    Ok(())
}

/// A release for examples.
pub(crate) fn sample_release() -> ReleaseRow {
    ReleaseRow {
        release_id: "1".into(),
        product_id: "1".into(),
        version: "1.2.0".into(),
        file_name: "k100.cdx.json".into(),
        format: "cyclonedx-json".into(),
        component_count: 120,
        made_at: "2026-11-21T00:00:00.000000Z".into(),
        ..ReleaseRow::default()
    }
}
