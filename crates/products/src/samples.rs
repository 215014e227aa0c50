//! `products::samples` — every page of this room with its examples, for the test that compares them with what is
//! committed under `samples/pages`.

use web::{Page, render_samples};

/// Each template's name with its rendered samples.
#[must_use]
pub fn samples(page: &Page) -> Vec<(&'static str, String)> {
    vec![
        ("decision_show", render_samples::<crate::decision_show::DecisionShowPage>(page)),
        ("grant_list", render_samples::<crate::chain::grant_list::GrantListPage>(page)),
        ("notice_show", render_samples::<crate::chain::notice_show::NoticeShowPage>(page)),
        ("product_list", render_samples::<crate::product_list::ProductListPage>(page)),
        ("product_show", render_samples::<crate::product_show::ProductShowPage>(page)),
        ("publication_list", render_samples::<crate::provider::file_show::PublicationListPage>(page)),
        ("release_show", render_samples::<crate::release_show::ReleaseShowPage>(page)),
        ("usage_list", render_samples::<crate::chain::usage_list::UsageListPage>(page)),
        ("usage_show", render_samples::<crate::chain::usage_show::UsageShowPage>(page)),
        ("vulnerability_list", render_samples::<crate::vulnerability_list::VulnerabilityListPage>(page)),
        ("worksheet_print", render_samples::<crate::worksheet_show::WorksheetPrintPage>(page)),
        ("worksheet_show", render_samples::<crate::worksheet_show::WorksheetShowPage>(page)),
        ("vulnerability_show", render_samples::<crate::chain::vulnerability_show::VulnerabilityShowPage>(page)),
    ]
}
