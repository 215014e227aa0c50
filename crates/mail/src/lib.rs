//! mail — letters that go out once: a queue in the database, and the SMTP server behind it. What letters
//! say and when they may go is the matter of the rooms that write them.

mod letter;
mod post;
mod store;

pub use letter::{Letter, LetterState, letter_drop, letter_queue, letter_state, letters_send, letters_sweep};
pub use post::{Post, SmtpAddress};
pub use store::SQL;

use ::store::Migration;

/// The tables of this room.
pub const MIGRATIONS: &[Migration] =
    &[Migration { domain: "mail", number: 1, name: "mail", sql: include_str!("../migrations/0001_mail.sql") }];

/// The mail server of an instance, if it has one.
#[derive(Debug, Clone, Default)]
pub struct MailRoom(std::sync::Arc<std::sync::OnceLock<Post>>);

impl MailRoom {
    /// Sends by this server from now on; what was set first stays.
    pub fn open(&self, post: Post) {
        // A second server would be a mistake of the binary, and the first one goes on.
        self.0.set(post).unwrap_or_default();
    }

    /// The server, if there is one.
    #[must_use]
    pub fn post(&self) -> Option<&Post> {
        self.0.get()
    }
}

/// Rings when there is work in the queue, so that nobody waits for the next look.
#[derive(Debug, Clone, Default)]
pub struct Bell(std::sync::Arc<tokio::sync::Notify>);

impl Bell {
    /// Wakes the worker of this process.
    pub fn ring(&self) {
        self.0.notify_one();
    }

    /// Waits for the next ring.
    pub async fn heard(&self) {
        self.0.notified().await;
    }
}
