//! `xtask::tidy` — the house rules that a machine can check: module docs, edges, technologies in
//! their rooms, ceilings, derives, SQL words, route tables, samples, text keys, data.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use syn::spanned::Spanned as _;
use syn::visit::Visit;

use crate::run::{root, say};

const FILE_MEDIAN: usize = 150;
const FILE_P95: usize = 400;
const FILE_MAX: usize = 600;
const FUNCTION_P95: usize = 50;
const FUNCTION_MAX: usize = 100;
/// Longest handler (`page`, `send`, `api`), in lines.
const HANDLER_MAX: usize = 45;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Edges {
    edges: BTreeMap<String, Vec<String>>,
    technology: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ceilings {
    files: Vec<String>,
    functions: Vec<String>,
}

/// A source file: path from the root, text, production part.
struct Source {
    path: String,
    text: String,
    production: String,
}

/// Runs every check and prints every finding.
pub(crate) fn tidy() -> Result<(), String> {
    let sources = sources()?;
    let mut found: Vec<String> = Vec::new();
    module_docs(&sources, &mut found);
    edges(&sources, &mut found)?;
    ceilings(&sources, &mut found)?;
    sql_words(&sources, &mut found);
    routes(&sources, &mut found);
    samples(&sources, &mut found);
    text_keys(&sources, &mut found)?;
    test_names(&sources, &mut found);
    documents(&mut found)?;
    foreign_words(&mut found)?;
    for line in &found {
        say(&format!("tidy: {line}"));
    }
    if found.is_empty() { Ok(()) } else { Err(format!("{} findings", found.len())) }
}

fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))
}

fn walk(folder: &Path, ending: &str, out: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut paths: Vec<PathBuf> = entries.filter_map(|e| Some(e.ok()?.path())).collect();
    paths.sort();
    for path in paths {
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        if path.is_dir() && !["target", "node_modules", ".git", "test-artefacts"].contains(&name.as_str()) {
            walk(&path, ending, out);
        } else if name.ends_with(ending) {
            out.push(path);
        }
    }
}

fn sources() -> Result<Vec<Source>, String> {
    let mut paths = Vec::new();
    for folder in ["crates", "xtask"] {
        walk(&root().join(folder), ".rs", &mut paths);
    }
    let read_one = |path: PathBuf| {
        let text = read(&path)?;
        let production = text.split("\n#[cfg(test)]\nmod tests").next().unwrap_or("").to_owned();
        let path = path.strip_prefix(root()).map(|p| p.display().to_string()).unwrap_or_default();
        Ok(Source { path, text, production })
    };
    paths.into_iter().map(read_one).collect()
}

fn module_docs(sources: &[Source], found: &mut Vec<String>) {
    for s in sources {
        let lines = s.text.lines().take_while(|l| l.starts_with("//!")).count();
        if !(1..=8).contains(&lines) {
            found.push(format!("{}: opens with 1 to 8 lines of //!", s.path));
        }
    }
}

fn edges(sources: &[Source], found: &mut Vec<String>) -> Result<(), String> {
    let edges: Edges = toml::from_str(&read(&root().join("xtask/edges.toml"))?).map_err(|e| e.to_string())?;
    let mut manifests = Vec::new();
    walk(&root().join("crates"), "Cargo.toml", &mut manifests);
    for manifest in manifests {
        let table: toml::Table = toml::from_str(&read(&manifest)?).map_err(|e| e.to_string())?;
        let name = table.get("package").and_then(|p| p.get("name")).and_then(toml::Value::as_str).unwrap_or("").to_owned();
        let Some(allowed) = edges.edges.get(&name) else {
            found.push(format!("{name} has no row in xtask/edges.toml"));
            continue;
        };
        let dependencies = table.get("dependencies").and_then(toml::Value::as_table);
        for used in dependencies.into_iter().flat_map(|d| d.keys()) {
            if edges.edges.contains_key(used) && !allowed.contains(used) {
                found.push(format!("{name} may not depend on {used}"));
            }
        }
    }
    for s in sources.iter().filter(|s| s.path.contains("/src/") && !s.path.starts_with("xtask") && !s.path.starts_with("crates/testkit")) {
        for (technology, rooms) in &edges.technology {
            let named = s.production.lines().any(|l| l.contains(&format!("{technology}::")) && !l.trim_start().starts_with("//"));
            let home = |room: &String| {
                room == "*"
                    || s.path.starts_with(&format!("crates/{room}/"))
                    || s.path == format!("crates/{room}")
                    || s.path.ends_with(&format!("/{room}"))
            };
            if named && !rooms.iter().any(home) {
                found.push(format!("{}: {technology} stays in {}", s.path, rooms.join(", ")));
            }
        }
    }
    Ok(())
}

/// Lines of each function, by name.
#[derive(Default)]
struct Functions(Vec<(String, usize)>);

impl Functions {
    fn add(&mut self, name: &syn::Ident, block: &syn::Block) {
        let lines = block.span().end().line.saturating_sub(block.span().start().line).saturating_sub(1);
        self.0.push((name.to_string(), lines));
    }
}

impl<'a> Visit<'a> for Functions {
    fn visit_item_fn(&mut self, f: &'a syn::ItemFn) {
        self.add(&f.sig.ident, &f.block);
        syn::visit::visit_item_fn(self, f);
    }
    fn visit_impl_item_fn(&mut self, f: &'a syn::ImplItemFn) {
        self.add(&f.sig.ident, &f.block);
        syn::visit::visit_impl_item_fn(self, f);
    }
}

fn percentile(sorted: &[usize], hundredths: usize) -> usize {
    sorted.get((sorted.len().saturating_sub(1)) * hundredths / 100).copied().unwrap_or(0)
}

fn ceilings(sources: &[Source], found: &mut Vec<String>) -> Result<(), String> {
    let known: Ceilings = toml::from_str(&read(&root().join("xtask/ceilings.toml"))?).map_err(|e| e.to_string())?;
    let (mut files, mut functions) = (Vec::new(), Vec::new());
    let (mut over_files, mut over_functions) = (BTreeSet::new(), BTreeSet::new());
    for s in sources.iter().filter(|s| s.path.contains("/src/")) {
        let lines = s.production.lines().count();
        files.push(lines);
        if lines > FILE_MAX {
            over_files.insert(s.path.clone());
        }
        let Ok(parsed) = syn::parse_file(&s.production) else {
            found.push(format!("{}: cannot be parsed", s.path));
            continue;
        };
        let mut seen = Functions::default();
        seen.visit_file(&parsed);
        for (name, lines) in seen.0 {
            functions.push(lines);
            if lines > FUNCTION_MAX {
                over_functions.insert(format!("{} {name}", s.path));
            }
            let handler = ["page", "send", "api"].contains(&name.as_str()) && !s.path.starts_with("crates/web");
            if handler && lines > HANDLER_MAX {
                found.push(format!("{} {name}: a handler of {lines} lines", s.path));
            }
        }
    }
    for (over, known, what) in [(over_files, known.files, "file"), (over_functions, known.functions, "function")] {
        let known: BTreeSet<String> = known.into_iter().collect();
        found.extend(over.difference(&known).map(|o| format!("{o}: {what} over its ceiling")));
        found.extend(known.difference(&over).map(|o| format!("{o}: no longer over; take it out of xtask/ceilings.toml")));
    }
    files.sort_unstable();
    functions.sort_unstable();
    for (name, value, most) in [
        ("median of lines per file", percentile(&files, 50), FILE_MEDIAN),
        ("95th percentile of lines per file", percentile(&files, 95), FILE_P95),
        ("95th percentile of lines per function", percentile(&functions, 95), FUNCTION_P95),
    ] {
        if value > most {
            found.push(format!("{name} is {value}, over {most}"));
        }
    }
    Ok(())
}

fn sql_words(sources: &[Source], found: &mut Vec<String>) {
    let bad = ["SELECT *", "CURRENT_TIMESTAMP", "NOW()", "datetime(", "LOWER(", " LIKE ", "ROUND(", "NULLS "];
    for s in sources.iter().filter(|s| s.path.ends_with("/store.rs") || s.path.starts_with("crates/store/src")) {
        // What is only measured against may be what people would otherwise write.
        let own = |l: &&str| !l.contains("_FOR_BENCH = ");
        let text = s.production.lines().filter(own).collect::<Vec<_>>().join("\n");
        for word in bad.iter().filter(|w| text.contains(**w)) {
            found.push(format!("{}: {word} is not written in SQL here", s.path));
        }
    }
    let pairs = sources.iter().flat_map(|s| s.production.lines()).filter(|l| l.contains("_POSTGRES = ")).count();
    if pairs > 3 {
        found.push(format!("{pairs} statements exist per engine; one text should do (3 at most)"));
    }
    for s in sources.iter().filter(|s| s.path.contains("/src/") && !s.path.contains("store") && !s.path.starts_with("xtask")) {
        let statement = |l: &str| l.contains("\"SELECT ") || l.contains("\"INSERT ") || l.contains("\"UPDATE ") || l.contains("\"DELETE ");
        if s.production.lines().any(statement) {
            found.push(format!("{}: SQL stands in store.rs only", s.path));
        }
    }
}

/// Routes are made in `routes.rs` (or the two rooms of the instance); names are `noun_verb`.
fn routes(sources: &[Source], found: &mut Vec<String>) {
    for s in sources.iter().filter(|s| s.path.contains("/src/") && !s.path.starts_with("xtask")) {
        let home = s.path.ends_with("/routes.rs") || s.path.ends_with("web/src/assets.rs") || s.path.ends_with("server/src/openapi.rs");
        let makes = |l: &str| l.contains("Method::") && l.contains("\"/");
        if !home && s.production.lines().any(|l| makes(l) || (l.contains(".route(") && !s.path.ends_with("web/src/serve.rs"))) {
            found.push(format!("{}: routes are written in routes.rs", s.path));
        }
        for line in s.production.lines().filter(|l| home && makes(l)) {
            let name = line.split('"').nth(3).unwrap_or("");
            if !name.contains('_') || name.chars().any(|c| !c.is_ascii_lowercase() && c != '_') {
                found.push(format!("{}: route name {name:?} is not noun_verb", s.path));
            }
        }
    }
}

/// Every template has a context with samples, and every room lists them.
fn samples(sources: &[Source], found: &mut Vec<String>) {
    let mut used = BTreeSet::new();
    for s in sources {
        for part in s.text.split("#[template(path = \"").skip(1) {
            let name = part.split('"').next().unwrap_or("").trim_end_matches(".html");
            let context = part.split("struct ").nth(1).and_then(|t| t.split([' ', '{']).next()).unwrap_or("");
            used.insert(name.to_owned());
            if !s.text.contains(&format!("impl Sampled for {context}")) {
                found.push(format!("{}: template {name} has no samples", s.path));
            }
            let room = s.path.split('/').nth(1).unwrap_or("");
            let list = sources.iter().find(|l| l.path == format!("crates/{room}/src/samples.rs"));
            if !list.is_some_and(|l| l.text.contains(&format!("(\"{name}\","))) {
                found.push(format!("crates/{room}/src/samples.rs does not list {name}"));
            }
        }
    }
    let mut templates = Vec::new();
    walk(&root().join("crates"), ".html", &mut templates);
    // What a template includes is used by it.
    for text in templates.iter().filter_map(|path| read(path).ok()) {
        used.extend(text.split("{% include \"").skip(1).filter_map(|part| Some(part.split_once(".html")?.0.to_owned())));
    }
    for path in templates.iter().filter(|p| p.parent().is_some_and(|f| f.ends_with("templates"))) {
        let name = path.file_stem().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        if !used.contains(&name) && name != "base" {
            found.push(format!("template {name} is used by no page"));
        }
    }
}

/// Keys in both languages, all used, all there. Computed keys are named by their start.
fn text_keys(sources: &[Source], found: &mut Vec<String>) -> Result<(), String> {
    let mut files = Vec::new();
    walk(&root().join("crates"), ".ftl", &mut files);
    let mut keys: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in &files {
        let lang = file.file_stem().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        for line in read(file)?.lines().filter(|l| !l.starts_with('#') && !l.starts_with(' ')) {
            let Some((key, text)) = line.split_once(" = ") else { continue };
            if !keys.entry(lang.clone()).or_default().insert(key.to_owned()) {
                found.push(format!("{}: key {key} stands twice", file.display()));
            }
            if text.is_empty() {
                found.push(format!("{}: key {key} has no text", file.display()));
            }
        }
    }
    let empty = BTreeSet::new();
    let (ja, en) = (keys.get("ja").unwrap_or(&empty), keys.get("en").unwrap_or(&empty));
    found.extend(ja.symmetric_difference(en).map(|k| format!("key {k} is there in one language only")));
    let mut templates = Vec::new();
    walk(&root().join("crates"), ".html", &mut templates);
    let mut all = String::new();
    for path in templates.iter().filter(|p| !p.display().to_string().contains("/samples/")) {
        all.push_str(&read(path)?);
    }
    for s in sources.iter().filter(|s| s.path.contains("/src/")) {
        all.push_str(&s.production);
    }
    // Words in quotes that look like a key, and the starts that `key("start", …)` and `format!` complete.
    let quoted: BTreeSet<&str> = all.split('"').filter(|t| t.len() < 80).collect();
    let mut starts: BTreeSet<String> = BTreeSet::from(["error".to_owned()]);
    for mark in [".key(\"", "key(\""] {
        starts.extend(all.split(mark).skip(1).filter_map(|t| Some(t.split('"').next()?.to_owned())));
    }
    starts.extend(quoted.iter().filter_map(|q| Some(q.split_once(".{")?.0.to_owned())));
    for key in ja {
        let computed = key.match_indices('.').any(|(at, _)| key.get(..at).is_some_and(|start| starts.contains(start)));
        if !quoted.contains(key.as_str()) && !computed {
            found.push(format!("text key {key} is used nowhere"));
        }
    }
    for mark in ["p.t(\"", "p.t1(\"", "p.t2(\"", "cx.t(\""] {
        for used in all.split(mark).skip(1).filter_map(|t| t.split('"').next()) {
            if !ja.contains(used) && !used.contains('{') {
                found.push(format!("text key {used} has no text"));
            }
        }
    }
    Ok(())
}

fn test_names(sources: &[Source], found: &mut Vec<String>) {
    for s in sources {
        let lines: Vec<&str> = s.text.lines().collect();
        for pair in lines.windows(3) {
            let [one, two, three] = pair else { continue };
            let marked = |l: &str| l.trim().starts_with("#[test]") || l.trim().starts_with("#[tokio::test");
            let name = |l: &str| l.split("fn ").nth(1).and_then(|t| t.split('(').next()).map(str::to_owned);
            let declared = if marked(two) {
                name(three)
            } else if marked(one) {
                name(two)
            } else {
                None
            };
            for name in declared.iter().filter(|n| n.starts_with("test_") || n.len() > 75) {
                found.push(format!("{}: {name} is no statement of at most 75 characters", s.path));
            }
        }
        if s.text.contains(concat!("#[", "ignore")) || s.text.contains(concat!("thread::", "sleep")) {
            found.push(format!("{}: tests are never ignored and never sleep", s.path));
        }
    }
}

/// ARCHITECTURE.md names every crate; links in developer pages lead somewhere.
fn documents(found: &mut Vec<String>) -> Result<(), String> {
    let architecture = read(&root().join("ARCHITECTURE.md"))?;
    let crates = std::fs::read_dir(root().join("crates")).map_err(|e| e.to_string())?;
    let mut names: Vec<String> = crates.filter_map(|e| Some(e.ok()?.file_name().to_string_lossy().into_owned())).collect();
    names.push("xtask".to_owned());
    for name in names.iter().filter(|n| !architecture.contains(&format!("`{n}`"))) {
        found.push(format!("ARCHITECTURE.md does not name `{name}`"));
    }
    let mut pages = Vec::new();
    walk(&root(), ".md", &mut pages);
    for page in pages {
        let text = read(&page)?;
        for link in text.split("](").skip(1).filter_map(|t| t.split(')').next()) {
            let target = link.split('#').next().unwrap_or("");
            let outside = target.is_empty() || target.contains("://") || target.contains(' ');
            if !outside && !page.parent().is_some_and(|folder| folder.join(target).exists()) {
                found.push(format!("{}: link to {target} leads nowhere", page.display()));
            }
        }
    }
    Ok(())
}

/// Direct dependencies carry a comment line; the lock names no address of a registry mirror.
fn foreign_words(found: &mut Vec<String>) -> Result<(), String> {
    let manifest = read(&root().join("Cargo.toml"))?;
    let lines: Vec<&str> = manifest.lines().collect();
    for pair in lines.windows(2) {
        let [above, line] = pair else { continue };
        let external = line.contains("version = \"") && !line.starts_with("version") && !line.starts_with("rust-version")
            || line.starts_with("serde_urlencoded");
        if external && !above.starts_with('#') && !line.starts_with("proc-macro2") {
            found.push(format!("Cargo.toml: {} has no comment saying why", line.split(' ').next().unwrap_or("")));
        }
        if external && !line.contains("default-features = false") && !line.starts_with("serde_urlencoded") {
            found.push(format!("Cargo.toml: {} has its default features on", line.split(' ').next().unwrap_or("")));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_house_is_tidy() {
        assert_eq!(super::tidy(), Ok(()));
    }
}
