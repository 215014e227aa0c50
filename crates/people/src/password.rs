//! `people::password` — argon2id, and what a password must be. Hashing is slow on purpose and
//! runs aside, two at a time, so that a storm of sign-ins cannot stop the pages.

use std::sync::OnceLock;

use argon2::password_hash::phc::{PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version};
use kernel::{Code, Rng};
use tokio::sync::Semaphore;
use web::Problem;

/// Shortest password, in characters. Longer is advised on the page.
pub(crate) const MIN_CHARS: usize = 10;
/// Longest password, in characters.
pub(crate) const MAX_CHARS: usize = 256;

/// The most common passwords that are long enough to pass the length rule.
static COMMON: &[&str] = &[
    "1234567890",
    "12345678910",
    "0123456789",
    "qwertyuiop",
    "1q2w3e4r5t",
    "password12",
    "password123",
    "password1234",
    "passw0rd123",
    "abcdefghij",
    "aaaaaaaaaa",
    "1111111111",
    "0000000000",
    "letmein123",
    "iloveyou123",
    "administrator",
    "welcome123",
    "changeme123",
    "qwerty12345",
    "asdfghjkl1",
    "zaq12wsxcde3",
    "1qaz2wsx3edc",
    "sakura1234",
    "security123",
];

/// A hash of nothing anybody knows, to spend the same time on.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$qLml5cbqFAO6YxVHhrSBHP0UWdxrIxkNcM8aMX3blzU";

fn slots() -> &'static Semaphore {
    static SLOTS: OnceLock<Semaphore> = OnceLock::new();
    SLOTS.get_or_init(|| Semaphore::new(2))
}

fn argon() -> Argon2<'static> {
    // OWASP's first choice: 19 MiB, two passes, one lane.
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(19_456, 2, 1, None).unwrap_or_default())
}

/// The text key of what is wrong with a new password, if anything. No composition rules.
pub(crate) fn fault(password: &str, login: &str) -> Option<&'static str> {
    let length = password.chars().count();
    let folded = password.to_lowercase();
    let local = login.split('@').next().unwrap_or("");
    if length < MIN_CHARS {
        Some("password.short")
    } else if length > MAX_CHARS {
        Some("password.long")
    } else if COMMON.contains(&folded.as_str()) || (!local.is_empty() && folded.starts_with(local)) {
        Some("password.common")
    } else {
        None
    }
}

/// Hashes a password with a fresh salt.
///
/// # Errors
/// [`Code::Internal`].
pub(crate) async fn hash(password: String, rng: &dyn Rng) -> Result<String, Problem> {
    let mut salt = [0_u8; 16];
    rng.fill(&mut salt);
    let internal = || Problem::new(Code::Internal).because("password hash");
    let _slot = slots().acquire().await.map_err(|_| internal())?;
    let work = move || {
        let salt = Salt::new(&salt).map_err(|_| ())?;
        argon().hash_password_with_salt(password.as_bytes(), &salt).map(|h| h.to_string()).map_err(|_| ())
    };
    tokio::task::spawn_blocking(work).await.map_err(|_| internal())?.map_err(|()| internal())
}

/// Whether a password fits a stored hash. Takes as long for an unknown person (no hash).
pub(crate) async fn verify(password: String, stored: Option<String>) -> bool {
    let Ok(_slot) = slots().acquire().await else { return false };
    let known = stored.is_some();
    let stored = stored.unwrap_or_else(|| NOBODY.to_owned());
    let work = move || PasswordHash::new(&stored).is_ok_and(|hash| argon().verify_password(password.as_bytes(), &hash).is_ok());
    tokio::task::spawn_blocking(work).await.unwrap_or(false) && known
}

#[cfg(test)]
mod tests {
    use super::{NOBODY, PasswordHash, fault};

    #[test]
    fn the_hash_for_unknown_people_is_a_real_one() {
        // Were it not, an unknown login would be refused faster than a wrong password.
        let hash = PasswordHash::new(NOBODY).unwrap();
        assert_eq!((hash.salt.is_some(), hash.hash.map(|h| h.as_ref().len())), (true, Some(32)));
    }

    #[test]
    fn long_is_enough_and_common_is_not() {
        assert_eq!(fault("みずうみの上の赤い橋", "soumu"), None);
        assert_eq!(fault("Password123", "soumu"), Some("password.common"));
        assert_eq!(fault("soumu12345678", "soumu@a.example"), Some("password.common"));
        assert_eq!(fault("short", "soumu"), Some("password.short"));
        assert_eq!(fault(&"x".repeat(300), "soumu"), Some("password.long"));
    }
}
