//! `kernel::digest` — SHA-256 over length-prefixed fields, so that two different lists of
//! fields never give the same digest.

use sha2::{Digest as _, Sha256};

/// A running SHA-256 over fields. Each field is preceded by its length in bytes.
#[derive(Debug, Default)]
pub struct Digest(Sha256);

impl Digest {
    /// Adds one field.
    #[must_use]
    pub fn field(mut self, bytes: impl AsRef<[u8]>) -> Self {
        let bytes = bytes.as_ref();
        self.0.update(u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
        self.0.update(bytes);
        self
    }

    /// The digest as 64 lower-case hexadecimal characters.
    #[must_use]
    pub fn finish(self) -> String {
        hex(&self.0.finalize())
    }
}

/// SHA-256 of `bytes` as 64 lower-case hexadecimal characters.
#[must_use]
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// SHA-512 of `bytes` as 128 lower-case hexadecimal characters.
#[must_use]
pub fn sha512_hex(bytes: &[u8]) -> String {
    hex(&sha2::Sha512::digest(bytes))
}

/// Bytes as lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        // Writing to a String cannot fail.
        write!(out, "{byte:02x}").unwrap_or_default();
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moving_a_byte_between_fields_changes_the_digest() {
        let one = Digest::default().field("ab").field("c").finish();
        let two = Digest::default().field("a").field("bc").finish();
        assert_ne!(one, two);
    }

    #[test]
    fn the_known_digest_of_abc_comes_out() {
        assert_eq!(sha256_hex(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
