//! `server::product_watch` — a folder with one folder a product: component lists put there become releases. A file is taken
//! when it no longer grows, and moved to `taken` or, with the reason beside it, to `refused`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use kernel::{Scope, sha256_hex};
use people::FirstCode;
use products::Sent;
use serde::Serialize;
use web::{Config, Cx, Problem};

use crate::cli::PlaceArgs;
use crate::serve::open_app;

#[derive(Debug, Args)]
pub(crate) struct WatchArgs {
    /// The folder; in it one folder a product, called as the product is.
    folder: PathBuf,
    /// Seconds between two looks.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=3600))]
    every: u64,
    /// Add a product for a folder that is called like none.
    #[arg(long)]
    add: bool,
    /// Take what is there and stop, as for a timer of the system.
    #[arg(long)]
    once: bool,
    /// Name, corporate number or id of the maker; the first organisation of the instance if absent.
    #[arg(long, default_value = "")]
    organisation: String,
    #[command(flatten)]
    place: PlaceArgs,
}

/// What became of a file.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Moved {
    file: PathBuf,
    /// Id of the release; empty if it was refused.
    release_id: String,
    /// Why it was refused; empty if it was not.
    why: String,
}

impl Moved {
    pub(crate) fn is_refused(&self) -> bool {
        !self.why.is_empty()
    }

    pub(crate) fn line(&self) -> String {
        if self.is_refused() {
            format!("{}: refused: {}", self.file.display(), self.why)
        } else {
            format!("{}: release {}", self.file.display(), self.release_id)
        }
    }
}

/// Folders inside that of a product.
const TAKEN: &str = "taken";
const REFUSED: &str = "refused";

/// Length and time of the last change of each file, as it was at the last look.
type Seen = BTreeMap<PathBuf, (u64, Option<std::time::SystemTime>)>;

/// Files in the folders of products, with the name of the product.
fn files(folder: &Path) -> Result<Vec<(String, PathBuf)>, String> {
    let read = |folder: &Path| {
        let entries = std::fs::read_dir(folder).map_err(|e| format!("cannot read {}: {e}", folder.display()))?;
        let mut all: Vec<_> = entries.filter_map(Result::ok).collect();
        all.sort_by_key(std::fs::DirEntry::path);
        Ok::<_, String>(all)
    };
    let mut found = Vec::new();
    // Links are not followed: what is read lies in the folder.
    for product in read(folder)?.iter().filter(|e| e.file_type().is_ok_and(|t| t.is_dir())) {
        let name = product.file_name().to_string_lossy().into_owned();
        for file in read(&product.path())?.iter().filter(|e| e.file_type().is_ok_and(|t| t.is_file())) {
            if !file.file_name().to_string_lossy().starts_with('.') {
                found.push((name.clone(), file.path()));
            }
        }
    }
    Ok(found)
}

/// Moves a file aside under a name that is not taken there.
fn aside(file: &Path, folder: &str, why: &str) -> Result<(), String> {
    let wrong = |e: std::io::Error| format!("cannot move {}: {e}", file.display());
    let to = file.parent().unwrap_or(Path::new(".")).join(folder);
    std::fs::create_dir_all(&to).map_err(wrong)?;
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let free = (0..100_000).map(|n| if n == 0 { name.clone() } else { format!("{n}-{name}") }).find(|n| !to.join(n).exists());
    let name = free.unwrap_or(name);
    std::fs::rename(file, to.join(&name)).map_err(wrong)?;
    if !why.is_empty() {
        std::fs::write(to.join(format!("{name}.txt")), format!("{why}\n")).map_err(wrong)?;
    }
    Ok(())
}

/// Why a file is refused, in one line.
fn reason(problem: &Problem) -> String {
    let fields: Vec<&str> = problem.fields.iter().map(|f| f.text.as_str()).collect();
    if fields.is_empty() { crate::register::line(problem) } else { fields.join(" ") }
}

async fn take(cx: &Cx, scope: &Scope, (product, file, add): (&str, &Path, bool)) -> Result<String, String> {
    let named = || async { products::product_named(cx, scope, product).await.map_err(|p| reason(&p)) };
    let mut known = named().await?;
    if known.is_none() && add {
        products::product_add(cx, scope, product).await.map_err(|p| reason(&p))?;
        known = named().await?;
    }
    let known = known.ok_or_else(|| format!("no product is called {product}"))?;
    let size = std::fs::metadata(file).map_err(|e| e.to_string())?.len();
    if usize::try_from(size).unwrap_or(usize::MAX) > sbom::DOCUMENT_MAX_BYTES {
        return Err(sbom::ReadError::TooLarge.line());
    }
    let bytes = std::fs::read(file).map_err(|e| e.to_string())?;
    // It was taken, and the process ended before it could be moved.
    if known.file_sha256 == sha256_hex(&[known.release_id.as_bytes(), &bytes].concat()) {
        return Ok(known.release_id);
    }
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let sent = Sent { version: String::new(), name, bytes };
    products::product_take(cx, scope, &known.product_id, &sent).await.map_err(|p| reason(&p))
}

/// One look: takes what no longer grows, or everything.
async fn look(cx: &Cx, scope: &Scope, (folder, add): (&Path, bool), seen: Option<&mut Seen>) -> Result<Vec<Moved>, String> {
    let mut now = Seen::new();
    let mut moved = Vec::new();
    let before = seen.as_ref().map(|s| (**s).clone());
    for (product, file) in files(folder)? {
        let Ok(about) = std::fs::metadata(&file) else { continue };
        let state = (about.len(), about.modified().ok());
        if before.as_ref().is_some_and(|b| b.get(&file) != Some(&state)) {
            now.insert(file, state);
            continue;
        }
        let found = take(cx, scope, (&product, &file, add)).await;
        let (release_id, why) = found.map_or_else(|why| (String::new(), why), |id| (id, String::new()));
        aside(&file, if why.is_empty() { TAKEN } else { REFUSED }, &why)?;
        moved.push(Moved { file, release_id, why });
    }
    if let Some(seen) = seen {
        *seen = now;
    }
    Ok(moved)
}

/// Watches a folder, and tells of every file as it is moved; returns what was moved if it looks once only.
///
/// # Errors
/// One line for the operator.
pub(crate) async fn watch(args: WatchArgs, tell: impl Fn(&Moved) + Send + Sync) -> Result<Vec<Moved>, String> {
    let app = open_app(&args.place.into(), Config::default(), FirstCode::default()).await?;
    let cx = Cx::without_request(&app, None);
    let scope = suppliers::operator_scope(&cx, &args.organisation).await.map_err(|p| reason(&p))?.ok_or("there is no organisation yet")?;
    if args.once {
        let moved = look(&cx, &scope, (&args.folder, args.add), None).await;
        app.store.close().await;
        return moved;
    }
    let mut seen = Seen::new();
    loop {
        for moved in look(&cx, &scope, (&args.folder, args.add), Some(&mut seen)).await? {
            tell(&moved);
        }
        tokio::time::sleep(Duration::from_secs(args.every)).await;
    }
}
