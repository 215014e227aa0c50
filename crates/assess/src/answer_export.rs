//! `assess::answer_export` — an assessment as a workbook anybody can read or fill out: every criterion with its number and
//! how far it is. `rules/sheets/` knows its columns, so that it is understood where it is brought back.

use schemes::Standing;
use sheets::AskedRow;
use web::{Call, Cx, Problem, Response, workbook_response};

use crate::assessment_show::{AssessmentDetails, CriterionHead, api};

/// The key of what a standing is answered with; none where nothing can be said.
const fn said(standing: Standing) -> Option<&'static str> {
    match standing {
        Standing::Met => Some("export.met"),
        Standing::Partial => Some("export.partial"),
        Standing::NotMet => Some("export.not_met"),
        Standing::SaidUnknown | Standing::Unanswered | Standing::Pending => None,
    }
}

/// `GET /assessments/{id}/answers.xlsx`
pub(crate) async fn page(cx: Cx, call: Call) -> Result<Response, Problem> {
    let AssessmentDetails { head, requirements, .. } = api(cx.clone(), call, ()).await?;
    let t = |key: &str| cx.t(key);
    let choices = ["export.met", "export.partial", "export.not_met"].map(t).to_vec();
    let row = |c: &CriterionHead| AskedRow {
        number: c.id.clone(),
        text: c.text.clone(),
        choices: choices.clone(),
        given: (said(c.standing).map_or(String::new(), t), String::new()),
    };
    let rows: Vec<AskedRow> = requirements.iter().flat_map(|r| &r.criteria).map(row).collect();
    let own = cx.signed.as_ref().map_or("", |s| s.organisation_name.as_str());
    let about = [(t("export.company"), own.to_owned()), (t("export.day"), cx.now().day().to_string())];
    let heads = ["export.no", "export.criterion", "export.answer", "export.words"].map(t);
    let bytes =
        sheets::asking(&head.title, &about, &heads, &rows).map_err(|e| Problem::new(kernel::Code::Internal).because(e.to_string()))?;
    Ok(workbook_response(&format!("{}.xlsx", head.scheme), bytes))
}
