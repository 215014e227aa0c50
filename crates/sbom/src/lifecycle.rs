//! `sbom::lifecycle` — until when makers mend what they made: read from the lists of endoflife.date or a table of one's own,
//! found for components by CPE name or package URL and the longest line their version belongs to.

use kernel::Day;
use serde::{Deserialize, Serialize};

use crate::cpe::Cpe;
use crate::matching::package_of;
use crate::purl::Purl;

/// Days before an end in which it counts as near.
const NEAR_DAYS: i64 = 180;

/// A line of versions of something, and its end.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Lifecycle {
    /// What it is of, as advisories name it.
    pub package: String,
    /// The line, as `24.04`.
    pub cycle: String,
    /// The last day, YYYY-MM-DD; empty if no end is set; `ended` if it has ended on a day nobody says.
    pub ends_on: String,
}

/// How far a component is from its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LifeState {
    /// Its maker mends it no longer.
    Ended,
    /// The end is less than half a year away.
    Near,
}

/// A component at or near its end.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
pub struct LifeEnd {
    /// How far.
    pub state: LifeState,
    /// The last day, YYYY-MM-DD; empty if nobody says it.
    pub ends_on: String,
    /// The component.
    pub component: String,
    /// Its version.
    pub version: String,
    /// The line it belongs to.
    pub cycle: String,
}

#[derive(Deserialize)]
struct Feed {
    schema_version: String,
    result: Results,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Results {
    Many(Vec<Product>),
    One(Product),
}

#[derive(Deserialize)]
struct Product {
    #[serde(default)]
    identifiers: Vec<Identifier>,
    releases: Vec<Release>,
}

#[derive(Deserialize)]
struct Identifier {
    #[serde(rename = "type")]
    kind: String,
    id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Release {
    name: String,
    #[serde(default)]
    is_eol: bool,
    eol_from: Option<String>,
}

/// What a list or an identifier names; none if it is neither a CPE name nor a package URL.
fn package(text: &str) -> Option<String> {
    Purl::parse(text).ok().map(|p| package_of(&p)).or_else(|| Some(Cpe::parse(text)?.key()))
}

impl Lifecycle {
    /// Reads lines: the JSON of endoflife.date, or CSV with `identifier,cycle,ends_on` in its first line. None if it is another file.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Vec<Self>> {
        let text = std::str::from_utf8(bytes).ok()?.trim_start_matches('\u{feff}');
        if let Some(rest) = text.strip_prefix("identifier,cycle,ends_on") {
            let line = |line: &str| {
                let mut cells = line.trim().split(',');
                let (identifier, cycle, ends_on) = (cells.next()?, cells.next()?.trim(), cells.next()?.trim());
                let ends_on = Day::parse(ends_on).ok()?.to_string();
                Some(Self { package: package(identifier.trim())?, cycle: cycle.to_owned(), ends_on })
            };
            return rest.lines().filter(|l| !l.trim().is_empty()).map(line).collect();
        }
        let feed: Feed = serde_json::from_str(text).ok()?;
        if feed.schema_version.is_empty() {
            return None;
        }
        let products = match feed.result {
            Results::Many(all) => all,
            Results::One(one) => vec![one],
        };
        let mut all = Vec::new();
        for product in products {
            let named = product.identifiers.iter().filter(|i| matches!(i.kind.as_str(), "cpe" | "purl"));
            let mut packages: Vec<String> = named.filter_map(|i| package(&i.id)).collect();
            packages.sort();
            packages.dedup();
            for (package, release) in packages.iter().flat_map(|p| product.releases.iter().map(move |r| (p, r))) {
                let ends_on = release.eol_from.clone().unwrap_or_else(|| if release.is_eol { "ended".to_owned() } else { String::new() });
                all.push(Self { package: package.clone(), cycle: release.name.clone(), ends_on });
            }
        }
        Some(all)
    }

    /// Whether a version belongs to this line.
    fn holds(&self, version: &str) -> bool {
        version.strip_prefix(self.cycle.as_str()).is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric()))
    }
}

/// Whether a component is at or near its end, by the lines of what it is; the longest one it belongs to counts.
#[must_use]
pub fn life_end(component: &str, version: &str, lines: &[&Lifecycle], today: Day) -> Option<LifeEnd> {
    let version = version.trim_start_matches('v');
    let line = lines.iter().filter(|l| l.holds(version)).max_by_key(|l| l.cycle.len())?;
    let day = Day::parse(&line.ends_on).ok();
    let state = match day {
        _ if line.ends_on == "ended" => LifeState::Ended,
        Some(day) if day < today => LifeState::Ended,
        Some(day) if day.days_since(today) <= NEAR_DAYS => LifeState::Near,
        _ => return None,
    };
    Some(LifeEnd {
        state,
        ends_on: day.map(|d| d.to_string()).unwrap_or_default(),
        component: component.to_owned(),
        version: version.to_owned(),
        cycle: line.cycle.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_read_and_the_longest_line_counts() {
        let feed = br#"{"schema_version":"1.2.0","result":[{"name":"x","identifiers":[{"type":"cpe","id":"cpe:2.3:o:kakuu:os"},{"type":"purl","id":"pkg:deb/kakuu/os"}],
            "releases":[{"name":"1","isEol":true,"eolFrom":null},{"name":"1.2","isEol":false,"eolFrom":"2026-12-31"},{"name":"2","isEol":false,"eolFrom":"2030-01-01"}]}]}"#;
        let all = Lifecycle::read(feed).unwrap();
        assert_eq!((all.len(), all[0].package.as_str(), all[5].package.as_str()), (6, "cpe/kakuu:os", "deb/os"));
        let lines: Vec<&Lifecycle> = all.iter().filter(|l| l.package == "deb/os").collect();
        let today = Day::parse("2026-11-21").unwrap();
        let state = |version: &str| life_end("os", version, &lines, today).map(|e| (e.state, e.ends_on));
        assert_eq!(state("1.1.9"), Some((LifeState::Ended, String::new())));
        assert_eq!(state("v1.2.3"), Some((LifeState::Near, "2026-12-31".to_owned())));
        assert_eq!((state("1.20"), state("2.5"), state("12")), (Some((LifeState::Ended, String::new())), None, None));
        let own = Lifecycle::read("identifier,cycle,ends_on\npkg:generic/k-os,3,2026-01-31\n".as_bytes()).unwrap();
        assert_eq!(own[0], Lifecycle { package: "generic/k-os".into(), cycle: "3".into(), ends_on: "2026-01-31".into() });
        assert!(Lifecycle::read(b"{}").is_none() && Lifecycle::read(b"identifier,cycle,ends_on\nx,1,soon\n").is_none());
    }
}
