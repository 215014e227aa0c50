//! `kernel::permission` — roles and permissions by name. Which role holds which permission is
//! data: `rules/permissions.toml`.

crate::text_enum! {
    /// What a person is in an organisation.
    Role {
        /// 管理者: people, tokens, organisation, and everything 担当者 does.
        Admin = "admin",
        /// 担当者: states facts.
        Staff = "staff",
        /// 閲覧者: reads.
        Viewer = "viewer",
        /// 社長: reads, and will declare.
        President = "president",
        /// 評価員: examines and decides for other organisations.
        Assessor = "assessor",
        /// 台帳運営: runs the register of a scheme.
        Registrar = "registrar",
    }
}

crate::text_enum! {
    /// One thing a route may need. The first part is the domain.
    Permission {
        /// Read schemes and their criteria.
        SchemeRead = "scheme.read",
        /// Import official wording; write schemes of one's own.
        SchemeEdit = "scheme.edit",
        /// Read facts, their history and evidence.
        FactRead = "fact.read",
        /// State, change and withdraw facts; add evidence.
        FactState = "fact.state",
        /// Read assessments and ladders.
        AssessmentRead = "assessment.read",
        /// Start and remove assessments.
        AssessmentEdit = "assessment.edit",
        /// Read the organisation, its sites and its children.
        OrganisationRead = "organisation.read",
        /// Change the organisation, its sites and its children.
        OrganisationEdit = "organisation.edit",
        /// See who belongs to the organisation.
        PersonRead = "person.read",
        /// Add and remove people and change their role.
        PersonEdit = "person.edit",
        /// Change one's own password, second factor, sessions and tokens.
        AccountEdit = "account.edit",
        /// See the organisation's stars and how far it is with others.
        StarRead = "star.read",
        /// Apply for stars, write what is shown, end one's own.
        StarApply = "star.apply",
        /// Declare for the organisation.
        StarDeclare = "star.declare",
        /// Take steps for applicants: examine, verify, decide.
        StarExamine = "star.examine",
        /// Run a scheme's register: designate, suspend, revoke, answer appeals.
        StarOperate = "star.operate",
        /// Read the suppliers, the chain, requests and replies.
        SupplierRead = "supplier.read",
        /// Take lists in, change suppliers and links, ask, read replies, give feedback.
        SupplierEdit = "supplier.edit",
        /// Answer what buyers ask this organisation.
        SupplierAnswer = "supplier.answer",
        /// Decide what is done about a supplier that worries.
        SupplierDecide = "supplier.decide",
        /// Read products, releases and what concerns them.
        ProductRead = "product.read",
        /// Add and remove products and releases.
        ProductEdit = "product.edit",
        /// Read the organisation's ledger.
        LedgerRead = "ledger.read",
    }
}
