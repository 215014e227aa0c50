//! schemes — schemes, fact types and their evaluation as data: load, check, resolve,
//! evaluate. Pure apart from the list of versions kept in the database. Not here: what any
//! company stated (`evidence`) and where it stands (`assess`).

mod case;
mod catalog;
mod change;
mod check;
mod evaluate;
mod fact_type;
mod facts_file;
mod provenance;
mod resolved;
mod rule;
mod scheme;
mod score;
mod value;

pub use case::{Case, CaseFile, run_cases};
pub use catalog::{Catalog, Topic};
pub use change::{Change, ChangeSet, smallest_changes};
pub use evaluate::{Deciding, Facts, Verdict, Why, evaluate, result};
pub use fact_type::{FactKind, FactTexts, FactType, PRACTICE_OPTIONS, TEXT_MAX_CHARS, TopicFile, Unit, ValueError};
pub use facts_file::{FactsFileError, read_facts, read_table};
pub use provenance::{Confidence, Provenance};
pub use resolved::resolved;
pub use rule::{Atom, Literal, Rule, RuleError, RuleFile, Test};
pub use scheme::{
    Award, AwardBy, Criterion, Requirement, Scheme, SchemeError, SchemeFile, SchemeFolder, SchemeTexts, Source,
    Subject,
};
pub use score::{Band, Score, Scoring, Standing, score, standing};
pub use value::{Answer, AnswerKind, Number, Statement, Value};
