//! `suppliers::acting` — scopes for work that no session asks for: the operator's commands and the queue.

use kernel::{OrganisationId, PersonId, Role, Scope};
use web::{Cx, Problem};

/// The scope of an organisation whose id an operator's command or a job names.
///
/// # Errors
/// [`kernel::Code::NotFound`] for text that is no id.
pub(crate) fn scope_of(cx: &Cx, organisation: &str) -> Result<Scope, Problem> {
    let id = OrganisationId::try_from(organisation.to_owned()).map_err(|_| Problem::not_found())?;
    Ok(Scope::granted(id, PersonId::new(&*cx.app.clock, &*cx.app.rng), Role::Staff))
}

/// A scope nothing belongs to.
pub(crate) fn nobody(cx: &Cx) -> Scope {
    Scope::granted(OrganisationId::new(&*cx.app.clock, &*cx.app.rng), PersonId::new(&*cx.app.clock, &*cx.app.rng), Role::Viewer)
}
