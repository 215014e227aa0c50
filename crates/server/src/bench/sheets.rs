//! `server::bench::sheets` — a workbook understood and filled out, thousands of filled ones read in beside what a
//! user would script, hostile ones refused, how well questions are matched.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use checksheets::{Accepted, Knowledge, Matcher, ready};
use kernel::{Day, Rng as _, SeededRng};
use schemes::{Catalog, read_facts};
use sheets::Entry;

use super::measure::{HEAD, Watch, row};
use crate::cli::say;

const LABELLED: &str = include_str!("../../../../fixtures/sheets/labelled.tsv");
const FRESH: &str = include_str!("../../../../fixtures/sheets/fresh.tsv");
const FACTS: &str = include_str!("../../../../fixtures/facts/scs-3-met.toml");
const READ_ALL: &str = include_str!("../../../../tests/sheets/read_all.py");
const BOOKS: [&[u8]; 3] = [
    include_bytes!("../../../../fixtures/sheets/jidousha.xlsx"),
    include_bytes!("../../../../fixtures/sheets/denki.xlsx"),
    include_bytes!("../../../../fixtures/sheets/kikai.xlsx"),
];

/// Questions of the workbook that is understood and filled.
const QUESTIONS: usize = 150;
/// Times it is done.
const TIMES: usize = 50;
/// Files read at the same time.
const AT_ONCE: usize = 3;

fn lines(text: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    text.lines().filter(|l| !l.starts_with('#')).map(|l| l.split('\t').collect())
}

fn cell(row: &[&'static str], place: usize) -> &'static str {
    row.get(place).copied().unwrap_or("")
}

/// How well questions are matched, part by part.
fn quality(matcher: &Matcher) {
    say("\n| questions | how many | a fact answers | drafted | right | precision | recall |\n|---|---|---|---|---|---|---|");
    let part = |name: &'static str| lines(LABELLED).filter(move |l| cell(l, 0) == name).map(|l| (cell(&l, 1), cell(&l, 2)));
    let fresh = lines(FRESH).map(|l| (cell(&l, 3), cell(&l, 4)));
    let all = [
        ("tune (looked at)", matcher.quality(part("tune"))),
        ("held (counted only)", matcher.quality(part("held"))),
        ("fresh (written after the words were fixed)", matcher.quality(fresh)),
    ];
    for (name, q) in all {
        let (precision, recall) = (q.precision(), q.recall());
        say(&format!("| {name} | {} | {} | {} | {} | {precision:.3} | {recall:.3} |", q.questions, q.answerable, q.drafted, q.right));
    }
}

/// A workbook of many questions, as a buyer would send it.
fn questions() -> Result<Vec<u8>, String> {
    let mut rows = vec![["No.", "確認項目", "回答（○／△／×／－）", "備考"].map(str::to_owned).to_vec()];
    for (number, line) in lines(LABELLED).take(QUESTIONS).enumerate() {
        rows.push(vec![(number + 1).to_string(), cell(&line, 2).to_owned(), String::new(), String::new()]);
    }
    sheets::workbook("調査票", &rows).map_err(|e| e.to_string())
}

/// The measured work.
pub(super) async fn sheets(files: usize, python: Option<&Path>) -> Result<(), String> {
    let catalog = Catalog::shipped().map_err(|e| e.to_string())?;
    let knowledge = Knowledge::shipped(&catalog)?;
    let watch = Watch::start();
    let matcher = knowledge.matcher(&catalog);
    let learned = watch.stop();
    say(&format!("\nbench sheets: {QUESTIONS} questions; {files} filled workbooks of three shapes, {AT_ONCE} at a time"));
    quality(matcher);
    say(&format!("\n{HEAD}\n{}", row("learn words and texts (once a start)", &[learned], "")));
    let facts = read_facts(FACTS, &catalog).map_err(|e| e.to_string())?;
    let today = Day::parse("2026-11-21").map_err(|e| e.to_string())?;
    let accepted = Accepted::new();
    let sources = knowledge.sources(&catalog, &facts, &accepted, today);
    let bytes = questions()?;
    let (mut times, mut filled) = (Vec::new(), 0);
    for _ in 0..TIMES {
        let watch = Watch::start();
        let book = sheets::book_in_child(&bytes).await.map_err(sheets::SheetError::line)?;
        let layout = knowledge.layout(&book, &[]);
        let (entries, _) = ready(&sources, &book, &layout);
        sheets::fill_in_child(&bytes, &entries, false).await.map_err(sheets::SheetError::line)?;
        times.push(watch.stop());
        filled = entries.len();
    }
    say(&row("understand and fill a workbook, two children", &times, &format!("{QUESTIONS} questions, {filled} filled")));
    hostile().await?;
    let folder = std::env::temp_dir().join(format!("ishigaki-bench-sheets-{}", std::process::id()));
    let done = many(&folder, files, python, &knowledge).await;
    std::fs::remove_dir_all(&folder).map_err(|e| e.to_string())?;
    done
}

/// Fills the shapes with answers of many suppliers.
fn fill_out(folder: &Path, files: usize, knowledge: &Knowledge) -> Result<Vec<PathBuf>, String> {
    std::fs::create_dir_all(folder).map_err(|e| e.to_string())?;
    let mut shapes = Vec::new();
    for bytes in BOOKS {
        let book = sheets::read_book(bytes).map_err(sheets::SheetError::line)?;
        shapes.push((bytes, knowledge.layout(&book, &[])));
    }
    let (dice, mut paths) = (SeededRng::new(3_100), Vec::new());
    for number in 0..files {
        let Some((bytes, layout)) = shapes.get(number % shapes.len()) else { continue };
        let mut throws = [0_u8; 256];
        dice.fill(&mut throws);
        let mut entries = Vec::new();
        for ((table, asked), throw) in layout.questions().zip(throws) {
            let choices = &asked.scale.as_ref().unwrap_or(&table.scale).choices;
            let text = choices.get(usize::from(throw) % choices.len().max(1)).map_or("12", |c| c.text.as_str()).to_owned();
            entries.push(Entry { sheet: table.sheet, row: asked.answer.0, column: asked.answer.1, text, number: true, over: true });
        }
        let filled = sheets::fill(bytes, &entries, false).map_err(sheets::SheetError::line)?;
        let path = folder.join(format!("{number:05}.xlsx"));
        std::fs::write(&path, filled.bytes).map_err(|e| e.to_string())?;
        paths.push(path);
    }
    Ok(paths)
}

/// Reads thousands of filled workbooks, one child each; then what a user would script.
async fn many(folder: &Path, files: usize, python: Option<&Path>, knowledge: &Arc<Knowledge>) -> Result<(), String> {
    let paths = fill_out(folder, files, knowledge)?;
    let watch = Watch::start();
    let mut tasks = Vec::new();
    for part in paths.chunks(paths.len().div_ceil(AT_ONCE)) {
        let (part, knowledge) = (part.to_vec(), Arc::clone(knowledge));
        tasks.push(tokio::spawn(async move {
            let (mut times, mut answers) = (Vec::new(), 0);
            for path in part {
                let watch = Watch::start();
                let bytes = std::fs::read(&path).map_err(|e| e.to_string())?;
                let book = sheets::book_in_child(&bytes).await.map_err(sheets::SheetError::line)?;
                let layout = knowledge.layout(&book, &[]);
                answers += layout.questions().filter(|(_, q)| !q.given.is_empty()).count();
                times.push(watch.stop());
            }
            Ok::<_, String>((times, answers))
        }));
    }
    let (mut times, mut answers) = (Vec::new(), 0);
    for task in tasks {
        let (own, count) = task.await.map_err(|e| e.to_string())??;
        times.extend(own);
        answers += count;
    }
    let ours = watch.stop();
    say(&row("read a filled workbook in, a child each", &times, ""));
    say(&row(&format!("read all {files}"), &[ours], &format!("{answers} answers; each child within 256 MiB of address space")));
    let Some(python) = python else {
        say("\nopenpyxl was not measured: name a Python that has it with --python");
        return Ok(());
    };
    let script = folder.join("read_all.py");
    std::fs::write(&script, READ_ALL).map_err(|e| e.to_string())?;
    let watch = Watch::start();
    let out = tokio::process::Command::new(python).arg(&script).arg(folder).output().await.map_err(|e| e.to_string())?;
    let theirs = watch.stop();
    let said = String::from_utf8_lossy(&out.stdout).trim().to_owned();
    if !out.status.success() {
        return Err(format!("the openpyxl script failed: {}", String::from_utf8_lossy(&out.stderr)));
    }
    say(&row("the same with openpyxl, one process, columns known", &[theirs], &format!("{said} (files, answers)")));
    say(&format!("\nopenpyxl takes {:.1} times as long\n", theirs.as_secs_f64() / ours.as_secs_f64()));
    Ok(())
}

/// Files made to hurt: how long until they are refused.
async fn hostile() -> Result<(), String> {
    let spaces = vec![b' '; 64 << 20];
    let wide = format!("<worksheet><dimension ref=\"A1:XFD1048576\"/>{}</worksheet>", "<sheetData/>");
    let rows = (1..=60_000).map(|r| format!("<row r=\"{r}\"><c r=\"GR{r}\"><v>1</v></c></row>")).collect::<Vec<_>>().concat();
    let many = format!("<worksheet><sheetData>{rows}</sheetData></worksheet>");
    for (name, part) in
        [("64 MiB of spaces", spaces), ("17 billion cells", wide.into_bytes()), ("a cell far right in every row", many.into_bytes())]
    {
        let bytes = sheets::with_sheet_for_bench(&part).map_err(sheets::SheetError::line)?;
        let watch = Watch::start();
        let said = sheets::book_in_child(&bytes).await.map_or_else(sheets::SheetError::line, |_| "read");
        let took: Duration = watch.stop();
        say(&row(&format!("hostile: {name}, {} KiB", bytes.len() / 1024), &[took], said));
    }
    Ok(())
}
