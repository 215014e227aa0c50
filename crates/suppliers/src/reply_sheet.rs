//! `suppliers::reply_sheet` — a reply as a workbook: the buyer's own sheet or one made here, with what is known already in
//! it, and the answers read from it when it comes back.

use std::collections::{BTreeMap, VecDeque};

use sheets::{AskedRow, Book, CompanyField, Correction, Entry, FILE_MAX_BYTES, FoundBy, Layout, SheetWords, cell_name, fold};
use web::{Call, Cx, FieldError, Problem, Response, Upload, redirect, workbook_response};

use crate::acting::scope_of;
use crate::data::Data;
use crate::door::inside;
use crate::questions::{OPEN, Question, QuestionKind, QuestionSet, Reply, Workbook, cell};
use crate::reply::{answers_save, cut, draft};
use crate::reply_edit::show;
use crate::store::RequestRow;
use crate::supplier;
use crate::wave::find;

/// Of the questions of a workbook, how many in a hundred must be of the request.
const OWN_PERCENT: usize = 50;

/// Answers so far, by question: answer and words.
pub(crate) type Known = BTreeMap<String, (String, String)>;

fn unreadable(e: impl std::fmt::Display) -> Problem {
    Problem::new(kernel::Code::Internal).because(e.to_string())
}

/// What a practice is answered with in a workbook made here, in a language.
fn label(cx: &Cx, lang: kernel::Lang, reply: Reply) -> String {
    cx.app.texts.get(lang, &format!("reply.answer.{reply}")).to_owned()
}

/// A workbook made here.
fn made(cx: &Cx, set: &QuestionSet, row: &RequestRow, number: &str, known: &Known) -> Result<Vec<u8>, Problem> {
    let t = |key: &str| cx.t(key);
    let about = [
        (t("reply.number"), row.number.clone()),
        (t("reply.sheet.company"), row.name.clone()),
        (t("reply.sheet.number"), number.to_owned()),
        (t("reply.sheet.person"), row.person.clone()),
    ];
    let heads = ["no", "question", "answer", "words"].map(|h| t(&format!("reply.sheet.head.{h}")));
    let choices: Vec<String> = Reply::ALL.iter().filter(|r| **r != Reply::Written).map(|r| label(cx, cx.lang, *r)).collect();
    let line = |(place, q): (usize, &Question)| {
        let (answer, text) = known.get(&q.id).cloned().unwrap_or_default();
        let in_words = q.kind == QuestionKind::Text;
        let said = Reply::parse(&answer).map_or(String::new(), |r| label(cx, cx.lang, r));
        AskedRow {
            number: if set.scheme.is_empty() { (place + 1).to_string() } else { q.id.clone() },
            text: q.text(cx.lang).to_owned(),
            choices: if in_words { q.choices.clone() } else { choices.clone() },
            given: if in_words { (text, String::new()) } else { (said, text) },
        }
    };
    let rows: Vec<AskedRow> = set.items.iter().enumerate().filter(|(place, _)| cell(&row.asked, *place) == OPEN).map(line).collect();
    let title = match cx.lang {
        kernel::Lang::Ja => &set.title_ja,
        kernel::Lang::En => &set.title_en,
    };
    sheets::asking(title, &about, &heads, &rows).map_err(unreadable)
}

/// What goes into the buyer's own workbook: the company, and answers so far.
fn entries(set: &QuestionSet, book: &Workbook, row: &RequestRow, number: &str, known: &Known) -> Vec<Entry> {
    let mut all = Vec::new();
    let entry = |sheet: usize, (row, column): (u32, u32), text: &str, number: bool| Entry {
        sheet,
        row,
        column,
        text: text.to_owned(),
        number,
        over: false,
    };
    for c in book.layout.company.iter().filter(|c| c.given.is_empty() && !c.fixed) {
        let text = match c.field {
            CompanyField::Name => &row.name,
            CompanyField::CorporateNumber => number,
            CompanyField::Person => &row.person,
            CompanyField::Department | CompanyField::Date | CompanyField::Mail | CompanyField::Phone => "",
        };
        all.extend(Some(entry(c.sheet, (c.row, c.column), text, false)).filter(|e| !e.text.is_empty()));
    }
    for (q, (table, asked)) in set.items.iter().zip(book.layout.questions()).filter(|(_, (_, a))| !a.fixed) {
        let Some((answer, text)) = known.get(&q.id) else { continue };
        let scale = asked.scale.as_ref().unwrap_or(&table.scale);
        let choice = Reply::parse(answer).ok().and_then(Reply::meaning).and_then(|m| scale.write(m));
        let in_words = q.kind == QuestionKind::Text;
        let said = if in_words { Some(text.as_str()) } else { choice };
        all.extend(said.filter(|s| !s.is_empty()).map(|s| entry(table.sheet, asked.answer, s, true)));
        if let Some(column) = table.columns.remark.filter(|_| !in_words && !text.is_empty()) {
            all.push(entry(table.sheet, (asked.row, column), text, false));
        }
    }
    all
}

/// The workbook of a request: the name of its file and its bytes.
///
/// # Errors
/// The store's.
pub(crate) async fn workbook(cx: &Cx, set: &QuestionSet, row: &RequestRow, known: &Known) -> Result<(String, Vec<u8>), Problem> {
    let scope = scope_of(cx, &row.organisation_id)?;
    let number = supplier::find(&mut cx.read().await?, &scope, &row.supplier_id).await?.corporate_number;
    let Some(book) = &set.workbook else {
        return Ok((format!("{}.xlsx", row.number), made(cx, set, row, &number, known)?));
    };
    let bytes = cx.app.store.blobs().read_for(&row.wave_id, &book.sha256).await?;
    let entries = entries(set, book, row, &number, known);
    let stem = book.name.rsplit_once('.').map_or(book.name.as_str(), |(stem, _)| stem);
    let name = format!("{stem}_{}.xlsx", row.number);
    // What a buyer sends out carries no macros.
    let bytes = sheets::answered_in_child(book.kind, &bytes, &entries, true).await.map_err(|e| unreadable(e.line()))?;
    Ok((name, bytes))
}

/// What was read from a workbook.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Found {
    /// Place of the question, the answer and its words.
    pub(crate) answers: Vec<(usize, Reply, String)>,
    /// Places of questions nothing stands at.
    pub(crate) blank: Vec<usize>,
    /// Cells whose text says nothing clear, with the text.
    pub(crate) unclear: Vec<(String, String)>,
    /// Who filled it out, what it is called and its corporate number, as they stand there.
    pub(crate) person: String,
    pub(crate) name: String,
    pub(crate) number: String,
    /// Questions of the workbook that are not of the request.
    pub(crate) foreign: usize,
}

impl Found {
    /// Whether the workbook asks what the request asks.
    pub(crate) fn is_own(&self) -> bool {
        let own = self.answers.len() + self.blank.len() + self.unclear.len();
        own > 0 && own * 100 >= (own + self.foreign) * OWN_PERCENT
    }
}

/// Where people said the columns of the buyer's sheet are.
fn corrections(book: &Workbook) -> Vec<Correction> {
    let by_people = book.layout.tables.iter().filter(|t| t.by == FoundBy::People);
    let said = by_people.map(|t| Correction {
        sheet: t.sheet,
        first_row: t.questions.first().map_or(t.head.1 + 1, |q| q.row),
        question: t.columns.question,
        answer: t.columns.answer,
        remark: t.columns.remark,
    });
    said.collect()
}

/// What a workbook that came back asks.
pub(crate) fn layout_of(words: &SheetWords, set: &QuestionSet, book: &Book) -> Layout {
    sheets::layout(book, words, &set.workbook.as_ref().map(corrections).unwrap_or_default())
}

/// Reads the answers of a workbook: its questions are found by their texts, wherever they stand now.
pub(crate) fn read(cx: &Cx, words: &SheetWords, set: &QuestionSet, layout: &Layout) -> Found {
    let mut places: BTreeMap<String, VecDeque<usize>> = BTreeMap::new();
    match &set.workbook {
        Some(book) => book.layout.questions().enumerate().for_each(|(n, (_, q))| places.entry(fold(&q.text)).or_default().push_back(n)),
        None => set.items.iter().enumerate().for_each(|(n, q)| {
            places.entry(fold(&q.ja)).or_default().push_back(n);
            if q.en != q.ja {
                places.entry(fold(&q.en)).or_default().push_back(n);
            }
        }),
    }
    // What stood in the buyer's own sheet already is nobody's answer.
    let printed: Vec<&str> = set.workbook.iter().flat_map(|b| b.layout.questions().map(|(_, q)| q.given.trim())).collect();
    let labels: BTreeMap<String, Reply> =
        [kernel::Lang::Ja, kernel::Lang::En].iter().flat_map(|lang| Reply::ALL.iter().map(|r| (fold(&label(cx, *lang, *r)), *r))).collect();
    let given = |field: CompanyField| layout.company.iter().find(|c| c.field == field).map_or(String::new(), |c| c.given.clone());
    let mut found = Found {
        person: given(CompanyField::Person),
        name: given(CompanyField::Name),
        number: given(CompanyField::CorporateNumber),
        ..Found::default()
    };
    for (table, asked) in layout.questions() {
        let place = places.get_mut(&fold(&asked.text)).and_then(VecDeque::pop_front);
        let Some((place, q)) = place.and_then(|p| Some((p, set.items.get(p)?))) else {
            found.foreign += 1;
            continue;
        };
        let (text, remark) = (asked.given.trim(), cut(&asked.remark));
        let scale = asked.scale.as_ref().unwrap_or(&table.scale);
        let reply = || labels.get(&fold(text)).copied().or_else(|| scale.read(words, text).map(Reply::of));
        if text.is_empty() || printed.get(place).is_some_and(|p| *p == text) {
            found.blank.push(place);
        } else if q.kind == QuestionKind::Text {
            let all = [cut(text), remark].join("\n").trim().to_owned();
            found.answers.push((place, Reply::Written, all));
        } else if let Some(reply) = reply() {
            found.answers.push((place, reply, remark));
        } else {
            found.unclear.push((cell_name(asked.answer.0, asked.answer.1), text.chars().take(60).collect()));
        }
    }
    found
}

/// `GET /reply/sheet`: the workbook of the request the browser is in.
pub(crate) async fn send_out(cx: Cx, _call: Call) -> Result<Response, Problem> {
    let mut tx = cx.read().await?;
    let row = inside(&cx, &mut tx).await?;
    let set = find(&mut tx, &scope_of(&cx, &row.organisation_id)?, &row.wave_id).await?.set();
    let known = draft(&mut tx, &row).await?;
    drop(tx);
    let (name, bytes) = workbook(&cx, &set, &row, &known).await?;
    Ok(workbook_response(&name, bytes))
}

/// `POST /reply/sheet`: the workbook comes back; its answers go into the draft, to be looked at and sent.
pub(crate) async fn send(cx: Cx, _call: Call, upload: Upload) -> Result<Response, Problem> {
    let mut tx = cx.read().await?;
    let row = inside(&cx, &mut tx).await?;
    let set = find(&mut tx, &scope_of(&cx, &row.organisation_id)?, &row.wave_id).await?.set();
    drop(tx);
    let wrong = |text: String| Problem::invalid(vec![FieldError { field: "file".to_owned(), text }]);
    let data = cx.part::<Data>()?;
    let read = async {
        let (_, bytes) = upload.file(&cx, FILE_MAX_BYTES).await?;
        let book = sheets::book_in_child(&bytes).await.map_err(|e| wrong(cx.t(e.key())))?;
        let found = read(&cx, data.sheet_words(), &set, &layout_of(data.sheet_words(), &set, &book));
        if found.is_own() { Ok(found) } else { Err(wrong(cx.t("reply.wrong.sheet"))) }
    };
    let found = match read.await {
        Ok(found) => found,
        Err(problem) if problem.fields.is_empty() => return Err(problem),
        Err(problem) => return show(&cx, None, web::Fields(problem.fields), web::StatusCode::UNPROCESSABLE_ENTITY).await,
    };
    let asked = found.answers.iter().filter(|(place, ..)| cell(&row.asked, *place) == OPEN);
    let answers: Vec<(String, String, String)> = asked
        .filter_map(|(place, reply, text)| {
            let q = set.items.get(*place)?;
            Some((q.id.clone(), if *reply == Reply::Written { String::new() } else { reply.to_string() }, text.clone()))
        })
        .collect();
    let mut tx = cx.write().await?;
    answers_save(&cx, &mut tx, &row, &set, &answers).await?;
    tx.commit().await?;
    Ok(redirect("/reply/form#saved"))
}
