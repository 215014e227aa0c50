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

/// One line of a radar: its name and a value per axis in hundredths; none leaves a gap.
#[derive(Debug, Clone)]
pub struct Line {
    /// What it is: now, last time, average.
    pub name: String,
    /// A value per axis, in hundredths.
    pub values: Vec<Option<i32>>,
}

/// The most lines a radar may carry and still be read.
pub const RADAR_LINES_MAX: usize = 3;

/// A radar: one axis per label, at most [`RADAR_LINES_MAX`] lines, told apart by dashes and
/// marks, not by colour alone. `scale` is the lowest and highest value in hundredths.
#[must_use]
pub fn radar(title: &str, axes: &[String], lines: &[Line], scale: (i32, i32)) -> String {
    const MIDDLE: (f64, f64) = (320.0, 210.0);
    const RADIUS: f64 = 150.0;
    let number = f64::from(u32::try_from(axes.len().max(3)).unwrap_or(3));
    let point = |place: usize, share: f64| {
        let angle = f64::from(u32::try_from(place).unwrap_or(0)) / number * std::f64::consts::TAU;
        (MIDDLE.0 + RADIUS * share * angle.sin(), MIDDLE.1 - RADIUS * share * angle.cos())
    };
    let share = |value: i32| f64::from(value - scale.0) / f64::from((scale.1 - scale.0).max(1));
    let path = |points: &[(f64, f64)]| points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect::<Vec<_>>().join(" ");
    let mut svg = format!("<svg class=\"chart radar\" role=\"img\" viewBox=\"0 0 640 470\" aria-label=\"{}\">", escape(title));
    for ring in (scale.0..=scale.1).step_by(100).skip(1) {
        let corners: Vec<(f64, f64)> = (0..axes.len()).map(|place| point(place, share(ring))).collect();
        // Writing to a String cannot fail.
        write!(svg, "<polygon class=\"ring\" points=\"{}\"/>", path(&corners)).unwrap_or_default();
    }
    for (place, label) in axes.iter().enumerate() {
        let ((x, y), (tx, ty)) = (point(place, 1.0), point(place, 1.12));
        let side = if (tx - MIDDLE.0).abs() < 20.0 {
            "middle"
        } else if tx > MIDDLE.0 {
            "start"
        } else {
            "end"
        };
        let short: String = label.chars().take(12).collect();
        write!(
            svg,
            "<line class=\"axis\" x1=\"{:.1}\" y1=\"{:.1}\" x2=\"{x:.1}\" y2=\"{y:.1}\"/>\
             <text class=\"label {side}\" x=\"{tx:.1}\" y=\"{:.1}\">{}</text>",
            MIDDLE.0,
            MIDDLE.1,
            ty + 5.0,
            escape(&short)
        )
        .unwrap_or_default();
    }
    for (which, line) in lines.iter().take(RADAR_LINES_MAX).enumerate() {
        let points: Vec<(f64, f64)> = line.values.iter().enumerate().filter_map(|(place, v)| v.map(|v| point(place, share(v)))).collect();
        let shape = if points.len() == axes.len() { "polygon" } else { "polyline" };
        write!(svg, "<{shape} class=\"line-{which}\" points=\"{}\"/>", path(&points)).unwrap_or_default();
        for (x, y) in &points {
            let mark = match which {
                0 => format!("<circle class=\"mark-0\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\"/>"),
                1 => format!("<rect class=\"mark-1\" x=\"{:.1}\" y=\"{:.1}\" width=\"8\" height=\"8\"/>", x - 4.0, y - 4.0),
                _ => format!("<path class=\"mark-2\" d=\"M{x:.1} {:.1}l5 9h-10z\"/>", y - 5.0),
            };
            svg.push_str(&mark);
        }
        let x = 20 + which * 205;
        write!(
            svg,
            "<line class=\"line-{which}\" x1=\"{x}\" y1=\"452\" x2=\"{}\" y2=\"452\"/><text class=\"label\" x=\"{}\" y=\"457\">{}</text>",
            x + 36,
            x + 44,
            escape(&line.name)
        )
        .unwrap_or_default();
    }
    svg.push_str("</svg>");
    svg
}

/// One row of spans: one's own value, the mean of others and their middle half, in hundredths.
#[derive(Debug, Clone)]
pub struct Span {
    /// What it is about.
    pub label: String,
    /// One's own value.
    pub own: Option<i32>,
    /// The others' mean.
    pub mean: Option<i32>,
    /// Where the middle half of the others lies.
    pub middle: Option<(i32, i32)>,
}

/// Rows with the middle half of others as a bar, their mean as a line, one's own value as a dot.
#[must_use]
pub fn spans(title: &str, rows: &[Span], highest: i32) -> String {
    const ROW: usize = 34;
    let height = rows.len() * ROW + 4;
    let mut svg = format!("<svg class=\"chart spans\" role=\"img\" viewBox=\"0 0 640 {height}\" aria-label=\"{}\">", escape(title));
    let x = |value: i32| 250 + value.clamp(0, highest) * 370 / highest.max(1);
    for (place, row) in rows.iter().enumerate() {
        let y = place * ROW;
        let short: String = row.label.chars().take(16).collect();
        // Writing to a String cannot fail.
        write!(
            svg,
            "<text class=\"label\" x=\"0\" y=\"{}\">{}</text><line class=\"axis\" x1=\"250\" y1=\"{2}\" x2=\"620\" y2=\"{2}\"/>",
            y + 21,
            escape(&short),
            y + 17,
        )
        .unwrap_or_default();
        if let Some((lower, upper)) = row.middle {
            let (from, to) = (x(lower), x(upper));
            write!(svg, "<rect class=\"middle-half\" x=\"{from}\" y=\"{}\" width=\"{}\" height=\"18\"/>", y + 8, (to - from).max(2))
                .unwrap_or_default();
        }
        if let Some(mean) = row.mean {
            write!(svg, "<line class=\"mean\" x1=\"{0}\" y1=\"{1}\" x2=\"{0}\" y2=\"{2}\"/>", x(mean), y + 5, y + 29).unwrap_or_default();
        }
        if let Some(own) = row.own {
            write!(svg, "<circle class=\"mark-0\" cx=\"{}\" cy=\"{}\" r=\"6\"/>", x(own), y + 17).unwrap_or_default();
        }
    }
    svg.push_str("</svg>");
    svg
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

/// A company in a picture of tiers.
#[derive(Debug, Clone, Default)]
pub struct Stone {
    /// Its name.
    pub label: String,
    /// Class and level in short.
    pub note: String,
    /// `met`, `short`, `unknown` or empty.
    pub kind: &'static str,
    /// Where it leads; empty for nowhere.
    pub href: String,
}

impl Stone {
    /// A stone that leads nowhere.
    #[must_use]
    pub fn new(label: &str, note: &str) -> Self {
        Self { label: label.to_owned(), note: note.to_owned(), ..Self::default() }
    }
}

/// Tiers as columns from left to right, with lines between stones; `edges` name stones by their order over
/// all columns, and whether the line is dashed.
#[must_use]
pub fn columns(title: &str, heads: &[String], columns: &[Vec<Stone>], edges: &[(usize, usize, bool)]) -> String {
    const WIDE: usize = 230;
    const BOX: usize = 180;
    const ROW: usize = 34;
    let rows = columns.iter().map(Vec::len).max().unwrap_or(0).max(1);
    let (width, height) = (columns.len().max(1) * WIDE, rows * ROW + 34);
    let mut svg = format!(
        "<svg class=\"chart tiers\" role=\"group\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" aria-label=\"{}\">",
        escape(title)
    );
    let mut places = Vec::new();
    for (column, stones) in columns.iter().enumerate() {
        for row in 0..stones.len() {
            // Short columns stand in the middle of long ones.
            places.push((column * WIDE + 10, 30 + row * ROW + (rows - stones.len()) * ROW / 2));
        }
    }
    for (from, to, dashed) in edges {
        if let (Some((x1, y1)), Some((x2, y2))) = (places.get(*from), places.get(*to)) {
            let class = if *dashed { "edge dashed" } else { "edge" };
            let (start, end) = if x1 <= x2 { (x1 + BOX, *x2) } else { (*x1, x2 + BOX) };
            // Writing to a String cannot fail.
            write!(svg, "<line class=\"{class}\" x1=\"{start}\" y1=\"{}\" x2=\"{end}\" y2=\"{}\"/>", y1 + 13, y2 + 13).unwrap_or_default();
        }
    }
    for (column, head) in heads.iter().enumerate() {
        write!(svg, "<text class=\"level\" x=\"{}\" y=\"18\">{}</text>", column * WIDE + 10, escape(head)).unwrap_or_default();
    }
    for (stone, (x, y)) in columns.iter().flatten().zip(&places) {
        let (short, note) = (stone.label.chars().take(11).collect::<String>(), escape(&stone.note));
        let mut body = format!(
            "<rect class=\"stone {}\" x=\"{x}\" y=\"{y}\" width=\"{BOX}\" height=\"26\" rx=\"4\"/><text class=\"words\" x=\"{}\" y=\"{}\">{} {note}</text>",
            stone.kind,
            x + 6,
            y + 18,
            escape(&short)
        );
        if !stone.href.is_empty() {
            // What is seen is the start of what is read out.
            let name = format!("{} {note} {}", escape(&short), escape(&stone.label));
            body = format!("<a href=\"{}\" aria-label=\"{name}\">{body}</a>", escape(&stone.href));
        }
        svg.push_str(&body);
    }
    svg.push_str("</svg>");
    svg
}

/// A QR code as a picture; empty if the text is too long for one.
#[must_use]
pub fn qr(text: &str, label: &str) -> String {
    use std::fmt::Write as _;
    let Ok(code) = qrcodegen::QrCode::encode_text(text, qrcodegen::QrCodeEcc::Low) else { return String::new() };
    let mut path = String::new();
    for y in 0..code.size() {
        let mut x = 0;
        while x < code.size() {
            let run = (x..code.size()).take_while(|x| code.get_module(*x, y)).count();
            if run > 0 {
                write!(path, "M{} {}h{run}v1h-{run}z", x + 4, y + 4).unwrap_or_default();
            }
            x += i32::try_from(run).unwrap_or(0).max(1);
        }
    }
    let size = code.size() + 8;
    let label = escape(label);
    format!("<svg class=\"qr\" viewBox=\"0 0 {size} {size}\" role=\"img\" aria-label=\"{label}\"><path class=\"dark\" d=\"{path}\"/></svg>")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The picture as a grid of dark modules, read from its path.
    fn modules(svg: &str) -> (usize, std::collections::BTreeSet<(usize, usize)>) {
        let number = |text: &str| text.parse::<usize>().unwrap();
        let size = number(svg.split("viewBox=\"0 0 ").nth(1).unwrap().split(' ').next().unwrap());
        let path = svg.split(" d=\"").nth(1).unwrap().split('"').next().unwrap();
        let runs = path.split('M').skip(1).flat_map(|run| {
            let (x, rest) = run.split_once(' ').unwrap();
            let (y, rest) = rest.split_once('h').unwrap();
            let (x, y, length) = (number(x), number(y), number(rest.split('v').next().unwrap()));
            (x..x + length).map(move |x| (x, y))
        });
        (size, runs.collect())
    }

    #[test]
    fn another_reader_sees_the_same_text_in_a_qr_code() {
        let text = format!("https://example.jp/register/verify?t={}", "QUJD".repeat(180));
        let (size, dark) = modules(&qr(&text, "QR"));
        let shade = |x: usize, y: usize| if dark.contains(&(x / 4, y / 4)) { 0 } else { 255 };
        let mut image = rqrr::PreparedImage::prepare_from_greyscale(size * 4, size * 4, shade);
        assert_eq!(image.detect_grids()[0].decode().unwrap().1, text);
        assert_eq!(qr(&"x".repeat(4000), "QR"), "", "what is too long has no picture");
    }
}
