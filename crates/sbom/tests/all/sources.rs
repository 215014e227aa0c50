//! Advisories of every source: what they say is compared, and what cannot be compared is said. Makers here are invented.

use sbom::{Advisories, Doubt, MatchRule, Matches, Source, read_advisories};
use serde_json::{Value, json};

/// What a file of advisories says of a list with one component.
fn scan(file: &str, component: &Value) -> Matches {
    let (_, all) = read_advisories(file.as_bytes()).unwrap();
    let list = json!({ "bomFormat": "CycloneDX", "specVersion": "1.6", "components": [component] });
    Advisories::new(all).scan(&sbom::read(list.to_string().as_bytes()).unwrap(), true)
}

fn cpe(product: &str, version: &str) -> Value {
    json!({ "type": "library", "name": product, "version": version, "cpe": format!("cpe:2.3:a:kakuu:{product}:{version}:*:*:*:*:*:*:*") })
}

fn rule(found: &Matches) -> Option<(MatchRule, Vec<String>)> {
    found.findings.first().map(|m| (m.rule, m.fixed.clone()))
}

fn doubt(found: &Matches) -> Option<Doubt> {
    found.cannot_tell.first().map(|u| u.why)
}

fn nvd(matches: &Value) -> String {
    let cve = json!({ "id": "CVE-2026-1", "published": "2026-11-20T00:15:08.640", "vulnStatus": "Analyzed",
        "descriptions": [{ "lang": "en", "value": "x" }],
        "configurations": [{ "nodes": [{ "operator": "OR", "negate": false, "cpeMatch": matches }] }] });
    json!({ "format": "NVD_CVE", "vulnerabilities": [{ "cve": cve }] }).to_string()
}

/// Pitfall 9: "none" is not "any", no bound is not "all", another maker's thing of the same name is another thing.
#[test]
fn a_cpe_name_says_no_more_than_it_says() {
    let any = "cpe:2.3:a:kakuu:httpd:*:*:*:*:*:*:*:*";
    let below = nvd(&json!([{ "vulnerable": true, "criteria": any, "versionEndExcluding": "2.4.60" }]));
    assert_eq!(rule(&scan(&below, &cpe("httpd", "2.4.58"))), Some((MatchRule::CpeRange, vec!["2.4.60".to_owned()])));
    assert_eq!(scan(&below, &cpe("httpd", "2.4.60")), Matches::default());
    let none = nvd(&json!([{ "vulnerable": true, "criteria": "cpe:2.3:a:kakuu:httpd:-:*:*:*:*:*:*:*" }]));
    assert_eq!(scan(&none, &cpe("httpd", "2.4.58")), Matches::default());
    let unbounded = nvd(&json!([{ "vulnerable": true, "criteria": any }]));
    assert_eq!(doubt(&scan(&unbounded, &cpe("httpd", "2.4.58"))), Some(Doubt::VersionsUnstated));
    let other = below.replace("kakuu", "betsu");
    assert_eq!(scan(&other, &cpe("httpd", "2.4.58")), Matches::default());
    let listed = nvd(&json!([{ "vulnerable": true, "criteria": "cpe:2.3:a:kakuu:httpd:2.4.58:rc1:*:*:*:*:*:*" }]));
    assert_eq!(scan(&listed, &cpe("httpd", "2.4.58")), Matches::default(), "the update belongs to the version");
    // The same name for another platform is another thing.
    let platform =
        nvd(&json!([{ "vulnerable": true, "criteria": "cpe:2.3:a:kakuu:mail:*:*:*:*:*:cloud:*:*", "versionEndExcluding": "9" }]));
    let java = json!({ "type": "library", "name": "mail", "version": "1.6", "cpe": "cpe:2.3:a:kakuu:mail:1.6:*:*:*:*:java:*:*" });
    assert_eq!(scan(&platform, &java), Matches::default());
}

#[test]
fn a_name_alone_is_a_candidate_and_nothing_without_being_asked() {
    let (_, all) = read_advisories(VULDEF.as_bytes()).unwrap();
    let component = |producer: &str, version: &str| json!({ "type": "firmware", "name": "検査機 Ｋ−１", "version": version, "supplier": { "name": producer } });
    let file = VULDEF.replace("検査機K1", "検査機 K−1");
    let list = json!({ "bomFormat": "CycloneDX", "specVersion": "1.6", "components": [component("架空電機", "1.03")] });
    let list = sbom::read(list.to_string().as_bytes()).unwrap();
    let unasked = Advisories::new(all).scan(&list, false);
    assert_eq!((unasked.findings.len(), unasked.cannot_tell.len(), unasked.without_identifier), (0, 0, 1));
    assert_eq!(doubt(&scan(&file, &component("架空電機", "1.03"))), Some(Doubt::NameOnly));
    assert_eq!(doubt(&scan(&file, &component("架空電機", "1.05"))), None, "mended by then");
    assert_eq!(doubt(&scan(&file, &component("別の会社", "1.03"))), None, "another maker's");
}

/// The form of details of JVN iPedia, about an invented product.
const VULDEF: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<VULDEF-Document version="3.2" xmlns="http://jvn.jp/vuldef/" xml:lang="ja"><Vulinfo><VulinfoID>JVNDB-2026-000001</VulinfoID><VulinfoData>
<Title>架空の検査機における認証不備の脆弱性</Title>
<Affected><AffectedItem><Name>架空電機</Name><ProductName>検査機K1</ProductName><Cpe version="2.2">cpe:/o:kakuu:k1_firmware</Cpe>
<VersionNumber>ファームウェア Ver.1.02 から 1.05 より前のバージョン</VersionNumber></AffectedItem>
<AffectedItem><Name>架空電機</Name><ProductName>検査機K2</ProductName><Cpe version="2.2">cpe:/o:kakuu:k2_firmware</Cpe>
<VersionNumber>詳しくは開発者にお尋ねください</VersionNumber></AffectedItem></Affected>
<Impact><Cvss version="3.0"><Vector>CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H</Vector></Cvss></Impact>
<Related><RelatedItem type="vendor"><VulinfoID>CVE-0000-0</VulinfoID></RelatedItem>
<RelatedItem type="advisory"><VulinfoID>CVE-2026-2</VulinfoID></RelatedItem></Related>
<DateFirstPublished>2026-11-20T12:00:00+09:00</DateFirstPublished></VulinfoData></Vulinfo></VULDEF-Document>"#;

#[test]
fn japanese_sentences_of_versions_are_compared_or_said_to_be_unreadable() {
    let firmware = |product: &str, version: &str| json!({ "type": "firmware", "name": "x", "version": version, "cpe": format!("cpe:/o:kakuu:{product}_firmware") });
    let found = scan(VULDEF, &firmware("k1", "1.04"));
    assert_eq!(rule(&found), Some((MatchRule::CpeRange, vec!["1.05".to_owned()])));
    assert_eq!(found.findings[0].aliases, ["CVE-2026-2"], "what a vendor calls something is no number of it");
    assert_eq!(scan(VULDEF, &firmware("k1", "1.05")), Matches::default());
    assert_eq!(doubt(&scan(VULDEF, &firmware("k1", ""))), Some(Doubt::NoVersion));
    assert_eq!(doubt(&scan(VULDEF, &firmware("k2", "1.0"))), Some(Doubt::VersionUnreadable));
    assert!(read_advisories(b"<!DOCTYPE x [<!ENTITY a \"b\">]><RDF>&a;</RDF>").is_err());
    assert!(read_advisories(b"<rss></rss>").is_err());
}

#[test]
fn records_of_the_cve_programme_are_compared_by_their_own_words() {
    let record = |versions: Value, state: &str| {
        let affected =
            json!([{ "vendor": "Kakuu", "product": "Tool", "cpes": ["cpe:2.3:a:kakuu:tool:*:*:*:*:*:*:*:*"], "versions": versions }]);
        json!({ "cveMetadata": { "cveId": "CVE-2026-3", "state": state, "dateUpdated": "2026-11-20T00:00:00.000Z" },
            "containers": { "cna": { "affected": affected } } })
        .to_string()
    };
    let one = |version: Value| record(json!([version]), "PUBLISHED");
    let own = cpe("tool", "3.1");
    assert!(
        rule(&scan(&one(json!({ "status": "affected", "version": "3.0", "lessThan": "3.2", "versionType": "semver" })), &own)).is_some()
    );
    assert!(
        rule(&scan(&one(json!({ "status": "affected", "version": "*", "lessThanOrEqual": "3.1", "versionType": "custom" })), &own))
            .is_some()
    );
    assert!(rule(&scan(&one(json!({ "status": "affected", "version": "< 3.3.5" })), &own)).is_some());
    let mended = json!({ "status": "affected", "version": "0", "lessThan": "4", "changes": [{ "at": "3.1", "status": "unaffected" }] });
    assert_eq!(scan(&one(mended), &own), Matches::default());
    // A package of a registry is compared by the same words, and is not affected in every version for having no list.
    let package = |version: Value| {
        let affected = json!([{ "vendor": "Kakuu", "product": "Tool", "collectionURL": "https://registry.npmjs.org", "packageName": "tool", "versions": [version] }]);
        json!({ "cveMetadata": { "cveId": "CVE-2026-3", "state": "PUBLISHED" }, "containers": { "cna": { "affected": affected } } })
            .to_string()
    };
    let npm = |version: &str| json!({ "type": "library", "name": "x", "version": version, "purl": format!("pkg:npm/tool@{version}") });
    let below = package(json!({ "status": "affected", "version": "0", "lessThan": "3.2.0", "versionType": "semver" }));
    assert_eq!(rule(&scan(&below, &npm("3.1.0"))), Some((MatchRule::PurlRange, vec!["3.2.0".to_owned()])));
    assert_eq!(scan(&below, &npm("3.2.0")), Matches::default());
    assert_eq!(doubt(&scan(&package(json!({ "status": "affected", "version": "n/a" })), &npm("3.2.0"))), Some(Doubt::VersionUnreadable));
    let vague = one(json!({ "status": "affected", "version": "various" }));
    assert_eq!(doubt(&scan(&vague, &own)), Some(Doubt::VersionUnreadable));
    assert_eq!(scan(&record(json!([{ "status": "affected", "version": "3.1" }]), "REJECTED"), &own), Matches::default());
}

#[test]
fn documents_of_makers_say_who_is_affected_and_what_is_still_open() {
    let document = |status: &str| {
        let product = json!({ "name": "Tool", "product_id": "P1", "product_identification_helper": { "cpe": "cpe:2.3:a:kakuu:tool:*:*:*:*:*:*:*:*",
            "purl": "pkg:npm/tool@3.1.0", "hashes": [{ "filename": "t", "file_hashes": [{ "algorithm": "sha256", "value": "ab".repeat(32) }] }] } });
        let version = json!({ "category": "product_version_range", "name": "vers:generic/<3.2", "product": product });
        let name = json!({ "category": "product_name", "name": "Tool", "branches": [version] });
        json!({ "document": { "title": "t", "publisher": { "name": "架空電機" }, "tracking": { "id": "KD-1" } },
            "product_tree": { "branches": [{ "category": "vendor", "name": "Kakuu", "branches": [name] }] },
            "vulnerabilities": [{ "cve": "CVE-2026-4", "product_status": { status: ["P1"] } }] })
        .to_string()
    };
    let known = document("known_affected");
    assert_eq!(rule(&scan(&known, &cpe("tool", "3.1"))).unwrap().0, MatchRule::CpeRange);
    assert_eq!(scan(&known, &cpe("tool", "3.2")), Matches::default());
    let purl = json!({ "type": "library", "name": "tool", "version": "3.1.0", "purl": "pkg:npm/tool@3.1.0" });
    assert_eq!(rule(&scan(&known, &purl)).unwrap().0, MatchRule::PurlListed);
    let file = json!({ "type": "library", "name": "other", "hashes": [{ "alg": "SHA-256", "content": "AB".repeat(32).to_lowercase() }] });
    assert_eq!(rule(&scan(&known, &file)).unwrap().0, MatchRule::Hash);
    for component in [cpe("tool", "3.1"), purl.clone()] {
        let found = scan(&document("under_investigation"), &component);
        assert!(found.findings.is_empty() && found.cannot_tell.iter().any(|u| u.why == Doubt::MakerLooks));
    }
    assert_eq!(scan(&document("known_not_affected"), &cpe("tool", "3.1")), Matches::default());
    assert_eq!(scan(&document("fixed"), &cpe("tool", "3.1")), Matches::default());
}

#[test]
fn answers_of_github_are_compared_in_the_notation_of_each_registry() {
    let advisory = |ecosystem: &str, range: &str| {
        let package = json!({ "ecosystem": ecosystem, "name": "tool" });
        json!({ "ghsa_id": "GHSA-1", "cve_id": "CVE-2026-5", "vulnerabilities": [{ "package": package, "vulnerable_version_range": range }] }).to_string()
    };
    let of = |purl: &str| json!({ "type": "library", "name": "tool", "purl": purl });
    let npm = advisory("npm", ">= 1.0.0, < 1.4.2");
    assert_eq!(rule(&scan(&npm, &of("pkg:npm/tool@1.4.1"))), Some((MatchRule::PurlRange, vec!["1.4.2".to_owned()])));
    assert_eq!(scan(&npm, &of("pkg:npm/tool@1.4.2")), Matches::default());
    assert_eq!(rule(&scan(&advisory("pip", "= 2.0"), &of("pkg:pypi/tool@2.0.0"))).unwrap().0, MatchRule::PurlListed);
    assert_eq!(doubt(&scan(&advisory("npm", "most of them"), &of("pkg:npm/tool@1.0.0"))), Some(Doubt::VersionUnreadable));
    let list = format!("[{npm}]");
    assert_eq!(read_advisories(list.as_bytes()).unwrap().0, Source::Github);
}

/// Real files of every source are read, and most of what they say of versions can be compared.
#[test]
fn every_real_file_of_a_source_is_read() {
    let Some(root) = crate::suites::suites() else { return };
    let mut all = Vec::new();
    crate::suites::files(&root, &mut all);
    let wanted = |path: &std::path::Path| {
        let text = path.to_string_lossy();
        let json = text.ends_with(".json");
        let feed =
            text.contains("feeds-samples") && json && (text.contains("/csaf") || text.contains("vex/") || text.contains("nvd/api/cve/"));
        let jvn = text.contains("feeds-samples/jvn/feed/rss") || text.contains("feeds-samples/jvn/feed/detail");
        // A file that only looks like CSAF is kept there for being wrong; a list of documents is none.
        let wrong = text.contains("invalid-csaf") || text.contains("feed-tlp");
        !wrong
            && (feed
                || (jvn && text.ends_with(".rdf"))
                || (text.contains("/CVE-") && json && text.contains("vulnrichment"))
                || (text.contains("csaf_files") && json))
    };
    let (mut read, mut entries, mut unread, mut refused) = (std::collections::BTreeMap::new(), 0, 0, Vec::new());
    for path in all.iter().filter(|p| wanted(p)) {
        let Ok((source, advisories)) = read_advisories(&std::fs::read(path).unwrap()) else {
            refused.push(path.file_name().unwrap().to_owned());
            continue;
        };
        *read.entry(source).or_insert(0) += 1;
        for product in advisories.iter().flat_map(|a| &a.affected).filter_map(|a| a.product.as_ref()) {
            entries += 1;
            unread += usize::from(product.unread);
        }
    }
    // It is no JSON: a comma too many.
    assert_eq!(refused, ["csaf-openeuler-cve-2024-50187.json"]);
    assert_eq!(read.get(&Source::Cve), Some(&7_948));
    assert!(read[&Source::Csaf] > 890 && read[&Source::Jvn] >= 7 && read[&Source::Nvd] >= 10, "{read:?}");
    testkit::note(&format!("sources: {read:?}; of {entries} products {unread} have versions in words that are not understood"));
}
