//! `kernel::scope` — who a query speaks for. Every statement takes a [`Bound`]: either the
//! organisation of the session, or an [`Unscoped`] that names why it may look further.

use crate::{OrganisationId, PersonId, Role};

/// What the first parameter of a statement is bound to.
pub trait Bound: Sync {
    /// The organisation bound as `$1`, or none if the statement is not scoped.
    fn organisation(&self) -> Option<&str>;
}

/// The organisation, person and role a request acts for. Made when a session, token or
/// operator command is accepted; never from request parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    organisation: OrganisationId,
    person: PersonId,
    role: Role,
}

impl Scope {
    /// States that `person` was found to hold `role` in `organisation`.
    #[must_use]
    pub fn granted(organisation: OrganisationId, person: PersonId, role: Role) -> Self {
        Self { organisation, person, role }
    }

    /// The organisation everything is limited to.
    #[must_use]
    pub fn id(&self) -> &OrganisationId {
        &self.organisation
    }

    /// Who acts.
    #[must_use]
    pub fn person(&self) -> &PersonId {
        &self.person
    }

    /// In which role.
    #[must_use]
    pub fn role(&self) -> Role {
        self.role
    }
}

impl Bound for Scope {
    fn organisation(&self) -> Option<&str> {
        Some(self.organisation.as_str())
    }
}

/// Permission to run a statement over all organisations, with the reason written down where
/// it is made. For sign-in, background work and the operator's commands.
#[derive(Debug, Clone, Copy)]
pub struct Unscoped {
    reason: &'static str,
}

impl Unscoped {
    /// Looks past organisations because of `reason`.
    #[must_use]
    pub const fn because(reason: &'static str) -> Self {
        Self { reason }
    }

    /// Why.
    #[must_use]
    pub const fn reason(&self) -> &'static str {
        self.reason
    }
}

impl Bound for Unscoped {
    fn organisation(&self) -> Option<&str> {
        None
    }
}
