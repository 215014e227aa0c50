//! `register::note` — signed notes (c2sp.org/signed-note): a text, an empty line, and lines with
//! signatures. Stars, checkpoints and status lists are notes; other tools can check them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer as _, SigningKey, Verifier as _, VerifyingKey};
use sha2::{Digest as _, Sha256};

/// The algorithm byte of Ed25519 in a key.
const ED25519: u8 = 1;

/// What stands before each signature line.
const DASH: &str = "— ";

/// A key that signs. Its text form never leaves the database.
pub struct Signer {
    name: String,
    key: SigningKey,
}

impl std::fmt::Debug for Signer {
    /// Without the secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signer").field("name", &self.name).finish_non_exhaustive()
    }
}

/// A key that checks, written `name+id+base64` (vkey).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verifier {
    name: String,
    key: VerifyingKey,
}

/// Why a text is not a note that a known key signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// Not a note at all, or cut off.
    #[error("this is not a signed note, or it is cut off")]
    Shape,
    /// No signature line names a known key.
    #[error("no known key signed this")]
    UnknownKey,
    /// A known key is named, but its signature does not fit the text.
    #[error("the signature does not fit the text")]
    Forged,
    /// The text of a key is not a key.
    #[error("this is not a key")]
    Key,
}

impl Signer {
    /// A key from 32 secret bytes.
    #[must_use]
    pub fn new(name: &str, secret: &[u8; 32]) -> Self {
        Self { name: name.to_owned(), key: SigningKey::from_bytes(secret) }
    }

    /// The key that checks what this one signs.
    #[must_use]
    pub fn verifier(&self) -> Verifier {
        Verifier { name: self.name.clone(), key: self.key.verifying_key() }
    }

    /// Signs a text that ends with a newline.
    #[must_use]
    pub fn sign(&self, text: &str) -> String {
        let mut bytes = self.verifier().id().to_be_bytes().to_vec();
        bytes.extend_from_slice(&self.key.sign(text.as_bytes()).to_bytes());
        format!("{text}\n{DASH}{} {}\n", self.name, STANDARD.encode(bytes))
    }
}

impl Verifier {
    /// Reads `name+id+base64`.
    ///
    /// # Errors
    /// [`NoteError::Key`].
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        let mut parts = text.trim().splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else { return Err(NoteError::Key) };
        let bytes = STANDARD.decode(key).map_err(|_| NoteError::Key)?;
        let Some((&ED25519, key)) = bytes.split_first() else { return Err(NoteError::Key) };
        let key: [u8; 32] = key.try_into().map_err(|_| NoteError::Key)?;
        let key = VerifyingKey::from_bytes(&key).map_err(|_| NoteError::Key)?;
        let found = Self { name: name.to_owned(), key };
        if format!("{:08x}", found.id()) == id && is_name(name) { Ok(found) } else { Err(NoteError::Key) }
    }

    /// Name and id, as lists of keys say it: `name+0a1b2c3d`.
    #[must_use]
    pub fn label(&self) -> String {
        format!("{}+{:08x}", self.name, self.id())
    }

    /// The key's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The first four bytes of SHA-256 over name, newline, algorithm and key.
    #[must_use]
    pub fn id(&self) -> u32 {
        let mut hash = Sha256::new();
        hash.update(self.name.as_bytes());
        hash.update([b'\n', ED25519]);
        hash.update(self.key.as_bytes());
        let digest = hash.finalize();
        digest.iter().take(4).fold(0, |id, byte| (id << 8) | u32::from(*byte))
    }
}

impl std::fmt::Display for Verifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut bytes = vec![ED25519];
        bytes.extend_from_slice(self.key.as_bytes());
        write!(f, "{}+{:08x}+{}", self.name, self.id(), STANDARD.encode(bytes))
    }
}

/// Whether a text may name a key: not empty, no plus sign, no white space.
fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.contains('+') && !name.chars().any(char::is_whitespace)
}

/// A signature line: name of the key, its id, the signature.
type Line<'a> = (&'a str, u32, Vec<u8>);

/// The text of a note and its signature lines.
fn split(note: &str) -> Result<(&str, Vec<Line<'_>>), NoteError> {
    if note.chars().any(|c| c.is_control() && c != '\n') || !note.ends_with('\n') {
        return Err(NoteError::Shape);
    }
    let (text, lines) = note.rsplit_once("\n\n").ok_or(NoteError::Shape)?;
    let text = note.get(..=text.len()).ok_or(NoteError::Shape)?;
    let mut signatures = Vec::new();
    for line in lines.lines() {
        let (name, coded) = line.strip_prefix(DASH).and_then(|l| l.split_once(' ')).ok_or(NoteError::Shape)?;
        let bytes = STANDARD.decode(coded).map_err(|_| NoteError::Shape)?;
        let (id, signature) = bytes.split_at_checked(4).ok_or(NoteError::Shape)?;
        if !is_name(name) || signature.is_empty() {
            return Err(NoteError::Shape);
        }
        signatures.push((name, id.iter().fold(0, |id, byte| (id << 8) | u32::from(*byte)), signature.to_vec()));
    }
    if signatures.is_empty() { Err(NoteError::Shape) } else { Ok((text, signatures)) }
}

/// Checks a note: its text, and the known key that signed it.
///
/// # Errors
/// [`NoteError`]. One false signature of a known key spoils the note, whatever else signed it.
pub fn open<'a, 'k>(note: &'a str, known: &'k [Verifier]) -> Result<(&'a str, &'k Verifier), NoteError> {
    let (text, signatures) = split(note)?;
    let mut good = None;
    for (name, id, bytes) in signatures {
        let Some(key) = known.iter().find(|k| k.name == name && k.id() == id) else { continue };
        let signature = Signature::from_slice(&bytes).map_err(|_| NoteError::Forged)?;
        key.key.verify(text.as_bytes(), &signature).map_err(|_| NoteError::Forged)?;
        good = good.or(Some(key));
    }
    good.map(|key| (text, key)).ok_or(NoteError::UnknownKey)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn signer() -> Signer {
        Signer::new("example.jp/register", &[7; 32])
    }

    #[test]
    fn a_second_verifier_accepts_our_notes_and_keys() {
        let signer = signer();
        let note = signer.sign("石垣\n二行目\n");
        let theirs = signed_note::Note::from_bytes(note.as_bytes()).unwrap();
        let key = signed_note::StandardVerifier::new(&signer.verifier().to_string()).unwrap();
        let known = signed_note::VerifierList::new(vec![Box::new(key)]);
        let (good, unknown) = theirs.verify(&known).unwrap();
        assert_eq!((good.len(), unknown.len()), (1, 0));
        assert_eq!(theirs.text(), "石垣\n二行目\n".as_bytes());
    }

    #[test]
    fn keys_read_back_and_broken_ones_are_refused() {
        let key = signer().verifier();
        assert_eq!(Verifier::parse(&key.to_string()).unwrap(), key);
        let text = key.to_string();
        for bad in
            ["", "a+b", &text.replace("example.jp", "example.com"), text.trim_end_matches('=').trim_end_matches(char::is_alphanumeric)]
        {
            assert_eq!(Verifier::parse(bad), Err(NoteError::Key), "{bad}");
        }
    }

    #[test]
    fn what_a_key_did_not_sign_is_refused_with_the_reason() {
        let (signer, other) = (signer(), Signer::new("example.jp/register", &[8; 32]));
        let (note, known) = (signer.sign("text\n"), [signer.verifier()]);
        assert_eq!(open(&note, &known).unwrap().0, "text\n");
        assert_eq!(open(&note.replace("text", "next"), &known), Err(NoteError::Forged));
        assert_eq!(open(&other.sign("text\n"), &known), Err(NoteError::UnknownKey));
        let both = format!("{}{}", note, other.sign("text\n").lines().last().unwrap());
        assert_eq!(open(&both, &known), Err(NoteError::Shape), "the last line must end");
        assert_eq!(open(&format!("{both}\n"), &known).unwrap().0, "text\n", "an unknown signature beside ours does no harm");
    }

    proptest! {
        #[test]
        fn no_cut_and_no_changed_byte_passes(cut in 0_usize..150, flip in 0_usize..150, bit in 0_u8..8) {
            let (note, known) = (signer().sign("石垣精工\n★3\n"), [signer().verifier()]);
            let mut bytes = note.clone().into_bytes();
            let short = String::from_utf8_lossy(&bytes[..cut.min(bytes.len() - 1)]).into_owned();
            prop_assert!(open(&short, &known).is_err());
            let place = flip % bytes.len();
            bytes[place] ^= 1 << bit;
            if let Ok(text) = String::from_utf8(bytes) {
                prop_assert!(open(&text, &known).is_err(), "{text}");
            }
        }
    }
}
