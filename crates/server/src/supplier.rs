//! `server::supplier` — the words `supplier import|impact|replies`: a list of suppliers as a file; what stops if one stops; a
//! folder or zip file of workbooks that came back.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, Subcommand};
use people::FirstCode;
use suppliers::ListReport;
use web::{Config, Cx};

use crate::cli::PlaceArgs;
use crate::register::line;
use crate::serve::open_app;

/// When a server reads what was put in, if this program stops before it is done.
const LATER_SECONDS: i64 = 600;

#[derive(Debug, Subcommand)]
pub(crate) enum SupplierWord {
    /// Take a list of suppliers in (.xlsx or .csv). Exit 1 if cells or names are to be looked at.
    Import(ImportArgs),
    /// What stops, when and at whom, if a supplier stops.
    Impact(ImpactArgs),
    /// Read workbooks that came back to a request (a folder, a .zip, single files). Exit 1 if some are to be looked at.
    Replies(RepliesArgs),
}

#[derive(Debug, Args)]
pub(crate) struct RepliesArgs {
    /// Folders, .zip files and workbooks.
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// Id of the round of requests, as in the address of its board.
    #[arg(long)]
    wave: String,
    /// Name, corporate number or id of the buyer; the first organisation of the instance if absent.
    #[arg(long, default_value = "")]
    organisation: String,
    #[command(flatten)]
    place: PlaceArgs,
}

#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// The list.
    file: PathBuf,
    /// Name, corporate number or id of the buyer; the first organisation of the instance if absent.
    #[arg(long, default_value = "")]
    organisation: String,
    #[command(flatten)]
    place: PlaceArgs,
}

#[derive(Debug, Args)]
pub(crate) struct ImpactArgs {
    /// Id of the supplier; its name or corporate number if only one has it.
    id: String,
    /// How long it stops, in days; for good if absent.
    #[arg(long)]
    days: Option<i64>,
    #[command(flatten)]
    place: PlaceArgs,
}

/// What a word came to.
pub(crate) enum Answer {
    List(Box<ListReport>),
    Impact(Box<suppliers::Impact>),
    Replies(Vec<suppliers::Intake>),
}

/// Runs a word.
///
/// # Errors
/// One line for the operator.
pub(crate) async fn run(word: SupplierWord) -> Result<Answer, String> {
    match word {
        SupplierWord::Import(args) => import(args).await,
        SupplierWord::Replies(args) => replies(args).await,
        SupplierWord::Impact(args) => {
            let app = open_app(&args.place.into(), Config::default(), FirstCode::default()).await?;
            let cx = Cx::without_request(&app, None);
            let found = suppliers::impact_named(&cx, &args.id, args.days).await.map_err(|p| line(&p))?;
            app.store.close().await;
            Ok(Answer::Impact(Box::new(found)))
        }
    }
}

/// Files of a folder and the folders in it, in the order of their names.
fn files_of(path: &Path, all: &mut Vec<PathBuf>) -> Result<(), String> {
    let named = |e: std::io::Error| format!("cannot read {}: {e}", path.display());
    if !std::fs::metadata(path).map_err(named)?.is_dir() {
        all.push(path.to_owned());
        return Ok(());
    }
    let entries: Result<Vec<_>, _> = std::fs::read_dir(path).map_err(named)?.collect();
    let mut paths: Vec<PathBuf> = entries.map_err(named)?.into_iter().map(|e| e.path()).collect();
    paths.sort();
    // What systems put beside files, and what Excel puts beside an open one, is no reply.
    paths.retain(|p| !p.file_name().is_some_and(|n| n.to_string_lossy().starts_with(['.', '~'])));
    paths.iter().try_for_each(|p| files_of(p, all))
}

async fn replies(args: RepliesArgs) -> Result<Answer, String> {
    let mut paths = Vec::new();
    for path in &args.paths {
        let mut all = Vec::new();
        files_of(path, &mut all)?;
        // The folders above say nothing of whose a file is.
        let above = path.parent().unwrap_or(Path::new("")).to_owned();
        paths.extend(all.into_iter().map(|p| (p.strip_prefix(&above).unwrap_or(&p).display().to_string(), p.clone())));
    }
    let app = open_app(&args.place.into(), Config::default(), FirstCode::default()).await?;
    let cx = Cx { lang: kernel::Lang::En, ..Cx::without_request(&app, None) };
    let scope = suppliers::operator_scope(&cx, &args.organisation).await.map_err(|p| line(&p))?.ok_or("there is no organisation yet")?;
    let mut kept = Vec::new();
    for (name, path) in &paths {
        let bytes = std::fs::read(path).map_err(|e| format!("cannot read {}: {e}", path.display()))?;
        kept.push(suppliers::intake_keep(&cx, name, &bytes).await.map_err(|p| line(&p))?);
    }
    // Read here at once; a server goes on if this stops halfway.
    let later = cx.now().plus_seconds(LATER_SECONDS);
    suppliers::intake_add(&cx, &scope, &args.wave, &kept, later).await.map_err(|p| line(&p))?;
    while suppliers::intake_step(&cx, scope.id().as_str(), &args.wave).await.map_err(|p| line(&p))? {}
    let mut tx = cx.read().await.map_err(|e| e.to_string())?;
    let done = suppliers::intake_report(&mut tx, &scope, &args.wave).await.map_err(|p| line(&p))?;
    drop(tx);
    app.store.close().await;
    Ok(Answer::Replies(done))
}

async fn import(args: ImportArgs) -> Result<Answer, String> {
    let bytes = tokio::fs::read(&args.file).await.map_err(|e| format!("cannot read {}: {e}", args.file.display()))?;
    let app = open_app(&args.place.into(), Config::default(), FirstCode::default()).await?;
    let cx = Cx { lang: kernel::Lang::En, ..Cx::without_request(&app, None) };
    let name = args.file.file_name().unwrap_or(Path::new("list").as_os_str()).to_string_lossy().into_owned();
    let report = suppliers::list_import(&cx, &args.organisation, &name, bytes).await.map_err(|p| line(&p))?;
    Arc::clone(&app).store.close().await;
    Ok(Answer::List(Box::new(report)))
}
