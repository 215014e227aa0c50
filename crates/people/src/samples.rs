//! `people::samples` — every page of this room with its examples, for the test that compares them
//! with what is committed under `samples/pages`.

use web::{Page, render_samples};

/// Each template's name with its rendered samples.
#[must_use]
pub fn samples(page: &Page) -> Vec<(&'static str, String)> {
    vec![
        ("account_show", render_samples::<crate::account_show::AccountPage>(page)),
        ("choice_show", render_samples::<crate::choice_show::ChoicePage>(page)),
        ("instance_claim", render_samples::<crate::instance_claim::ClaimPage>(page)),
        ("ledger_list", render_samples::<crate::ledger_list::LedgerPage>(page)),
        ("member_edit", render_samples::<crate::member_edit::MemberPage>(page)),
        ("organisation_edit", render_samples::<crate::organisation_edit::OrganisationPage>(page)),
        ("second_factor", render_samples::<crate::second_factor::SecondFactorPage>(page)),
        ("session_open", render_samples::<crate::session_open::LoginPage>(page)),
        ("session_resume", render_samples::<crate::session_open::ResumePage>(page)),
    ]
}
