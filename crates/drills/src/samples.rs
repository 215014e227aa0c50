//! `drills::samples` — every page of this room with its examples, for the test that compares them
//! with what is committed under `samples/pages`.

use web::{Page, render_samples};

/// Each template's name with its rendered samples.
#[must_use]
pub fn samples(page: &Page) -> Vec<(&'static str, String)> {
    vec![
        ("lesson_list", render_samples::<crate::lesson_list::LessonListPage>(page)),
        ("lesson_show", render_samples::<crate::lesson_show::LessonPage>(page)),
        ("certificate_show", render_samples::<crate::certificate_show::CertificatePage>(page)),
        ("department_list", render_samples::<crate::department_list::DepartmentListPage>(page)),
    ]
}
