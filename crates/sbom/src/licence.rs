//! `sbom::licence` — what the licences of a list ask of whoever hands the product on: expressions of SPDX, read by the crate
//! `spdx`, judged by groups that are data (`rules/licences.toml`). Of `OR` the lighter side counts, of `AND` the heavier one;
//! what is not known is for a person to look at, never fine.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use spdx::expression::{ExprNode, Operator};
use spdx::{Expression, LicenseItem, LicenseReq, ParseMode};

use crate::document::{Document, Licence};

const SHIPPED: &str = include_str!("../../../rules/licences.toml");

/// What a licence means for a product, from the lightest to the heaviest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LicenceVerdict {
    /// Name it and keep its text.
    Fine,
    /// Changed files of the part are handed on in source.
    Duties,
    /// The whole product may have to be handed on in source.
    Strong,
    /// Not known here, or none is given: a person looks.
    Review,
    /// Not to be used in a product.
    Refused,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: u32,
    group: Vec<Group>,
    exception: Vec<Exceptions>,
    renamed: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    id: String,
    verdict: LicenceVerdict,
    licences: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Exceptions {
    verdict: LicenceVerdict,
    exceptions: Vec<String>,
}

/// Groups of licences, and what each means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LicencePolicy {
    /// Verdict and group of a licence.
    licences: BTreeMap<String, (LicenceVerdict, String)>,
    exceptions: BTreeMap<String, LicenceVerdict>,
    renamed: BTreeMap<String, String>,
}

/// What the licence of some components means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct LicenceFinding {
    /// The expression as it was given; empty where none was.
    pub expression: String,
    /// What it means for a product.
    pub verdict: LicenceVerdict,
    /// The groups it touches.
    pub groups: Vec<String>,
    /// Outdated ids in it, with what they are called now.
    pub renamed: Vec<(String, String)>,
    /// How many components have it.
    pub components: u64,
}

impl LicencePolicy {
    /// The groups that come with the program.
    ///
    /// # Errors
    /// As [`LicencePolicy::read`].
    pub fn shipped() -> Result<&'static Self, &'static str> {
        static ALL: LazyLock<Result<LicencePolicy, String>> = LazyLock::new(|| LicencePolicy::read(SHIPPED));
        ALL.as_ref().map_err(String::as_str)
    }

    /// Reads groups, and checks that each id is on the SPDX list and stands in one group only.
    ///
    /// # Errors
    /// One line that says what is wrong.
    pub fn read(text: &str) -> Result<Self, String> {
        let file: File = toml::from_str(text).map_err(|e| e.to_string().replace('\n', " "))?;
        if file.format != 1 {
            return Err(format!("format {} is not known", file.format));
        }
        let (mut licences, mut exceptions) = (BTreeMap::new(), BTreeMap::new());
        for group in file.group {
            for id in group.licences {
                if spdx::license_id(&id).is_none_or(|known| known.name != id) {
                    return Err(format!("{id} is no id of the SPDX list"));
                }
                if licences.insert(id.clone(), (group.verdict, group.id.clone())).is_some() {
                    return Err(format!("{id} stands in two groups"));
                }
            }
        }
        for group in file.exception {
            for id in group.exceptions {
                if spdx::exception_id(&id).is_none() {
                    return Err(format!("{id} is no exception of the SPDX list"));
                }
                exceptions.insert(id, group.verdict);
            }
        }
        Ok(Self { licences, exceptions, renamed: file.renamed })
    }

    /// The id a licence has today.
    fn id(&self, req: &LicenseReq, finding: &mut LicenceFinding) -> Option<String> {
        let LicenseItem::Spdx { id, or_later } = &req.license else { return None };
        let plus = if *or_later { format!("{}+", id.name) } else { id.name.to_owned() };
        let Some(now) = self.renamed.get(&plus).or_else(|| self.renamed.get(id.name)) else { return Some(id.name.to_owned()) };
        if !finding.renamed.iter().any(|(old, _)| *old == plus) {
            finding.renamed.push((plus, now.clone()));
        }
        Some(now.clone())
    }

    fn one(&self, req: &LicenseReq, finding: &mut LicenceFinding) -> LicenceVerdict {
        let id = self.id(req, finding);
        let known = id.as_ref().and_then(|id| self.licences.get(id));
        let Some((verdict, group)) = known else {
            if !finding.groups.iter().any(|g| g == "unknown") {
                finding.groups.push("unknown".to_owned());
            }
            return LicenceVerdict::Review;
        };
        if !finding.groups.contains(group) {
            finding.groups.push(group.clone());
        }
        let lighter = req.addition.as_ref().and_then(|a| self.exceptions.get(a.id()?.name));
        lighter.map_or(*verdict, |lighter| (*lighter).min(*verdict))
    }

    /// What an expression means.
    #[must_use]
    pub fn judge(&self, expression: &str) -> LicenceFinding {
        let mut finding = LicenceFinding {
            expression: expression.to_owned(),
            verdict: LicenceVerdict::Review,
            groups: Vec::new(),
            renamed: Vec::new(),
            components: 1,
        };
        let mode = ParseMode {
            allow_slash_as_or_operator: true,
            allow_imprecise_license_names: true,
            allow_postfix_plus_on_gpl: true,
            allow_deprecated: true,
            allow_unknown: false,
        };
        let Ok(parsed) = Expression::parse_mode(expression, mode) else {
            finding.groups.push("unknown".to_owned());
            return finding;
        };
        let mut stack: Vec<LicenceVerdict> = Vec::new();
        for node in parsed.iter() {
            let verdict = match node {
                ExprNode::Req(one) => self.one(&one.req, &mut finding),
                ExprNode::Op(operator) => match (stack.pop(), stack.pop(), operator) {
                    (Some(a), Some(b), Operator::And) => a.max(b),
                    (Some(a), Some(b), Operator::Or) => a.min(b),
                    _ => LicenceVerdict::Review,
                },
            };
            stack.push(verdict);
        }
        finding.verdict = stack.pop().unwrap_or(LicenceVerdict::Review);
        finding
    }

    /// What the licences of a list mean, the heaviest first; the described component is not asked.
    #[must_use]
    pub fn findings(&self, document: &Document) -> Vec<LicenceFinding> {
        let subject = document.subject.and_then(|s| usize::try_from(s).ok());
        let mut by_expression: BTreeMap<String, LicenceFinding> = BTreeMap::new();
        for (_, component) in document.components.iter().enumerate().filter(|(at, _)| Some(*at) != subject) {
            let expression = match &component.licence {
                Some(Licence::Expression(text)) => text.clone(),
                // Several names without a word between them: all of them hold.
                Some(Licence::Named(names)) if names.len() == 1 => names.concat(),
                Some(Licence::Named(names)) => names.iter().map(|n| format!("({n})")).collect::<Vec<_>>().join(" AND "),
                None => String::new(),
            };
            match by_expression.get_mut(&expression) {
                Some(known) => known.components += 1,
                None => drop(by_expression.insert(expression.clone(), self.judge(&expression))),
            }
        }
        let mut all: Vec<LicenceFinding> = by_expression.into_values().collect();
        all.sort_by(|a, b| b.verdict.cmp(&a.verdict).then(b.components.cmp(&a.components)).then(a.expression.cmp(&b.expression)));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pitfall 18.
    #[test]
    fn and_or_with_plus_and_outdated_ids_are_judged_and_unknown_is_never_fine() {
        use LicenceVerdict::{Duties, Fine, Refused, Review, Strong};
        let policy = LicencePolicy::shipped().unwrap();
        for (text, verdict) in [
            ("MIT", Fine),
            ("MIT OR GPL-3.0-only", Fine),
            ("MIT AND GPL-3.0-only", Strong),
            ("(MIT OR Apache-2.0) AND BSD-3-Clause", Fine),
            ("MIT OR (GPL-2.0-only AND LicenseRef-x)", Fine),
            ("LicenseRef-own", Review),
            ("MIT AND LicenseRef-own", Review),
            ("MIT OR LicenseRef-own", Fine),
            ("GPL-2.0-only WITH Classpath-exception-2.0", Duties),
            ("GPL-2.0+", Strong),
            ("LGPL-2.1", Duties),
            ("Apache-2.0 WITH LLVM-exception", Fine),
            ("MPL-2.0", Duties),
            ("SSPL-1.0 OR MIT", Fine),
            ("SSPL-1.0", Refused),
            ("MIT/Apache-2.0", Fine),
            ("NOASSERTION", Review),
            ("自社ライセンス", Review),
            ("", Review),
        ] {
            assert_eq!(policy.judge(text).verdict, verdict, "{text}");
        }
        let old = policy.judge("GPL-2.0 OR LGPL-2.1");
        let renamed: Vec<(&str, &str)> = old.renamed.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        assert_eq!(renamed, [("GPL-2.0", "GPL-2.0-only"), ("LGPL-2.1", "LGPL-2.1-only")], "outdated ids are shown with their new ones");
        assert_eq!(old.groups, ["strong_copyleft", "weak_copyleft"]);
    }

    #[test]
    fn groups_with_an_id_that_is_none_or_stands_twice_are_refused() {
        let file =
            |ids: &str| format!("format = 1\nexception = []\n[[group]]\nid = \"a\"\nverdict = \"fine\"\nlicences = [{ids}]\n[renamed]\n");
        assert!(LicencePolicy::read(&file("\"MIT\"")).is_ok());
        assert!(LicencePolicy::read(&file("\"MITT\"")).unwrap_err().contains("MITT"));
        assert!(LicencePolicy::read(&file("\"MIT\", \"MIT\"")).unwrap_err().contains("two groups"));
    }
}
