//! `checksheets::samples` — every page of this room with its examples, for the test that compares them with what is
//! committed under `samples/pages`.

use web::{Page, render_samples};

/// Each template's name with its rendered samples.
#[must_use]
pub fn samples(page: &Page) -> Vec<(&'static str, String)> {
    vec![
        ("sheet_compare", render_samples::<crate::sheet_compare::SheetComparePage>(page)),
        ("sheet_list", render_samples::<crate::sheet_list::SheetListPage>(page)),
        ("sheet_print", render_samples::<crate::sheet_print::SheetPrintPage>(page)),
        ("sheet_show", render_samples::<crate::sheet_show::SheetShowPage>(page)),
    ]
}
