//! `server::oscal` — the words `oscal import` and `oscal export`: files in, schemes of this
//! instance out, and the other way round.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use kernel::{Clock as _, Lang};
use schemes::{Catalog, OscalFile, OscalOptions, SchemeFolder, read_oscal};
use serde::Serialize;
use serde_json::Value;

use crate::SystemClock;
use crate::serve::load_catalog;

#[derive(Debug, Subcommand)]
pub(crate) enum OscalWord {
    /// Take in a catalog, or a profile with `--catalog`, JSON or XML, as a scheme of this instance.
    Import(ImportArgs),
    /// Write a scheme, a crosswalk or, with `--facts`, an evaluation as OSCAL JSON.
    Export(ExportArgs),
}

#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// The catalog or profile.
    file: PathBuf,
    /// The catalog that a profile takes its controls from.
    #[arg(long)]
    catalog: Option<PathBuf>,
    /// The scheme's id; made from the title if absent.
    #[arg(long, default_value = "")]
    id: String,
    /// Take only controls that have a part of this name.
    #[arg(long, default_value = "")]
    having_part: String,
    /// Folder of data; the scheme is there from the next start on.
    #[arg(long, default_value = "ishigaki-data", env = "ISHIGAKI_DATA")]
    data: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// `ID` or `ID@VERSION` of a scheme, or the id of a crosswalk.
    id: String,
    /// Evaluate this facts file and write assessment results.
    #[arg(long)]
    facts: Option<PathBuf>,
    /// Language of the texts: ja or en.
    #[arg(long, default_value = "ja")]
    lang: String,
    /// Folder of data with more schemes.
    #[arg(long, default_value = "ishigaki-data", env = "ISHIGAKI_DATA")]
    data: PathBuf,
}

/// What was taken in.
#[derive(Debug, Serialize)]
pub(crate) struct Imported {
    /// `id@version`.
    pub(crate) name: String,
    pub(crate) requirements: usize,
    pub(crate) criteria: usize,
    /// Where its files are.
    pub(crate) folder: String,
}

fn read(path: &Path) -> Result<OscalFile, String> {
    let cannot = |e: &dyn std::fmt::Display| format!("{}: {e}", path.display());
    let mut bytes = Vec::new();
    // One byte more than is read at most tells a file that is too large.
    let file = std::fs::File::open(path).map_err(|e| cannot(&e))?;
    file.take((64 << 20) + 1).read_to_end(&mut bytes).map_err(|e| cannot(&e))?;
    read_oscal(&bytes).map_err(|e| cannot(&e))
}

/// Reads the file, checks the scheme it makes and writes it into the data folder.
pub(crate) fn import(args: &ImportArgs) -> Result<Imported, String> {
    let source = match (read(&args.file)?, &args.catalog) {
        (OscalFile::Catalog(catalog), None) => catalog,
        (OscalFile::Catalog(_), Some(_)) => return Err("--catalog belongs to a profile; this is a catalog".to_owned()),
        (OscalFile::Profile(_), None) => return Err("a profile needs the catalog it takes its controls from: --catalog FILE".to_owned()),
        (OscalFile::Profile(profile), Some(path)) => match read(path)? {
            OscalFile::Catalog(catalog) => schemes::apply_profile(&profile, &catalog).map_err(|e| e.to_string())?,
            OscalFile::Profile(_) => return Err(format!("{}: a catalog is expected here", path.display())),
        },
    };
    let options = OscalOptions { id: args.id.clone(), having_part: args.having_part.clone() };
    let folder = schemes::scheme_of_catalog(&source, &options).map_err(|e| e.to_string())?;
    let mut catalog = load_catalog(&args.data)?;
    let (scheme, _) = schemes::Scheme::read(&folder, &catalog).map_err(|e| e.to_string().replace('\n', " "))?;
    catalog.add_scheme(&args.file.display().to_string(), &folder).map_err(|e| e.to_string().replace('\n', " "))?;
    let place = args.data.join("schemes/oscal").join(&scheme.id).join(&scheme.version);
    write(&place, &folder).map_err(|e| format!("cannot write {}: {e}", place.display()))?;
    Ok(Imported {
        name: scheme.name(),
        requirements: scheme.requirements.len(),
        criteria: scheme.criteria().count(),
        folder: place.display().to_string(),
    })
}

fn write(place: &Path, folder: &SchemeFolder) -> std::io::Result<()> {
    std::fs::create_dir_all(place.join("texts"))?;
    folder.iter().try_for_each(|(name, text)| std::fs::write(place.join(name), text))
}

/// The OSCAL document that is asked for.
pub(crate) fn export(args: &ExportArgs) -> Result<Value, String> {
    let catalog = load_catalog(&args.data)?;
    let lang = Lang::parse(&args.lang).map_err(|e| e.to_string())?;
    let now = SystemClock.now();
    if let Some(crosswalk) = catalog.crosswalks().iter().find(|c| c.id == args.id) {
        return Ok(schemes::oscal_mapping(crosswalk, lang, now));
    }
    let scheme = catalog.named(&args.id).ok_or_else(|| format!("unknown scheme or crosswalk {}; see: ishigaki scheme list", args.id))?;
    let Some(path) = &args.facts else { return Ok(schemes::oscal_catalog(scheme, lang, now)) };
    let text = std::fs::read_to_string(path).map_err(|e| format!("cannot read {}: {e}", path.display()))?;
    results(&catalog, scheme, &text, lang)
}

fn results(catalog: &Catalog, scheme: &schemes::Scheme, text: &str, lang: Lang) -> Result<Value, String> {
    let facts = schemes::read_facts(text, catalog).map_err(|e| e.to_string())?;
    let now = SystemClock.now();
    let standings: Vec<schemes::Standing> = scheme.criteria().map(|c| schemes::standing(c, &facts, now.day())).collect();
    Ok(schemes::oscal_results(scheme, &standings, lang, now))
}
