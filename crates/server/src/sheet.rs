//! `server::sheet` — the words `sheet inspect|fill`: what a customer's file asks, and the same file filled out from
//! a facts file. No database; the file is opened in the limited child.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use checksheets::{Accepted, Filled, Inspected, Knowledge, inspect, ready};
use clap::{Args, Subcommand};
use kernel::{Clock as _, Day};
use schemes::{Catalog, Facts, read_facts};
use sheets::{Book, BookKind, Layout};

use crate::serve::load_catalog;
use crate::system::SystemClock;

#[derive(Debug, Subcommand)]
pub(crate) enum SheetWord {
    /// What a file asks, where the answers go, and which fact answers. Exit 1 if no question is found.
    Inspect(InspectArgs),
    /// Write what facts answer into the same file; what they do not answer stays empty.
    Fill(FillArgs),
}

#[derive(Debug, Args)]
pub(crate) struct InspectArgs {
    /// The file (.xlsx, .xlsm, .xls or .csv).
    file: PathBuf,
    /// Folder with schemes of your own.
    #[arg(long, default_value = "ishigaki-data")]
    data: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct FillArgs {
    #[command(flatten)]
    sheet: InspectArgs,
    /// The facts file.
    #[arg(long)]
    facts: PathBuf,
    /// Where the filled file goes.
    #[arg(short, long)]
    out: PathBuf,
    /// Take macros out of an .xlsm file.
    #[arg(long)]
    drop_macros: bool,
    /// The day it is filled out, YYYY-MM-DD; today if absent.
    #[arg(long)]
    day: Option<String>,
}

/// What a word came to.
pub(crate) enum Answer {
    Inspected(Box<Inspected>),
    Filled(Box<Filled>),
}

fn read_file(path: &Path) -> Result<Vec<u8>, String> {
    let named = |e: std::io::Error| format!("cannot read {}: {e}", path.display());
    // What is far too large is not even read.
    let size = std::fs::metadata(path).map_err(named)?.len();
    if usize::try_from(size).unwrap_or(usize::MAX) > sheets::FILE_MAX_BYTES {
        return Err(format!("{}: {}", path.display(), sheets::SheetError::TooLarge.line()));
    }
    std::fs::read(path).map_err(named)
}

/// A file with what it asks.
struct Opened {
    bytes: Vec<u8>,
    book: Book,
    layout: Layout,
    catalog: Catalog,
    knowledge: Arc<Knowledge>,
}

async fn open(args: &InspectArgs) -> Result<Opened, String> {
    let bytes = read_file(&args.file)?;
    let book = sheets::book_in_child(&bytes).await.map_err(|e| format!("{}: {}", args.file.display(), e.line()))?;
    let catalog = load_catalog(&args.data)?;
    let knowledge = Knowledge::shipped(&catalog)?;
    let layout = knowledge.layout(&book, &[]);
    Ok(Opened { bytes, book, layout, catalog, knowledge })
}

/// Runs a word.
///
/// # Errors
/// One line for the operator.
pub(crate) async fn run(word: SheetWord) -> Result<Answer, String> {
    match word {
        SheetWord::Inspect(args) => {
            let opened = open(&args).await?;
            let (facts, accepted) = (Facts::new(), Accepted::new());
            let sources = opened.knowledge.sources(&opened.catalog, &facts, &accepted, SystemClock.now().day());
            Ok(Answer::Inspected(Box::new(inspect(&sources, &opened.book, &opened.layout))))
        }
        SheetWord::Fill(args) => fill(args).await,
    }
}

async fn fill(args: FillArgs) -> Result<Answer, String> {
    let opened = open(&args.sheet).await?;
    let text = std::fs::read_to_string(&args.facts).map_err(|e| format!("cannot read {}: {e}", args.facts.display()))?;
    let facts = read_facts(&text, &opened.catalog).map_err(|e| e.to_string())?;
    let today = match &args.day {
        Some(day) => Day::parse(day).map_err(|e| format!("--day: {e}"))?,
        None => SystemClock.now().day(),
    };
    let accepted = Accepted::new();
    let sources = opened.knowledge.sources(&opened.catalog, &facts, &accepted, today);
    let (entries, filled) = ready(&sources, &opened.book, &opened.layout);
    let (bytes, filled) = match opened.book.kind {
        BookKind::Xlsx | BookKind::Xlsm => {
            let done = sheets::fill_in_child(&opened.bytes, &entries, args.drop_macros).await.map_err(|e| e.line().to_owned())?;
            (done.bytes, filled.written(&done.refused, done.changed))
        }
        BookKind::Xls | BookKind::Csv => (sheets::rewritten(&opened.book, &entries).map_err(|e| e.to_string())?, filled.as_rewritten()),
    };
    std::fs::write(&args.out, bytes).map_err(|e| format!("cannot write {}: {e}", args.out.display()))?;
    Ok(Answer::Filled(Box::new(filled)))
}
