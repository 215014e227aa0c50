//! A mail server that takes everything: speaks SMTP over a real socket and keeps what it was given.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// A letter as it arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Arrived {
    pub(crate) to: Vec<String>,
    pub(crate) id: String,
    pub(crate) subject: String,
    pub(crate) head: String,
    pub(crate) body: String,
}

#[derive(Clone)]
pub(crate) struct Sink {
    pub(crate) address: String,
    letters: Arc<Mutex<Vec<Arrived>>>,
}

impl Sink {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let sink = Self { address: format!("smtp://{}", listener.local_addr().unwrap()), letters: Arc::default() };
        let own = sink.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let letters = Arc::clone(&own.letters);
                // A sender that dies in the middle of a letter has not given it.
                tokio::spawn(async move { talk(stream, letters).await.unwrap_or_default() });
            }
        });
        sink
    }

    pub(crate) fn letters(&self) -> Vec<Arrived> {
        self.letters.lock().unwrap().clone()
    }
}

async fn talk(stream: TcpStream, letters: Arc<Mutex<Vec<Arrived>>>) -> std::io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    let mut to = Vec::new();
    write.write_all(b"220 sink\r\n").await?;
    while let Some(line) = lines.next_line().await? {
        let word = line.split([' ', ':']).next().unwrap_or("").to_ascii_uppercase();
        let answer: &[u8] = match word.as_str() {
            "EHLO" => b"250-sink\r\n250 8BITMIME\r\n",
            "RCPT" => {
                to.push(line.split(['<', '>']).nth(1).unwrap_or("").to_owned());
                b"250 ok\r\n"
            }
            "DATA" => {
                write.write_all(b"354 go\r\n").await?;
                let mut text = String::new();
                loop {
                    let Some(line) = lines.next_line().await? else { return Ok(()) };
                    if line == "." {
                        break;
                    }
                    text.push_str(line.strip_prefix('.').unwrap_or(&line));
                    text.push('\n');
                }
                letters.lock().unwrap().push(arrived(std::mem::take(&mut to), &text));
                b"250 taken\r\n"
            }
            "QUIT" => {
                write.write_all(b"221 bye\r\n").await?;
                return Ok(());
            }
            _ => b"250 ok\r\n",
        };
        write.write_all(answer).await?;
    }
    Ok(())
}

fn arrived(to: Vec<String>, text: &str) -> Arrived {
    let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
    let field = |name: &str| head.lines().find_map(|l| l.strip_prefix(name)).unwrap_or("").trim().to_owned();
    let body = match field("Content-Transfer-Encoding:").as_str() {
        "base64" => {
            use base64::Engine as _;
            let plain: String = body.split_whitespace().collect();
            String::from_utf8(base64::engine::general_purpose::STANDARD.decode(plain).unwrap()).unwrap()
        }
        "quoted-printable" => quoted(body),
        _ => body.to_owned(),
    };
    Arrived { to, id: field("Message-ID:"), subject: field("Subject:"), head: head.to_owned(), body: body.replace("\r\n", "\n") }
}

fn quoted(text: &str) -> String {
    let joined = text.replace("=\n", "");
    let mut bytes = Vec::new();
    let mut rest = joined.bytes();
    while let Some(b) = rest.next() {
        if b == b'=' {
            let hex: String = rest.by_ref().take(2).map(char::from).collect();
            bytes.push(u8::from_str_radix(&hex, 16).unwrap());
        } else {
            bytes.push(b);
        }
    }
    String::from_utf8(bytes).unwrap()
}
