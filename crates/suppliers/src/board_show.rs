//! `suppliers::board_show` — a wave as a whole: how many wait, ask, have answered, by department; the requests
//! themselves; answers that read alike; the heat map of suppliers × questions, the weakest first.

use std::collections::BTreeMap;

use askama::Template;
use schemars::JsonSchema;
use serde::Serialize;
use store::params;
use web::{Call, Cx, Form, Page, Problem, Response, Sampled};

use crate::questions::{NOT_ASKED, QuestionSet, Reply, cell};
use crate::reply::Sent;
use crate::request_show::odd;
use crate::store::{CellsRow, REQUEST_CELLS, REQUEST_COUNT, REQUEST_WAVE, RequestRow, SNAPSHOT_TEXTS, WaveRow};
use crate::wave::find;

/// States in the order of the board.
pub(crate) const STATES: [&str; 7] = ["sent", "opened", "question", "returned", "submitted", "confirmed", "withdrawn"];

/// Requests on a page of the board, and suppliers on a page of the heat map.
const PAGE_ROWS: i64 = 50;
const MAP_ROWS: usize = 100;

/// Shortest text that is compared, in characters, and how many must share it.
const ALIKE_CHARS: usize = 12;
const ALIKE_LEAST: usize = 3;

/// A row of the board.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct BoardRow {
    /// Department in charge; empty where none is named.
    pub(crate) department: String,
    /// Requests by state, in the order of the board.
    pub(crate) counts: Vec<i64>,
    pub(crate) sum: i64,
}

/// The same words from several suppliers.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct AlikeHead {
    pub(crate) text: String,
    /// Requests whose replies say so.
    pub(crate) requests: Vec<String>,
}

#[derive(Template)]
#[template(path = "board_show.html")]
pub(crate) struct BoardPage {
    p: Page,
    wave: WaveRow,
    rows: Vec<BoardRow>,
    total: BoardRow,
    requests: Vec<RequestRow>,
    form: Form,
    page: i64,
    more: bool,
}

impl BoardPage {
    fn link(&self, name: &str, value: &str) -> String {
        format!("/suppliers/waves/{}/board?{}", self.wave.wave_id, self.form.with(name, value).encode())
    }

    fn page_link(&self, by: i64) -> String {
        self.link("page", &(self.page + by).to_string())
    }

    fn states() -> [&'static str; 7] {
        STATES
    }

    /// The share that has answered, in percent.
    fn share(&self) -> i64 {
        let done: i64 = self.total.counts.iter().skip(4).take(2).sum();
        (done * 100).checked_div(self.total.sum).unwrap_or(0)
    }
}

impl Sampled for BoardPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let row = BoardRow { department: "購買部".into(), counts: vec![3, 1, 1, 0, 4, 1, 0], sum: 10 };
        let request = RequestRow {
            request_id: "1".into(),
            name: "石垣精工".into(),
            number: "R-ABCD-2345".into(),
            state: "submitted".into(),
            weak_count: 5,
            ..RequestRow::default()
        };
        let page = |state: &str, requests: Vec<RequestRow>| Self {
            p: p.clone(),
            wave: WaveRow::sample(state),
            rows: vec![row.clone()],
            total: row.clone(),
            requests,
            form: Form::default(),
            page: 1,
            more: false,
        };
        vec![("sending", page("sending", vec![])), ("open", page("open", vec![request]))]
    }
}

/// A question over all suppliers.
struct Column {
    place: usize,
    id: String,
    text: String,
    weak: i64,
}

#[derive(Template)]
#[template(path = "heat_show.html")]
pub(crate) struct HeatPage {
    p: Page,
    wave: WaveRow,
    columns: Vec<Column>,
    rows: Vec<CellsRow>,
    all: usize,
    answered: usize,
    page: usize,
    pages: usize,
    alike: Vec<AlikeHead>,
    odd: usize,
}

impl HeatPage {
    fn letter(row: &CellsRow, column: &Column) -> char {
        if row.cells.is_empty() { cell(&row.asked, column.place) } else { cell(&row.cells, column.place) }
    }

    /// Sign and class of a cell.
    fn sign(letter: char) -> (&'static str, &'static str) {
        match letter {
            'd' | 't' => ("●", "d"),
            'p' | 'w' => ("◐", "p"),
            'n' => ("○", "n"),
            'u' => ("?", "u"),
            's' => ("✓", "s"),
            '.' => ("·", "o"),
            _ => ("–", "x"),
        }
    }

    /// The row as one text of cells, which a browser paints faster than a hundred small elements each made by rules.
    fn cells(&self, row: &CellsRow) -> String {
        use std::fmt::Write as _;
        self.columns.iter().fold(String::with_capacity(self.columns.len() * 20), |mut out, column| {
            let (sign, class) = Self::sign(Self::letter(row, column));
            // Writing to a String cannot fail.
            write!(out, "<td class=\"h-{class}\">{sign}</td>").unwrap_or_default();
            out
        })
    }
}

impl Sampled for HeatPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let row = |cells: &str| CellsRow {
            request_id: "1".into(),
            name: "石垣精工".into(),
            class: "C".into(),
            asked: "..-".into(),
            cells: cells.into(),
            weak_count: 5,
        };
        let column = |place: usize| Column { place, id: format!("q{place}"), text: "方針を決める".into(), weak: 3 };
        let alike =
            AlikeHead { text: "規程に従って対応しています".into(), requests: vec!["1".into(), "2".into(), "3".into()] };
        let page = |rows: Vec<CellsRow>, alike: Vec<AlikeHead>| Self {
            p: p.clone(),
            wave: WaveRow::sample("open"),
            columns: (0..3).map(column).collect(),
            all: rows.len(),
            answered: rows.len(),
            rows,
            page: 1,
            pages: 1,
            odd: alike.len(),
            alike,
        };
        vec![("empty", page(vec![], vec![])), ("filled", page(vec![row("nd-"), row("")], vec![alike]))]
    }
}

/// The board of a wave.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct Board {
    pub(crate) title: String,
    /// `sending`, `open` or `closed`.
    pub(crate) state: String,
    pub(crate) deadline: String,
    /// Names of the counts, in order.
    pub(crate) states: Vec<String>,
    pub(crate) rows: Vec<BoardRow>,
    /// How many are asked in all; while it is sending, fewer may be made yet.
    pub(crate) request_count: i64,
    /// Requests of this page: id, supplier and state.
    pub(crate) requests: Vec<(String, String, String)>,
}

fn board(counts: Vec<(String, String, i64)>) -> (Vec<BoardRow>, BoardRow) {
    let mut rows: BTreeMap<String, BoardRow> = BTreeMap::new();
    let empty = |department: &str| BoardRow { department: department.to_owned(), counts: vec![0; STATES.len()], sum: 0 };
    let mut total = empty("");
    for (department, state, n) in counts {
        let row = rows.entry(department.clone()).or_insert_with(|| empty(&department));
        let place = STATES.iter().position(|s| *s == state);
        for row in [row, &mut total] {
            row.sum += n;
            if let Some(count) = place.and_then(|p| row.counts.get_mut(p)) {
                *count += n;
            }
        }
    }
    (rows.into_values().collect(), total)
}

async fn look(cx: &Cx, call: &Call) -> Result<(WaveRow, Vec<BoardRow>, BoardRow, Vec<RequestRow>), Problem> {
    let scope = cx.scope()?;
    let mut tx = cx.read().await?;
    let wave = find(&mut tx, scope, call.part("id")).await?;
    let (rows, total) = board(tx.all(scope, REQUEST_COUNT, params![&wave.wave_id]).await?);
    let page: i64 = call.query.get("page").parse().unwrap_or(1).max(1);
    let get = |name: &str| call.query.get(name).to_owned();
    let values = params![&wave.wave_id, get("state"), get("department"), get("sort"), PAGE_ROWS + 1, (page - 1) * PAGE_ROWS];
    Ok((wave, rows, total, tx.all(scope, REQUEST_WAVE, values).await?))
}

/// `GET /suppliers/waves/{id}/board`
pub(crate) async fn page(cx: Cx, call: Call) -> Result<Response, Problem> {
    let (wave, rows, total, mut requests) = look(&cx, &call).await?;
    let most = usize::try_from(PAGE_ROWS).unwrap_or(50);
    let more = requests.len() > most;
    requests.truncate(most);
    let page = call.query.get("page").parse().unwrap_or(1).max(1);
    let page = BoardPage { p: Page::new(&cx), wave, rows, total, requests, form: call.query.clone(), page, more };
    Ok(page.p.clone().render(&page))
}

/// `GET /api/v1/supplier-waves/{id}/board`
pub(crate) async fn api(cx: Cx, call: Call, (): ()) -> Result<Board, Problem> {
    let (wave, rows, _, requests) = look(&cx, &call).await?;
    Ok(Board {
        title: wave.title,
        state: wave.state,
        deadline: wave.deadline,
        states: STATES.map(str::to_owned).to_vec(),
        rows,
        request_count: wave.request_count,
        requests: requests.into_iter().map(|r| (r.request_id, r.name, r.state)).collect(),
    })
}

/// How much each question worries over all rows.
fn columns(p: &Page, set: &QuestionSet, rows: &[CellsRow]) -> Vec<Column> {
    let mut weak = vec![0_i64; set.items.len()];
    for row in rows {
        for (sum, letter) in weak.iter_mut().zip(row.cells.chars()) {
            *sum += Reply::weight(letter);
        }
    }
    let column = |(place, (q, weak)): (usize, (&crate::questions::Question, &i64))| Column {
        place,
        id: q.id.clone(),
        text: q.text(p.lang()).to_owned(),
        weak: *weak,
    };
    let mut all: Vec<Column> = set.items.iter().zip(&weak).enumerate().map(column).collect();
    all.sort_by_key(|c| (-c.weak, c.place));
    all
}

/// Words that several suppliers share, and answers that do not fit their words.
fn patterns(texts: &[(String, String)]) -> (Vec<AlikeHead>, usize) {
    let (mut by_text, mut odds): (BTreeMap<String, Vec<String>>, usize) = (BTreeMap::new(), 0);
    for (request, content) in texts {
        let sent: Sent = serde_json::from_str(content).unwrap_or_default();
        for a in sent.answers {
            odds += usize::from(!odd(&a.answer, &a.text).is_empty());
            let plain: String = a.text.split_whitespace().collect();
            if plain.chars().count() >= ALIKE_CHARS {
                let all = by_text.entry(plain).or_default();
                if all.last() != Some(request) {
                    all.push(request.clone());
                }
            }
        }
    }
    let mut alike: Vec<AlikeHead> =
        by_text.into_iter().filter(|(_, r)| r.len() >= ALIKE_LEAST).map(|(text, requests)| AlikeHead { text, requests }).collect();
    alike.sort_by(|a, b| (b.requests.len(), &a.text).cmp(&(a.requests.len(), &b.text)));
    alike.truncate(10);
    (alike, odds)
}

/// `GET /suppliers/waves/{id}/heat`
pub(crate) async fn heat(cx: Cx, call: Call) -> Result<Response, Problem> {
    let scope = cx.scope()?;
    let mut tx = cx.read().await?;
    let wave = find(&mut tx, scope, call.part("id")).await?;
    let mut rows: Vec<CellsRow> = tx.all(scope, REQUEST_CELLS, params![&wave.wave_id, cx.now()]).await?;
    let p = Page::new(&cx);
    let columns = columns(&p, &wave.set(), &rows);
    let page: usize = call.query.get("page").parse().unwrap_or(1).max(1);
    let (all, answered) = (rows.len(), rows.iter().filter(|r| !r.cells.is_empty()).count());
    let (mut alike, mut odd) = (Vec::new(), 0);
    if call.query.get("patterns") == "yes" {
        (alike, odd) = patterns(&tx.all(scope, SNAPSHOT_TEXTS, params![&wave.wave_id, cx.now()]).await?);
    }
    rows = rows.into_iter().skip((page - 1) * MAP_ROWS).take(MAP_ROWS).collect();
    let page = HeatPage { p, wave, columns, rows, all, answered, page, pages: all.div_ceil(MAP_ROWS).max(1), alike, odd };
    Ok(page.p.clone().render(&page))
}

/// `GET /suppliers/waves/{id}/heat.xlsx`: what the map shows, all of it.
pub(crate) async fn workbook(cx: Cx, call: Call) -> Result<Response, Problem> {
    let scope = cx.scope()?;
    let mut tx = cx.read().await?;
    let wave = find(&mut tx, scope, call.part("id")).await?;
    let rows: Vec<CellsRow> = tx.all(scope, REQUEST_CELLS, params![&wave.wave_id, cx.now()]).await?;
    let p = Page::new(&cx);
    let columns = columns(&p, &wave.set(), &rows);
    let mut table = vec![[p.t("supplier.name"), p.t("supplier.class"), p.t("heat.weak")].to_vec()];
    if let Some(head) = table.first_mut() {
        head.extend(columns.iter().map(|c| format!("{} {}", c.id, c.text)));
    }
    for row in &rows {
        let mut line = vec![row.name.clone(), row.class.clone(), row.weak_count.to_string()];
        line.extend(columns.iter().map(|c| {
            let letter = HeatPage::letter(row, c);
            if letter == NOT_ASKED { String::new() } else { p.key("heat.cell", HeatPage::sign(letter).1) }
        }));
        table.push(line);
    }
    let bytes = sheets::workbook(&p.t("heat.title"), &table);
    let bytes = bytes.map_err(|e| Problem::new(kernel::Code::Internal).because(e.to_string()))?;
    Ok(web::workbook_response("heat.xlsx", bytes))
}
