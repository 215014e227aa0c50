//! Laws that hold for all inputs: orders are orders, ranges agree however they are written, no bytes bring a reader down.

use std::cmp::Ordering;

use proptest::prelude::*;
use sbom::{Affected, Event, Inside, Purl, Range, Scheme, Vers, read};

const SCHEMES: [Scheme; 11] = [
    Scheme::Semver,
    Scheme::Go,
    Scheme::Pypi,
    Scheme::Maven,
    Scheme::Gem,
    Scheme::Composer,
    Scheme::Nuget,
    Scheme::Debian,
    Scheme::Rpm,
    Scheme::Alpine,
    Scheme::Cran,
];

fn version() -> impl Strategy<Value = String> {
    prop_oneof![
        "[0-9]{1,2}(\\.[0-9]{1,2}){0,3}",
        "[0-9]\\.[0-9]\\.[0-9]-(alpha|beta|rc)\\.?[0-9]?",
        "[0-9](\\.[0-9]){1,2}(~rc1|\\^git1|\\+b1)?-[0-9](\\.el[89])?",
        "[0-9]\\.[0-9](_alpha|_p[0-9]|[a-c])?-r[0-9]",
        "[a-z0-9.~^_+-]{1,8}",
    ]
}

proptest! {
    #[test]
    fn orders_turn_around_and_carry_on(a in version(), b in version(), c in version()) {
        for scheme in SCHEMES {
            let (Some(ab), Some(bc), Some(ac)) = (scheme.compare(&a, &b), scheme.compare(&b, &c), scheme.compare(&a, &c)) else { continue };
            prop_assert_eq!(scheme.compare(&b, &a), Some(ab.reverse()), "{:?} {} {}", scheme, a, b);
            // RPM compares what both state, so that a version without a release stands beside several.
            if scheme != Scheme::Rpm && ab == bc && ab != Ordering::Equal {
                prop_assert_eq!(ac, ab, "{:?} {} {} {}", scheme, a, b, c);
            }
        }
    }

    #[test]
    fn a_range_says_the_same_in_both_notations(low in 0_u8..20, high in 0_u8..20, asked in 0_u8..20) {
        let text = |n: u8| format!("1.{n}.0");
        let events = vec![Event::Introduced(text(low)), Event::Fixed(text(high))];
        let range = Range { kind: "SEMVER".to_owned(), events };
        let affected = Affected { package: None, ranges: vec![range], versions: vec![], product: None };
        let inside = affected.holds(Scheme::Semver, &text(asked)).0 == Inside::InRange;
        // Events are put in order: what is fixed before it came in comes in all the same.
        let expected = if high < low { asked >= low } else { low <= asked && asked < high };
        prop_assert_eq!(inside, expected);
        if low < high {
            let vers = Vers::parse(&format!("vers:npm/>={}|<{}", text(low), text(high))).unwrap();
            prop_assert_eq!(vers.contains(&text(asked)), Some(inside));
        }
    }

    #[test]
    fn a_package_url_written_is_read_as_itself(kind in "(cargo|npm|deb|generic)", namespace in "[a-z ]{1,6}", name in "[A-Za-z@/ %+é]{1,8}", version in "[0-9a-z:+~ /@]{0,6}") {
        let parts = Purl {
            kind,
            namespace: Some(namespace).filter(|n| !n.trim().is_empty()),
            name,
            version: Some(version),
            qualifiers: std::iter::once(("arch".to_owned(), "a&b=c".to_owned())).collect(),
            subpath: None,
        };
        if let Ok(purl) = parts.canonical() {
            prop_assert_eq!(Purl::parse(&purl.to_string()), Ok(purl));
        }
    }

    #[test]
    fn no_bytes_bring_the_reader_down(bytes in proptest::collection::vec(any::<u8>(), 0..200), start in 0_usize..5) {
        let heads: [&[u8]; 5] = [b"", b"{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.5\",", b"<bom xmlns=\"http://cyclonedx.org/schema/bom/1.4\">",
            b"SPDXVersion: SPDX-2.3\n", b"{\"spdxVersion\":\"SPDX-2.3\",\"packages\":["];
        let text = [heads[start], &bytes[..]].concat();
        drop(read(&text).map_err(|e| e.line()));
    }
}

/// Every reader on files that are almost right: a byte changed, a piece cut out, doubled or made very large.
#[test]
fn no_change_of_a_good_file_brings_a_reader_down() {
    use kernel::Rng as _;
    let rng = kernel::SeededRng::new(7);
    let throw = |most: usize| {
        let mut bytes = [0_u8; 8];
        rng.fill(&mut bytes);
        usize::try_from(u64::from_le_bytes(bytes) % most.max(1) as u64).unwrap()
    };
    let mut files: Vec<Vec<u8>> = ["cyclonedx", "spdx"]
        .iter()
        .flat_map(|folder| std::fs::read_dir(crate::picks::fixtures().join(folder)).unwrap())
        .map(|entry| std::fs::read(entry.unwrap().path()).unwrap())
        .collect();
    files.sort();
    let table = [["部品名", "版", "purl"], ["serde", "1.0.0", "pkg:cargo/serde@1.0.0"]];
    files.push(table.map(|r| r.join(",")).join("\n").into_bytes());
    files.push(sheets::workbook("一覧", &table.map(|r| r.map(str::to_owned).to_vec())).unwrap());
    let (mut read_all_the_same, mut refused) = (0, 0);
    for file in files {
        for _ in 0..24 {
            let mut bytes = file.clone();
            let (at, length) = (throw(bytes.len()), throw(40).min(bytes.len()));
            match throw(5) {
                0 => bytes[at] ^= 1 << throw(8),
                1 => bytes.truncate(at),
                2 => drop(bytes.drain(at..(at + length).min(file.len()))),
                3 => drop(bytes.splice(at..at, file[at..(at + length).min(file.len())].iter().copied())),
                _ => drop(bytes.splice(at..at, std::iter::repeat_n(b'9', 400))),
            }
            match read(&bytes) {
                Ok(_) => read_all_the_same += 1,
                Err(error) => {
                    assert!(error.line().len() < 1000 && !error.line().contains('\n'), "one clear line: {}", error.line());
                    refused += 1;
                }
            }
        }
    }
    assert!(read_all_the_same > 100 && refused > 100, "{read_all_the_same} {refused}");
}
