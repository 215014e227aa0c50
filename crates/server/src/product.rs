//! `server::product` — the words `product advisories`: a folder of advisories goes into the instance, and every release it
//! concerns is matched again; `product impact`: which companies a vulnerability concerns; and `vex export`: what a maker says of a release, as a file.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use people::FirstCode;
use products::{Affected, Taken, VexFormat};
use serde::Serialize;
use web::{Config, Cx};

use crate::cli::PlaceArgs;
use crate::product_watch::{Moved, WatchArgs, watch};
use crate::register::line;
use crate::sbom::{AdvisoryFolder, advisory_folder};
use crate::serve::open_app;

#[derive(Debug, Subcommand)]
pub(crate) enum ProductWord {
    /// Take advisories (OSV, CVE, NVD, GitHub, CSAF as .json, JVN as .rdf or .xml), KEV (.json), EPSS (.csv) and ends of support (.json of endoflife.date, .csv) in; unchanged ones are passed over. Exit 1 if a release is concerned or a file was not read.
    Advisories(AdvisoriesArgs),
    /// Make component lists that are put into a folder releases of their products. Exit 1 if one was refused.
    Watch(WatchArgs),
    /// Every company of the instance that a vulnerability concerns, for its operator. Exit 1 if there is one.
    Impact(ImpactArgs),
}

#[derive(Debug, Args)]
pub(crate) struct ImpactArgs {
    /// Number of the vulnerability.
    vulnerability: String,
    #[command(flatten)]
    place: PlaceArgs,
}

#[derive(Debug, Args)]
pub(crate) struct AdvisoriesArgs {
    /// The folder (.json, .csv, .rdf, .xml), with folders inside.
    folder: PathBuf,
    #[command(flatten)]
    place: PlaceArgs,
}

/// What taking in came to.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    #[serde(flatten)]
    taken: Taken,
    /// What is known of vulnerabilities by KEV and EPSS.
    signals: usize,
    /// Lines of versions with their ends of support.
    lifecycles: usize,
    /// Files that are no advisory, and why.
    not_read: Vec<String>,
}

impl Report {
    fn has_findings(&self) -> bool {
        self.taken.findings > 0 || !self.not_read.is_empty()
    }

    fn lines(&self) -> Vec<String> {
        let t = &self.taken;
        let mut lines: Vec<String> = self.not_read.iter().map(|n| format!("no advisory: {n}")).collect();
        lines.push(format!(
            "{} new, {} changed, {} as before; {} findings by them, {} closed; {} uses of customers told; {} signals (KEV, EPSS, CVE records)",
            t.added, t.changed, t.same, t.findings, t.closed, t.told, self.signals
        ));
        lines
    }
}

/// What a word answers.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Answer {
    Taken(Report),
    Impact(Vec<Affected>),
    Watched(Vec<Moved>),
}

impl Answer {
    pub(crate) fn has_findings(&self) -> bool {
        match self {
            Self::Taken(report) => report.has_findings(),
            Self::Impact(all) => !all.is_empty(),
            Self::Watched(all) => all.iter().any(Moved::is_refused),
        }
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        let line = |a: &Affected| format!("{}: {} releases, {} uses told, {} acknowledged", a.name, a.releases, a.told, a.acknowledged);
        match self {
            Self::Taken(report) => report.lines(),
            Self::Impact(all) if all.is_empty() => vec!["no company is concerned".to_owned()],
            Self::Impact(all) => all.iter().map(line).collect(),
            Self::Watched(all) => all.iter().map(Moved::line).collect(),
        }
    }
}

/// Runs a word.
///
/// # Errors
/// One line for the operator.
pub(crate) async fn run(word: ProductWord) -> Result<Answer, String> {
    match word {
        ProductWord::Advisories(args) => take(args).await.map(Answer::Taken),
        ProductWord::Watch(args) => watch(args, |moved| crate::cli::say(&moved.line())).await.map(Answer::Watched),
        ProductWord::Impact(args) => {
            let app = open_app(&args.place.into(), Config::default(), FirstCode::default()).await?;
            let found = products::companies_affected(&Cx::without_request(&app, None), &args.vulnerability).await;
            app.store.close().await;
            Ok(Answer::Impact(found.map_err(|p| line(&p))?))
        }
    }
}

async fn take(args: AdvisoriesArgs) -> Result<Report, String> {
    let app = open_app(&args.place.into(), Config::default(), FirstCode::default()).await?;
    let cx = Cx::without_request(&app, None);
    let known = products::advisory_digests(&cx).await.map_err(|p| line(&p))?;
    let AdvisoryFolder { all, signals, lifecycles, not_read, same } = advisory_folder(&args.folder, &known)?;
    let mut taken = products::advisories_take(&cx, &all).await.map_err(|p| line(&p))?;
    taken.same += same;
    for list in &signals {
        products::signals_take(&cx, list).await.map_err(|p| line(&p))?;
    }
    products::lifecycles_take(&cx, &lifecycles).await.map_err(|p| line(&p))?;
    app.store.close().await;
    Ok(Report { taken, lifecycles: lifecycles.len(), signals: signals.iter().map(products::Signals::len).sum(), not_read })
}

#[derive(Debug, Subcommand)]
pub(crate) enum VexWord {
    /// Write what is said of a release. Exit 2 if there is nothing to say.
    Export(ExportArgs),
}

#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// Id of the release, as in the address of its page.
    release: String,
    /// The format to write.
    #[arg(long, value_enum)]
    format: Format,
    /// Where it goes; standard output if absent.
    #[arg(short, long)]
    out: Option<PathBuf>,
    /// Name, corporate number or id of the maker; the first organisation of the instance if absent.
    #[arg(long, default_value = "")]
    organisation: String,
    /// The address people use, which the file names.
    #[arg(long, default_value = "http://127.0.0.1:7750")]
    public_url: String,
    #[command(flatten)]
    place: PlaceArgs,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// CSAF 2.0.
    Csaf,
    /// `OpenVEX` 0.2.0.
    Openvex,
    /// `CycloneDX` 1.6.
    Cyclonedx,
}

/// Writes a release's statements. Returns them if they go to standard output.
///
/// # Errors
/// One line for the operator.
pub(crate) async fn export(word: VexWord) -> Result<Option<String>, String> {
    let VexWord::Export(args) = word;
    let format = match args.format {
        Format::Csaf => VexFormat::Csaf,
        Format::Openvex => VexFormat::Openvex,
        Format::Cyclonedx => VexFormat::Cyclonedx,
    };
    let config = Config { public_url: args.public_url, ..Config::default() };
    let app = open_app(&args.place.into(), config, FirstCode::default()).await?;
    let cx = Cx { lang: kernel::Lang::En, ..Cx::without_request(&app, None) };
    let scope = suppliers::operator_scope(&cx, &args.organisation).await.map_err(|p| line(&p))?.ok_or("there is no organisation yet")?;
    let made = products::vex_export(&cx, &scope, &args.release, format).await.map_err(|p| line(&p));
    app.store.close().await;
    let (_, bytes) = made?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    match &args.out {
        None => Ok(Some(text)),
        Some(out) => {
            std::fs::write(out, text).map_err(|e| format!("cannot write {}: {e}", out.display()))?;
            Ok(None)
        }
    }
}
