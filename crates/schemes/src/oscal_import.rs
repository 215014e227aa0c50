//! `schemes::oscal_import` — an OSCAL catalog as a scheme of our own format: one question per
//! control, with the file's wording, for those who imported it.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::oscal_read::{Control, Group, OscalCatalog, OscalError, fail};
use crate::scheme::SchemeFolder;

/// What to make of a catalog.
#[derive(Debug, Clone, Default)]
pub struct OscalOptions {
    /// The scheme's id; made from the title if empty.
    pub id: String,
    /// Keep only controls that have a part of this name; empty keeps all.
    pub having_part: String,
}

/// A criterion to be: id and text.
struct Asked {
    id: String,
    text: String,
}

/// Makes a scheme's files of a catalog. Withdrawn controls are left out.
///
/// # Errors
/// Where nothing remains, or an id stands twice.
pub fn scheme_of_catalog(catalog: &OscalCatalog, options: &OscalOptions) -> Result<SchemeFolder, OscalError> {
    let id = if options.id.is_empty() { slug(&catalog.title) } else { options.id.clone() };
    let mut structure = String::new();
    let (mut groups, mut requirements, mut criteria) = (Vec::new(), Vec::new(), Vec::new());
    let mut seen = BTreeSet::new();
    for group in &catalog.groups {
        let mut list: Vec<(&Control, Vec<Asked>)> = group.controls.iter().map(|c| (c, asked(c, options))).collect();
        list.retain(|(_, asked)| !asked.is_empty());
        if list.is_empty() {
            continue;
        }
        groups.push((group_id(group), group.title.clone()));
        for (control, asked) in list {
            write!(structure, "\n[[requirement]]\nid = {}\ngroup = {}\n", quoted(&control.id), quoted(&group_id(group)))
                .unwrap_or_default();
            requirements.push((control.id.clone(), or(&control.title, &control.statement, &control.id)));
            for criterion in asked {
                if !seen.insert(criterion.id.to_lowercase()) {
                    return fail(format!("control {} stands twice", criterion.id));
                }
                write!(structure, "\n[[requirement.criterion]]\nid = {}\nask = \"practice\"\n", quoted(&criterion.id)).unwrap_or_default();
                criteria.push((criterion.id, criterion.text));
            }
        }
    }
    if criteria.is_empty() {
        return fail("no control remains");
    }
    let texts = texts(catalog, &groups, &requirements, &criteria);
    let names: Vec<String> = groups.iter().map(|(id, _)| quoted(id)).collect();
    let scheme = head(catalog, &id, &names.join(", ")) + &structure;
    Ok(SchemeFolder::from([
        ("scheme.toml".to_owned(), scheme),
        ("texts/ja.toml".to_owned(), texts.clone()),
        ("texts/en.toml".to_owned(), texts),
        ("cases.toml".to_owned(), "case = []\n".to_owned()),
    ]))
}

fn head(catalog: &OscalCatalog, id: &str, groups: &str) -> String {
    let day = catalog.modified.get(..10).unwrap_or("not dated");
    let from = format!("{{ status = \"confirmed\", source = \"FILE\", date = {} }}", quoted(day));
    format!(
        "format = 1\nid = {}\nversion = {}\npublished = {}\noperator = {}\nlicence = \"as the imported file says; imported by this instance's operator, never shipped\"\n\
         subject = \"organisation\"\naward = {{ level = \"\", by = \"self_declaration\", provenance = {from} }}\nprovenance = {from}\n\
         scoring = {{ kind = \"all_met\" }}\ngroups = [{groups}]\n\n[sources]\nFILE = {{ title = {} }}\n",
        quoted(id),
        quoted(&version(&catalog.version)),
        quoted(day),
        quoted(&or(&catalog.publisher, "imported", "")),
        quoted(&format!("{} {}", catalog.title, catalog.version)),
    )
}

fn texts(catalog: &OscalCatalog, groups: &[(String, String)], requirements: &[(String, String)], criteria: &[(String, String)]) -> String {
    let mut out = format!(
        "title = {}\nsummary = {}\nhow = \"取り込んだ資料の文のまま表示しています。/ Shown in the words of the imported file.\"\n",
        quoted(&catalog.title),
        quoted(&format!("{} {} (OSCAL)", catalog.title, catalog.version)),
    );
    for (name, list) in [("group", groups), ("requirement", requirements), ("criterion", criteria)] {
        write!(out, "\n[{name}]\n").unwrap_or_default();
        for (id, text) in list {
            writeln!(out, "{} = {}", quoted(id), quoted(text)).unwrap_or_default();
        }
    }
    out
}

/// What is asked of a control: of its leaves, and of itself where its children are enhancements.
fn asked(control: &Control, options: &OscalOptions) -> Vec<Asked> {
    if control.withdrawn {
        return Vec::new();
    }
    let enhanced = control.controls.iter().any(|c| c.class.contains("enhancement"));
    let mut out = Vec::new();
    let wanted = options.having_part.is_empty() || control.parts.contains(&options.having_part);
    if (control.controls.is_empty() || enhanced) && wanted {
        let text = if control.statement.is_empty() || control.title == control.statement || control.title == control.id {
            or(&control.statement, &control.title, &control.id)
        } else {
            format!("{}: {}", control.title, control.statement)
        };
        out.push(Asked { id: control.id.clone(), text });
    }
    out.extend(control.controls.iter().flat_map(|c| asked(c, options)));
    out
}

fn group_id(group: &Group) -> String {
    or(&group.id, &slug(&group.title), "group")
}

/// The first that is not empty.
fn or(one: &str, two: &str, three: &str) -> String {
    [one, two, three].into_iter().find(|t| !t.is_empty()).unwrap_or_default().to_owned()
}

/// Lower-case letters, digits and single hyphens.
fn slug(text: &str) -> String {
    let parts: Vec<String> =
        text.to_lowercase().split(|c: char| !c.is_ascii_alphanumeric()).filter(|p| !p.is_empty()).map(str::to_owned).collect();
    parts.join("-").chars().take(60).collect::<String>().trim_matches('-').to_owned()
}

/// The first three numbers of a version text.
fn version(text: &str) -> String {
    let mut numbers: Vec<String> = text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|p| !p.is_empty())
        .take(3)
        .map(|n| n.parse::<u64>().unwrap_or(0).to_string())
        .collect();
    numbers.resize(3, "0".to_owned());
    numbers.join(".")
}

/// A text as TOML writes it; JSON's quoting is valid there.
fn quoted(text: &str) -> String {
    serde_json::Value::String(text.to_owned()).to_string()
}
