//! `server::demo_products` — the first product of the demo is this program itself: its component list is made from the lock
//! file it was built with. The second is a fictional unit that a fictional customer uses, with a real advisory on a part of it.

use std::collections::BTreeMap;

use kernel::{Code, Scope};
use products::{GrantInput, Sent, UseInput, advisories_take, grant_make, product_add, product_take, use_add};
use serde_json::{Value, json};
use web::{Cx, Problem};

/// `RustSec`, CC0-1.0 (fixtures/sbom/README.md).
const ADVISORY: &str = include_str!("../../../fixtures/sbom/advisories/RUSTSEC-2021-0145.json");

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

/// A unit with a part that an advisory names, and a customer who runs it: what comes next is for whoever tries.
///
/// # Errors
/// The store's.
pub(crate) async fn chain(cx: &Cx, maker: &Scope, customer: &Scope) -> Result<(), Problem> {
    let product = product_add(cx, maker, "遠隔監視ユニット EM-20（架空）").await?;
    let part = |name: &str, version: &str| json!({ "type": "library", "name": name, "version": version, "purl": format!("pkg:cargo/{name}@{version}"), "licenses": [{ "expression": "MIT" }] });
    let (subject, parts) =
        (json!({ "type": "firmware", "name": "EM-20", "version": "1.0" }), [part("atty", "0.2.14"), part("serde", "1.0.0")]);
    let list =
        json!({ "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "metadata": { "component": subject }, "components": parts });
    let sent = Sent { version: String::new(), name: "em20.cdx.json".to_owned(), bytes: list.to_string().into_bytes() };
    product_take(cx, maker, &product, &sent).await?;
    let ends_on = cx.now().day().plus_days(365).to_string();
    let grant = GrantInput { customer_name: "架空ビル管理".into(), share: "answers".into(), ends_on, ..GrantInput::default() };
    let (_, code) = grant_make(cx, maker, &product, &grant).await?;
    let usage =
        UseInput {
            code, asset: "北館の空調監視盤".into(), exposure: "controlled".into(), mission: "medium".into(), ..UseInput::default()
        };
    use_add(cx, customer, &usage).await?;
    let advisory = serde_json::from_str(ADVISORY).map_err(|e| Problem::new(Code::Internal).because(e.to_string()))?;
    advisories_take(cx, &[(advisory, ADVISORY.as_bytes().to_vec())]).await?;
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
