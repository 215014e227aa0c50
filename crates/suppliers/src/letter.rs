//! `suppliers::letter` — what letters say: in Japanese business form, plain, complete in themselves. The words
//! stand in the text files; here they are put together.

use kernel::{Day, Lang};
use web::Cx;

use crate::store::{RequestRow, WaveRow};

/// What every letter about a request needs.
pub(crate) struct Facts<'a> {
    /// The buyer's name.
    pub(crate) own: &'a str,
    /// Person written to; empty for whoever is in charge.
    pub(crate) person: &'a str,
    /// The link; empty where none is given.
    pub(crate) link: &'a str,
    /// The short code that belongs to the number.
    pub(crate) check: &'a str,
}

/// Words of the week.
const WEEK: [&str; 7] = ["日", "月", "火", "水", "木", "金", "土"];

/// A day with its day of the week: `2026年12月14日（月）`.
fn day(text: &str) -> String {
    let Ok(day) = Day::parse(text) else { return text.to_owned() };
    let (y, m, d) = day.parts();
    let week = usize::try_from(day.weekday()).ok().and_then(|n| WEEK.get(n)).copied().unwrap_or("");
    format!("{y}年{m}月{d}日（{week}）")
}

fn fill(cx: &Cx, key: &str, values: &[(&str, String)]) -> String {
    // Letters are written in Japanese, whatever language the sender's page has.
    let lines = cx.app.texts.get(Lang::Ja, key).replace('|', "\n");
    values.iter().fold(lines, |text, (name, value)| text.replace(&format!("{{ ${name} }}"), value))
}

/// Everything a letter may name.
fn values<'a>(cx: &Cx, wave: &WaveRow, request: &RequestRow, f: &Facts<'_>) -> Vec<(&'a str, String)> {
    let input = wave.input();
    let dear = if f.person.is_empty() { cx.app.texts.get(Lang::Ja, "letter.dear").to_owned() } else { format!("{} 様", f.person) };
    vec![
        ("name", request.name.clone()),
        ("dear", dear),
        ("own", f.own.to_owned()),
        ("title", wave.title.clone()),
        ("need", input.need),
        ("method", input.method),
        ("cost", input.cost),
        ("more", input.more),
        ("viewers", input.viewers),
        ("deadline", day(&request.deadline)),
        ("grace", day(&input.grace_until)),
        ("contact", input.contact),
        ("minutes", input.minutes),
        ("questions", request.asked.chars().filter(|c| *c == crate::questions::OPEN).count().to_string()),
        ("number", request.number.clone()),
        // A later letter cannot repeat the short code: it is stored hashed.
        ("check", if f.check.is_empty() { cx.app.texts.get(Lang::Ja, "letter.check.first").to_owned() } else { f.check.to_owned() }),
        ("link", f.link.to_owned()),
        ("address", format!("{}/reply", cx.app.config.public_url)),
    ]
}

/// The request: subject and text.
pub(crate) fn request(cx: &Cx, wave: &WaveRow, row: &RequestRow, f: &Facts<'_>) -> (String, String) {
    let values = values(cx, wave, row, f);
    let more = if wave.input().more.is_empty() { None } else { Some("letter.request.more") };
    let parts = ["letter.head", "letter.request", "letter.request.ask", "letter.request.fair"].into_iter().chain(more);
    let parts = parts.chain(["letter.request.steps", "letter.foot"]);
    let text = parts.map(|key| fill(cx, key, &values)).collect::<Vec<_>>().join("\n\n");
    (fill(cx, "letter.request.subject", &values), text)
}

/// A reminder; `kind` is the last part of a text key.
pub(crate) fn reminder(cx: &Cx, wave: &WaveRow, row: &RequestRow, f: &Facts<'_>, kind: &str) -> (String, String) {
    let values = values(cx, wave, row, f);
    let own = format!("letter.reminder.{kind}");
    let text = ["letter.head", &own, "letter.request.steps", "letter.foot"].map(|key| fill(cx, key, &values)).join("\n\n");
    (fill(cx, "letter.reminder.subject", &values), text)
}

/// What the department in charge is told.
pub(crate) fn department(cx: &Cx, wave: &WaveRow, own: &str, names: &[String]) -> (String, String) {
    let values = [
        ("own", own.to_owned()),
        ("title", wave.title.clone()),
        ("deadline", day(&wave.deadline)),
        ("names", names.iter().map(|n| format!("・{n}")).collect::<Vec<_>>().join("\n")),
    ];
    (fill(cx, "letter.department.subject", &values), fill(cx, "letter.department", &values))
}

/// The code for somebody who opened a link.
pub(crate) fn code(cx: &Cx, own: &str, number: &str, code: &str) -> (String, String) {
    let values = [("own", own.to_owned()), ("number", number.to_owned()), ("code", code.to_owned())];
    (fill(cx, "letter.code.subject", &values), fill(cx, "letter.code", &values))
}

/// News about a request that waits on its page: a question, feedback, a reply sent back.
pub(crate) fn news(cx: &Cx, wave: &WaveRow, row: &RequestRow, f: &Facts<'_>, kind: &str) -> (String, String) {
    let values = values(cx, wave, row, f);
    let own = format!("letter.news.{kind}");
    let text = ["letter.head", &own, "letter.request.steps", "letter.foot"].map(|key| fill(cx, key, &values)).join("\n\n");
    (fill(cx, "letter.news.subject", &values), text)
}
