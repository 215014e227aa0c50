//! `products::provider::openpgp` — the key of a maker and its detached signatures. The key is made at the first publication
//! and kept without a passphrase, as the instance must sign while nobody is there. The library asks the machine for the time of
//! keys and signatures.

use kernel::{Code, Rng, Scope};
use pgp::composed::{ArmorOptions, DetachedSignature, KeyType, SecretKeyParamsBuilder, SignedSecretKey};
use pgp::composed::{Deserializable as _, EncryptionCaps};
use pgp::crypto::hash::HashAlgorithm;
use pgp::types::{KeyDetails as _, Password};
use store::{Tx, params};
use web::{Cx, Problem};

use crate::provider::store::{OPENPGP_ADD, OPENPGP_SECRET};

/// The house's source of randomness as the library wants it.
struct Random<'a>(&'a dyn Rng);

impl rand_core::RngCore for Random<'_> {
    fn next_u32(&mut self) -> u32 {
        let mut bytes = [0; 4];
        self.0.fill(&mut bytes);
        u32::from_le_bytes(bytes)
    }

    fn next_u64(&mut self) -> u64 {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        self.0.fill(bytes);
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), rand_core::Error> {
        self.0.fill(bytes);
        Ok(())
    }
}

impl rand_core::CryptoRng for Random<'_> {}

fn broken(error: &impl std::fmt::Display) -> Problem {
    Problem::new(Code::Internal).because(error.to_string())
}

/// Makes the key of a maker. The user id is the maker's name and the address of its documents.
async fn key_make(cx: &Cx, tx: &mut Tx, scope: &Scope, user: &str) -> Result<SignedSecretKey, Problem> {
    // Programs of today's distributions do not know newer kinds of keys.
    let mut key = SecretKeyParamsBuilder::default();
    key.key_type(KeyType::Ed25519Legacy).can_certify(true).can_sign(true).can_encrypt(EncryptionCaps::None).primary_user_id(user.into());
    let key = key.build().map_err(|e| broken(&e))?.generate(Random(&*cx.app.rng)).map_err(|e| broken(&e))?;
    let armoured = ArmorOptions::default;
    let public = key.to_public_key().to_armored_string(armoured()).map_err(|e| broken(&e))?;
    let secret = key.to_armored_string(armoured()).map_err(|e| broken(&e))?;
    let fingerprint = key.fingerprint().to_string();
    tx.run(scope, OPENPGP_ADD, params![fingerprint, public, secret, cx.now()]).await?;
    Ok(key)
}

/// A detached signature over bytes, armoured. Makes the maker's key if it has none.
///
/// # Errors
/// [`Code::Internal`] if the key cannot be read; the store's.
pub(crate) async fn sign(cx: &Cx, tx: &mut Tx, scope: &Scope, (user, bytes): (&str, &[u8])) -> Result<String, Problem> {
    let known: Option<(String,)> = tx.one(scope, OPENPGP_SECRET, params![]).await?;
    let key = match known {
        Some((secret,)) => SignedSecretKey::from_string(&secret).map_err(|e| broken(&e))?.0,
        None => key_make(cx, tx, scope, user).await?,
    };
    let signature =
        DetachedSignature::sign_binary_data(Random(&*cx.app.rng), &key.primary_key, &Password::empty(), HashAlgorithm::Sha512, bytes);
    signature.and_then(|s| s.to_armored_string(ArmorOptions::default())).map_err(|e| broken(&e))
}
