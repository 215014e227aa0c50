//! `web::samples` — every page of this room with its examples, for the test that compares them
//! with what is committed under `samples/pages`.

use crate::{Page, render_samples};

/// Each template's name with its rendered samples.
#[must_use]
pub fn samples(page: &Page) -> Vec<(&'static str, String)> {
    vec![("problem", render_samples::<crate::page::ProblemPage>(page))]
}
