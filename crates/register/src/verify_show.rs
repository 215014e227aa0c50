//! `register::verify_show` — "is this star real?" for everybody: by number, by QR code, by pasting
//! a text or dropping the file.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use kernel::{Day, sha256_hex};
use schemars::JsonSchema;
use schemes::Catalog;
use serde::Deserialize;
use store::{Tx, params};
use web::{Call, Cx, Page, Problem, Response, Sampled, Upload};

use crate::keys::{REGISTER, keys};
use crate::statement::Statement;
use crate::status::{EntryState, StatusList};
use crate::store::{ENTRY_FIND, EntryRow};
use crate::verify::{Finding, Verdict, star_in, verify};

/// Largest file that can be a star, in bytes.
const STAR_MAX_BYTES: usize = 16 * 1024;

/// A star to look at.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct VerifyInput {
    /// The signed star, the address of its QR code, or a register number.
    star: String,
}

/// Looks at a star with the keys and the state of this instance.
///
/// # Errors
/// The store's.
pub async fn star_verify(cx: &Cx, tx: &mut Tx, text: &str) -> Result<Verdict, Problem> {
    let today = cx.now().day();
    let keys = keys(tx).await?;
    let (mut star, number) = (star_in(text), text.trim().to_uppercase());
    let short = number.chars().count() <= 40 && !number.is_empty() && !number.chars().any(char::is_whitespace);
    if short {
        let row: Option<EntryRow> = tx.one(&REGISTER, ENTRY_FIND, params![&number]).await?;
        star = row.map_or(star, |r| r.star);
    }
    let first = verify(&star, &keys.verifiers(), None, today);
    let Some(statement) = &first.statement else { return Ok(first) };
    let mut list = StatusList::new(today, today);
    let row: Option<EntryRow> = tx.one(&REGISTER, ENTRY_FIND, params![&statement.number]).await?;
    if let Some(row) = &row {
        let changed = EntryState::parse(&row.found.state).ok().zip(Day::parse(&row.found.state_day).ok());
        list.entries.extend(changed.map(|c| (row.found.number.clone(), c)));
    }
    for (_, key, day) in keys.closed() {
        list.closed.insert(key.label(), day);
        // What the register itself holds was signed before.
        if row.as_ref().is_some_and(|r| r.star == star) {
            list.kept.insert(sha256_hex(statement.text().as_bytes()));
        }
    }
    Ok(verify(&star, &keys.verifiers(), Some(&list), today))
}

#[derive(Template)]
#[template(path = "verify_show.html")]
pub(crate) struct VerifyPage {
    p: Page,
    verdict: Option<Verdict>,
    title: String,
    text: String,
}

impl VerifyPage {
    /// Whether the mark is a tick, a cross, or a question.
    fn mark(&self) -> &'static str {
        match self.verdict.as_ref().map(Verdict::exit) {
            Some(0) => "✓",
            Some(1) => "!",
            _ => "✕",
        }
    }

    fn day(&self) -> String {
        let day = self.verdict.as_ref().and_then(|v| v.day);
        day.map_or(String::new(), |d| self.p.day(&d))
    }
}

impl Sampled for VerifyPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let day = |text: &str| Day::parse(text).unwrap_or(Day::EPOCH);
        let statement = Statement {
            number: "S3-2026-000001".into(),
            scheme: "small@1.0.0".into(),
            level: "★3".into(),
            criteria: "ab".repeat(32),
            subject: schemes::Subject::Organisation,
            corporate_number: "7000012050002".into(),
            name: "株式会社石垣精工".into(),
            scope: "全社".into(),
            by: "架空評価機関".into(),
            from: day("2026-11-21"),
            to: Some(day("2027-11-20")),
        };
        let page = |finding: Option<Finding>, known: bool| {
            let verdict = finding.map(|finding| Verdict {
                finding,
                day: Some(day("2026-12-01")).filter(|_| finding != Finding::Good),
                statement: Some(statement.clone()).filter(|_| known),
            });
            Self { p: p.clone(), verdict, title: "SCS評価制度 ★3".into(), text: String::new() }
        };
        let mut all = vec![("empty", page(None, false))];
        all.extend(Finding::ALL.iter().map(|f| (f.as_str(), page(Some(*f), f.is_signed()))));
        all
    }
}

async fn show(cx: &Cx, text: &str) -> Result<Response, Problem> {
    crate::limit::check(cx)?;
    let verdict = if text.trim().is_empty() {
        None
    } else {
        let mut tx = cx.read().await?;
        Some(star_verify(cx, &mut tx, text).await?)
    };
    let catalog = cx.part::<Arc<Catalog>>()?;
    let scheme = verdict.as_ref().and_then(|v| catalog.named(&v.statement.as_ref()?.scheme));
    let title = scheme.map_or(String::new(), |s| s.texts(cx.lang).title.clone());
    let p = Page::new(cx);
    let text = if text.chars().count() <= 60 { text.to_owned() } else { String::new() };
    Ok(p.render(&VerifyPage { p: p.clone(), verdict, title, text }))
}

/// `GET /register/verify?t=&number=`
pub(crate) async fn page(cx: Cx, call: Call) -> Result<Response, Problem> {
    let (coded, number) = (call.query.get("t"), call.query.get("number"));
    let text = if coded.is_empty() { number.to_owned() } else { format!("?t={coded}") };
    show(&cx, &text).await
}

/// `POST /register/verify`: a dropped file, or a pasted text.
pub(crate) async fn send(cx: Cx, _call: Call, upload: Upload) -> Result<Response, Problem> {
    let fields = upload.fields(STAR_MAX_BYTES).await?;
    let mut by_name: BTreeMap<String, String> =
        fields.into_iter().map(|(name, _, bytes)| (name, String::from_utf8_lossy(&bytes).into_owned())).collect();
    let file = by_name.remove("file").unwrap_or_default();
    let text = if file.is_empty() { by_name.remove("text").unwrap_or_default() } else { file };
    show(&cx, &text).await
}

/// `POST /api/v1/register/verify`
pub(crate) async fn api(cx: Cx, _call: Call, input: VerifyInput) -> Result<Verdict, Problem> {
    crate::limit::check(&cx)?;
    let mut tx = cx.read().await?;
    star_verify(&cx, &mut tx, &input.star).await
}
