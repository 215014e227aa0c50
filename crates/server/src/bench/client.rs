//! `server::bench::client` — a small HTTP client with kept connections, only for benches.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::measure::Watch;

/// One connection to the measured server.
pub(super) struct Client {
    stream: TcpStream,
    address: String,
    head: String,
}

fn broken(what: &str) -> String {
    format!("the measured server answered badly: {what}")
}

impl Client {
    /// Connects; `head` holds extra header lines, each with its line end.
    pub(super) async fn connect(address: &str, head: &str) -> Result<Self, String> {
        let stream = TcpStream::connect(address).await.map_err(|e| e.to_string())?;
        stream.set_nodelay(true).map_err(|e| e.to_string())?;
        Ok(Self { stream, address: address.to_owned(), head: head.to_owned() })
    }

    /// Sends a request and returns status and body.
    pub(super) async fn send(&mut self, method: &str, path: &str, body: &str) -> Result<(u16, String), String> {
        let kind = if body.is_empty() { "" } else { "content-type: application/json\r\n" };
        self.send_typed(method, path, kind, body).await
    }

    async fn send_typed(&mut self, method: &str, path: &str, kind: &str, body: &str) -> Result<(u16, String), String> {
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\n{}{kind}content-length: {}\r\n\r\n{body}",
            self.address,
            self.head,
            body.len()
        );
        self.stream.write_all(request.as_bytes()).await.map_err(|e| e.to_string())?;
        let (mut bytes, mut chunk) = (Vec::new(), vec![0_u8; 65_536]);
        loop {
            let n = self.stream.read(&mut chunk).await.map_err(|e| e.to_string())?;
            bytes.extend_from_slice(chunk.get(..n).unwrap_or_default());
            let end = bytes.windows(4).position(|w| w == b"\r\n\r\n");
            let Some(end) = end else {
                if n == 0 {
                    return Err(broken("no answer"));
                }
                continue;
            };
            let head = String::from_utf8_lossy(bytes.get(..end).unwrap_or_default()).to_lowercase();
            let length: usize = head.split("content-length: ").nth(1).and_then(|t| t.lines().next()?.trim().parse().ok()).unwrap_or(0);
            if bytes.len() >= end + 4 + length {
                let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).ok_or_else(|| broken("no status"))?;
                let body = bytes.get(end + 4..end + 4 + length).unwrap_or_default();
                return Ok((status, String::from_utf8_lossy(body).into_owned()));
            }
            if n == 0 {
                return Err(broken("cut short"));
            }
        }
    }

    /// Sends a form and returns status and body.
    pub(super) async fn post(&mut self, path: &str, form: &str) -> Result<(u16, String), String> {
        let head = self.head.clone();
        self.head.push_str("content-type: application/x-www-form-urlencoded\r\n");
        let answer = self.send_typed("POST", path, "", form).await;
        self.head = head;
        answer
    }

    /// Sends and insists on 200.
    pub(super) async fn good(&mut self, method: &str, path: &str, body: &str) -> Result<String, String> {
        let (status, answer) = self.send(method, path, body).await?;
        if status == 200 { Ok(answer) } else { Err(broken(&format!("{method} {path}: {status} {answer}"))) }
    }
}

/// What a load came to.
pub(super) struct Load {
    pub(super) times: Vec<Duration>,
    pub(super) per_second: f64,
    pub(super) bytes: usize,
}

/// Calls the paths in turn from `clients` connections, `total` times after a warm-up.
pub(super) async fn load(address: &str, heads: &[String], paths: &[String], clients: usize, total: usize) -> Result<Load, String> {
    let mut tasks = Vec::new();
    let all = Watch::start();
    for number in 0..clients {
        let (address, heads, paths) = (address.to_owned(), heads.to_vec(), paths.to_vec());
        tasks.push(tokio::spawn(async move {
            let pick = |list: &[String], n: usize| list.get(n % list.len().max(1)).cloned().unwrap_or_default();
            let mut client = Client::connect(&address, "").await?;
            let (mut times, mut bytes) = (Vec::new(), 0);
            for n in 0..total / clients {
                let place = n * clients + number;
                client.head = pick(&heads, place);
                let watch = Watch::start();
                bytes = client.good("GET", &pick(&paths, place), "").await?.len();
                times.push(watch.stop());
            }
            Ok::<_, String>((times, bytes))
        }));
    }
    let (mut times, mut bytes) = (Vec::new(), 0);
    for task in tasks {
        let (own, size) = task.await.map_err(|e| e.to_string())??;
        times.extend(own);
        bytes = size;
    }
    let count = u32::try_from(times.len()).unwrap_or(0);
    Ok(Load { per_second: f64::from(count) / all.stop().as_secs_f64(), times, bytes })
}
