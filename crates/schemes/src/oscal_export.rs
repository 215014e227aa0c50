//! `schemes::oscal_export` — a scheme, a crosswalk or an evaluation as OSCAL JSON. Texts are
//! our own; official wording that an instance imported never leaves it this way.

use kernel::{Instant, Lang, Tri};
use serde_json::{Value, json};

use crate::crosswalk::{Crosswalk, Relation};
use crate::scheme::{Criterion, Requirement, Scheme};
use crate::score::Standing;

/// The OSCAL version written.
pub const OSCAL_VERSION: &str = "1.2.1";

/// Namespace of our own properties.
const NS: &str = "https://ishigaki.example/ns/oscal";

/// An id that OSCAL accepts: letters, digits, `.`, `-`, `_`, not beginning with a digit.
fn token(kind: &str, id: &str) -> String {
    let safe = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '_' };
    format!("{kind}-{}", id.chars().map(safe).collect::<String>())
}

/// A UUID made from a text, so that the same export has the same ids.
fn uuid_of(text: &str) -> String {
    let hex = kernel::sha256_hex(text.as_bytes());
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    format!("{}-{}-5{}-a{}-{}", part(0, 8), part(8, 12), part(13, 16), part(17, 20), part(20, 32))
}

fn metadata(title: &str, version: &str, now: Instant) -> Value {
    json!({ "title": title, "last-modified": now.text(), "version": version, "oscal-version": OSCAL_VERSION })
}

fn prop(name: &str, value: &str) -> Value {
    json!({ "name": name, "ns": NS, "value": value })
}

fn control(scheme: &Scheme, criterion: &Criterion, lang: Lang) -> Value {
    let text = scheme.criterion_text(criterion, lang);
    let status = if criterion.rule.is_some() { "known" } else { "text-pending" };
    json!({
        "id": token("c", &criterion.id),
        "class": "criterion",
        "title": text,
        "props": [
            { "name": "label", "value": criterion.id },
            prop("id-status", criterion.id_status.as_str()),
            prop("confidence", criterion.provenance.status.as_str()),
            prop("source", &format!("{} {}", criterion.provenance.source, criterion.provenance.date)),
            prop("status", status),
        ],
        "parts": [{ "id": format!("{}_smt", token("c", &criterion.id)), "name": "statement", "prose": text }],
    })
}

fn requirement(scheme: &Scheme, requirement: &Requirement, lang: Lang) -> Value {
    if let [only] = requirement.criteria.as_slice()
        && only.id == requirement.id
    {
        return control(scheme, only, lang);
    }
    let title = scheme.texts(lang).requirement.get(&requirement.id).map_or(requirement.id.as_str(), String::as_str);
    json!({
        "id": token("r", &requirement.id),
        "class": "requirement",
        "title": title,
        "props": [{ "name": "label", "value": requirement.id }],
        "controls": requirement.criteria.iter().map(|c| control(scheme, c, lang)).collect::<Vec<_>>(),
    })
}

/// A scheme as an OSCAL catalog.
#[must_use]
pub fn oscal_catalog(scheme: &Scheme, lang: Lang, now: Instant) -> Value {
    let texts = scheme.texts(lang);
    let groups: Vec<Value> = scheme
        .file
        .groups
        .iter()
        .map(|group| {
            let own = scheme.requirements.iter().filter(|r| r.group == *group);
            json!({
                "id": token("g", group),
                "title": texts.group.get(group).map_or(group.as_str(), String::as_str),
                "controls": own.map(|r| requirement(scheme, r, lang)).collect::<Vec<_>>(),
            })
        })
        .collect();
    let mut head = metadata(&texts.title, &scheme.version, now);
    if let Some(head) = head.as_object_mut() {
        head.insert("props".to_owned(), json!([prop("scheme", &scheme.name()), prop("hash", &scheme.hash)]));
        head.insert("remarks".to_owned(), json!(format!("{} {}", texts.summary, scheme.file.licence)));
    }
    json!({ "catalog": { "uuid": uuid_of(&scheme.hash), "metadata": head, "groups": groups } })
}

/// A company's evaluation as OSCAL assessment results. What is unknown is no finding; it is
/// listed in the remarks, and what is pending is neither.
#[must_use]
pub fn oscal_results(scheme: &Scheme, standings: &[Standing], lang: Lang, now: Instant) -> Value {
    let title = &scheme.texts(lang).title;
    let rows: Vec<(&Criterion, Standing)> = scheme.criteria().zip(standings.iter().copied()).collect();
    let decided = |s: Standing| match s {
        Standing::Met => Some(Tri::Met),
        Standing::Partial | Standing::NotMet => Some(Tri::NotMet),
        Standing::SaidUnknown | Standing::Unanswered | Standing::Pending => None,
    };
    let seed = |what: &str| uuid_of(&format!("{what} {} {}", scheme.hash, now.text()));
    let findings: Vec<Value> = rows
        .iter()
        .filter_map(|(c, s)| {
            let state = if decided(*s)? == Tri::Met { "satisfied" } else { "not-satisfied" };
            Some(json!({
                "uuid": seed(&c.id),
                "title": c.id,
                "description": scheme.criterion_text(c, lang),
                "props": [prop("standing", s.as_str())],
                "target": { "type": "statement-id", "target-id": format!("{}_smt", token("c", &c.id)), "status": { "state": state } },
            }))
        })
        .collect();
    let open: Vec<&str> = rows.iter().filter(|(c, s)| c.rule.is_some() && decided(*s).is_none()).map(|(c, _)| c.id.as_str()).collect();
    let controls: Vec<Value> =
        rows.iter().filter(|(c, _)| c.rule.is_some()).map(|(c, _)| json!({ "control-id": token("c", &c.id) })).collect();
    // An empty list is no OSCAL; where every criterion is pending, nothing was left out either.
    let selection = if controls.is_empty() { json!({ "include-all": {} }) } else { json!({ "include-controls": controls }) };
    let mut result = json!({
        "uuid": seed("result"),
        "title": title,
        "description": "Self-diagnosis; not an award.",
        "start": now.text(),
        "end": now.text(),
        "reviewed-controls": { "control-selections": [selection] },
        "remarks": format!("unknown: {}", if open.is_empty() { "none".to_owned() } else { open.join(", ") }),
    });
    if let (Some(result), false) = (result.as_object_mut(), findings.is_empty()) {
        result.insert("findings".to_owned(), Value::Array(findings));
    }
    json!({ "assessment-results": {
        "uuid": seed("results"),
        "metadata": metadata(title, &scheme.version, now),
        "import-ap": { "href": format!("#{}", seed("plan")) },
        "results": [result],
    } })
}

/// A crosswalk as an OSCAL mapping collection.
#[must_use]
pub fn oscal_mapping(crosswalk: &Crosswalk, lang: Lang, now: Instant) -> Value {
    let relationship = |r: Relation| match r {
        Relation::Equal => "equal-to",
        Relation::Subset => "subset-of",
        Relation::Superset => "superset-of",
        Relation::Intersects => "intersects-with",
    };
    let item = |id: &str| json!({ "type": "control", "id-ref": id });
    let maps: Vec<Value> = crosswalk
        .pair
        .iter()
        .map(|pair| {
            json!({
                "uuid": uuid_of(&format!("{} {} {} {:?}", crosswalk.id, pair.from, pair.relation, pair.to)),
                "relationship": relationship(pair.relation),
                "sources": [item(&pair.from)],
                "targets": pair.to.iter().map(|id| item(id)).collect::<Vec<_>>(),
            })
        })
        .collect();
    let resource = |name: &str| json!({ "type": "catalog", "href": format!("urn:catalog:{name}") });
    let title = crosswalk.title.get(&lang).map_or(crosswalk.id.as_str(), String::as_str);
    json!({ "mapping-collection": {
        "uuid": uuid_of(&crosswalk.id),
        "metadata": metadata(title, "1.0.0", now),
        "provenance": {
            "method": if crosswalk.basis == crate::crosswalk::Basis::Derived { "automation" } else { "human" },
            "matching-rationale": "semantic",
            "status": if crosswalk.provenance.status == crate::provenance::Confidence::Confirmed { "complete" } else { "draft" },
            "mapping-description": format!("{}. Basis: {}; confidence: {}.", crosswalk.source.title, crosswalk.basis, crosswalk.provenance.status),
        },
        "mappings": [{
            "uuid": uuid_of(&format!("mapping {}", crosswalk.id)),
            "source-resource": resource(&crosswalk.from),
            "target-resource": resource(&crosswalk.to),
            "maps": maps,
        }],
    } })
}
