//! `register::entry_show` — one entry of the public register: what was awarded, whether it holds
//! today, the signed star to download, and the proof that it stands in the log.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use kernel::Day;
use schemars::JsonSchema;
use schemes::Catalog;
use serde::Serialize;
use store::{Tx, params};
use web::{Call, Cx, Page, Problem, Response, Sampled, svg_response, text_response};

use crate::award::entry;
use crate::entry_search::EntryHead;
use crate::keys::{REGISTER, signer};
use crate::log::{checkpoint, lines, proof_hashes, size};
use crate::rules::{FieldKind, Rules};
use crate::store::{CHANGE_LIST, EntryRow};
use crate::tree::inclusion;
use crate::way::BEHIND;

/// What happened to an entry.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct ChangeHead {
    state: String,
    day: String,
    reason: String,
}

/// An entry in full.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct EntryDetails {
    pub(crate) head: EntryHead,
    subject: String,
    industry: String,
    confirmer: String,
    /// What else the scheme's register shows.
    fields: BTreeMap<String, String>,
    changes: Vec<ChangeHead>,
    /// The signed star.
    star: String,
    /// Its place in the log.
    leaf: i64,
}

/// What else the scheme's register shows, with names instead of ids.
fn fields(cx: &Cx, row: &EntryRow) -> Result<BTreeMap<String, String>, Problem> {
    let kept: BTreeMap<String, String> = serde_json::from_str(&row.fields).unwrap_or_default();
    let rules = cx.part::<Rules>()?;
    let rules = rules.named(&format!("{}@{}", row.found.scheme_id, row.found.version));
    let texts = rules.map(|r| r.texts(cx.lang));
    let comma = if cx.lang == kernel::Lang::Ja { "、" } else { ", " };
    let shown = |(id, value): (String, String)| {
        let kind = rules.and_then(|r| r.field.iter().find(|f| f.id == id)).map(|f| f.kind);
        let option = |o: &str| match kind {
            Some(FieldKind::Areas) => cx.t(&format!("prefecture.{o}")),
            _ => texts.and_then(|t| t.options.get(o)).cloned().unwrap_or_else(|| o.to_owned()),
        };
        let chosen = matches!(kind, Some(FieldKind::Areas | FieldKind::Choice | FieldKind::Choices));
        let value = if chosen { value.split(',').map(option).collect::<Vec<_>>().join(comma) } else { value };
        let name = if id == BEHIND { cx.t("entry.behind") } else { texts.and_then(|t| t.fields.get(&id)).cloned().unwrap_or(id) };
        (name, value)
    };
    Ok(kept.into_iter().filter(|(_, v)| !v.is_empty()).map(shown).collect())
}

async fn details(cx: &Cx, tx: &mut Tx, row: EntryRow, today: Day) -> Result<EntryDetails, Problem> {
    let changes: Vec<(String, String, String)> = tx.all(&REGISTER, CHANGE_LIST, params![&row.entry_id]).await?;
    let fields = fields(cx, &row)?;
    Ok(EntryDetails {
        head: EntryHead::of(row.found, today),
        subject: row.subject,
        industry: row.industry,
        confirmer: row.confirmer,
        fields,
        changes: changes.into_iter().map(|(state, day, reason)| ChangeHead { state, day, reason }).collect(),
        star: row.star,
        leaf: row.leaf,
    })
}

/// The address that a star's QR code holds: the star itself, checked where it leads.
pub(crate) fn address(public_url: &str, star: &str) -> String {
    format!("{public_url}/register/verify?t={}", URL_SAFE_NO_PAD.encode(star))
}

#[derive(Template)]
#[template(path = "entry_show.html")]
pub(crate) struct EntryPage {
    p: Page,
    d: EntryDetails,
    title: String,
}

impl Sampled for EntryPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let row = |state: &str| EntryRow {
            organisation_id: "1".into(),
            entry_id: "1".into(),
            subject: "organisation".into(),
            site_id: String::new(),
            industry: "E".into(),
            confirmer: "架空評価機関".into(),
            fields: "{}".into(),
            star: "ishigaki-star/1\n".into(),
            leaf: 0,
            found: crate::store::FoundRow {
                number: "S3-2026-000001".into(),
                scheme_id: "small".into(),
                version: "1.0.0".into(),
                level: "★3".into(),
                name: "株式会社石垣精工".into(),
                corporate_number: "7000012050002".into(),
                prefecture: "23".into(),
                scope: "全社".into(),
                from_day: "2026-11-21".into(),
                to_day: "2027-11-20".into(),
                state: state.into(),
                state_day: "2026-12-01".into(),
            },
        };
        let page = |state: &str, changes: Vec<ChangeHead>| {
            let row = row(state);
            let d = EntryDetails {
                head: EntryHead::of(row.found.clone(), Day::parse("2026-12-02").unwrap_or(kernel::Day::EPOCH)),
                subject: row.subject,
                industry: row.industry,
                confirmer: row.confirmer,
                fields: BTreeMap::from([("概要".to_owned(), "架空".to_owned())]),
                changes,
                star: row.star,
                leaf: row.leaf,
            };
            Self { p: p.clone(), d, title: "SCS評価制度 ★3".into() }
        };
        let revoked =
            ChangeHead { state: "revoked".into(), day: "2026-12-01".into(), reason: "届出の内容が事実と違ったため".into() };
        vec![("valid", page("valid", vec![])), ("revoked", page("revoked", vec![revoked]))]
    }
}

/// `GET /register/entries/{number}`
pub(crate) async fn page(cx: Cx, call: Call) -> Result<Response, Problem> {
    crate::limit::check(&cx)?;
    let mut tx = cx.read().await?;
    let row = entry(&mut tx, call.part("number")).await?;
    let d = details(&cx, &mut tx, row, cx.now().day()).await?;
    let catalog = cx.part::<Arc<Catalog>>()?;
    let scheme = catalog.scheme(&d.head.scheme, None);
    let title = scheme.map_or(d.head.scheme.clone(), |s| s.texts(cx.lang).title.clone());
    let p = Page::new(&cx);
    Ok(p.render(&EntryPage { p: p.clone(), d, title }))
}

/// `GET /register/entries/{number}/qr.svg`: the code that checks the star, as a picture.
pub(crate) async fn qr(cx: Cx, call: Call) -> Result<Response, Problem> {
    crate::limit::check(&cx)?;
    let mut tx = cx.read().await?;
    let row = entry(&mut tx, call.part("number")).await?;
    Ok(svg_response(&web::qr(&address(&cx.app.config.public_url, &row.star), &cx.t("entry.qr"))))
}

/// `GET /register/entries/{number}/star`: the signed star as a text.
pub(crate) async fn star(cx: Cx, call: Call) -> Result<Response, Problem> {
    crate::limit::check(&cx)?;
    let mut tx = cx.read().await?;
    Ok(text_response(entry(&mut tx, call.part("number")).await?.star))
}

/// `GET /register/entries/{number}/proof`: leaf, proof of inclusion and checkpoint (c2sp.org/tlog-proof).
pub(crate) async fn proof(cx: Cx, call: Call) -> Result<Response, Problem> {
    crate::limit::check(&cx)?;
    let mut tx = cx.read().await?;
    let row = entry(&mut tx, call.part("number")).await?;
    let place = u64::try_from(row.leaf).unwrap_or(0);
    let size = size(&mut tx).await?;
    let hashes = proof_hashes(&mut tx, &inclusion(place, size)).await?;
    let lines = lines(&hashes);
    let (_, signer) = signer(&mut tx).await?;
    let extra = STANDARD.encode(crate::log::leaf("awarded", &row.found.number, &row.star));
    let text = format!("c2sp.org/tlog-proof@v1\nextra {extra}\nindex {place}\n{lines}\n{}", checkpoint(&mut tx, &signer).await?);
    Ok(text_response(text))
}

/// `GET /api/v1/register/{number}`
pub(crate) async fn api(cx: Cx, call: Call, (): ()) -> Result<EntryDetails, Problem> {
    crate::limit::check(&cx)?;
    let mut tx = cx.read().await?;
    let row = entry(&mut tx, call.part("number")).await?;
    details(&cx, &mut tx, row, cx.now().day()).await
}
