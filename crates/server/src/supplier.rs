//! `server::supplier` — the words `supplier import|impact`: a list of suppliers as a file; what stops if one stops.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, Subcommand};
use people::FirstCode;
use suppliers::ListReport;
use web::{Config, Cx};

use crate::cli::PlaceArgs;
use crate::register::line;
use crate::serve::open_app;

#[derive(Debug, Subcommand)]
pub(crate) enum SupplierWord {
    /// Take a list of suppliers in (.xlsx or .csv). Exit 1 if cells or names are to be looked at.
    Import(ImportArgs),
    /// What stops, when and at whom, if a supplier stops.
    Impact(ImpactArgs),
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
}

/// Runs a word.
///
/// # Errors
/// One line for the operator.
pub(crate) async fn run(word: SupplierWord) -> Result<Answer, String> {
    match word {
        SupplierWord::Import(args) => import(args).await,
        SupplierWord::Impact(args) => {
            let app = open_app(&args.place.into(), Config::default(), FirstCode::default()).await?;
            let cx = Cx::without_request(&app, None);
            let found = suppliers::impact_named(&cx, &args.id, args.days).await.map_err(|p| line(&p))?;
            app.store.close().await;
            Ok(Answer::Impact(Box::new(found)))
        }
    }
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
