//! `suppliers::report_show` — the page of the president: two shares, one list, one column to decide in; as a page
//! that prints on A4, and as a workbook.

use askama::Template;
use schemars::JsonSchema;
use serde::Serialize;
use store::params;
use web::{Bar, Call, Cx, Page, Problem, Response, Sampled, bars};

use crate::classes::Said;
use crate::store::{SUPPLIER_ALL, SupplierRow};
use crate::supplier::Concern;

/// The two shares.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Shares {
    /// Suppliers with which business goes on.
    pub(crate) all: u32,
    /// Those that handle secrets, hurt by stopping, or get into the network.
    pub(crate) important: u32,
    /// Those of which that is not known.
    pub(crate) unknown: u32,
    /// Of the important ones: something worries.
    pub(crate) worries: u32,
    /// Of the important ones: looked at, and fine, covered by contract or within their time.
    pub(crate) settled: u32,
    /// Of the important ones: not looked at yet.
    pub(crate) open: u32,
}

impl Shares {
    fn of(all: &[SupplierRow]) -> Self {
        let mut shares = Self::default();
        for s in all.iter().filter(|s| s.state == "active") {
            shares.all += 1;
            let said = s.known().answers;
            if !said.contains(&Said::Yes) {
                shares.unknown += u32::from(said.contains(&Said::Unknown));
                continue;
            }
            shares.important += 1;
            match Concern::parse(&s.concern).unwrap_or(Concern::None) {
                Concern::Worries => shares.worries += 1,
                Concern::Covered | Concern::Grace | Concern::Fine => shares.settled += 1,
                Concern::None => shares.open += 1,
            }
        }
        shares
    }

    /// A part of a whole, in percent.
    fn percent(part: u32, whole: u32) -> u32 {
        (part * 100).checked_div(whole).unwrap_or(0)
    }
}

#[derive(Template)]
#[template(path = "report_show.html")]
pub(crate) struct ReportPage {
    p: Page,
    s: Shares,
    rows: Vec<SupplierRow>,
    picture: String,
    own: String,
    today: String,
}

impl ReportPage {
    fn important(&self) -> u32 {
        Shares::percent(self.s.important, self.s.all)
    }

    fn worries(&self) -> u32 {
        Shares::percent(self.s.worries, self.s.important)
    }
}

impl Sampled for ReportPage {
    fn samples(p: &Page) -> Vec<(&'static str, Self)> {
        let row = SupplierRow {
            concern: "worries".into(),
            concern_text: "控えがない".into(),
            owner: "情報システム部".into(),
            policy: "一緒に控えを始める".into(),
            until_day: "2027-03-31".into(),
            hit: "商品Aの配送".into(),
            ..SupplierRow::sample()
        };
        let s = Shares { all: 45, important: 17, unknown: 8, worries: 5, settled: 10, open: 2 };
        let page = |s: Shares, rows: Vec<SupplierRow>| Self {
            p: p.clone(),
            picture: picture(p, &s),
            s,
            rows,
            own: "石垣精工".into(),
            today: p.day(&p.today()),
        };
        vec![("empty", page(Shares::default(), vec![])), ("filled", page(s, vec![row]))]
    }
}

fn picture(p: &Page, s: &Shares) -> String {
    bars(
        &p.t("report.picture"),
        &[
            Bar { label: p.t("report.bar.important"), met: s.important, not_met: 0, unknown: s.all.saturating_sub(s.important) },
            Bar { label: p.t("report.bar.worries"), met: s.worries, not_met: 0, unknown: s.important.saturating_sub(s.worries) },
        ],
    )
}

async fn read(cx: &Cx) -> Result<(Shares, Vec<SupplierRow>, String), Problem> {
    let mut tx = cx.read().await?;
    let all: Vec<SupplierRow> = tx.all(cx.scope()?, SUPPLIER_ALL, params![]).await?;
    let shares = Shares::of(&all);
    let rows = all.into_iter().filter(|s| s.state == "active" && s.concern == Concern::Worries.as_str()).collect();
    Ok((shares, rows, people::profile(&mut tx, cx.scope()?).await?.name))
}

/// `GET /suppliers/report`
pub(crate) async fn page(cx: Cx, _call: Call) -> Result<Response, Problem> {
    let (s, rows, own) = read(&cx).await?;
    let p = Page::new(&cx);
    let page = ReportPage { picture: picture(&p, &s), today: p.day(&p.today()), p, s, rows, own };
    Ok(page.p.clone().render(&page))
}

/// `GET /suppliers/report.xlsx`
pub(crate) async fn workbook(cx: Cx, _call: Call) -> Result<Response, Problem> {
    let (_, rows, _) = read(&cx).await?;
    let head = [
        "supplier.name",
        "supplier.department",
        "supplier.work",
        "supplier.hit",
        "supplier.concern.text",
        "supplier.policy",
        "supplier.owner",
    ];
    let mut table = vec![head.iter().chain(&["supplier.until", "supplier.decision"]).map(|k| cx.t(k)).collect::<Vec<_>>()];
    table.extend(
        rows.into_iter().map(|s| vec![s.name, s.department, s.work, s.hit, s.concern_text, s.policy, s.owner, s.until_day, s.decision]),
    );
    let bytes = sheets::workbook(&cx.t("report.title"), &table);
    let bytes = bytes.map_err(|e| Problem::new(kernel::Code::Internal).because(e.to_string()))?;
    Ok(web::workbook_response("report.xlsx", bytes))
}

/// `GET /api/v1/supplier-report`
pub(crate) async fn api(cx: Cx, _call: Call, (): ()) -> Result<Shares, Problem> {
    Ok(read(&cx).await?.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unknown_is_counted_by_itself() {
        let supplier = |said: &str, concern: &str, state: &str| SupplierRow {
            confidential: said.into(),
            stops: "no".into(),
            access: "no".into(),
            concern: concern.into(),
            state: state.into(),
            ..SupplierRow::sample()
        };
        let all = [
            supplier("yes", "worries", "active"),
            supplier("yes", "covered", "active"),
            supplier("yes", "none", "active"),
            supplier("no", "worries", "active"),
            supplier("unknown", "none", "active"),
            supplier("yes", "worries", "ended"),
        ];
        assert_eq!(Shares::of(&all), Shares { all: 5, important: 3, unknown: 1, worries: 1, settled: 1, open: 1 });
    }
}
