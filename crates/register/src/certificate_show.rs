//! `register::certificate_show` — an own star on one sheet of paper, safe in black and white, with
//! the code that checks it. It imitates nobody's label.

use std::sync::Arc;

use askama::Template;
use kernel::Day;
use schemes::Catalog;
use web::{Call, Cx, Page, Problem, Response, Sampled};

use crate::entry_search::EntryHead;
use crate::entry_show::address;
use crate::rules::Rules;
use crate::star_list::own_entry;

#[derive(Template)]
#[template(path = "certificate_show.html")]
pub(crate) struct CertificatePage {
    p: Page,
    head: EntryHead,
    confirmer: String,
    title: String,
    declaration: String,
    claims: Vec<String>,
    qr: String,
    place: String,
    today: String,
}

impl CertificatePage {
    /// A day with its era, or that there is none.
    fn day(&self, text: &str) -> String {
        Day::parse(text).map_or(self.p.t("register.no_end"), |d| self.p.day(&d))
    }
}

impl Sampled for CertificatePage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let head = EntryHead {
            number: "50123456789".into(),
            scheme: "small".into(),
            version: "4.0.0".into(),
            level: "★".into(),
            name: "株式会社石垣精工".into(),
            corporate_number: "7000012050002".into(),
            prefecture: "23".into(),
            scope: "会社全体".into(),
            from: "2026-11-21".into(),
            to: String::new(),
            state: "valid".into(),
            state_day: String::new(),
        };
        let page = |state: &str| Self {
            p: p.clone(),
            head: EntryHead { state: state.into(), state_day: "2026-12-01".into(), ..head.clone() },
            confirmer: "自己宣言".into(),
            title: "SECURITY ACTION ★".into(),
            declaration: "取り組むことを宣言します。".into(),
            claims: vec!["認定を受けたと言うこと".into()],
            qr: String::new(),
            place: "http://127.0.0.1:7750/register/entries/50123456789".into(),
            today: "2026-12-02".into(),
        };
        vec![("valid", page("valid")), ("revoked", page("revoked"))]
    }
}

/// `GET /stars/{number}/certificate`
pub(crate) async fn page(cx: Cx, call: Call) -> Result<Response, Problem> {
    let mut tx = cx.read().await?;
    let row = own_entry(&cx, &mut tx, call.part("number")).await?;
    let catalog = cx.part::<Arc<Catalog>>()?;
    let scheme = catalog.scheme(&row.found.scheme_id, Some(&row.found.version)).ok_or_else(Problem::not_found)?;
    let rules = cx.part::<Rules>()?;
    let texts = rules.get(scheme).map(|r| r.texts(cx.lang));
    let p = Page::new(&cx);
    let url = &cx.app.config.public_url;
    Ok(p.render(&CertificatePage {
        title: scheme.texts(cx.lang).title.clone(),
        declaration: texts.map_or(String::new(), |t| t.declaration.clone()),
        claims: texts.map(|t| t.claims_after.clone()).unwrap_or_default(),
        qr: web::qr(&address(url, &row.star), &p.t("entry.qr")),
        place: format!("{url}/register/entries/{}", row.found.number),
        today: p.day(&cx.now().day()),
        confirmer: row.confirmer.clone(),
        head: EntryHead::of(row.found, cx.now().day()),
        p: p.clone(),
    }))
}
