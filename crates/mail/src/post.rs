//! `mail::post` — the SMTP server letters go to. Plain text, one recipient each, no attachment.

use std::time::Duration;

use lettre::message::header::ContentType;
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::Error;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};

/// Where letters go, as the operator says it: `smtp://`, `smtps://` or `smtp://…?tls=required`, with name and
/// password if needed. Never shown.
#[derive(Clone, Default)]
pub struct SmtpAddress(pub String);

impl std::fmt::Debug for SmtpAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.0.is_empty() { "none" } else { "(hidden)" })
    }
}

/// Why a letter did not go out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// Never will: the address is wrong, or the server refuses it for good.
    Final(String),
    /// May go later.
    Later(String),
}

/// An SMTP server with the sender's address. Connections are kept and used again.
#[derive(Debug, Clone)]
pub struct Post {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    domain: String,
}

impl Post {
    /// A server by its address, and from whom letters come: `Name <address>` or an address.
    ///
    /// # Errors
    /// One line for the operator; it never holds the password.
    pub fn new(address: &SmtpAddress, from: &str) -> Result<Self, String> {
        let from: Mailbox = from.parse().map_err(|_| format!("the sender {from:?} is no mail address"))?;
        let transport =
            AsyncSmtpTransport::<Tokio1Executor>::from_url(&address.0).map_err(|_| "the address of the mail server is not smtp://…")?;
        let domain = from.email.domain().to_owned();
        // Shorter than a letter is held, so that a slow server never gets one from two senders.
        let transport = transport.timeout(Some(Duration::from_secs(20))).build();
        Ok(Self { transport, from, domain })
    }

    /// Sends one letter. Its id is in the header, so that a second copy is known as such.
    pub(crate) async fn send(&self, id: &str, to: &str, subject: &str, body: &str) -> Result<(), Refusal> {
        let to: Address = to.parse().map_err(|_| Refusal::Final("no mail address".to_owned()))?;
        let message = Message::builder()
            .message_id(Some(format!("<{id}@{}>", self.domain)))
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(subject)
            .header(ContentType::TEXT_PLAIN)
            .body(body.to_owned())
            .map_err(|e| Refusal::Final(e.to_string()))?;
        match self.transport.send(message).await {
            Ok(_) => Ok(()),
            Err(error) if error.is_permanent() => Err(Refusal::Final(line(&error))),
            Err(error) => Err(Refusal::Later(line(&error))),
        }
    }
}

/// An error without addresses: the server's code, or what kind of trouble it was.
fn line(error: &Error) -> String {
    match error.status() {
        Some(code) => format!("the mail server answered {code}"),
        None if error.is_timeout() => "the mail server took too long".to_owned(),
        None => "the mail server could not be reached".to_owned(),
    }
}
