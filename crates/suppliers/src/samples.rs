//! `suppliers::samples` — every page of this room with its examples, for the test that compares them
//! with what is committed under `samples/pages`.

use web::{Page, render_samples};

/// Each template's name with its rendered samples.
#[must_use]
pub fn samples(page: &Page) -> Vec<(&'static str, String)> {
    vec![
        ("supplier_list", render_samples::<crate::supplier_list::SupplierListPage>(page)),
        ("supplier_show", render_samples::<crate::supplier_show::SupplierShowPage>(page)),
        ("intake_show", render_samples::<crate::intake_show::IntakePage>(page)),
        ("help_show", render_samples::<crate::help_show::HelpPage>(page)),
        ("tier_edit", render_samples::<crate::tier_edit::TierPage>(page)),
        ("report_show", render_samples::<crate::report_show::ReportPage>(page)),
        ("survey_edit", render_samples::<crate::survey_edit::SurveyPage>(page)),
        ("wave_list", render_samples::<crate::wave_edit::WaveListPage>(page)),
        ("wave_edit", render_samples::<crate::wave_edit::WaveEditPage>(page)),
        ("board_show", render_samples::<crate::board_show::BoardPage>(page)),
        ("heat_show", render_samples::<crate::board_show::HeatPage>(page)),
        ("request_show", render_samples::<crate::request_show::RequestShowPage>(page)),
        ("reply_enter", render_samples::<crate::reply_enter::ReplyEnterPage>(page)),
        ("reply_edit", render_samples::<crate::reply_edit::ReplyEditPage>(page)),
        ("asked_list", render_samples::<crate::reply_enter::AskedListPage>(page)),
        ("link_show", render_samples::<crate::link_show::LinkShowPage>(page)),
        ("impact_show", render_samples::<crate::impact_show::ImpactPage>(page)),
        ("chain_show", render_samples::<crate::chain_show::ChainPage>(page)),
        ("weak_show", render_samples::<crate::chain_show::WeakPage>(page)),
        ("rule_edit", render_samples::<crate::rule_edit::RuleEditPage>(page)),
        ("list_list", render_samples::<crate::list_show::ListListPage>(page)),
        ("list_show", render_samples::<crate::list_show::ListShowPage>(page)),
    ]
}
