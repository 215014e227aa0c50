//! `suppliers::intake` — files that came back by mail or on paper's heels, read in by the buyer: a folder or a zip file of
//! workbooks. Each is read in a child, told whose it is, and taken as that supplier's reply; one that cannot be is one line.
//! Made step by step by the queue, so that it can be stopped and goes on after a kill.

use std::collections::BTreeMap;

use kernel::{Event, EventKind, Instant, IntakeId, Scope, fold_name, narrow};
use mail::Bell;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sheets::{Book, Packed, SheetError, books_in_children, is_archive, unpack_in_child};
use store::{Tx, job_schedule, params};
use web::{Cx, Problem};

use crate::acting::scope_of;
use crate::data::Data;
use crate::questions::{Answered, OPEN, QuestionSet, Reply, cell};
use crate::reply::{Sent, sent_keep, snapshot};
use crate::reply_sheet::{Found, layout_of, read};
use crate::request_show::find as request_find;
use crate::store::{INTAKE_ADD, INTAKE_ALL, INTAKE_NEXT, INTAKE_SET, IntakeRow, REQUEST_INDEX, RequestRow, WhoseRow};
use crate::wave::find;

/// The kind of job that reads files in.
pub const INTAKE_JOB: &str = "supplier_intake";

/// Files read in one step.
const STEP: i64 = 24;

/// Rows of a workbook in which the number of the request is looked for.
const NUMBER_ROWS: usize = 60;

/// Blank questions told by their numbers.
const BLANK_MAX: usize = 20;

kernel::text_enum! {
    /// What became of a file.
    IntakeState {
        /// A zip file to be opened.
        Packed = "packed",
        /// To be read.
        Waiting = "waiting",
        /// A zip file whose opening was stopped.
        PackedStopped = "packed_stopped",
        /// Its reading was stopped.
        Stopped = "stopped",
        /// A zip file that was opened.
        Opened = "opened",
        /// Taken as a reply.
        Taken = "taken",
        /// The same answers are here already.
        Same = "same",
        /// Other answers are here already, or were taken back.
        Answered = "answered",
        /// It is not clear whose it is.
        Unknown = "unknown",
        /// It is not a workbook of this request.
        Other = "other",
        /// No question is answered.
        Empty = "empty",
        /// It could not be read.
        Unreadable = "unreadable",
    }
}

impl IntakeState {
    /// Whether nothing is left to do with the file.
    const fn is_done(self) -> bool {
        matches!(self, Self::Opened | Self::Taken | Self::Same)
    }
}

kernel::text_enum! {
    /// How it is known whose a file is.
    WhoseBy {
        /// The number of the request, in the name or in a cell.
        Number = "number",
        /// The corporate number.
        CorporateNumber = "corporate_number",
        /// The company's name, as it stands in the file.
        Name = "name",
        /// The buyer's code, in the file's name.
        Code = "code",
        /// The company's name in the name of the file or its folder.
        FileName = "file_name",
        /// Somebody said so.
        People = "people",
    }
}

/// What is told of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct IntakeReport {
    /// Why it could not be read; none if it could.
    pub(crate) why: Option<SheetError>,
    /// The supplier, and how that is known.
    pub(crate) supplier: String,
    pub(crate) by: Option<WhoseBy>,
    /// The company's name as it stands in the file.
    pub(crate) called: String,
    /// Questions asked and answered.
    pub(crate) asked: usize,
    pub(crate) answered: usize,
    /// Numbers of questions nothing stands at, counted from 1, at most 20.
    pub(crate) blank: Vec<String>,
    /// Cells whose text says nothing clear, with the text.
    pub(crate) unclear: Vec<(String, String)>,
    /// Files of a zip file, and where opening goes on.
    pub(crate) files: usize,
    pub(crate) next: usize,
}

/// A file with what became of it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Intake {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) state: IntakeState,
    /// The request it was read for; empty if it was not.
    pub(crate) request_id: String,
    #[serde(flatten)]
    pub(crate) report: IntakeReport,
}

impl Intake {
    /// Whether somebody has to look at it.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        !self.state.is_done()
    }

    /// A line for people.
    #[must_use]
    pub fn line(&self) -> String {
        let why = self.report.why.map_or("", SheetError::line);
        let Self { name, state, report, .. } = self;
        format!("{name}: {state} {why}{} {}/{} answered, {} unclear", report.supplier, report.answered, report.asked, report.unclear.len())
    }
}

impl TryFrom<IntakeRow> for Intake {
    type Error = Problem;

    fn try_from(row: IntakeRow) -> Result<Self, Problem> {
        let state = IntakeState::parse(&row.state).map_err(|e| Problem::new(kernel::Code::Internal).because(e.to_string()))?;
        let report = serde_json::from_str(&row.report).unwrap_or_default();
        Ok(Self { id: row.intake_id, name: row.name, state, request_id: row.request_id, report })
    }
}

/// A file that was kept to be put in.
#[derive(Debug, Clone)]
pub struct Kept {
    id: String,
    name: String,
    sha256: String,
    packed: bool,
}

/// Puts files in; the queue reads them from `from` on. Returns how many there are.
///
/// # Errors
/// [`kernel::Code::NotFound`] for a wave that was not sent; the store's.
pub async fn intake_add(cx: &Cx, scope: &Scope, wave: &str, kept: &[Kept], from: Instant) -> Result<usize, Problem> {
    let mut tx = cx.write().await?;
    if find(&mut tx, scope, wave).await?.state == "draft" {
        return Err(Problem::not_found());
    }
    for file in kept {
        let state = if file.packed { IntakeState::Packed } else { IntakeState::Waiting };
        let values = params![wave, &file.id, &file.name, &file.sha256, state.as_str(), "{}", cx.now(), scope.person()];
        tx.run(scope, INTAKE_ADD, values).await?;
    }
    job_schedule(&mut tx, &*cx.app.clock, &*cx.app.rng, (scope.id().as_str(), INTAKE_JOB, wave), from).await?;
    tx.record(scope, cx.now(), &Event::new(EventKind::RepliesBrought, wave).with("files", kept.len().to_string())).await?;
    tx.commit().await?;
    cx.part::<Bell>()?.ring();
    Ok(kept.len())
}

/// Keeps a file that is to be put in.
///
/// # Errors
/// The store's.
pub async fn intake_keep(cx: &Cx, name: &str, bytes: &[u8]) -> Result<Kept, Problem> {
    let id = IntakeId::new(&*cx.app.clock, &*cx.app.rng).to_string();
    let sha256 = cx.app.store.blobs().keep_for(&id, bytes).await?;
    let name: String = name.chars().filter(|c| !c.is_control()).take(200).collect();
    let packed = is_archive(&name, bytes);
    Ok(Kept { id, name, sha256, packed })
}

/// Every file of a wave with what became of it, by name.
///
/// # Errors
/// The store's.
pub async fn intake_report(tx: &mut Tx, scope: &Scope, wave: &str) -> Result<Vec<Intake>, Problem> {
    let rows: Vec<IntakeRow> = tx.all(scope, INTAKE_ALL, params![wave]).await?;
    rows.into_iter().map(Intake::try_from).collect()
}

/// Opens the next zip file, or reads the next files. Returns whether there are more.
///
/// # Errors
/// The store's.
pub async fn intake_step(cx: &Cx, organisation: &str, wave: &str) -> Result<bool, Problem> {
    let scope = scope_of(cx, organisation)?;
    let rows: Vec<IntakeRow> = cx.read().await?.all(&scope, INTAKE_NEXT, params![wave, STEP]).await?;
    let Some(first) = rows.first() else { return Ok(false) };
    // Zip files come first, so that behind a file to be read there is none.
    if first.state == IntakeState::Packed.as_str() {
        open(cx, &scope, wave, first).await?;
        return Ok(true);
    }
    let mut files = Vec::new();
    for row in &rows {
        // A file that is damaged is one that cannot be read, and holds nobody up.
        files.push(cx.app.store.blobs().read_for(&row.intake_id, &row.file_sha256).await.unwrap_or_default());
    }
    let books = books_in_children(files).await;
    let set = find(&mut cx.read().await?, &scope, wave).await?.set();
    let words = cx.part::<Data>()?;
    let read: Vec<Result<Seen, SheetError>> = books.into_iter().map(|book| book.map(|b| Seen::of(cx, &words, &set, &b))).collect();
    let mut done = Vec::new();
    let mut tx = cx.write().await?;
    let index: Vec<WhoseRow> = tx.all(&scope, REQUEST_INDEX, params![wave]).await?;
    for (row, seen) in rows.iter().zip(read) {
        let (state, request, report) = match seen {
            Err(why) => (IntakeState::Unreadable, String::new(), IntakeReport { why: Some(why), ..IntakeReport::default() }),
            Ok(seen) => settle(cx, &mut tx, &scope, &set, &index, row, &seen).await?,
        };
        set_state(&mut tx, &scope, wave, &row.intake_id, (state, &request), &report).await?;
        done.extend(state.is_done().then_some(row.file_sha256.as_str()));
    }
    tx.without_record("a reply that is taken is recorded with it; that files came was recorded when they came");
    tx.commit().await?;
    for sha256 in done {
        cx.app.store.blobs().remove(sha256).await?;
    }
    Ok(true)
}

/// Notes what became of a file.
async fn set_state(
    tx: &mut Tx,
    scope: &Scope,
    wave: &str,
    id: &str,
    (state, request): (IntakeState, &str),
    report: &IntakeReport,
) -> Result<(), Problem> {
    let report = serde_json::to_string(report).unwrap_or_default();
    tx.run(scope, INTAKE_SET, params![wave, id, state.as_str(), request, report]).await?;
    Ok(())
}

/// Opens the next part of a zip file.
async fn open(cx: &Cx, scope: &Scope, wave: &str, row: &IntakeRow) -> Result<(), Problem> {
    let blobs = cx.app.store.blobs();
    let mut report: IntakeReport = serde_json::from_str(&row.report).unwrap_or_default();
    let unpacked = unpack_in_child(&blobs.read_for(&row.intake_id, &row.file_sha256).await.unwrap_or_default(), report.next).await;
    let mut kept = Vec::new();
    let (state, files) = match unpacked {
        Err(why) => {
            report.why = Some(why);
            (IntakeState::Unreadable, Vec::new())
        }
        Ok(unpacked) => {
            let mut rest = unpacked.bytes.as_slice();
            for Packed { name, size_bytes } in &unpacked.files {
                let size = size_bytes.unwrap_or(0);
                let (bytes, after) = rest.split_at_checked(size).unwrap_or((rest, &[]));
                rest = after;
                let name = format!("{}/{name}", row.name);
                kept.push((intake_keep(cx, &name, bytes).await?, size_bytes.err()));
            }
            report.files += unpacked.files.len();
            report.next = unpacked.next.unwrap_or(0);
            (if unpacked.next.is_some() { IntakeState::Packed } else { IntakeState::Opened }, kept)
        }
    };
    let mut tx = cx.write().await?;
    for (Kept { id, name, sha256, .. }, why) in &files {
        let state = if why.is_some() { IntakeState::Unreadable } else { IntakeState::Waiting };
        let told = serde_json::to_string(&IntakeReport { why: *why, ..IntakeReport::default() }).unwrap_or_default();
        tx.run(scope, INTAKE_ADD, params![wave, id, name, sha256, state.as_str(), told, cx.now(), &row.made_by]).await?;
    }
    set_state(&mut tx, scope, wave, &row.intake_id, (state, ""), &report).await?;
    tx.without_record("that files came was recorded when they came");
    tx.commit().await?;
    if state.is_done() {
        blobs.remove(&row.file_sha256).await?;
    }
    Ok(())
}

/// A workbook as it was read.
pub(crate) struct Seen {
    pub(crate) found: Found,
    /// Numbers of requests that stand in its cells.
    numbers: Vec<String>,
}

impl Seen {
    pub(crate) fn of(cx: &Cx, words: &Data, set: &QuestionSet, book: &Book) -> Self {
        let layout = layout_of(words.sheet_words(), set, book);
        let cells = book.sheets.iter().flat_map(|s| s.rows.iter().take(NUMBER_ROWS)).flatten();
        let numbers = cells.filter(|c| c.contains('-') || c.contains('－')).flat_map(|c| request_numbers(c)).collect();
        Self { found: read(cx, words.sheet_words(), set, &layout), numbers }
    }
}

/// Numbers of requests (`R-ABCD-2345`) in a text.
fn request_numbers(text: &str) -> Vec<String> {
    let text: String = text.chars().map(narrow).collect::<String>().to_ascii_uppercase();
    let is_number = |t: &&str| {
        let mut parts = t.split('-');
        let four = |p: Option<&str>| p.is_some_and(|p| p.len() == 4 && p.bytes().all(|b| b.is_ascii_alphanumeric()));
        parts.next() == Some("R") && four(parts.next()) && four(parts.next()) && parts.next().is_none()
    };
    text.match_indices("R-").filter_map(|(at, _)| text.get(at..at + 11)).filter(is_number).map(str::to_owned).collect()
}

/// Whose a file is; none if nothing says so, or two things say otherwise.
fn whose<'a>(index: &'a [WhoseRow], path: &str, seen: &Seen) -> Option<(&'a WhoseRow, WhoseBy)> {
    let digits = |text: &str| text.chars().map(narrow).filter(char::is_ascii_digit).collect::<String>();
    let corporate = digits(&seen.found.number);
    let numbers: Vec<String> = request_numbers(path).into_iter().chain(seen.numbers.iter().cloned()).collect();
    let only = |fits: &dyn Fn(&WhoseRow) -> bool| {
        let mut all = index.iter().filter(|r| fits(r));
        all.next().filter(|_| all.next().is_none())
    };
    if let Some(row) = only(&|r| numbers.contains(&r.number)) {
        // A number copied from somebody else's file is not believed.
        let against = corporate.len() == 13 && !row.corporate_number.is_empty() && row.corporate_number != corporate;
        return (!against).then_some((row, WhoseBy::Number));
    }
    if let Some(row) = only(&|r| corporate.len() == 13 && r.corporate_number == corporate) {
        return Some((row, WhoseBy::CorporateNumber));
    }
    let name = fold_name(&seen.found.name);
    if let Some(row) = only(&|r| !name.is_empty() && r.folded == name) {
        return Some((row, WhoseBy::Name));
    }
    if !name.is_empty() {
        // The file says who it is from, and that is nobody we asked.
        return None;
    }
    let words: Vec<&str> = path.split(['/', '\\', '_', ' ', '.', '　', '(', ')', '（', '）']).filter(|w| !w.is_empty()).collect();
    if let Some(row) = only(&|r| !r.code.is_empty() && words.contains(&r.code.as_str())) {
        return Some((row, WhoseBy::Code));
    }
    let folded = fold_name(path);
    let inside = |r: &&WhoseRow| r.folded.chars().count() > 2 && folded.contains(&r.folded);
    let longest = index.iter().filter(inside).map(|r| r.folded.len()).max()?;
    only(&|r| r.folded.len() == longest && inside(&r)).map(|row| (row, WhoseBy::FileName))
}

/// Works out what becomes of a file that could be read.
async fn settle(
    cx: &Cx,
    tx: &mut Tx,
    scope: &Scope,
    set: &QuestionSet,
    index: &[WhoseRow],
    row: &IntakeRow,
    seen: &Seen,
) -> Result<(IntakeState, String, IntakeReport), Problem> {
    let mut report = IntakeReport { called: seen.found.name.clone(), ..IntakeReport::default() };
    if !seen.found.is_own() {
        return Ok((IntakeState::Other, String::new(), report));
    }
    let Some((supplier, by)) = whose(index, &row.name, seen) else { return Ok((IntakeState::Unknown, String::new(), report)) };
    report.by = Some(by);
    let request = request_find(tx, scope, &supplier.request_id).await?;
    let state = take(cx, tx, (&request, set), &seen.found, row, false, &mut report).await?;
    Ok((state, request.request_id, report))
}

/// Takes a workbook as a supplier's reply, unless other answers are here already and nobody asked to replace them.
///
/// # Errors
/// The store's.
pub(crate) async fn take(
    cx: &Cx,
    tx: &mut Tx,
    (request, set): (&RequestRow, &QuestionSet),
    found: &Found,
    file: &IntakeRow,
    replace: bool,
    report: &mut IntakeReport,
) -> Result<IntakeState, Problem> {
    let by_place: BTreeMap<usize, (Reply, &str)> =
        found.answers.iter().map(|(place, reply, text)| (*place, (*reply, text.as_str()))).collect();
    let (mut cells, mut sent) = (String::new(), Sent { via: file.name.clone(), ..Sent::default() });
    sent.person = if found.person.is_empty() { request.person.clone() } else { crate::reply::cut(&found.person) };
    report.supplier.clone_from(&request.name);
    report.unclear.clone_from(&found.unclear);
    report.blank.clear();
    for (place, q) in set.items.iter().enumerate() {
        let asked = cell(&request.asked, place);
        let answer = by_place.get(&place).filter(|_| asked == OPEN);
        cells.push(answer.map_or(asked, |(reply, _)| reply.letter()));
        report.asked += usize::from(asked == OPEN);
        match answer {
            Some((reply, text)) => {
                sent.answers.push(Answered { item: q.id.clone(), answer: reply.to_string(), text: (*text).to_owned() });
            }
            None if asked == OPEN && found.blank.contains(&place) && report.blank.len() < BLANK_MAX => {
                report.blank.push((place + 1).to_string());
            }
            None => {}
        }
    }
    report.answered = sent.answers.len();
    if sent.answers.is_empty() {
        return Ok(IntakeState::Empty);
    }
    if ["submitted", "confirmed", "withdrawn"].contains(&request.state.as_str()) {
        let here = snapshot(tx, request, cx.now()).await?;
        if here.is_some() && Sent::of(here.as_ref()).answers == sent.answers {
            return Ok(IntakeState::Same);
        }
        if !replace || request.state == "confirmed" {
            return Ok(IntakeState::Answered);
        }
    }
    sent_keep(cx, tx, request, &cells, &sent, Some(&file.made_by)).await?;
    Ok(IntakeState::Taken)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(number: &str, name: &str, corporate_number: &str, code: &str) -> WhoseRow {
        WhoseRow {
            request_id: number.to_owned(),
            number: number.to_owned(),
            folded: fold_name(name),
            corporate_number: corporate_number.to_owned(),
            code: code.to_owned(),
        }
    }

    #[test]
    fn whose_a_file_is_is_only_said_if_it_is_clear() {
        let index = [
            row("R-AAAA-2222", "石垣精工", "1234567890123", "T-01"),
            row("R-BBBB-3333", "石垣精工所", "", "T-02"),
            row("R-CCCC-4444", "東海電子", "", "T-03"),
            row("R-DDDD-5555", "東海電子", "", "T-04"),
        ];
        let seen = |name: &str, number: &str, numbers: &[&str]| Seen {
            found: Found { name: name.to_owned(), number: number.to_owned(), ..Found::default() },
            numbers: numbers.iter().map(|n| (*n).to_owned()).collect(),
        };
        let found = |path: &str, seen: &Seen| whose(&index, path, seen).map(|(r, by)| (r.code.clone(), by));
        let t = |code: &str, by: WhoseBy| Some((code.to_owned(), by));
        for (path, seen, expected) in [
            ("調査票_r-bbbb-3333.xlsx", seen("", "", &[]), t("T-02", WhoseBy::Number)),
            ("a.xlsx", seen("", "", &["R-AAAA-2222"]), t("T-01", WhoseBy::Number)),
            ("a.xlsx", seen("", "9999999999999", &["R-AAAA-2222"]), None),
            ("a.xlsx", seen("", "１２３４５６７８９０１２３", &[]), t("T-01", WhoseBy::CorporateNumber)),
            ("a.xlsx", seen("株式会社石垣精工", "", &[]), t("T-01", WhoseBy::Name)),
            ("石垣精工.xlsx", seen("知らない会社", "", &[]), None),
            ("返信.zip/T-03/調査票.xlsx", seen("", "", &[]), t("T-03", WhoseBy::Code)),
            ("石垣精工所_調査票.xlsx", seen("", "", &[]), t("T-02", WhoseBy::FileName)),
            ("東海電子.xlsx", seen("", "", &[]), None),
            ("a.xlsx", seen("東海電子", "", &[]), None),
            ("a.xlsx", seen("", "", &[]), None),
        ] {
            assert_eq!(found(path, &seen), expected, "{path}");
        }
    }
}
