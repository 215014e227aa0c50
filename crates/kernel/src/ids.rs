//! `kernel::ids` — one typed id per kind, so that two kinds cannot be mixed up. Ids are
//! UUIDv7 text made from the clock and the random source that the caller brings.

use crate::{Clock, Rng};

/// Text that is not a valid id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a valid {kind} id")]
pub struct IdError {
    /// Which id was expected.
    pub kind: &'static str,
}

macro_rules! id {
    ($($(#[$meta:meta])* $name:ident;)+) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// Makes a new id from the time and 80 random bits.
            #[must_use]
            pub fn new(clock: &dyn Clock, rng: &dyn Rng) -> Self {
                let mut random = [0_u8; 10];
                rng.fill(&mut random);
                let millis = u64::try_from(clock.now().as_millis()).unwrap_or_default();
                let id = uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid();
                Self(id.hyphenated().to_string())
            }

            /// The stored text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;
            fn try_from(text: String) -> Result<Self, IdError> {
                let shaped = text.len() == 36
                    && uuid::Uuid::try_parse(&text).is_ok()
                    && !text.bytes().any(|b| b.is_ascii_uppercase());
                if shaped { Ok(Self(text)) } else { Err(IdError { kind: stringify!($name) }) }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.serialize_str(&self.0)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let text = <String as serde::Deserialize>::deserialize(d)?;
                Self::try_from(text).map_err(serde::de::Error::custom)
            }
        }

        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "format": "uuid" })
            }
        }
    )+};
}

id! {
    /// An organisation (組織).
    OrganisationId;
    /// A site of an organisation (拠点).
    SiteId;
    /// A person who can sign in (人).
    PersonId;
    /// A signed-in browser.
    SessionId;
    /// An API token.
    TokenId;
    /// One stored version of a fact (事実の版).
    FactVersionId;
    /// An uploaded evidence file (証跡).
    DocumentId;
    /// An assessment (評価): organisation × scheme version × scope.
    AssessmentId;
    /// A kept state of an assessment.
    KeptId;
    /// An imported average.
    ReferenceId;
    /// A way to a star (申請).
    ApplicationId;
    /// An entry of the register (台帳の項目).
    EntryId;
    /// A change of an entry.
    ChangeId;
    /// A step of an application that another organisation takes.
    StepId;
    /// One look of somebody else at an evidence file.
    ViewId;
    /// The right of an organisation to play a part of a scheme.
    DesignationId;
    /// What a holder says against a suspension or revocation.
    AppealId;
    /// Rules a company writes for itself and those below it.
    OwnSchemeId;
    /// A company in a buyer's list (取引先).
    SupplierId;
    /// A check sheet of a customer (客先シート).
    SheetId;
    /// A product (製品).
    ProductId;
    /// A release of a product (リリース).
    ReleaseId;
    /// What a maker lets a customer see of a product.
    GrantId;
    /// Where somebody uses the release of another maker.
    UseId;
    /// An import of a list of suppliers.
    ListId;
    /// A file that came back to a round of requests.
    IntakeId;
    /// A link of the chain (取引).
    LinkId;
    /// A round of requests (依頼).
    WaveId;
    /// A request to one supplier.
    RequestId;
    /// A message about a request, which both sides hold.
    MessageId;
    /// A letter in the mail queue.
    LetterId;
    /// A queued piece of background work.
    JobId;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FixedClock, SeededRng};

    #[test]
    fn ids_made_later_sort_later() {
        let rng = SeededRng::new(1);
        let early = FixedClock::at("2026-01-01T00:00:00Z").unwrap();
        let late = FixedClock::at("2026-01-02T00:00:00Z").unwrap();
        assert!(PersonId::new(&early, &rng) < PersonId::new(&late, &rng));
    }

    #[test]
    fn text_that_is_no_uuid_is_refused() {
        for bad in ["", "x", "../../etc/passwd", "01890A5D-AC96-774B-BCCE-B302099A8057"] {
            assert!(PersonId::try_from(bad.to_owned()).is_err(), "{bad}");
        }
    }
}
