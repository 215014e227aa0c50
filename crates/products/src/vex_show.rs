//! `products::vex_show` — what is said of a release to those who use it: every open finding with its decision, and what the
//! release mended, as a file in one of three formats.

use std::collections::BTreeSet;

use kernel::Scope;
use sbom::{Statement, VexDocument, VexStatus};
use store::{Tx, params};
use web::{Call, Cx, Problem, Response, download};

use crate::decision::{decisions, latest, of_word};
use crate::finding::{FindingDetails, findings_of};
use crate::product_show::find as find_product;
use crate::release::find;
use crate::store::PUBLISHER;

/// A format statements are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VexFormat {
    /// `OpenVEX` 0.2.0.
    Openvex,
    /// `CycloneDX` 1.6.
    Cyclonedx,
    /// CSAF 2.0.
    Csaf,
}

impl VexFormat {
    /// The format by its word.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Some(match word {
            "openvex" => Self::Openvex,
            "cyclonedx" => Self::Cyclonedx,
            "csaf" => Self::Csaf,
            _ => return None,
        })
    }
}

async fn open_findings(tx: &mut Tx, scope: &Scope, release: &str) -> Result<Vec<FindingDetails>, Problem> {
    Ok(findings_of(tx, scope, release).await?.into_iter().filter(FindingDetails::is_open).collect())
}

/// What the maker says of a release.
///
/// # Errors
/// [`kernel::Code::NotFound`]; the store's.
pub(crate) async fn statements(cx: &Cx, tx: &mut Tx, scope: &Scope, id: &str) -> Result<VexDocument, Problem> {
    let release = find(tx, scope, id).await?;
    let product = find_product(tx, scope, &release.product_id).await?;
    let every = decisions(tx, scope, &product.product_id).await?;
    let last = latest(&every);
    let open = open_findings(tx, scope, id).await?;
    let publisher: Option<(String,)> = tx.one(scope, PUBLISHER, params![]).await?;
    let mut statements = Vec::new();
    let mut revisions = BTreeSet::from([release.made_at.clone()]);
    for finding in &open {
        let (_, _, vulnerability) = finding.cells();
        let decided = last.iter().find(|d| d.vulnerability == vulnerability && d.package == finding.package());
        let mut statement = finding.statement();
        if let Some(decided) = decided {
            let of_it = every.iter().filter(|d| d.vulnerability == vulnerability && d.package == finding.package());
            revisions.extend(of_it.map(|d| d.decided_at.clone()));
            statement.status = of_word(&decided.status).unwrap_or(VexStatus::UnderInvestigation);
            statement.justification = of_word(&decided.justification);
            statement.impact.clone_from(&decided.impact);
            statement.action.clone_from(&decided.action);
            statement.changed_at.clone_from(&decided.decided_at);
        }
        statements.push(statement);
    }
    // What concerned the release before and is no longer in this one is mended here.
    let never =
        |f: &FindingDetails| last.iter().any(|d| d.status == "not_affected" && d.vulnerability == f.cells().2 && d.package == f.package());
    if !release.before_id.is_empty() {
        let still: BTreeSet<(&str, &str)> = open.iter().map(|f| (f.cells().2, f.package())).collect();
        for gone in open_findings(tx, scope, &release.before_id).await? {
            if gone.state() == "affected" && !never(&gone) && !still.contains(&(gone.cells().2, gone.package())) {
                let at = release.made_at.clone();
                statements.push(Statement { status: VexStatus::Fixed, said_at: at.clone(), changed_at: at, ..gone.statement() });
            }
        }
    }
    let address = &cx.app.config.public_url;
    Ok(VexDocument {
        id: format!("{address}/products/releases/{id}/vex"),
        tracking: format!("VEX-{}", id.to_uppercase()),
        tlp: "WHITE".to_owned(),
        address: String::new(),
        revisions: revisions.into_iter().collect(),
        publisher: publisher.map(|(name,)| name).unwrap_or_default(),
        namespace: address.clone(),
        product: product.name,
        version: release.version,
        statements,
    })
}

/// The file of a release's statements: its name and content.
///
/// # Errors
/// As [`statements`]; [`kernel::Code::Invalid`] where there is nothing to say.
pub async fn vex_export(cx: &Cx, scope: &Scope, id: &str, format: VexFormat) -> Result<(String, Vec<u8>), Problem> {
    let document = statements(cx, &mut cx.read().await?, scope, id).await?;
    if document.statements.is_empty() {
        return Err(Problem::new(kernel::Code::Conflict).with_detail(cx.t("vex.nothing")));
    }
    let (name, value) = match format {
        VexFormat::Openvex => (format!("{id}.openvex.json"), sbom::openvex(&document)),
        VexFormat::Cyclonedx => (format!("{id}.vex.cdx.json"), sbom::cyclonedx_vex(&document)),
        VexFormat::Csaf => (sbom::csaf_file_name(&document.tracking), sbom::csaf(&document)),
    };
    Ok((name, serde_json::to_vec_pretty(&value).unwrap_or_default()))
}

/// `GET /products/releases/{id}/vex?format=…`
pub(crate) async fn file(cx: Cx, call: Call) -> Result<Response, Problem> {
    let scope = cx.scope()?.clone();
    let format = VexFormat::of(call.query.get("format")).unwrap_or(VexFormat::Csaf);
    let (name, bytes) = vex_export(&cx, &scope, call.part("id"), format).await?;
    Ok(download(&name, "application/json", bytes))
}
