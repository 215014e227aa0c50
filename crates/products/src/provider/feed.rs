//! `products::provider::feed` — the files around the documents of a provider, as CSAF 2.0 section 7.1 asks for them: metadata,
//! ROLIE feeds, and the plain lists. Pure.

use serde_json::{Value, json};

use crate::provider::store::PublicationRow;

/// Labels there are, the freest first.
pub(crate) const LABELS: [&str; 3] = ["WHITE", "GREEN", "AMBER"];

/// Where a provider's files are.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// The address people use, without a slash at the end.
    pub(crate) root: String,
    /// Id of the maker.
    pub(crate) organisation: String,
}

impl Place {
    /// The address of a file that everybody may read.
    pub(crate) fn at(&self, name: &str) -> String {
        format!("{}/csaf/{}/{name}", self.root, self.organisation)
    }

    /// The folder of a label: what is not for everybody lies under another path, which asks for a token.
    pub(crate) fn folder(&self, label: &str) -> String {
        let lower = label.to_lowercase();
        match label {
            "WHITE" => self.at(&lower),
            _ => format!("{}/api/v1/csaf/{}/{lower}", self.root, self.organisation),
        }
    }

    /// The address of a document.
    pub(crate) fn document(&self, label: &str, year: &str, file: &str) -> String {
        format!("{}/{year}/{file}", self.folder(label))
    }
}

/// `provider-metadata.json`: `keys` are fingerprints.
pub(crate) fn metadata(place: &Place, publisher: &str, changed_at: &str, keys: &[String]) -> Value {
    let feed = |label: &&str| {
        let folder = place.folder(label);
        json!({ "summary": format!("TLP:{label}"), "tlp_label": label, "url": format!("{folder}/feed.json") })
    };
    let mut distributions = vec![json!({ "rolie": {
        "categories": [place.at("category.json")], "services": [place.at("service.json")],
        "feeds": LABELS.iter().map(feed).collect::<Vec<_>>(),
    } })];
    distributions.extend(LABELS.iter().map(|label| json!({ "directory_url": format!("{}/", place.folder(label)) })));
    let key = |fingerprint: &String| json!({ "fingerprint": fingerprint, "url": place.at("openpgp.asc") });
    json!({
        "canonical_url": place.at("provider-metadata.json"), "metadata_version": "2.0", "role": "csaf_trusted_provider",
        "last_updated": changed_at, "list_on_CSAF_aggregators": true, "mirror_on_CSAF_aggregators": true,
        "publisher": { "category": "vendor", "name": publisher, "namespace": place.root },
        "public_openpgp_keys": keys.iter().map(key).collect::<Vec<_>>(), "distributions": distributions,
    })
}

const CATEGORY: &str = "urn:ietf:params:rolie:category:information-type";

/// The ROLIE feed of a label, the newest document first.
pub(crate) fn rolie(place: &Place, label: &str, all: &[PublicationRow], changed_at: &str) -> Value {
    let folder = place.folder(label);
    let entry = |row: &PublicationRow| {
        let address = place.document(label, &row.year, &row.file_name);
        let link = |rel: &str, end: &str| json!({ "rel": rel, "href": format!("{address}{end}") });
        let first: Vec<String> = serde_json::from_str(&row.revisions).unwrap_or_default();
        json!({
            "id": row.file_name.trim_end_matches(".json").to_uppercase(), "title": row.title,
            "link": [link("self", ""), link("hash", ".sha256"), link("hash", ".sha512"), link("signature", ".asc")],
            "published": first.first(), "updated": row.changed_at,
            "content": { "type": "application/json", "src": address },
            "format": { "schema": "https://docs.oasis-open.org/csaf/csaf/v2.0/csaf_json_schema.json", "version": "2.0" },
        })
    };
    let link = |rel: &str, href: String| json!({ "rel": rel, "href": href });
    json!({ "feed": {
        "id": format!("csaf-feed-tlp-{}", label.to_lowercase()), "title": format!("CSAF TLP:{label}"),
        "link": [link("self", format!("{folder}/feed.json")), link("service", place.at("service.json"))],
        "category": [{ "scheme": CATEGORY, "term": "csaf" }],
        "updated": all.first().map_or(changed_at, |row| &row.changed_at),
        "entry": all.iter().map(entry).collect::<Vec<_>>(),
    } })
}

/// The ROLIE service document.
pub(crate) fn service(place: &Place) -> Value {
    let collection = |label: &&str| {
        let href = format!("{}/feed.json", place.folder(label));
        json!({ "title": format!("TLP:{label}"), "href": href, "categories": { "category": [{ "scheme": CATEGORY, "term": "csaf" }] } })
    };
    let collections: Vec<Value> = LABELS.iter().map(collection).collect();
    json!({ "service": { "workspace": [{ "title": "CSAF", "collection": collections }] } })
}

/// The ROLIE category document: nothing is told apart by category yet.
pub(crate) fn category() -> Value {
    json!({ "categories": { "category": [{ "scheme": CATEGORY, "term": "csaf" }] } })
}

/// `index.txt`: one document a line.
pub(crate) fn index(all: &[PublicationRow]) -> String {
    all.iter().map(|row| format!("{}/{}\n", row.year, row.file_name)).collect::<Vec<_>>().concat()
}

/// `changes.csv`: document and time of its last change, the newest first.
pub(crate) fn changes(all: &[PublicationRow]) -> String {
    all.iter().map(|row| format!("\"{}/{}\",\"{}\"\n", row.year, row.file_name, row.changed_at)).collect::<Vec<_>>().concat()
}
