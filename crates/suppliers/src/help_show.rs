//! `suppliers::help_show` — help for the whole chain: seminars and videos, and a desk that answers a question
//! once. What is published carries no names; everybody in the chain can search it.

use askama::Template;
use kernel::{Day, Event, EventKind, MessageId, Scope, fold_name};
use store::{Tx, params};
use web::{Call, Cx, Fields, Page, Problem, Response, Sampled, StatusCode, redirect};

use crate::acting::scope_of;
use crate::door::{GUEST, inside, note};
use crate::reply::cut;
use crate::store::{
    HELP_ADD, HELP_ANSWER, HELP_FIND, HELP_LIST, HELP_OWN, HELP_SHOWN, HelpRow, SEMINAR_ADD, SEMINAR_DROP, SEMINAR_LIST, SUPPLIER_NAMES,
    SeminarRow,
};
use crate::wave_send::name;

#[derive(Template)]
#[template(path = "help_show.html")]
pub(crate) struct HelpPage {
    p: Page,
    /// The buyer's name for a supplier's page; empty on the buyer's own.
    buyer: String,
    q: String,
    helps: Vec<HelpRow>,
    seminars: Vec<SeminarRow>,
    errors: Fields,
}

impl Sampled for HelpPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let help = |state: &str| HelpRow {
            help_id: "1".into(),
            question: "古い旋盤のパソコンはどうすればよいですか".into(),
            shown: if state == "open" { String::new() } else { "古い設備のパソコンはどうすればよいですか".into() },
            answer: if state == "open" { String::new() } else { "社内の網から切り離します".into() },
            state: state.into(),
        };
        let seminar = SeminarRow {
            seminar_id: "1".into(),
            title: "はじめての多要素認証".into(),
            day: "2027-01-20".into(),
            place: "オンライン".into(),
            address: "https://example.jp/video".into(),
        };
        let mut errors = Fields::default();
        errors.add("body", "内容を書いてください");
        let page = |buyer: &str, helps: Vec<HelpRow>, errors: Fields| Self {
            p: p.clone(),
            buyer: buyer.into(),
            q: String::new(),
            seminars: if helps.is_empty() { vec![] } else { vec![seminar.clone()] },
            helps,
            errors,
        };
        vec![
            ("empty", page("", vec![], Fields::default())),
            ("desk", page("", vec![help("open"), help("published")], Fields::default())),
            ("supplier", page("A社", vec![help("published")], errors)),
        ]
    }
}

/// `GET /suppliers/help`
pub(crate) async fn page(cx: Cx, call: Call) -> Result<Response, Problem> {
    show(&cx, &call, Fields::default(), StatusCode::OK).await
}

async fn show(cx: &Cx, call: &Call, errors: Fields, status: StatusCode) -> Result<Response, Problem> {
    let (scope, q) = (cx.scope()?, call.query.get("q").to_owned());
    let mut tx = cx.read().await?;
    let helps = tx.all(scope, HELP_LIST, params![fold_name(&q)]).await?;
    let page =
        HelpPage { p: Page::new(cx), buyer: String::new(), q, helps, seminars: tx.all(scope, SEMINAR_LIST, params![]).await?, errors };
    Ok(page.p.clone().render_as(status, &page))
}

/// Words of a published text that would give a supplier away: its name as it stands in the list.
async fn names_in(tx: &mut Tx, scope: &Scope, text: &str) -> Result<Option<String>, Problem> {
    let folded = fold_name(text);
    let all: Vec<(String, String)> = tx.all(scope, SUPPLIER_NAMES, params![]).await?;
    Ok(all.into_iter().map(|(_, name)| name).find(|n| fold_name(n).chars().count() > 2 && folded.contains(&fold_name(n))))
}

/// `POST /suppliers/help/{id}`: an answer; published if that was asked, without names.
pub(crate) async fn send_answer(cx: Cx, call: Call) -> Result<Response, Problem> {
    let (scope, id) = (cx.scope()?.clone(), call.part("id").to_owned());
    let mut tx = cx.write().await?;
    let row: Option<HelpRow> = tx.one(&scope, HELP_FIND, params![&id]).await?;
    let row = row.ok_or_else(Problem::not_found)?;
    let (shown, answer, publish) = (cut(call.form.get("shown")), cut(call.form.get("answer")), call.form.get("publish") == "yes");
    let mut errors = Fields::default();
    if answer.is_empty() {
        errors.add("body", cx.t("reply.wrong.body"));
    }
    if publish && let Some(name) = names_in(&mut tx, &scope, &format!("{shown}{answer}")).await? {
        errors.add("body", cx.app.texts.fill(cx.lang, "help.wrong.name", &[("name", name)]));
    }
    if !errors.is_empty() {
        drop(tx);
        return show(&cx, &call, errors, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let shown = if shown.is_empty() { row.question } else { shown };
    let state = if publish { "published" } else { "answered" };
    let folded = fold_name(&format!("{shown}{answer}"));
    tx.run_one(&scope, HELP_ANSWER, params![&id, shown, answer, folded, state, cx.now()]).await?;
    tx.record(&scope, cx.now(), &Event::new(EventKind::HelpAnswered, &id).with("state", state)).await?;
    tx.commit().await?;
    Ok(redirect("/suppliers/help"))
}

/// `POST /suppliers/seminars`: adds a seminar, or takes one away.
pub(crate) async fn send_seminar(cx: Cx, call: Call) -> Result<Response, Problem> {
    let scope = cx.scope()?.clone();
    let get = |name: &str| cut(call.form.get(name)).chars().take(200).collect::<String>();
    let mut tx = cx.write().await?;
    if call.form.get("drop").is_empty() {
        let day = Day::parse_loose(&get("day")).map(|d| d.to_string()).unwrap_or_default();
        let address = Some(get("address")).filter(|a| a.starts_with("https://")).unwrap_or_default();
        if get("title").is_empty() {
            drop(tx);
            let mut errors = Fields::default();
            errors.add("title", cx.t("help.wrong.title"));
            return show(&cx, &call, errors, StatusCode::UNPROCESSABLE_ENTITY).await;
        }
        let id = MessageId::new(&*cx.app.clock, &*cx.app.rng);
        tx.run(&scope, SEMINAR_ADD, params![&id, get("title"), day, get("place"), address]).await?;
    } else {
        tx.run(&scope, SEMINAR_DROP, params![call.form.get("drop")]).await?;
    }
    tx.record(&scope, cx.now(), &Event::new(EventKind::SeminarChanged, scope.id().as_str())).await?;
    tx.commit().await?;
    Ok(redirect("/suppliers/help"))
}

/// `GET /reply/help`: what a supplier may see of it, and its own questions.
pub(crate) async fn guest(cx: Cx, call: Call) -> Result<Response, Problem> {
    let mut tx = cx.read().await?;
    let row = inside(&cx, &mut tx).await?;
    let (scope, q) = (scope_of(&cx, &row.organisation_id)?, call.query.get("q").to_owned());
    let mut helps: Vec<HelpRow> = tx.all(&scope, HELP_OWN, params![&row.request_id]).await?;
    let shown: Vec<HelpRow> = tx.all(&scope, HELP_SHOWN, params![fold_name(&q)]).await?;
    helps.extend(shown);
    let (buyer, seminars) = (name(&mut tx, &scope).await?, tx.all(&scope, SEMINAR_LIST, params![]).await?);
    let page = HelpPage { p: Page::new(&cx), buyer, q, helps, seminars, errors: Fields::default() };
    Ok(page.p.clone().render(&page))
}

/// `POST /reply/help`: a supplier asks the desk.
pub(crate) async fn guest_send(cx: Cx, call: Call) -> Result<Response, Problem> {
    let mut tx = cx.write().await?;
    let (row, body) = (inside(&cx, &mut tx).await?, cut(call.form.get("body")));
    if body.is_empty() {
        return Ok(redirect("/reply/help"));
    }
    let id = MessageId::new(&*cx.app.clock, &*cx.app.rng);
    tx.run(&GUEST, HELP_ADD, params![&row.organisation_id, &id, &row.request_id, body, cx.now()]).await?;
    note(&cx, &mut tx, &row, &Event::new(EventKind::HelpAsked, id.as_str())).await?;
    tx.commit().await?;
    Ok(redirect("/reply/help"))
}
