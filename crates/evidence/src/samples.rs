//! `evidence::samples` — every page of this room with its examples, for the test that compares them
//! with what is committed under `samples/pages`.

use web::{Page, render_samples};

/// Each template's name with its rendered samples.
#[must_use]
pub fn samples(page: &Page) -> Vec<(&'static str, String)> {
    vec![
        ("fact_history", render_samples::<crate::fact_history::HistoryPage>(page)),
        ("fact_list", render_samples::<crate::fact_list::FactListPage>(page)),
        ("fact_state", render_samples::<crate::fact_state::FactPage>(page)),
    ]
}
