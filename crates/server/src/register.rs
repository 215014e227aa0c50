//! `server::register` — the words `register search|verify|keys|status|publish|new-key|close-key|operator`. `verify`
//! with keys and list needs neither database nor network.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, Subcommand};
use kernel::{Clock as _, Day, Event, EventKind};
use people::FirstCode;
use register::{Entries, Search, StatusList, Verdict, Verifier};
use web::{App, Config, Cx, Problem};

use crate::SystemClock;
use crate::cli::PlaceArgs;
use crate::serve::open_app;

#[derive(Debug, Subcommand)]
pub(crate) enum RegisterWord {
    /// Look an entry up by name, corporate number or register number.
    Search(SearchArgs),
    /// Is a star real? Exit 0: good; 1: expired, revoked or suspended; 2: forged or damaged.
    Verify(VerifyArgs),
    /// Print the keys that check stars.
    Keys(PlaceArgs),
    /// Print the signed status list.
    Status(PlaceArgs),
    /// Write the whole register as CSV and JSON Lines, with a signed note of their digests.
    Publish(PublishArgs),
    /// Make a new signing key; the older ones still check.
    NewKey(PlaceArgs),
    /// Shut a stolen key off from a day on; a new one signs from then.
    CloseKey(CloseArgs),
    /// Let an organisation of this instance run the register of a scheme.
    Operator(OperatorArgs),
}

#[derive(Debug, Args)]
pub(crate) struct SearchArgs {
    /// What to look for.
    text: String,
    /// Only this scheme.
    #[arg(long, default_value = "")]
    scheme: String,
    /// Only this prefecture, 01 to 47.
    #[arg(long, default_value = "")]
    prefecture: String,
    /// Only what holds on this day.
    #[arg(long, default_value = "")]
    on: String,
    #[command(flatten)]
    place: PlaceArgs,
}

#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    /// A star's file, the star itself, the text of its QR code, or a register number.
    star: String,
    /// Keys fetched before; then no database is asked.
    #[arg(long, requires = "list")]
    keys: Option<PathBuf>,
    /// Status list fetched before.
    #[arg(long, requires = "keys")]
    list: Option<PathBuf>,
    /// The day on which it must hold; today if absent.
    #[arg(long)]
    day: Option<String>,
    #[command(flatten)]
    place: PlaceArgs,
}

#[derive(Debug, Args)]
pub(crate) struct CloseArgs {
    /// The key as `register keys` prints it.
    key: String,
    /// The first day on which it does not count; today if absent.
    #[arg(long)]
    on: Option<String>,
    #[command(flatten)]
    place: PlaceArgs,
}

#[derive(Debug, Args)]
pub(crate) struct OperatorArgs {
    /// Scheme id, as `scheme list` prints it.
    scheme: String,
    /// Name or corporate number of the organisation.
    organisation: String,
    #[command(flatten)]
    place: PlaceArgs,
}

#[derive(Debug, Args)]
pub(crate) struct PublishArgs {
    /// Folder for entries.csv, entries.jsonl and entries.txt; put it where everybody can fetch it.
    folder: PathBuf,
    #[command(flatten)]
    place: PlaceArgs,
}

/// What a word came to.
pub(crate) enum Answer {
    Found(Entries),
    Verdict(Box<Verdict>),
    Text(String),
}

/// Runs a word.
///
/// # Errors
/// One line for the operator.
pub(crate) async fn run(word: RegisterWord) -> Result<Answer, String> {
    match word {
        RegisterWord::Search(args) => {
            let app = open(args.place).await?;
            let search = Search { text: args.text, scheme: args.scheme, prefecture: args.prefecture, on: args.on, ..Search::default() };
            let cx = Cx::without_request(&app, None);
            let mut tx = cx.read().await.map_err(|p| line(&p))?;
            Ok(Answer::Found(register::search(&cx, &mut tx, &search).await.map_err(|p| line(&p))?))
        }
        RegisterWord::Verify(args) => verify(args).await,
        RegisterWord::Keys(place) => {
            let cx = Cx::without_request(&open(place).await?, None);
            let mut tx = cx.read().await.map_err(|p| line(&p))?;
            Ok(Answer::Text(register::keys_text(&mut tx).await.map_err(|p| line(&p))?))
        }
        RegisterWord::Status(place) => {
            let cx = Cx::without_request(&open(place).await?, None);
            let mut tx = cx.read().await.map_err(|p| line(&p))?;
            Ok(Answer::Text(register::status_text(&cx, &mut tx).await.map_err(|p| line(&p))?))
        }
        RegisterWord::Publish(args) => publish(args).await,
        RegisterWord::Operator(args) => operator(args).await,
        RegisterWord::NewKey(place) => change_key(place, None).await,
        RegisterWord::CloseKey(args) => {
            let day = args.on.as_deref().map(Day::parse).transpose().map_err(|e| e.to_string())?;
            change_key(args.place, Some((args.key, day.unwrap_or_else(|| SystemClock.now().day())))).await
        }
    }
}

/// A problem as one line for the operator: what is wrong with which field, or its cause.
pub(crate) fn line(problem: &Problem) -> String {
    if let Some(first) = problem.fields.first() {
        return format!("{}: {}", first.field, first.text);
    }
    if problem.cause.is_empty() { problem.to_string() } else { format!("{problem}: {}", problem.cause) }
}

async fn open(place: PlaceArgs) -> Result<Arc<App>, String> {
    open_app(&place.into(), Config::default(), FirstCode::default()).await
}

async fn change_key(place: PlaceArgs, close: Option<(String, Day)>) -> Result<Answer, String> {
    let cx = Cx::without_request(&open(place).await?, None);
    let mut tx = cx.write().await.map_err(|p| line(&p))?;
    let new = match &close {
        Some((key, day)) => register::key_close(&cx, &mut tx, key, *day).await.map_err(|p| line(&p))?,
        None => register::key_make(&cx, &mut tx).await.map_err(|p| line(&p))?,
    };
    let event = Event::new(EventKind::RegisterKeyChanged, kernel::sha256_hex(new.as_bytes()));
    tx.record_as(None, "operator", cx.now(), &event).await.map_err(|e| e.to_string())?;
    tx.commit().await.map_err(|e| e.to_string())?;
    Ok(Answer::Text(new))
}

async fn operator(args: OperatorArgs) -> Result<Answer, String> {
    let cx = Cx::without_request(&open(args.place).await?, None);
    let mut tx = cx.write().await.map_err(|p| line(&p))?;
    let done = register::party_designate(&cx, &mut tx, &args.scheme, register::OPERATOR, &args.organisation).await;
    let unknown = |p: Problem| {
        if p.code == kernel::Code::NotFound { "no such scheme with an operator, or no such organisation".to_owned() } else { line(&p) }
    };
    done.map_err(unknown)?;
    tx.commit().await.map_err(|e| e.to_string())?;
    Ok(Answer::Text(format!("{} runs the register of {}\n", args.organisation, args.scheme)))
}

async fn publish(args: PublishArgs) -> Result<Answer, String> {
    let cx = Cx::without_request(&open(args.place).await?, None);
    let bulk = register::bulk_publish(&cx, &args.folder).await.map_err(|p| line(&p))?;
    Ok(Answer::Text(format!("{} entries\n{}", bulk.entries, bulk.note)))
}

/// A file's text, or the argument itself where no such file is.
fn text_of(star: &str) -> Result<String, String> {
    let path = Path::new(star);
    let is_file = star.len() < 1000 && !star.contains('\n') && path.is_file();
    if is_file { std::fs::read_to_string(path).map_err(|e| format!("{star}: {e}")) } else { Ok(star.to_owned()) }
}

async fn verify(args: VerifyArgs) -> Result<Answer, String> {
    let text = text_of(&args.star)?;
    let today = args.day.as_deref().map(Day::parse).transpose().map_err(|e| e.to_string())?;
    let today = today.unwrap_or_else(|| SystemClock.now().day());
    if let (Some(keys), Some(list)) = (&args.keys, &args.list) {
        let (known, list) = offline(keys, list)?;
        return Ok(Answer::Verdict(Box::new(register::verify(&text, &known, Some(&list), today))));
    }
    let cx = Cx::without_request(&open(args.place).await?, None);
    let mut tx = cx.read().await.map_err(|p| line(&p))?;
    Ok(Answer::Verdict(Box::new(register::star_verify(&cx, &mut tx, &text).await.map_err(|p| line(&p))?)))
}

/// Keys and list from files; the list must be signed by a key that is not shut off.
fn offline(keys: &Path, list: &Path) -> Result<(Vec<Verifier>, StatusList), String> {
    let read = |path: &Path| std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()));
    let (mut open, mut all) = (Vec::new(), Vec::new());
    for text in read(keys)?.lines().filter(|l| !l.trim().is_empty()) {
        let (key, closed) = text.strip_prefix("closed ").and_then(|t| t.split_once(' ')).map_or((text, false), |(_, key)| (key, true));
        let key = Verifier::parse(key).map_err(|e| format!("{}: {e}", keys.display()))?;
        all.push(key.clone());
        if !closed {
            open.push(key);
        }
    }
    let signed = read(list)?;
    let (body, _) = register::open(&signed, &open).map_err(|e| format!("{}: {e}", list.display()))?;
    let list = StatusList::parse(body).map_err(|e| format!("{}: {e}", list.display()))?;
    Ok((all, list))
}
