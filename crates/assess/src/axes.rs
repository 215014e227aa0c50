//! `assess::axes` — a scheme's groups as axes: where a scope stands now, where it stood, where
//! it wants to be. All values are means of steps in hundredths.

use std::collections::BTreeMap;

use kernel::Lang;
use schemars::JsonSchema;
use schemes::{Scheme, Standing, score};
use serde::Serialize;
use web::{Line, Page, radar};

use crate::model::steps_of;

/// One axis.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Axis {
    /// The group's id.
    pub(crate) group: String,
    /// Its title in the reader's language.
    pub(crate) title: String,
    /// Mean step now, in hundredths; absent where nothing is answered.
    pub(crate) now: Option<i32>,
    /// The same of the last kept state.
    pub(crate) last: Option<i32>,
    /// The mean of peers, where enough of them are known.
    pub(crate) peers: Option<i32>,
    /// The step aimed at, in hundredths.
    pub(crate) target: Option<i32>,
}

impl Axis {
    /// A value in words: `3.25`, or a dash.
    #[expect(clippy::ref_option, clippy::trivially_copy_pass_by_ref, reason = "templates hand out references")]
    pub(crate) fn words(value: &Option<i32>) -> String {
        value.map_or("–".to_owned(), |v| format!("{}.{:02}", v / 100, v % 100))
    }
}

/// Means per group of kept steps.
pub(crate) fn means(scheme: &Scheme, steps: &str) -> BTreeMap<String, i32> {
    let n = scheme.criteria().count();
    score(scheme, &vec![Standing::Unanswered; n], &steps_of(steps, n)).groups
}

/// The axes of a scheme in its order.
pub(crate) fn axes(scheme: &Scheme, lang: Lang, of: [&BTreeMap<String, i32>; 4]) -> Vec<Axis> {
    let [now, last, peers, target] = of;
    let axis = |group: &String| Axis {
        group: group.clone(),
        title: scheme.texts(lang).group.get(group).cloned().unwrap_or_default(),
        now: now.get(group).copied(),
        last: last.get(group).copied(),
        peers: peers.get(group).copied(),
        target: target.get(group).copied(),
    };
    scheme.file.groups.iter().map(axis).collect()
}

/// The group with the lowest mean; among equals the first.
pub(crate) fn weakest(axes: &[Axis]) -> Option<&Axis> {
    axes.iter().filter(|a| a.now.is_some()).min_by_key(|a| a.now)
}

/// The picture: now, last time, and the average, where they are known.
pub(crate) fn picture(p: &Page, scheme: &Scheme, axes: &[Axis], names: [&str; 3]) -> String {
    let Some(scale) = scheme.scale() else { return String::new() };
    let of: [fn(&Axis) -> Option<i32>; 3] = [|a| a.now, |a| a.last, |a| a.peers];
    let lines: Vec<Line> = names
        .into_iter()
        .zip(of)
        .map(|(name, of)| Line { name: name.to_owned(), values: axes.iter().map(of).collect() })
        .filter(|line| line.values.iter().any(Option::is_some))
        .collect();
    let labels: Vec<String> = axes.iter().map(|a| a.title.clone()).collect();
    radar(&p.t("assessment.radar"), &labels, &lines, (0, scale.end() * 100))
}
