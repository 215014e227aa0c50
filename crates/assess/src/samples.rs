//! `assess::samples` — every page of this room with its examples, for the test that compares them
//! with what is committed under `samples/pages`.

use web::{Page, render_samples};

/// Each template's name with its rendered samples.
#[must_use]
pub fn samples(page: &Page) -> Vec<(&'static str, String)> {
    vec![
        ("assessment_list", render_samples::<crate::assessment_list::AssessmentListPage>(page)),
        ("assessment_show", render_samples::<crate::assessment_show::AssessmentPage>(page)),
        ("criterion_show", render_samples::<crate::assessment_show::CriterionPage>(page)),
        ("practice_list", render_samples::<crate::practice_show::PracticeListPage>(page)),
        ("practice_show", render_samples::<crate::practice_show::PracticePage>(page)),
        ("crosswalk_list", render_samples::<crate::crosswalk_show::CrosswalkListPage>(page)),
        ("crosswalk_show", render_samples::<crate::crosswalk_show::CrosswalkPage>(page)),
        ("version_difference", render_samples::<crate::version_difference::VersionDifferencePage>(page)),
        ("peer_show", render_samples::<crate::peer_show::PeerPage>(page)),
        ("declaration_show", render_samples::<crate::declaration_show::DeclarationPage>(page)),
        ("question_edit", render_samples::<crate::question_edit::QuestionPage>(page)),
        ("state_difference", render_samples::<crate::kept_edit::StateDifferencePage>(page)),
        ("change_show", render_samples::<crate::change_show::ChangePage>(page)),
        ("audit_edit", render_samples::<crate::audit_edit::AuditPage>(page)),
        ("comparison_show", render_samples::<crate::comparison_show::ComparisonPage>(page)),
        ("home_show", render_samples::<crate::home_show::HomePage>(page)),
    ]
}
