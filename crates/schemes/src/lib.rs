//! schemes — schemes, fact types and their evaluation as data: load, check, resolve,
//! evaluate. Pure apart from its pages and the list of versions in the database. Not here: what any
//! company stated (`evidence`) and where it stands (`assess`).

mod ask;
mod base;
mod case;
mod catalog;
mod change;
mod check;
mod crosswalk;
mod difference;
mod evaluate;
mod fact_type;
mod facts_file;
mod official;
mod oscal_export;
mod oscal_import;
mod oscal_read;
mod own;
mod own_catalog;
mod own_edit;
mod own_list;
mod own_release;
mod own_sample;
mod practice;
mod provenance;
mod resolved;
mod routes;
mod rule;
mod samples;
mod scheme;
mod scheme_list;
mod scheme_show;
mod score;
mod store;
mod unconfirmed_list;
mod value;

pub use ask::Ask;
pub use case::{Case, CaseFile, Miss, run_cases};
pub use catalog::{Catalog, Topic};
pub use change::{Change, ChangeSet, smallest_changes};
pub use crosswalk::{Basis, Crosswalk, Pair, Relation, criteria_of, derived_pairs, item_text, relation};
pub use difference::{Difference, Kept, Moved, difference};
pub use evaluate::{Deciding, Facts, Verdict, Why, evaluate, result};
pub use fact_type::{FactKind, FactTexts, FactType, PRACTICE_OPTIONS, TEXT_MAX_CHARS, TopicFile, Unit, ValueError};
pub use facts_file::{FactsFileError, read_facts, read_table};
pub use official::official_texts;
pub use oscal_export::{OSCAL_VERSION, oscal_catalog, oscal_mapping, oscal_results};
pub use oscal_import::{OscalOptions, scheme_of_catalog};
pub use oscal_read::{Control, Group, OscalCatalog, OscalError, OscalFile, OscalProfile, apply_profile, read_oscal};
pub use own_catalog::{OwnCatalogs, catalog};
pub use practice::{Fit, Form, FormTexts, Practice, PracticeFile, PracticeKind, PracticeTexts, Reader, fold, ranked, search};
pub use provenance::{Confidence, IdStatus, Provenance};
pub use resolved::resolved;
pub use routes::routes;
pub use rule::{Atom, Literal, Rule, RuleError, RuleFile, Test};
pub use samples::samples;
pub use scheme::{
    Award, AwardBy, Criterion, CriterionFile, Point, Requirement, Scheme, SchemeError, SchemeFile, SchemeFolder, SchemeTexts, Source,
    Subject,
};
pub use scheme_list::SchemeHead;
pub use scheme_show::{CriterionOut, SchemeDetails};
pub use score::{Band, Score, Scoring, Standing, score, standing, step, steps};
pub use store::{RegisterError, SQL, versions_register};
pub use value::{Answer, AnswerKind, Number, Statement, Value};

use ::store::Migration;
use kernel::Lang;

/// The tables of this domain.
pub const MIGRATIONS: &[Migration] = &[
    Migration { domain: "schemes", number: 1, name: "schemes", sql: include_str!("../migrations/0001_schemes.sql") },
    Migration { domain: "schemes", number: 2, name: "official", sql: include_str!("../migrations/0002_official.sql") },
    Migration { domain: "schemes", number: 3, name: "own", sql: include_str!("../migrations/0003_own.sql") },
];

/// The texts of this domain.
pub const TEXTS: &[(Lang, &str)] = &[(Lang::Ja, include_str!("../texts/ja.ftl")), (Lang::En, include_str!("../texts/en.ftl"))];
