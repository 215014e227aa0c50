//! `suppliers::wave` — a round of requests: what a draft says, whom it is for, what the guard says of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use kernel::{Day, Lang, Scope, Tri};
use schemars::JsonSchema;
use schemes::Catalog;
use serde::{Deserialize, Serialize};
use store::{Tx, params};
use web::{Cx, Problem};

use crate::data::Data;
use crate::guard::{GuardRecord, Wording};
use crate::own_sheet::{OwnSheets, SHEET_SET, set_of};
use crate::questions::QuestionSet;
use crate::store::{SUPPLIER_ALL, SupplierRow, WAVE_FIND, WaveRow};

/// What a draft says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct WaveInput {
    /// Title, 1 to 200 characters.
    pub title: String,
    /// `yearly`, or a scheme as `id` or `id@version`.
    pub set: String,
    /// Classes asked; empty for all.
    pub classes: Vec<String>,
    /// Required levels asked; empty for all, 0 for unknown.
    pub levels: Vec<i64>,
    /// Departments asked; empty for all.
    pub departments: Vec<String>,
    /// Suppliers asked, by id; empty for all that fit.
    pub suppliers: Vec<String>,
    /// Why this is asked, at least 10 characters.
    pub need: String,
    /// How gaps may be closed.
    pub method: String,
    /// How cost can be talked about, at least 10 characters.
    pub cost: String,
    /// Anything else.
    pub more: String,
    /// Who sees the replies.
    pub viewers: String,
    /// Day by which replies are asked for; the proposed one if empty.
    pub deadline: String,
    /// Day until which no business ends for a gap; three years on if empty.
    pub grace_until: String,
    /// Whom to ask: person, department, telephone, mail.
    pub contact: String,
    /// How long answering takes, in minutes.
    pub minutes: String,
    /// Whether goods, programs or carriage are bought; else other services.
    pub goods: bool,
}

impl WaveInput {
    /// A new draft with words to start from.
    pub(crate) fn fresh(cx: &Cx, data: &Data, today: Day, own: &str) -> Self {
        let rules = data.requests();
        Self {
            title: cx.app.texts.fill(cx.lang, "wave.fresh.title", &[("year", today.parts().0.to_string())]),
            set: data.questions().id.clone(),
            need: cx.t("wave.fresh.need"),
            method: cx.t("wave.fresh.method"),
            cost: cx.t("wave.fresh.cost"),
            viewers: cx.app.texts.fill(cx.lang, "wave.fresh.viewers", &[("own", own.to_owned())]),
            deadline: rules.after(today, rules.deadline_days).to_string(),
            grace_until: today.plus_months(rules.grace_months).to_string(),
            minutes: "20".to_owned(),
            goods: true,
            ..Self::default()
        }
    }

    /// Whether a supplier is asked.
    pub(crate) fn asks(&self, s: &SupplierRow) -> bool {
        let fits = |list: &[String], value: &str| list.is_empty() || list.iter().any(|v| v == value);
        s.state == "active"
            && fits(&self.classes, &s.class)
            && (self.levels.is_empty() || self.levels.contains(&s.level))
            && fits(&self.departments, &s.department)
            && fits(&self.suppliers, &s.supplier_id)
    }

    pub(crate) fn wording(&self) -> Wording<'_> {
        Wording { need: &self.need, method: &self.method, cost: &self.cost, more: &self.more }
    }
}

impl WaveRow {
    /// What the draft or the sent wave says.
    pub(crate) fn input(&self) -> WaveInput {
        serde_json::from_str(&self.content).unwrap_or_default()
    }

    /// What was asked.
    pub(crate) fn set(&self) -> QuestionSet {
        serde_json::from_str(&self.questions).unwrap_or_default()
    }

    pub(crate) fn guard(&self) -> GuardRecord {
        serde_json::from_str(&self.guard).unwrap_or_default()
    }

    /// For pages shown to tests and reviewers.
    pub(crate) fn sample(state: &str) -> Self {
        let input = WaveInput {
            title: "2026年の確認".into(),
            set: "yearly".into(),
            need: "図面をお預けしているため".into(),
            ..WaveInput::default()
        };
        Self {
            wave_id: "1".into(),
            title: input.title.clone(),
            state: state.into(),
            content: serde_json::to_string(&input).unwrap_or_default(),
            deadline: "2026-12-14".into(),
            request_count: 120,
            revision: 1,
            ..Self::default()
        }
    }
}

/// A wave of this buyer.
///
/// # Errors
/// [`kernel::Code::NotFound`]; the store's.
pub(crate) async fn find(tx: &mut Tx, scope: &Scope, id: &str) -> Result<WaveRow, Problem> {
    let row: Option<WaveRow> = tx.one(scope, WAVE_FIND, params![id]).await?;
    row.ok_or_else(Problem::not_found)
}

/// Sets of questions that can be asked: id and title.
///
/// # Errors
/// The store's.
pub(crate) async fn sets(cx: &Cx, tx: &mut Tx, scope: &Scope) -> Result<Vec<(String, String)>, Problem> {
    let (data, catalog) = (cx.part::<Data>()?, cx.part::<Arc<Catalog>>()?);
    let file = data.questions();
    let own = match cx.lang {
        Lang::Ja => &file.title_ja,
        Lang::En => &file.title_en,
    };
    let mut all = vec![(file.id.clone(), own.clone())];
    let open = catalog.newest().filter(|s| s.pending() == 0 && s.file.subject == schemes::Subject::Organisation && s.scale().is_none());
    all.extend(open.map(|s| (s.id.clone(), s.texts(cx.lang).title.clone())));
    let own = cx.part::<Arc<dyn OwnSheets>>()?.all(tx, scope).await?;
    all.extend(
        own.into_iter().map(|(id, name)| (format!("{SHEET_SET}{id}"), cx.app.texts.fill(cx.lang, "wave.set.sheet", &[("name", name)]))),
    );
    Ok(all)
}

/// Those a draft asks, and what the guard says.
pub(crate) struct Aimed {
    pub(crate) suppliers: Vec<SupplierRow>,
    pub(crate) guard: GuardRecord,
    /// Suppliers by the number of questions they would answer.
    pub(crate) sizes: BTreeMap<usize, usize>,
}

/// Whom a draft would reach today.
///
/// # Errors
/// The store's.
pub(crate) async fn aim(cx: &Cx, tx: &mut Tx, scope: &Scope, input: &WaveInput) -> Result<Aimed, Problem> {
    let data = cx.part::<Data>()?;
    let own = people::profile(tx, scope).await?;
    let buyer = if own.employee_band.is_empty() { None } else { Some(i64::from(own.employees())) };
    let all: Vec<SupplierRow> = tx.all(scope, SUPPLIER_ALL, params![]).await?;
    let suppliers: Vec<SupplierRow> = all.into_iter().filter(|s| input.asks(s)).collect();
    let fair = data.fair_trade();
    let mut guard = GuardRecord { day: cx.now().day().to_string(), findings: fair.look(&input.wording()), ..GuardRecord::default() };
    for s in &suppliers {
        match fair.applies(buyer, s.employees, input.goods) {
            Tri::Met => guard.applies += 1,
            Tri::NotMet => guard.applies_not += 1,
            Tri::Unknown => guard.unknown += 1,
        }
    }
    let mut sizes = BTreeMap::new();
    if let Some(set) = set_of(cx, tx, scope, &input.set).await? {
        for s in &suppliers {
            let asked = set.asked(&s.class, &s.certificates, false).chars().filter(|c| *c == crate::questions::OPEN).count();
            *sizes.entry(asked).or_default() += 1;
        }
    }
    Ok(Aimed { suppliers, guard, sizes })
}
