//! `assess::routes` — the only place this domain's routes are written.

use kernel::Permission::{AssessmentEdit, AssessmentRead, FactState};
use web::Need::{May, SignedIn};
use web::{Method, Route, api, page};

use crate::{
    answer_export, assessment_edit, assessment_list, assessment_show, audit_edit, change_show, comparison_show, crosswalk_show,
    declaration_show, home_show, kept_edit, peer_show, practice_show, question_edit, version_difference,
};

/// All routes of this domain.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        page(Method::GET, "/", "home_show", SignedIn, home_show::page),
        page(Method::GET, "/assessments", "assessment_list", May(AssessmentRead), assessment_list::page),
        page(Method::POST, "/assessments", "assessment_start", May(AssessmentEdit), assessment_edit::page),
        page(Method::GET, "/assessments/{id}", "assessment_show", May(AssessmentRead), assessment_show::page),
        page(Method::POST, "/assessments/{id}/remove", "assessment_remove", May(AssessmentEdit), assessment_edit::remove),
        page(Method::GET, "/assessments/{id}/questions/{group}", "question_show", May(AssessmentRead), question_edit::page),
        page(Method::POST, "/assessments/{id}/questions/{group}", "question_answer", May(FactState), question_edit::send),
        page(Method::POST, "/assessments/{id}/kept", "kept_add", May(AssessmentEdit), kept_edit::page),
        page(Method::POST, "/assessments/{id}/kept/{kept}/remove", "kept_remove", May(AssessmentEdit), kept_edit::remove),
        page(Method::POST, "/assessments/{id}/targets", "target_set", May(AssessmentEdit), kept_edit::set_targets),
        page(Method::GET, "/assessments/{id}/difference", "state_difference", May(AssessmentRead), kept_edit::difference_page),
        page(Method::GET, "/assessments/{id}/answers.xlsx", "assessment_export", May(AssessmentRead), answer_export::page),
        page(Method::GET, "/assessments/{id}/declaration", "declaration_show", May(AssessmentRead), declaration_show::page),
        page(Method::GET, "/assessments/{id}/peers", "peer_show", May(AssessmentRead), peer_show::page),
        page(Method::POST, "/assessments/{id}/references", "reference_add", May(AssessmentEdit), peer_show::add_page),
        page(Method::POST, "/assessments/{id}/references/{reference}/remove", "reference_remove", May(AssessmentEdit), peer_show::remove),
        page(Method::GET, "/assessments/{id}/{criterion}", "criterion_show", May(AssessmentRead), assessment_show::criterion_page),
        page(Method::GET, "/audits/{id}", "audit_show", May(AssessmentRead), audit_edit::page),
        page(Method::POST, "/audits/{id}", "audit_set", May(AssessmentEdit), audit_edit::send),
        api(Method::GET, "/api/v1/audits/{id}", "audit_show_api", May(AssessmentRead), audit_edit::api),
        api(Method::PUT, "/api/v1/audits/{id}", "audit_set_api", May(AssessmentEdit), audit_edit::api_set),
        page(Method::GET, "/crosswalks", "crosswalk_list", May(AssessmentRead), crosswalk_show::page),
        page(Method::GET, "/crosswalks/{id}", "crosswalk_show", May(AssessmentRead), crosswalk_show::show),
        page(Method::GET, "/schemes/{id}/difference", "version_difference", May(AssessmentRead), version_difference::page),
        page(Method::GET, "/practices", "practice_list", May(AssessmentRead), practice_show::page),
        page(Method::GET, "/practices/{id}", "practice_show", May(AssessmentRead), practice_show::show),
        page(Method::GET, "/practices/{id}/{form}", "practice_form", May(AssessmentRead), practice_show::form),
        page(Method::GET, "/changes/{version}", "change_show", May(AssessmentRead), change_show::page),
        page(Method::GET, "/comparison", "comparison_show", May(AssessmentRead), comparison_show::page),
        page(Method::GET, "/comparison.xlsx", "comparison_workbook", May(AssessmentRead), comparison_show::xlsx),
        page(Method::GET, "/comparison.csv", "comparison_export", May(AssessmentRead), comparison_show::csv),
        api(Method::GET, "/api/v1/ladder", "home_show_api", May(AssessmentRead), home_show::api),
        api(Method::GET, "/api/v1/assessments", "assessment_list_api", May(AssessmentRead), assessment_list::api),
        api(Method::POST, "/api/v1/assessments", "assessment_start_api", May(AssessmentEdit), assessment_edit::api),
        api(Method::GET, "/api/v1/assessments/{id}", "assessment_show_api", May(AssessmentRead), assessment_show::api),
        api(Method::DELETE, "/api/v1/assessments/{id}", "assessment_remove_api", May(AssessmentEdit), assessment_edit::api_remove),
        api(Method::GET, "/api/v1/assessments/{id}/declaration", "declaration_show_api", May(AssessmentRead), declaration_show::api),
        api(Method::GET, "/api/v1/assessments/{id}/peers", "peer_show_api", May(AssessmentRead), peer_show::api),
        api(Method::POST, "/api/v1/assessments/{id}/references", "reference_add_api", May(AssessmentEdit), peer_show::add_api),
        api(Method::GET, "/api/v1/assessments/{id}/kept", "kept_list_api", May(AssessmentRead), kept_edit::api_list),
        api(Method::POST, "/api/v1/assessments/{id}/kept", "kept_add_api", May(AssessmentEdit), kept_edit::api),
        api(Method::GET, "/api/v1/assessments/{id}/difference", "state_difference_api", May(AssessmentRead), kept_edit::difference_api),
        api(
            Method::GET,
            "/api/v1/assessments/{id}/criteria/{criterion}",
            "criterion_show_api",
            May(AssessmentRead),
            assessment_show::criterion_api,
        ),
        api(Method::GET, "/api/v1/crosswalks", "crosswalk_list_api", May(AssessmentRead), crosswalk_show::api),
        api(Method::GET, "/api/v1/crosswalks/{id}", "crosswalk_show_api", May(AssessmentRead), crosswalk_show::show_api),
        api(Method::GET, "/api/v1/schemes/{id}/difference", "version_difference_api", May(AssessmentRead), version_difference::api),
        api(Method::GET, "/api/v1/practices", "practice_list_api", May(AssessmentRead), practice_show::api),
        api(Method::GET, "/api/v1/practices/{id}", "practice_show_api", May(AssessmentRead), practice_show::show_api),
        api(Method::GET, "/api/v1/changes/{version}", "change_show_api", May(AssessmentRead), change_show::api),
        api(Method::GET, "/api/v1/comparison", "comparison_show_api", May(AssessmentRead), comparison_show::api),
    ]
}
