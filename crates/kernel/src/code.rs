//! `kernel::code` — every error a user can see has one stable code with one status. The words
//! stand in the text files under `error.<code>.title` and `error.<code>.mend`.

crate::text_enum! {
    /// The stable code of an answer that is not a success.
    Code {
        /// The input does not fit; fields say where.
        Invalid = "invalid",
        /// Nobody is signed in.
        SignInNeeded = "sign_in_needed",
        /// Name, password or code do not match.
        SignInRefused = "sign_in_refused",
        /// Too many tries; wait.
        TooManyTries = "too_many_tries",
        /// The role may not do this.
        Forbidden = "forbidden",
        /// The request came from another site or its form token is not valid.
        ForeignRequest = "foreign_request",
        /// No such thing, or not for this organisation.
        NotFound = "not_found",
        /// The address does not take this method.
        MethodNotAllowed = "method_not_allowed",
        /// Somebody saved a newer version.
        Stale = "stale",
        /// It exists already, or is still in use.
        Conflict = "conflict",
        /// The file or body is too large.
        TooLarge = "too_large",
        /// The file's type is not accepted, or its content is not what its name says.
        FileType = "file_type",
        /// The body is not of the expected media type.
        MediaType = "media_type",
        /// The organisation's storage quota is used up.
        QuotaExceeded = "quota_exceeded",
        /// The disk is full; nothing was saved.
        DiskFull = "disk_full",
        /// The database is busy; try again.
        Busy = "busy",
        /// Something went wrong inside.
        Internal = "internal",
    }
}

impl Code {
    /// The HTTP status.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::Invalid => 422,
            Self::SignInNeeded | Self::SignInRefused => 401,
            Self::TooManyTries => 429,
            Self::Forbidden | Self::ForeignRequest => 403,
            Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::Stale | Self::Conflict => 409,
            Self::TooLarge => 413,
            Self::FileType | Self::MediaType => 415,
            Self::QuotaExceeded | Self::DiskFull => 507,
            Self::Busy => 503,
            Self::Internal => 500,
        }
    }
}
