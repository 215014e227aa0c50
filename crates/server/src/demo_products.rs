//! `server::demo_products` — the first product of the demo is this program itself: its component list is made from the lock
//! file it was built with.

use std::collections::BTreeMap;

use kernel::Scope;
use products::{Sent, product_add, product_take};
use serde_json::{Value, json};
use web::{Cx, Problem};

const LOCK: &str = include_str!("../../../Cargo.lock");

/// An entry of the lock file.
#[derive(Default)]
struct Locked<'l> {
    name: &'l str,
    version: &'l str,
    checksum: Option<&'l str>,
    needs: Vec<&'l str>,
}

/// The entries of a lock file: lines of `key = "value"`, and a list of names.
fn locked(text: &str) -> Vec<Locked<'_>> {
    let mut all: Vec<Locked<'_>> = Vec::new();
    for line in text.lines() {
        if line == "[[package]]" {
            all.push(Locked::default());
            continue;
        }
        let Some(entry) = all.last_mut() else { continue };
        let value = |key: &str| line.strip_prefix(key)?.strip_prefix(" = \"")?.strip_suffix('"');
        if let Some(name) = value("name") {
            entry.name = name;
        } else if let Some(version) = value("version") {
            entry.version = version;
        } else if let Some(checksum) = value("checksum") {
            entry.checksum = Some(checksum);
        } else if let Some(need) = line.strip_prefix(" \"").and_then(|l| l.strip_suffix("\",")) {
            entry.needs.push(need);
        }
    }
    all
}

/// This program's component list.
pub(crate) fn own_list() -> Value {
    let all = locked(LOCK);
    let reference = |entry: &Locked<'_>| format!("{} {}", entry.name, entry.version);
    // A need is named alone where one version is there, else with its version.
    let mut by_need: BTreeMap<String, String> = BTreeMap::new();
    for entry in &all {
        by_need.insert(entry.name.to_owned(), reference(entry));
        by_need.insert(reference(entry), reference(entry));
    }
    let part = |entry: &Locked<'_>| {
        let mut part = json!({ "type": "library", "bom-ref": reference(entry), "name": entry.name, "version": entry.version });
        if let (Some(checksum), Some(map)) = (entry.checksum, part.as_object_mut()) {
            map.insert("purl".to_owned(), format!("pkg:cargo/{}@{}", entry.name, entry.version).into());
            map.insert("hashes".to_owned(), json!([{ "alg": "SHA-256", "content": checksum }]));
        }
        part
    };
    let needs = |entry: &Locked<'_>| json!({ "ref": reference(entry), "dependsOn": entry.needs.iter().filter_map(|n| by_need.get(*n)).collect::<Vec<_>>() });
    let version = env!("CARGO_PKG_VERSION");
    let subject = json!({ "type": "application", "bom-ref": "ishigaki", "name": "ishigaki", "version": version });
    let tool = json!({ "type": "application", "name": "ishigaki", "version": version });
    let mut dependencies: Vec<Value> = all.iter().map(needs).collect();
    dependencies.push(json!({ "ref": "ishigaki", "dependsOn": [format!("server {version}")] }));
    json!({
        "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
        "metadata": { "component": subject, "tools": { "components": [tool] }, "lifecycles": [{ "phase": "build" }], "authors": [{ "name": "Ishigaki" }] },
        "components": all.iter().map(part).collect::<Vec<_>>(), "dependencies": dependencies,
    })
}

/// Puts this program in as a product.
///
/// # Errors
/// The store's.
pub(crate) async fn fill(cx: &Cx, scope: &Scope) -> Result<(), Problem> {
    let product = product_add(cx, scope, "石垣（Ishigaki）").await?;
    let sent = Sent { version: String::new(), name: "ishigaki.cdx.json".to_owned(), bytes: own_list().to_string().into_bytes() };
    product_take(cx, scope, &product, &sent).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::own_list;

    #[test]
    fn our_own_list_is_valid_and_names_every_crate() {
        let bytes = own_list().to_string().into_bytes();
        let list = sbom::read(&bytes).unwrap_or_else(|e| panic!("{}", e.line()));
        assert!(list.counts.components > 200 && list.counts.purls > 200, "{:?}", list.counts);
        assert!(list.edges.len() > 500);
        let needed = list.losses.iter().filter(|l| l.kind == sbom::LossKind::ReferenceUnknown).count();
        assert_eq!(needed, 0, "every need is in the list");
    }
}
