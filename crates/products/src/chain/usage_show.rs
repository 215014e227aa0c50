//! `products::chain::usage_show` — one thing the organisation uses: what its maker says of it, which release it is, where it runs,
//! and the question "does this vulnerability concern it?".

use askama::Template;
use kernel::{Code, Scope};
use store::{Tx, params};
use web::{Call, Cx, Fields, Page, Problem, Response, Sampled, download, redirect};

use crate::chain::spread::CHAIN;
use crate::chain::store::{NOTICE_OF_USE, NoticeRow, OWN_RELEASES, OwnRow, RELEASE_DIGEST, ShownRow, UseRow};
use crate::chain::usage::{Answer, UseInput, ask, end, find, shown, use_set};
use crate::chain::usage_list::sample_use;
use crate::decision::tree;

#[derive(Template)]
#[template(path = "usage_show.html")]
pub(crate) struct UsageShowPage {
    p: Page,
    usage: UseRow,
    notices: Vec<NoticeRow>,
    releases: Vec<ShownRow>,
    own: Vec<OwnRow>,
    exposures: Vec<String>,
    missions: Vec<String>,
    said: UseInput,
    asked: String,
    answer: Option<Answer>,
    errors: Fields,
}

impl UsageShowPage {
    fn open(&self) -> usize {
        self.notices.iter().filter(|n| n.closed_at.is_empty()).count()
    }

    /// Whether the maker still tells of it.
    fn is_told(&self) -> bool {
        self.usage.is_told(self.p.today())
    }

    /// The last part of the text for the answer.
    fn answered(&self) -> String {
        match &self.answer {
            None => String::new(),
            Some(Answer::Unknown) => "unknown".to_owned(),
            Some(Answer::NotFound) => "not_found".to_owned(),
            Some(Answer::Told(status)) => status.clone(),
        }
    }
}

impl NoticeRow {
    /// Whether nobody has acknowledged it as it stands.
    pub(crate) fn is_waiting(&self) -> bool {
        self.closed_at.is_empty() && self.acknowledged_at < self.changed_at
    }

    /// What is shown of it: its status, or why it is closed.
    pub(crate) fn shown(&self) -> &str {
        if self.closed_at.is_empty() { &self.status } else { &self.closed_because }
    }
}

/// A notice for examples.
pub(crate) fn sample_notice(status: &str, closed: &str) -> NoticeRow {
    NoticeRow {
        vulnerability: "CVE-2024-11738".into(),
        status: status.into(),
        action: "版 1.1 に上げてください。".into(),
        told_at: "2026-11-21T00:00:00.000000Z".into(),
        changed_at: "2026-11-21T01:00:00.000000Z".into(),
        closed_at: if closed.is_empty() { String::new() } else { "2026-11-22T00:00:00.000000Z".into() },
        closed_because: closed.into(),
        mended: "1.1".into(),
        ..NoticeRow::default()
    }
}

impl Sampled for UsageShowPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let words = |all: &[&str]| all.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>();
        let page = |usage: UseRow, notices, answer, errors| Self {
            p: p.clone(),
            said: usage.input(),
            usage,
            notices,
            releases: vec![ShownRow { release_id: "1".into(), version: "1.0".into(), made_at: String::new() }],
            own: vec![OwnRow { release_id: "9".into(), name: "検査装置 Z-9".into(), version: "2.0".into() }],
            exposures: words(&["small", "controlled", "open"]),
            missions: words(&["low", "medium", "high", "very_high"]),
            asked: String::new(),
            answer,
            errors,
        };
        let mut errors = Fields::default();
        for field in ["asset", "release_id", "in_release_id", "mail"] {
            errors.add(field, "選んでください");
        }
        let notices = vec![sample_notice("affected", ""), sample_notice("under_investigation", ""), sample_notice("affected", "moved")];
        let ended = UseRow { ended_at: "2026-11-20T00:00:00.000000Z".into(), share: "answers".into(), ..sample_use("1", "") };
        vec![
            ("quiet", page(ended, vec![], None, Fields::default())),
            (
                "filled",
                Self { asked: "CVE-2024-1".into(), ..page(sample_use("1", "検査装置 Z-9"), notices, Some(Answer::NotFound), errors) },
            ),
        ]
    }
}

/// What a use was told, open ones first; of one vulnerability if it is not empty.
///
/// # Errors
/// The store's.
pub(crate) async fn notices(tx: &mut Tx, scope: &Scope, id: &str, vulnerability: &str) -> Result<Vec<NoticeRow>, Problem> {
    Ok(tx.all(scope, NOTICE_OF_USE, params![id, vulnerability]).await?)
}

/// The answers a question of the deployer's tree takes.
fn values(key: &str) -> Result<Vec<String>, Problem> {
    Ok(tree("deployer")?.inputs.iter().find(|i| i.key == key).map(|i| i.values.clone()).unwrap_or_default())
}

async fn show(cx: &Cx, call: &Call, said: Option<UseInput>, errors: Fields) -> Result<Response, Problem> {
    let (scope, mut tx) = (cx.scope()?, cx.read().await?);
    let usage = find(&mut tx, scope, call.part("id")).await?;
    let notices = notices(&mut tx, scope, &usage.use_id, "").await?;
    let releases = shown(&mut tx, scope, (&usage.maker_id, &usage.grant_id)).await?;
    let own: Vec<OwnRow> = tx.all(scope, OWN_RELEASES, params![]).await?;
    let asked = call.query.get("ask").trim().to_ascii_uppercase();
    let answer = if asked.is_empty() { None } else { Some(ask(cx, &mut tx, &usage, &notices, &asked).await?) };
    let (exposures, missions) = (values("system_exposure")?, values("human_impact")?);
    let said = said.unwrap_or_else(|| usage.input());
    let page = UsageShowPage { p: Page::new(cx), usage, notices, releases, own, exposures, missions, said, asked, answer, errors };
    Ok(page.p.clone().render_as(page.errors.status(), &page))
}

/// `GET /products/uses/{id}?ask=…`
pub(crate) async fn page(cx: Cx, call: Call) -> Result<Response, Problem> {
    show(&cx, &call, None, Fields::default()).await
}

/// `POST /products/uses/{id}`
pub(crate) async fn send(cx: Cx, call: Call) -> Result<Response, Problem> {
    let get = |name: &str| call.form.get(name).to_owned();
    let input = UseInput {
        code: String::new(),
        asset: get("asset"),
        release_id: get("release_id"),
        exposure: get("exposure"),
        mission: get("mission"),
        in_release_id: get("in_release_id"),
        mail: get("mail"),
        tells_on: call.form.get("tells_on") == "yes",
    };
    match use_set(&cx, cx.scope()?, call.part("id"), &input).await {
        Ok(()) => Ok(redirect(&format!("/products/uses/{}", call.part("id")))),
        Err(problem) if problem.fields.is_empty() => Err(problem),
        Err(problem) => show(&cx, &call, Some(input), Fields(problem.fields)).await,
    }
}

/// `GET /products/uses/{id}/list`: the component list, as far as its maker shows it.
pub(crate) async fn list(cx: Cx, call: Call) -> Result<Response, Problem> {
    let (usage, file) = {
        let mut tx = cx.read().await?;
        let usage = find(&mut tx, cx.scope()?, call.part("id")).await?;
        if usage.share == "answers" || !usage.is_told(cx.now().day()) {
            return Err(Problem::not_found());
        }
        let file: Option<(String,)> = tx.one(&CHAIN, RELEASE_DIGEST, params![&usage.maker_id, &usage.release_id]).await?;
        (usage, file.ok_or_else(Problem::not_found)?.0)
    };
    let bytes = cx.app.store.blobs().read_for(&usage.release_id, &file).await?;
    let mut document = sbom::read_in_child(&bytes).await.map_err(|e| Problem::new(Code::Internal).because(e.line()))?;
    if usage.share == "redacted" {
        let lines: Vec<&str> = usage.withheld.lines().map(str::trim).filter(|l| !l.is_empty()).collect();
        sbom::redact(&mut document, &lines);
    }
    let written = serde_json::to_vec_pretty(&sbom::write(&document, sbom::Target::Cyclonedx)).unwrap_or_default();
    Ok(download(&format!("{}.cdx.json", usage.release_id), "application/json", written))
}

/// `POST /products/uses/{id}/end`
pub(crate) async fn send_end(cx: Cx, call: Call) -> Result<Response, Problem> {
    end(&cx, cx.scope()?, call.part("id")).await?;
    Ok(redirect("/products/uses"))
}
