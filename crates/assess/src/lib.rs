//! assess — where an organisation stands in every scheme: results kept per assessment, what
//! changed because of which fact, the ladder of what remains, comparison within a group. A
//! diagnosis is never shown as an award.

mod answer_export;
mod assessment_edit;
mod assessment_list;
mod assessment_refresh;
mod assessment_show;
mod audit_edit;
mod axes;
mod change_show;
pub mod cli;
mod comparison_show;
mod crosswalk_show;
mod declaration_show;
mod home_show;
mod kept_edit;
mod model;
mod peer_publish;
mod peer_show;
mod practice_show;
mod question_edit;
mod remaining;
mod routes;
mod samples;
mod standing;
mod store;
mod version_difference;

pub use assessment_edit::{assessment_for_bench, assessment_start, assessments_default};
pub use assessment_refresh::{Cause, assessment_refresh, refresh_all, refresh_daily, schedule_daily};
pub use kept_edit::assessment_keep;
pub use model::{DAILY_JOB, MIGRATIONS, TEXTS};
pub use peer_publish::{PEERS_JOB, PEERS_MIN, peers_publish, schedule_peers};
pub use routes::routes;
pub use samples::samples;
pub use store::SQL;
