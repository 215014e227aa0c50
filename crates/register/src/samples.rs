//! `register::samples` — every page of this room with its examples, for the test that compares them
//! with what is committed under `samples/pages`.

use web::{Page, render_samples};

/// Each template's name with its rendered samples.
#[must_use]
pub fn samples(page: &Page) -> Vec<(&'static str, String)> {
    vec![
        ("bulk_show", render_samples::<crate::bulk_show::BulkPage>(page)),
        ("statistic_show", render_samples::<crate::statistic_show::StatisticPage>(page)),
        ("star_list", render_samples::<crate::star_list::StarListPage>(page)),
        ("application_show", render_samples::<crate::application_show::ApplicationPage>(page)),
        ("desk_show", render_samples::<crate::desk_show::DeskPage>(page)),
        ("examination_list", render_samples::<crate::examination_show::ExaminationListPage>(page)),
        ("examination_show", render_samples::<crate::examination_show::ExaminationPage>(page)),
        ("certificate_show", render_samples::<crate::certificate_show::CertificatePage>(page)),
        ("entry_search", render_samples::<crate::entry_search::SearchPage>(page)),
        ("entry_show", render_samples::<crate::entry_show::EntryPage>(page)),
        ("verify_show", render_samples::<crate::verify_show::VerifyPage>(page)),
    ]
}
