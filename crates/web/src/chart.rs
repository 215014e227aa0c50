//! `web::chart` — pictures as accessible SVG, styled by class so that the strict policy holds.
//! The table beside each picture is the template's.

use std::fmt::Write as _;

/// One bar: label, parts in words and numbers.
#[derive(Debug, Clone)]
pub struct Bar {
    /// What it is about.
    pub label: String,
    /// Met.
    pub met: u32,
    /// Not met.
    pub not_met: u32,
    /// Unknown.
    pub unknown: u32,
}

/// Characters that would end text or attributes.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Stacked bars, one per row: met (solid), not met (striped), unknown (outlined).
#[must_use]
pub fn bars(title: &str, rows: &[Bar]) -> String {
    const ROW: usize = 34;
    let height = rows.len() * ROW + 4;
    let mut svg = format!(
        "<svg class=\"chart bars\" role=\"img\" viewBox=\"0 0 640 {height}\" aria-label=\"{}\"><defs>\
         <pattern id=\"stripe\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">\
         <rect class=\"stripe-back\" width=\"6\" height=\"6\"/><rect class=\"stripe-line\" width=\"3\" height=\"6\"/></pattern></defs>",
        escape(title)
    );
    for (place, bar) in rows.iter().enumerate() {
        let y = place * ROW;
        let total = (bar.met + bar.not_met + bar.unknown).max(1);
        let width = |n: u32| n * 360 / total;
        let (a, b) = (width(bar.met), width(bar.not_met));
        // Writing to a String cannot fail.
        write!(
            svg,
            "<text class=\"label\" x=\"0\" y=\"{}\">{}</text>\
             <rect class=\"unknown\" x=\"220\" y=\"{}\" width=\"360\" height=\"20\"/>\
             <rect class=\"met\" x=\"220\" y=\"{2}\" width=\"{a}\" height=\"20\"/>\
             <rect class=\"not-met\" x=\"{}\" y=\"{2}\" width=\"{b}\" height=\"20\"/>\
             <text class=\"number\" x=\"588\" y=\"{0}\">{}/{}</text>",
            y + 21,
            escape(&bar.label),
            y + 6,
            220 + a,
            bar.met,
            bar.met + bar.not_met + bar.unknown,
        )
        .unwrap_or_default();
    }
    svg.push_str("</svg>");
    svg
}

/// One rung of the ladder, lowest first.
#[derive(Debug, Clone)]
pub struct Rung {
    /// The level: `★3`.
    pub level: String,
    /// How much is there.
    pub met: u32,
    /// Of how much.
    pub total: u32,
    /// What remains, in words.
    pub words: String,
}

/// The ladder of levels: each rung is filled by what is met.
#[must_use]
pub fn ladder(title: &str, rungs: &[Rung]) -> String {
    const ROW: usize = 64;
    let height = rungs.len() * ROW + 8;
    let mut svg = format!("<svg class=\"chart ladder\" role=\"img\" viewBox=\"0 0 640 {height}\" aria-label=\"{}\">", escape(title));
    write!(svg, "<rect class=\"rail\" x=\"70\" y=\"4\" width=\"6\" height=\"{0}\"/><rect class=\"rail\" x=\"624\" y=\"4\" width=\"6\" height=\"{0}\"/>", height - 8).unwrap_or_default();
    for (place, rung) in rungs.iter().rev().enumerate() {
        let y = place * ROW + 10;
        let filled = rung.met * 540 / rung.total.max(1);
        write!(
            svg,
            "<text class=\"level\" x=\"0\" y=\"{}\">{}</text><rect class=\"unknown\" x=\"80\" y=\"{y}\" width=\"540\" height=\"22\"/>\
             <rect class=\"met\" x=\"80\" y=\"{y}\" width=\"{filled}\" height=\"22\"/><text class=\"words\" x=\"84\" y=\"{}\">{}</text>",
            y + 17,
            escape(&rung.level),
            y + 41,
            escape(&rung.words),
        )
        .unwrap_or_default();
    }
    svg.push_str("</svg>");
    svg
}
