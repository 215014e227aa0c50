//! `schemes::samples` — every page of this room with its examples, for the test that compares them
//! with what is committed under `samples/pages`.

use web::{Page, render_samples};

/// Each template's name with its rendered samples.
#[must_use]
pub fn samples(page: &Page) -> Vec<(&'static str, String)> {
    vec![
        ("unconfirmed_list", render_samples::<crate::unconfirmed_list::UnconfirmedPage>(page)),
        ("official_edit", render_samples::<crate::official::OfficialPage>(page)),
        ("own_list", render_samples::<crate::own_list::OwnListPage>(page)),
        ("own_edit", render_samples::<crate::own_edit::OwnEditPage>(page)),
        ("own_sample", render_samples::<crate::own_sample::OwnSamplePage>(page)),
        ("scheme_list", render_samples::<crate::scheme_list::SchemeListPage>(page)),
        ("scheme_show", render_samples::<crate::scheme_show::SchemePage>(page)),
    ]
}
