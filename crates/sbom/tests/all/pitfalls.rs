//! Mistakes others made, one test each: reading, versions and matching.

use std::cmp::Ordering::{Equal, Greater, Less};

use sbom::{Advisories, Advisory, Doubt, LossKind, Matches, Purl, ReadError, Scheme, read};
use serde_json::{Value, json};

/// An advisory on one package.
fn advisory(ecosystem: &str, name: &str, events: &Value) -> Advisory {
    let range = json!({ "type": "ECOSYSTEM", "events": events });
    let affected = json!([{ "package": { "ecosystem": ecosystem, "name": name }, "ranges": [range] }]);
    serde_json::from_value(json!({ "id": "TEST-1", "affected": affected })).unwrap()
}

fn scan(advisory: Advisory, purl: &str) -> Matches {
    Advisories::new(vec![advisory]).scan_identifiers(std::iter::once(purl))
}

fn is_hit(advisory: Advisory, purl: &str) -> bool {
    !scan(advisory, purl).findings.is_empty()
}

fn doubt(advisory: Advisory, purl: &str) -> Option<Doubt> {
    scan(advisory, purl).cannot_tell.first().map(|u| u.why)
}

fn below(ecosystem: &str, name: &str, fixed: &str) -> Advisory {
    advisory(ecosystem, name, &json!([{ "introduced": "0" }, { "fixed": fixed }]))
}

#[test]
fn rpm_epoch_in_the_qualifier_counts_and_a_missing_one_is_said() {
    let fixed = || below("AlmaLinux:8", "bind", "32:9.11.36-3.el8");
    assert!(is_hit(fixed(), "pkg:rpm/almalinux/bind@9.11.20-1.el8?epoch=32&distro=almalinux-8.6"));
    assert!(!is_hit(fixed(), "pkg:rpm/almalinux/bind@9.16.1-1.el8?epoch=32&distro=almalinux-8.6"));
    assert_eq!(doubt(fixed(), "pkg:rpm/almalinux/bind@9.16.1-1.el8?distro=almalinux-8.6"), Some(Doubt::EpochMissing));
}

#[test]
fn rpm_module_streams_and_releases_are_no_single_line() {
    let fixed = || below("AlmaLinux:8", "postgresql", "12.5-1.module_el8.3.0+2044");
    assert_eq!(doubt(fixed(), "pkg:rpm/almalinux/postgresql@9.6.20-1.el8?distro=almalinux-8"), Some(Doubt::ModuleStream));
    let other_release = "pkg:rpm/almalinux/postgresql@9.6.20-1.el9?distro=almalinux-9";
    assert_eq!(scan(fixed(), other_release), Matches::default());
    let other_distribution = "pkg:rpm/redhat/postgresql@9.6.20-1.el8?distro=redhat-8";
    assert_eq!(scan(fixed(), other_distribution), Matches::default());
}

#[test]
fn segments_of_distribution_versions_are_told_apart() {
    assert_eq!(Scheme::Debian.compare("3.0.15-1~deb12u1", "3.0.15-1"), Some(Less));
    assert_eq!(Scheme::Debian.compare("1.0-1", "1-2"), Some(Greater));
    assert_eq!(Scheme::Alpine.compare("1.6_rc1-r0", "1.6-r0"), Some(Less));
    assert_eq!(Scheme::Rpm.compare("1.0^git1", "1.0"), Some(Greater));
    assert_eq!(Scheme::Rpm.compare("1.0~rc1", "1.0"), Some(Less));
}

#[test]
fn empty_and_unsorted_intervals_are_read_as_written() {
    let empty_first = json!([{ "introduced": "0.23.0" }, { "fixed": "0.23.0" }, { "introduced": "0.23.13" }, { "fixed": "0.23.18" }]);
    let on = |version: &str| is_hit(advisory("crates.io", "rustls", &empty_first), &format!("pkg:cargo/rustls@{version}"));
    assert!(!on("0.20.0") && !on("0.23.0") && !on("0.23.12"));
    assert!(on("0.23.13") && on("0.23.17") && !on("0.23.18"));
    let unsorted = json!([{ "fixed": "2.0.0" }, { "introduced": "1.0.0" }]);
    assert!(is_hit(advisory("crates.io", "a", &unsorted), "pkg:cargo/a@1.5.0"));
    let last = json!([{ "introduced": "0" }, { "last_affected": "1.2.3" }]);
    assert!(is_hit(advisory("crates.io", "a", &last), "pkg:cargo/a@1.2.3"));
    assert!(!is_hit(advisory("crates.io", "a", &last), "pkg:cargo/a@1.2.4"));
}

#[test]
fn bounds_before_a_release_do_not_catch_the_release() {
    let preview = json!([{ "introduced": "8.0.0-preview.1" }, { "fixed": "8.0.0-preview.7" }]);
    assert!(!is_hit(advisory("NuGet", "A", &preview), "pkg:nuget/A@8.0.1"));
    assert!(is_hit(advisory("NuGet", "A", &preview), "pkg:nuget/a@8.0.0-Preview.3"));
    assert_eq!(doubt(below("npm", "a", "2.8.75"), "pkg:npm/a@2.8.123e"), Some(Doubt::VersionUnreadable));
}

#[test]
fn go_versions_are_read_with_their_signs_and_words_are_none() {
    assert!(is_hit(below("Go", "stdlib", "1.20.3"), "pkg:golang/stdlib@go1.20.2"));
    assert!(is_hit(below("Go", "example.org/A", "2.0.0"), "pkg:golang/example.org/a@v1.9.0+incompatible"));
    assert_eq!(Scheme::Go.compare("v0.0.0-20200615164410-66371956d46c", "v0.1.0"), Some(Less));
    assert_eq!(doubt(below("Go", "example.org/a", "2.0.0"), "pkg:golang/example.org/a@(devel)"), Some(Doubt::VersionUnreadable));
}

#[test]
fn python_names_and_versions_are_folded_as_they_are_meant() {
    assert_eq!(Scheme::Pypi.compare("1.0-1", "1.0.post1"), Some(Equal));
    assert_eq!(Scheme::Pypi.compare("2024.07.04", "2024.7.4"), Some(Equal));
    assert!(!Scheme::Pypi.knows(">=0.6.0,<1"));
    assert!(is_hit(below("PyPI", "appium-python-client", "2"), "pkg:pypi/Appium_Python.Client@1.0"));
}

#[test]
fn maven_qualifiers_are_ordered_and_missing_versions_are_unknown() {
    assert_eq!(Scheme::Maven.compare("4.1.0.Final", "4.1.0"), Some(Equal));
    assert_eq!(Scheme::Maven.compare("31.1-jre", "31.1"), Some(Greater));
    assert!(is_hit(below("Maven", "org.a:b", "1.2"), "pkg:maven/org.a/b@1.1"));
    assert_eq!(doubt(below("Maven", "org.a:b", "1.2"), "pkg:maven/org.a/b"), Some(Doubt::NoVersion));
}

#[test]
fn package_urls_are_read_as_others_write_them() {
    let canonical = |text: &str| Purl::parse(text).unwrap().to_string();
    assert_eq!(canonical("pkg:golang/github.com%2FA%2Fb@v1"), canonical("pkg:golang/github.com%2FA%2Fb@v1"));
    assert_eq!(canonical("pkg:npm/@angular/core@1.0.0"), "pkg:npm/%40angular/core@1.0.0");
    assert_eq!(canonical("pkg:deb/debian/a@1:2.3+b1?arch=all"), "pkg:deb/debian/a@1:2.3%2Bb1?arch=all");
    assert_eq!(Purl::parse("pkg:docker/a@feature/x").unwrap().version.as_deref(), Some("feature/x"));
    assert!(Purl::parse("not a purl").is_err());
}

#[test]
fn nested_repeated_and_rootless_lists_are_kept_and_end() {
    let mut deep = json!({ "type": "library", "name": "a" });
    for _ in 0..40 {
        deep = json!({ "type": "library", "name": "a", "components": [deep] });
    }
    let bom = |parts: Value| json!({ "bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1, "components": parts });
    let document = read(bom(json!([deep])).to_string().as_bytes()).unwrap();
    assert_eq!(document.components.len(), 41);
    assert!(document.subject.is_none(), "a list without a root is still a list");
    let bomb = "[".repeat(100_000);
    assert!(matches!(read(format!("{{\"bomFormat\": {bomb}").as_bytes()), Err(ReadError::Malformed { .. })));
    let elements = "<component>".repeat(5_000);
    let xml = format!("<bom xmlns=\"http://cyclonedx.org/schema/bom/1.5\"><components>{elements}");
    assert!(matches!(read(xml.as_bytes()), Err(ReadError::Malformed { .. })));
    let circle = json!({ "spdxVersion": "SPDX-2.3", "SPDXID": "SPDXRef-DOCUMENT", "name": "a", "dataLicense": "CC0-1.0", "creationInfo": {},
        "packages": [{ "SPDXID": "A", "name": "a" }, { "SPDXID": "B", "name": "b" }],
        "relationships": [
            { "spdxElementId": "A", "relationshipType": "CONTAINS", "relatedSpdxElement": "B" },
            { "spdxElementId": "B", "relationshipType": "CONTAINS", "relatedSpdxElement": "A" }] });
    let document = read(circle.to_string().as_bytes()).unwrap();
    assert!(document.losses.iter().any(|l| l.at.contains("loop")));
}

#[test]
fn components_without_identifiers_are_counted_not_passed_over() {
    let list = json!({ "bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
        "components": [{ "type": "library", "name": "openssl", "version": "1.0.0" }] });
    let found = Advisories::default().scan(&read(list.to_string().as_bytes()).unwrap(), false);
    assert_eq!(found.without_identifier, 1);
}

#[test]
fn slips_are_read_over_and_said_and_entities_are_refused() {
    let list = "\u{feff}{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.4\",\"version\":1,\"components\":null}";
    let document = read(list.as_bytes()).unwrap();
    let read_over = document.losses.iter().filter(|l| l.kind == LossKind::ReadOver).count();
    assert_eq!(read_over, 2, "{:?}", document.losses);
    let entity = "<!DOCTYPE a [<!ENTITY x \"xxxxxxxx\">]><bom xmlns=\"http://cyclonedx.org/schema/bom/1.4\">&x;</bom>";
    assert!(matches!(read(entity.as_bytes()), Err(ReadError::Malformed { .. })));
    let both = [("PACKAGE_MANAGER", 1), ("PACKAGE-MANAGER", 1)];
    for (category, expected) in both {
        let reference = json!({ "referenceCategory": category, "referenceType": "purl", "referenceLocator": "pkg:cargo/a@1" });
        let spdx = json!({ "spdxVersion": "SPDX-2.3", "SPDXID": "SPDXRef-DOCUMENT", "name": "a", "dataLicense": "CC0-1.0",
            "creationInfo": {}, "packages": [{ "SPDXID": "A", "name": "a", "externalRefs": [reference] }] });
        assert_eq!(read(spdx.to_string().as_bytes()).unwrap().counts.purls, expected);
    }
}
