//! `kernel::rng` — randomness as a parameter. The operating system's source is wired in the
//! binary; tests use a seeded one.

use std::sync::Mutex;

/// A source of random bytes.
pub trait Rng: Send + Sync {
    /// Fills `bytes` with random data.
    fn fill(&self, bytes: &mut [u8]);
}

/// A repeatable source for tests and demo data. Not for secrets.
#[derive(Debug)]
pub struct SeededRng(Mutex<u64>);

impl SeededRng {
    /// Starts the series that belongs to `seed`.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(seed))
    }
}

impl Rng for SeededRng {
    fn fill(&self, bytes: &mut [u8]) {
        let mut state = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        for chunk in bytes.chunks_mut(8) {
            // splitmix64: short, even, and the same on every machine.
            *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = *state;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            z ^= z >> 31;
            for (to, from) in chunk.iter_mut().zip(z.to_le_bytes()) {
                *to = from;
            }
        }
    }
}

/// A random text of `bytes` random bytes, written as lower-case hexadecimal.
#[must_use]
pub fn random_token(rng: &dyn Rng, bytes: usize) -> String {
    let mut buffer = vec![0_u8; bytes];
    rng.fill(&mut buffer);
    crate::digest::hex(&buffer)
}
