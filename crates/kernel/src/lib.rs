//! kernel — words every room shares: ids, time, three-valued logic, roles, events and
//! error codes. Pure: no files, no network, no database, no text shown to people.

mod clock;
mod code;
mod corporate;
mod digest;
mod event;
mod ids;
mod lang;
mod names;
mod permission;
mod rng;
mod scope;
mod text_enum;
mod tri;
mod workday;

pub use clock::{Clock, Day, FixedClock, Instant, TimeError, era_of};
pub use code::Code;
pub use corporate::{CorporateNumber, CorporateNumberError};
pub use digest::{Digest, hex, sha256_hex, sha512_hex};
pub use event::{Event, EventKind};
pub use ids::{
    AppealId, ApplicationId, AssessmentId, ChangeId, DesignationId, DocumentId, EntryId, FactVersionId, GrantId, IdError, IntakeId, JobId,
    KeptId, LetterId, LinkId, ListId, MessageId, OrganisationId, OwnSchemeId, PersonId, ProductId, ReferenceId, ReleaseId, RequestId,
    SessionId, SheetId, SiteId, StepId, SupplierId, TokenId, UseId, ViewId, WaveId,
};
pub use lang::Lang;
pub use names::{fold_name, grams, narrow};
pub use permission::{Permission, Role};
pub use rng::{Rng, SeededRng, random_token};
pub use scope::{Bound, Scope, Unscoped};
pub use text_enum::UnknownText;
pub use tri::Tri;
pub use workday::{Closed, is_holiday, is_working, plus_working};

#[doc(hidden)]
pub use {schemars, serde};
