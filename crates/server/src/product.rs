//! `server::product` — the word `product advisories`: a folder of advisories goes into the instance, and every release it
//! concerns is matched again.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use people::FirstCode;
use products::Taken;
use serde::Serialize;
use web::{Config, Cx};

use crate::cli::PlaceArgs;
use crate::register::line;
use crate::sbom::{AdvisoryFolder, advisory_folder};
use crate::serve::open_app;

#[derive(Debug, Subcommand)]
pub(crate) enum ProductWord {
    /// Take advisories in OSV form in; unchanged ones are passed over. Exit 1 if a release is concerned or a file was not read.
    Advisories(AdvisoriesArgs),
}

#[derive(Debug, Args)]
pub(crate) struct AdvisoriesArgs {
    /// The folder (.json), with folders inside.
    folder: PathBuf,
    #[command(flatten)]
    place: PlaceArgs,
}

/// What taking in came to.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    #[serde(flatten)]
    taken: Taken,
    /// Files that are no advisory, and why.
    not_read: Vec<String>,
}

impl Report {
    pub(crate) fn has_findings(&self) -> bool {
        self.taken.findings > 0 || !self.not_read.is_empty()
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        let t = &self.taken;
        let mut lines: Vec<String> = self.not_read.iter().map(|n| format!("no advisory: {n}")).collect();
        lines.push(format!(
            "{} new, {} changed, {} as before; {} findings by them, {} closed",
            t.added, t.changed, t.same, t.findings, t.closed
        ));
        lines
    }
}

/// Runs a word.
///
/// # Errors
/// One line for the operator.
pub(crate) async fn run(word: ProductWord) -> Result<Report, String> {
    let ProductWord::Advisories(args) = word;
    let AdvisoryFolder { all, not_read } = advisory_folder(&args.folder)?;
    let app = open_app(&args.place.into(), Config::default(), FirstCode::default()).await?;
    let cx = Cx::without_request(&app, None);
    let taken = products::advisories_take(&cx, &all).await.map_err(|p| line(&p))?;
    app.store.close().await;
    Ok(Report { taken, not_read })
}
