//! `kernel::lang` — the two languages everything is written in.

crate::text_enum! {
    /// A language of texts.
    Lang {
        /// Japanese, the first language.
        Ja = "ja",
        /// English.
        En = "en",
    }
}
