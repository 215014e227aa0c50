//! `sbom::redact` — a list with the names of some parts withheld: how parts hang together stays, what names a withheld one
//! goes, and that it is withheld is said.

use crate::document::{Component, Document, Signature};

/// The word in `unknown` of a part whose name is withheld.
pub(crate) const WITHHELD: &str = "withheld";

/// Whether a part is meant by a line: its name, its name with group, or its package URL with or without version.
fn is_meant(component: &Component, line: &str) -> bool {
    let without_version = |purl: &str| purl.split(['?', '#']).next().unwrap_or("").rsplit_once('@').map(|(before, _)| before.to_owned());
    component.name == line
        || component.full_name() == line
        || component.purls.iter().any(|p| p == line || without_version(p).is_some_and(|p| p == line))
}

/// Withholds the parts that any of the lines means; the described one is never withheld. Returns how many there are.
///
/// A withheld part keeps its kind and place; its name, versions, identifiers, producer, licence and reference go.
pub fn redact(document: &mut Document, lines: &[&str]) -> usize {
    let subject = document.subject.and_then(|s| usize::try_from(s).ok());
    let mut withheld = 0;
    for (at, component) in document.components.iter_mut().enumerate() {
        if Some(at) == subject || !lines.iter().any(|line| is_meant(component, line)) {
            continue;
        }
        withheld += 1;
        let (kind, inside, name) = (component.kind, component.inside, format!("{WITHHELD}-{withheld}"));
        *component = Component { kind, inside, unknown: vec![WITHHELD.to_owned()], ..Component::named(name.clone(), name) };
    }
    // A signature over the whole no longer fits.
    document.signature = Signature::Absent;
    withheld
}

#[cfg(test)]
mod tests {
    use crate::{Target, read, redact, write};

    #[test]
    fn a_withheld_part_leaves_its_place_and_nothing_else() {
        let list = br#"{"bomFormat":"CycloneDX","specVersion":"1.6","version":1,"metadata":{"component":{"type":"device","bom-ref":"k","name":"K-100"}},
            "components":[
            {"type":"library","bom-ref":"pkg:cargo/secret@1.0","name":"secret","version":"1.0","purl":"pkg:cargo/secret@1.0","supplier":{"name":"Somebody"},"hashes":[{"alg":"SHA-256","content":"0000000000000000000000000000000000000000000000000000000000000000"}]},
            {"type":"library","bom-ref":"b","name":"open","version":"2.0","purl":"pkg:cargo/open@2.0"}],
            "dependencies":[{"ref":"k","dependsOn":["pkg:cargo/secret@1.0"]},{"ref":"pkg:cargo/secret@1.0","dependsOn":["b"]}]}"#;
        let whole = read(list).unwrap();
        for line in ["secret", "pkg:cargo/secret", "pkg:cargo/secret@1.0"] {
            let mut document = whole.clone();
            assert_eq!(redact(&mut document, &[line, "K-100"]), 1, "the described one is never withheld");
            let text = write(&document, Target::Cyclonedx).to_string();
            assert!(!text.contains("secret") && !text.contains("Somebody") && !text.contains("0000"), "{text}");
            assert!(text.contains("K-100") && text.contains("pkg:cargo/open@2.0") && text.contains("ishigaki:withheld"));
            assert_eq!(document.edges, whole.edges);
            let again = read(text.as_bytes()).unwrap();
            assert_eq!((again.components.len(), again.edges.len()), (whole.components.len(), whole.edges.len()));
        }
    }
}
