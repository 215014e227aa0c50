//! `kernel::event` — what happened, in the past tense: a closed list. Each event becomes one
//! ledger entry; it carries ids and digests, never names, addresses or answers.

use serde::Serialize;

crate::text_enum! {
    /// The name of an event as it stands in the ledger.
    EventKind {
        /// The first account was made.
        InstanceClaimed = "instance_claimed",
        /// Names of the national file of corporate numbers were taken in.
        CompaniesImported = "companies_imported",
        /// An organisation was made.
        OrganisationCreated = "organisation_created",
        /// An organisation's details were changed.
        OrganisationChanged = "organisation_changed",
        /// A site was added.
        SiteAdded = "site_added",
        /// A site was closed.
        SiteClosed = "site_closed",
        /// A person was given a role.
        MemberAdded = "member_added",
        /// A person's role was changed.
        MemberChanged = "member_changed",
        /// A person left the organisation.
        MemberRemoved = "member_removed",
        /// A person signed in.
        SignedIn = "signed_in",
        /// A sign-in was refused.
        SignInRefused = "sign_in_refused",
        /// A person signed out, or a session was ended.
        SessionEnded = "session_ended",
        /// A password was changed.
        PasswordChanged = "password_changed",
        /// A second factor was set up.
        SecondFactorAdded = "second_factor_added",
        /// A second factor was removed.
        SecondFactorRemoved = "second_factor_removed",
        /// An API token was made.
        TokenCreated = "token_created",
        /// An API token was revoked.
        TokenRevoked = "token_revoked",
        /// A fact was stated or changed.
        FactStated = "fact_stated",
        /// Many facts were stated at once.
        FactsImported = "facts_imported",
        /// A fact was withdrawn.
        FactWithdrawn = "fact_withdrawn",
        /// A fact's review-by day passed.
        FactExpired = "fact_expired",
        /// An evidence file was added.
        DocumentAdded = "document_added",
        /// An evidence file was removed after its retention.
        DocumentRemoved = "document_removed",
        /// An assessment was started.
        AssessmentStarted = "assessment_started",
        /// An assessment was removed.
        AssessmentRemoved = "assessment_removed",
        /// A state of an assessment was kept.
        AssessmentKept = "assessment_kept",
        /// Headquarters noted what it found of an assessment.
        AssessmentAudited = "assessment_audited",
        /// A kept state was removed.
        KeptRemoved = "kept_removed",
        /// The steps aimed at were set.
        TargetSet = "target_set",
        /// Figures over companies were published anew.
        PeersPublished = "peers_published",
        /// An average from elsewhere was imported.
        ReferenceAdded = "reference_added",
        /// An imported average was removed.
        ReferenceRemoved = "reference_removed",
        /// A person took the check of a lesson.
        LessonTaken = "lesson_taken",
        /// A person said which department they work in.
        DepartmentChosen = "department_chosen",
        /// Official wording of a scheme was imported.
        OfficialImported = "official_imported",
        /// Imported official wording was removed.
        OfficialRemoved = "official_removed",
        /// A company began to write rules of its own.
        OwnSchemeBegun = "own_scheme_begun",
        /// A draft of own rules was changed.
        OwnSchemeChanged = "own_scheme_changed",
        /// Own rules were released for good.
        OwnSchemeReleased = "own_scheme_released",
        /// A draft of own rules was removed.
        OwnSchemeRemoved = "own_scheme_removed",
        /// A company began to apply for a star.
        ApplicationStarted = "application_started",
        /// What an application shows was changed.
        ApplicationChanged = "application_changed",
        /// An application was withdrawn.
        ApplicationWithdrawn = "application_withdrawn",
        /// A party was asked to take a step of an application.
        StepAsked = "step_asked",
        /// Somebody of the party took the step on.
        StepTaken = "step_taken",
        /// The party declined the step.
        StepDeclined = "step_declined",
        /// A criterion was looked at.
        CriterionLooked = "criterion_looked",
        /// The applicant answered a finding.
        FindingAnswered = "finding_answered",
        /// The record of plan, visit and report was written.
        StepWritten = "step_written",
        /// An examination ended well, or a decision agreed.
        StepPassed = "step_passed",
        /// A decision sent the application back.
        StepSentBack = "step_sent_back",
        /// The application was refused.
        ApplicationRefused = "application_refused",
        /// Somebody of another organisation opened an evidence file.
        EvidenceViewed = "evidence_viewed",
        /// An organisation was designated for a part of a scheme.
        PartyDesignated = "party_designated",
        /// A designation was ended.
        DesignationEnded = "designation_ended",
        /// A holder appealed against a suspension or revocation.
        AppealMade = "appeal_made",
        /// An appeal was answered.
        AppealAnswered = "appeal_answered",
        /// Samples were drawn for an examination.
        SampleDrawn = "sample_drawn",
        /// The head of an organisation declared.
        StarDeclared = "star_declared",
        /// A star was awarded and put into the register.
        StarAwarded = "star_awarded",
        /// The end of a star was told of.
        StarReminded = "star_reminded",
        /// A star was suspended.
        StarSuspended = "star_suspended",
        /// A suspended star holds again.
        StarRestored = "star_restored",
        /// A star was revoked.
        StarRevoked = "star_revoked",
        /// A key of the register was made or shut off.
        RegisterKeyChanged = "register_key_changed",
        /// A mapping file of others was taken in.
        MappingTaken = "mapping_taken",
        /// A customer's sheet came in.
        SheetAdded = "sheet_added",
        /// Where its questions and answers stand was corrected.
        SheetCorrected = "sheet_corrected",
        /// Answers were given on it.
        SheetAnswered = "sheet_answered",
        /// It was removed.
        SheetDropped = "sheet_dropped",
        /// A customer's sheet was taken out with its answers.
        SheetTaken = "sheet_taken",
        /// A product was added.
        ProductAdded = "product_added",
        /// A product was removed with its releases.
        ProductDropped = "product_dropped",
        /// A release came in with its component list.
        ReleaseAdded = "release_added",
        /// How a product stands to a vulnerability was decided.
        VulnerabilityDecided = "vulnerability_decided",
        /// A customer was let in to see a product.
        GrantMade = "grant_made",
        /// That ended.
        GrantEnded = "grant_ended",
        /// Where somebody's product is used was put in.
        UseAdded = "use_added",
        /// It was changed.
        UseChanged = "use_changed",
        /// It was taken out.
        UseEnded = "use_ended",
        /// News of a vulnerability in something used was acknowledged.
        NoticeAcknowledged = "notice_acknowledged",
        /// What is noted down about a product was changed.
        WorksheetChanged = "worksheet_changed",
        /// What is said of a release was published.
        VexPublished = "vex_published",
        /// It was taken down.
        VexWithdrawn = "vex_withdrawn",
        /// A release was removed.
        ReleaseDropped = "release_dropped",
        /// A list of suppliers was taken in.
        SupplierListImported = "supplier_list_imported",
        /// The import of a list was undone.
        SupplierListUndone = "supplier_list_undone",
        /// What is known of a supplier was changed.
        SupplierChanged = "supplier_changed",
        /// The rules for class and level of suppliers were changed.
        SupplierRulesChanged = "supplier_rules_changed",
        /// Links of the chain were added, changed or ended.
        SupplierLinksChanged = "supplier_links_changed",
        /// A supplier was joined to another.
        SupplierMerged = "supplier_merged",
        /// A round of requests was sent on its way.
        WaveAccepted = "wave_accepted",
        /// Files with replies were brought in, stopped, cleared or told whose they are.
        RepliesBrought = "replies_brought",
        /// A round of requests was closed.
        WaveClosed = "wave_closed",
        /// A new way in for a reply was made.
        ReplyDoorMade = "reply_door_made",
        /// All ways in for a reply were shut.
        ReplyDoorsRevoked = "reply_doors_revoked",
        /// A reply was sent: a snapshot that ends.
        ReplySent = "reply_sent",
        /// A supplier took its reply back.
        ReplyWithdrawn = "reply_withdrawn",
        /// A reply was looked at and confirmed.
        ReplyConfirmed = "reply_confirmed",
        /// A reply was sent back for more.
        ReplyReturned = "reply_returned",
        /// A message about a request was written.
        MessageWritten = "message_written",
        /// Feedback was sent to a supplier.
        FeedbackSent = "feedback_sent",
        /// A supplier contested the feedback.
        FeedbackContested = "feedback_contested",
        /// A contested feedback was settled.
        FeedbackSettled = "feedback_settled",
        /// An organisation took a request on with its account.
        RequestClaimed = "request_claimed",
        /// A contact of a supplier was changed.
        ContactChanged = "contact_changed",
        /// A supplier asked the help desk.
        HelpAsked = "help_asked",
        /// A question to the help desk was answered.
        HelpAnswered = "help_answered",
        /// A seminar was added or taken away.
        SeminarChanged = "seminar_changed",
        /// A supplier told of its own suppliers.
        TierTold = "tier_told",
        /// A supplier took back what it told of its own suppliers.
        TierWithdrawn = "tier_withdrawn",
        /// A scheme version was taken in.
        SchemeAdded = "scheme_added",
    }
}

/// One entry for the ledger: what happened to which object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Event {
    /// What happened.
    pub kind: EventKind,
    /// The id of what it happened to.
    pub object: String,
    /// More ids, codes and digests, in written order; never personal data or answers.
    pub detail: Vec<(&'static str, String)>,
}

impl Event {
    /// An event on `object`.
    #[must_use]
    pub fn new(kind: EventKind, object: impl Into<String>) -> Self {
        Self { kind, object: object.into(), detail: Vec::new() }
    }

    /// Adds an id, code or digest.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.detail.push((name, value.into()));
        self
    }
}
