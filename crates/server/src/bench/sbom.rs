//! `server::bench::sbom` — component lists: advisories loaded, package URLs matched, documents read. The inputs are those
//! of the developers' data folder, unpacked; without it there is nothing to compare with, and that is said.

use std::path::Path;

use sbom::{Advisories, Matches};

use super::measure::{HEAD, Watch, peak_mib, row};
use crate::cli::say;
use crate::sbom::{advisories, files_under};

/// Runs after one to warm up.
const RUNS: usize = 5;

/// Times a piece of work and gives its last result.
fn timed<T>(what: &str, more: impl Fn(&T, f64) -> String, work: impl Fn() -> Result<T, String>) -> Result<T, String> {
    let mut last = work()?;
    let mut times = Vec::new();
    for _ in 0..RUNS {
        drop(last);
        let watch = Watch::start();
        last = work()?;
        times.push(watch.stop());
    }
    let (median_ms, _) = super::measure::spread(&times);
    say(&row(what, &times, &more(&last, median_ms / 1000.0)));
    Ok(last)
}

fn rate(of: usize, seconds: f64) -> String {
    let of = f64::from(u32::try_from(of).unwrap_or(u32::MAX));
    format!("{:.0} a second", of / seconds)
}

fn found(matches: &Matches) -> String {
    format!("{} affected, {} cannot tell", matches.findings.len(), matches.cannot_tell.len())
}

pub(super) fn purls(path: &Path) -> Result<Vec<String>, String> {
    let text = std::fs::read_to_string(path).map_err(|e| format!("cannot read {}: {e}", path.display()))?;
    Ok(text.lines().map(str::to_owned).collect())
}

fn load(folder: &Path) -> Result<Advisories, String> {
    Ok(advisories(folder)?.0)
}

/// The W1 list as a tool writes it, so that reading and writing count too.
pub(super) fn as_list(purls: &[String]) -> Vec<u8> {
    let part = |purl: &String| serde_json::json!({ "type": "library", "name": purl, "purl": purl });
    let parts: Vec<_> = purls.iter().map(part).collect();
    serde_json::json!({ "bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1, "components": parts }).to_string().into_bytes()
}

/// The measured work.
pub(super) fn sbom(suites: Option<&Path>) -> Result<(), String> {
    say("\nbench sbom: one thread, wall time");
    let Some(root) = suites else {
        say("LEFT OUT: --suites FOLDER names the unpacked folder of advisories, benches and component lists; it was not given");
        return Ok(());
    };
    say(&format!("\n{HEAD}"));
    let crates = timed(
        "B2 advisories of crates.io from files",
        |a: &Advisories, s| rate(a.len(), s),
        || load(&root.join("advisories-osv/crates.io")),
    )?;
    let w1 = purls(&root.join("bench/w1-crates.purls"))?;
    let scan = |known: &Advisories, list: &[String]| Ok(known.scan_identifiers(list.iter().map(String::as_str)));
    let more = |n: usize| move |m: &Matches, s: f64| format!("{}; {}", rate(n, s), found(m));
    timed("B1 W1: 4,025 crate versions", more(w1.len()), || scan(&crates, &w1))?;
    let list = as_list(&w1);
    timed("B1 W1 from a CycloneDX list, result as JSON", more(w1.len()), || {
        let matches = crates.scan(&sbom::read(&list).map_err(|e| e.line())?, false);
        serde_json::to_vec(&matches).map_err(|e| e.to_string())?;
        Ok(matches)
    })?;
    let many: Vec<String> = (0..25).flat_map(|_| w1.iter().cloned()).collect();
    timed("B1 W1 × 25", more(many.len()), || scan(&crates, &many))?;
    say(&format!("| peak memory of this process up to here | | | | {:.0} MiB |", peak_mib()));
    let large: Vec<Vec<u8>> = spdx_lists(root)?;
    let bytes: usize = large.iter().map(Vec::len).sum();
    let of_large = |read: &usize, s: f64| format!("{} MB, {read} components; {}", bytes >> 20, rate(bytes >> 20, s) + " (MB)");
    timed(&format!("B3 {} SPDX documents read", large.len()), of_large, || read_all(&large))?;
    drop(large);
    let small: Vec<Vec<u8>> = w1.chunks_exact(300).cycle().take(100).map(as_list).collect();
    timed("B3 100 lists of 300 components read", |_, s| rate(100, s), || read_all(&small))?;
    drop((many, crates));
    let all = timed(
        "B2 all advisories in OSV form from files",
        |a: &Advisories, s| format!("{} files; {}", a.len(), rate(a.len(), s)),
        || load(&root.join("advisories-osv")),
    )?;
    let w2 = purls(&root.join("bench/w2-mixed.purls"))?;
    timed("B1 W2: 8,081 mixed package URLs", more(w2.len()), || scan(&all, &w2))?;
    say(&format!("| peak memory of this process | | | | {:.0} MiB |", peak_mib()));
    Ok(())
}

fn read_all(lists: &[Vec<u8>]) -> Result<usize, String> {
    let mut components = 0;
    for bytes in lists {
        components += sbom::read(bytes).map_err(|e| e.line())?.components.len();
    }
    Ok(components)
}

/// The large SPDX documents of the data folder.
pub(super) fn spdx_lists(root: &Path) -> Result<Vec<Vec<u8>>, String> {
    let mut paths = Vec::new();
    files_under(&root.join("sbom/guac-data/top-dh-sboms"), &mut paths)?;
    let json = paths.iter().filter(|p| p.extension().is_some_and(|e| e == "json"));
    json.map(|p| std::fs::read(p).map_err(|e| format!("cannot read {}: {e}", p.display()))).collect()
}
