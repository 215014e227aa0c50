//! drills — learning in five minutes: lessons with a check, progress and a certificate per
//! person, results by department. Results never name a person and never speak of fewer than
//! ten people.

mod certificate_show;
mod department_list;
mod lesson_list;
mod lesson_show;
mod model;
mod routes;
mod samples;
mod store;

pub use model::{Lessons, MIGRATIONS, TEXTS};
pub use routes::routes;
pub use samples::samples;
pub use store::SQL;
