//! `server::sbom` — the words `sbom scan|convert|diff|check`: component lists without a database. Every document is
//! opened in the limited child.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use kernel::{Clock as _, Day};
use products::Signals;
use sbom::{
    Advisories, Advisory, Change, Component, Counts, Document, Element, ElementState, Format, Identity, LicenceFinding, LicenceVerdict,
    LifeEnd, Lifecycle, Loss, Matches, Source,
};
use schemars::JsonSchema;
use serde::Serialize;

#[derive(Debug, Subcommand)]
pub(crate) enum SbomWord {
    /// What a component list holds, and which advisories concern it. Exit 1 if one does, or if nothing can be matched.
    Scan(ScanArgs),
    /// The same list in another format.
    Convert(ConvertArgs),
    /// What changed between two releases. Exit 1 if anything did.
    Diff {
        /// The older one.
        old: PathBuf,
        /// The newer one.
        new: PathBuf,
    },
    /// What the licences in it ask of whoever hands the product on. Exit 1 if one is not simply fine.
    Licences {
        /// The component list.
        file: PathBuf,
    },
    /// The minimum elements of 2021 and of 2026. Exit 1 if one is left out.
    Check {
        /// The component list.
        file: PathBuf,
    },
}

#[derive(Debug, Args)]
pub(crate) struct ScanArgs {
    /// The component list: `CycloneDX` 1.2 to 1.7 (JSON, XML), SPDX 2.2, 2.3 (JSON, tag-value) or 3.0 (JSON-LD), or a table (.xlsx, .csv).
    file: PathBuf,
    /// Folder of advisories (OSV, CVE, NVD, GitHub, JVN, CSAF), with folders inside. Without it the list is only read.
    #[arg(long)]
    advisories: Option<PathBuf>,
    /// Name candidates by equal names too; each is for somebody to look at.
    #[arg(long)]
    names: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ConvertArgs {
    /// The component list.
    file: PathBuf,
    /// The format to write.
    #[arg(long, value_enum)]
    to: Target,
    /// Name or package URL of a part whose name is withheld; may stand several times.
    #[arg(long)]
    withhold: Vec<String>,
    /// Where it goes; standard output if absent.
    #[arg(short, long)]
    out: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Target {
    /// `CycloneDX` 1.6 as JSON.
    Cyclonedx,
    /// SPDX 2.3 as JSON.
    Spdx,
}

/// What a scan found.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Scanned {
    format: Format,
    spec_version: String,
    #[serde(flatten)]
    counts: Counts,
    advisories: usize,
    #[serde(flatten)]
    matches: Matches,
    /// Components their makers mend no longer, or soon no longer.
    ends: Vec<LifeEnd>,
    losses: Vec<Loss>,
    /// Files of the folder that are no advisory, and why.
    not_read: Vec<String>,
}

/// What a word came to.
pub(crate) enum Answer {
    Scanned(Box<Scanned>),
    Converted(Option<String>, Vec<Loss>),
    Compared(Vec<Change>),
    Checked(Vec<Element>),
    Licensed(Vec<LicenceFinding>),
}

async fn open(path: &Path) -> Result<Document, String> {
    let named = |e: std::io::Error| format!("cannot read {}: {e}", path.display());
    let size = std::fs::metadata(path).map_err(named)?.len();
    if usize::try_from(size).unwrap_or(usize::MAX) > sbom::DOCUMENT_MAX_BYTES {
        return Err(format!("{}: {}", path.display(), sbom::ReadError::TooLarge.line()));
    }
    let bytes = std::fs::read(path).map_err(named)?;
    sbom::read_in_child(&bytes).await.map_err(|e| format!("{}: {}", path.display(), e.line()))
}

/// Every file of a folder and the folders inside it, in order.
pub(crate) fn files_under(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), String> {
    let named = |e: std::io::Error| format!("cannot read {}: {e}", folder.display());
    let mut entries = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(named)? {
        let entry = entry.map_err(named)?;
        entries.push((entry.path(), entry.file_type().map_err(named)?));
    }
    entries.sort_by(|a, b| a.0.cmp(&b.0));
    for (path, kind) in entries {
        // Links are not followed, so that no folder is walked in a circle.
        if kind.is_dir() {
            files_under(&path, found)?;
        } else if kind.is_file() {
            found.push(path);
        }
    }
    Ok(())
}

/// What a folder of advisories holds.
pub(crate) struct AdvisoryFolder {
    /// Each with what is kept of it: of OSV the bytes of its file.
    pub(crate) all: Vec<(Advisory, Vec<u8>)>,
    /// Lists of exploited vulnerabilities (KEV) and of likelihoods (EPSS).
    pub(crate) signals: Vec<Signals>,
    /// Ends of support.
    pub(crate) lifecycles: Vec<Lifecycle>,
    /// Files that are no advisory, and why.
    pub(crate) not_read: Vec<String>,
    /// Files whose digest was known.
    pub(crate) same: usize,
}

/// Reads a folder of advisories; files with a digest among `known` are passed over.
pub(crate) fn advisory_folder(folder: &Path, known: &BTreeSet<String>) -> Result<AdvisoryFolder, String> {
    let mut paths = Vec::new();
    files_under(folder, &mut paths)?;
    let mut found = AdvisoryFolder { all: Vec::new(), signals: Vec::new(), lifecycles: Vec::new(), not_read: Vec::new(), same: 0 };
    for path in paths.iter().filter(|p| p.extension().is_some_and(|e| ["json", "csv", "rdf", "xml"].iter().any(|known| e == *known))) {
        let bytes = std::fs::read(path).map_err(|e| format!("cannot read {}: {e}", path.display()))?;
        if !known.is_empty() && known.contains(&kernel::sha256_hex(&bytes)) {
            found.same += 1;
            continue;
        }
        match sbom::read_advisories(&bytes) {
            // A file of this form holds one, and is kept as it is.
            Ok((Source::Osv, mut all)) => found.all.extend(all.pop().map(|advisory| (advisory, bytes))),
            Ok((source, all)) => {
                // A record of the CVE programme is both: what it is about, and what is known of it.
                found.signals.extend(Signals::cve(&bytes).filter(|_| source == Source::Cve));
                // What is kept of other sources is the form that is matched.
                found.all.extend(all.into_iter().filter_map(|advisory| {
                    let kept = serde_json::to_vec(&advisory).ok()?;
                    Some((advisory, kept))
                }));
            }
            Err(e) => match (Signals::kev(&bytes).or_else(|| Signals::epss(std::str::from_utf8(&bytes).ok()?)), Lifecycle::read(&bytes)) {
                (Some(signals), _) => found.signals.push(signals),
                (None, Some(lines)) => found.lifecycles.extend(lines),
                (None, None) => found.not_read.push(format!("{}: {e}", path.display())),
            },
        }
    }
    Ok(found)
}

/// The advisories of a folder, ends of support, and what in it is neither.
pub(crate) fn advisories(folder: &Path) -> Result<(Advisories, Vec<Lifecycle>, Vec<String>), String> {
    let found = advisory_folder(folder, &BTreeSet::new())?;
    Ok((Advisories::new(found.all.into_iter().map(|(advisory, _)| advisory).collect()), found.lifecycles, found.not_read))
}

/// Components of a document at or near their end of support.
fn ends(document: &Document, lines: &[Lifecycle], today: Day) -> Vec<LifeEnd> {
    let mut by_package: BTreeMap<&str, Vec<&Lifecycle>> = BTreeMap::new();
    for line in lines {
        by_package.entry(&line.package).or_default().push(line);
    }
    let end = |c: &Component| {
        let keys = Identity::all(c, false).into_iter().map(|i| i.key);
        let lines: Vec<&Lifecycle> = keys.filter_map(|key| by_package.get(key.as_str())).flatten().copied().collect();
        sbom::life_end(&c.full_name(), c.version.as_deref().unwrap_or(""), &lines, today)
    };
    let all: BTreeSet<LifeEnd> = document.components.iter().filter_map(end).collect();
    all.into_iter().collect()
}

/// Runs a word.
///
/// # Errors
/// One line for the operator.
pub(crate) async fn run(word: SbomWord) -> Result<Answer, String> {
    match word {
        SbomWord::Scan(args) => {
            let document = open(&args.file).await?;
            let (known, lines, not_read) = match &args.advisories {
                Some(folder) => advisories(folder)?,
                None => (Advisories::default(), Vec::new(), Vec::new()),
            };
            let ends = ends(&document, &lines, crate::SystemClock.now().day());
            let matches = known.scan(&document, args.names);
            let Document { format, spec_version, counts, losses, .. } = document;
            Ok(Answer::Scanned(Box::new(Scanned {
                format,
                spec_version,
                counts,
                advisories: known.len(),
                matches,
                ends,
                losses,
                not_read,
            })))
        }
        SbomWord::Convert(args) => {
            let mut document = open(&args.file).await?;
            let withheld: Vec<&str> = args.withhold.iter().map(String::as_str).collect();
            if !withheld.is_empty() && sbom::redact(&mut document, &withheld) == 0 {
                return Err(format!("no part is called {}", withheld.join(", ")));
            }
            let target = match args.to {
                Target::Cyclonedx => sbom::Target::Cyclonedx,
                Target::Spdx => sbom::Target::Spdx,
            };
            let text = serde_json::to_string_pretty(&sbom::write(&document, target)).map_err(|e| e.to_string())?;
            let text = match &args.out {
                Some(out) => {
                    std::fs::write(out, text + "\n").map_err(|e| format!("cannot write {}: {e}", out.display()))?;
                    None
                }
                None => Some(text),
            };
            Ok(Answer::Converted(text, document.losses))
        }
        SbomWord::Diff { old, new } => Ok(Answer::Compared(sbom::compare(&open(&old).await?, &open(&new).await?))),
        SbomWord::Licences { file } => {
            let policy = sbom::LicencePolicy::shipped().map_err(str::to_owned)?;
            Ok(Answer::Licensed(policy.findings(&open(&file).await?)))
        }
        SbomWord::Check { file } => Ok(Answer::Checked(sbom::elements(&open(&file).await?))),
    }
}

impl Answer {
    /// Whether there is something to act on.
    pub(crate) fn is_finding(&self) -> bool {
        match self {
            Self::Scanned(found) => found.is_finding(),
            Self::Converted(..) => false,
            Self::Compared(changes) => !changes.is_empty(),
            Self::Checked(elements) => elements.iter().any(|e| e.state == ElementState::Missing),
            Self::Licensed(all) => all.iter().any(|l| l.verdict != LicenceVerdict::Fine),
        }
    }

    /// What was lost on the way, in lines for whoever looks on.
    pub(crate) fn asides(&self) -> Vec<String> {
        let Self::Converted(_, losses) = self else { return Vec::new() };
        losses.iter().map(|l| format!("loss: {:?} {} ({})", l.kind, l.at, l.times)).collect()
    }

    /// The answer as JSON; none if it has gone to a file.
    pub(crate) fn json(&self) -> Result<Option<String>, String> {
        let text = match self {
            Self::Scanned(found) => serde_json::to_string_pretty(found),
            Self::Converted(text, _) => return Ok(text.clone()),
            Self::Compared(changes) => serde_json::to_string_pretty(changes),
            Self::Checked(elements) => serde_json::to_string_pretty(elements),
            Self::Licensed(all) => serde_json::to_string_pretty(all),
        };
        text.map(Some).map_err(|e| e.to_string())
    }

    /// The answer in lines.
    pub(crate) fn lines(&self) -> Vec<String> {
        match self {
            Self::Scanned(found) => found.lines(),
            Self::Converted(text, _) => text.iter().cloned().collect(),
            Self::Compared(changes) => {
                let word = |w: &Option<String>| w.clone().unwrap_or_else(|| "-".to_owned());
                changes.iter().map(|c| format!("{:?} {} {} -> {}", c.kind, c.component, word(&c.from), word(&c.to))).collect()
            }
            Self::Licensed(all) => {
                let line = |l: &LicenceFinding| {
                    format!("{:?} {} ({} components)", l.verdict, if l.expression.is_empty() { "-" } else { &l.expression }, l.components)
                };
                all.iter().map(line).collect()
            }
            Self::Checked(elements) => {
                let line = |e: &Element| format!("{:?} {:<44} {:?} {}+{}/{}", e.edition, e.element, e.state, e.have, e.said_unknown, e.of);
                elements.iter().map(line).collect()
            }
        }
    }
}

impl Scanned {
    /// Somebody is affected, it cannot be told, or advisories were given and no component could be matched.
    fn is_finding(&self) -> bool {
        let nothing_named = self.advisories > 0 && self.counts.components > 0 && self.counts.components == self.matches.without_identifier;
        !self.matches.findings.is_empty() || !self.matches.cannot_tell.is_empty() || nothing_named
    }

    fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for found in &self.matches.findings {
            let fixed = if found.fixed.is_empty() { "no fixed version".to_owned() } else { format!("fixed in {}", found.fixed.join(", ")) };
            lines.push(format!("{} {} ({:?}, {fixed})", found.purl, found.advisory, found.rule));
        }
        for unsure in &self.matches.cannot_tell {
            lines.push(format!("{} {} cannot tell: {:?}", unsure.purl, unsure.advisory, unsure.why));
        }
        let mut kinds: BTreeMap<String, u64> = BTreeMap::new();
        for loss in &self.losses {
            *kinds.entry(format!("{:?}", loss.kind)).or_insert(0) += loss.times;
        }
        lines.extend(self.not_read.iter().map(|n| format!("no advisory: {n}")));
        lines.extend(kinds.into_iter().map(|(kind, times)| format!("loss: {kind} {times}")));
        if self.advisories > 0 && self.matches.without_identifier > 0 {
            lines.push(format!("{} components have no package URL and were not matched", self.matches.without_identifier));
        }
        lines.push(format!(
            "{:?} {}: {} components, {} advisories, {} findings, {} cannot tell",
            self.format,
            self.spec_version,
            self.counts.components,
            self.advisories,
            self.matches.findings.len(),
            self.matches.cannot_tell.len()
        ));
        lines
    }
}
