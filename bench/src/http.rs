//! As much of HTTP/1.1 as a load generator needs: requests as bytes, answers with a `Content-Length`.
//!
//! Not a client for anything else: no redirects, no chunks, no TLS.

use anyhow::{Context, Result, bail};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// An answer that takes longer is no answer.
const PATIENCE: Duration = Duration::from_mins(1);
const LONGEST_HEAD: usize = 16 * 1024;

/// What stands before the body of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) status: u16,
    /// Bytes of the head, and with them where the body begins.
    pub(crate) length: usize,
    pub(crate) body_length: usize,
}

impl Head {
    /// Reads the head at the beginning of `bytes`; `None` when it is not all there yet.
    pub(crate) fn read(bytes: &[u8]) -> Result<Option<Self>> {
        let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else {
            if bytes.len() > LONGEST_HEAD {
                bail!("the answer's head does not end");
            }
            return Ok(None);
        };
        let text = std::str::from_utf8(&bytes[..end]).context("the answer's head is not text")?;
        let mut lines = text.split("\r\n");
        let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|status| status.parse().ok());
        let headers = lines.filter_map(|line| line.split_once(':'));
        let body_length = headers.filter(|(name, _)| name.eq_ignore_ascii_case("content-length")).map(|(_, value)| value.trim().parse());
        Ok(Some(Self {
            status: status.with_context(|| format!("no status in `{text}`"))?,
            length: end + 4,
            body_length: body_length.last().with_context(|| format!("no length in `{text}`"))??,
        }))
    }

    /// Bytes of head and body.
    pub(crate) fn whole(self) -> usize {
        self.length + self.body_length
    }
}

/// A request without a body.
pub(crate) fn get(path: &str, token: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n").into_bytes()
}

/// A request with a JSON body.
pub(crate) fn post(path: &str, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n{headers}\r\n{body}")
        .into_bytes()
}

/// The header that carries a token.
pub(crate) fn bearer(token: &str) -> String {
    format!("Authorization: Bearer {token}\r\n")
}

/// One caller on one connection, waiting for each answer.
pub(crate) struct Caller {
    stream: TcpStream,
    buffer: Vec<u8>,
    /// What one read brings.
    part: Box<[u8]>,
}

impl Caller {
    /// Connects.
    pub(crate) fn connect(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self { stream, buffer: Vec::with_capacity(256 * 1024), part: vec![0; 64 * 1024].into() })
    }

    /// Sends a request and reads the whole answer: its status and body.
    pub(crate) fn ask(&mut self, request: &[u8]) -> Result<(u16, &[u8])> {
        self.stream.write_all(request)?;
        self.buffer.clear();
        loop {
            if let Some(head) = Head::read(&self.buffer)?
                && self.buffer.len() >= head.whole()
            {
                return Ok((head.status, &self.buffer[head.length..head.whole()]));
            }
            match self.stream.read(&mut self.part)? {
                0 => bail!("the server hung up"),
                read => self.buffer.extend_from_slice(&self.part[..read]),
            }
        }
    }

    /// The same, where any other status is an error.
    pub(crate) fn ask_for(&mut self, wanted: u16, request: &[u8]) -> Result<&[u8]> {
        let (status, body) = self.ask(request)?;
        if status != wanted {
            bail!("answered {status}: {}", String::from_utf8_lossy(&body[..body.len().min(500)]));
        }
        Ok(body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_when_all_of_it_is_there() {
        let answer = b"HTTP/1.1 201 Created\r\nA: b\r\ncontent-LENGTH: 12\r\n\r\n{\"some\":1}..";
        let head = Head::read(answer).expect("a head").expect("all of it");
        assert_eq!((head.status, head.whole()), (201, answer.len()));
        assert_eq!(Head::read(&answer[..head.length - 1]).expect("nothing wrong"), None);
    }

    #[test]
    fn an_answer_without_a_length_is_refused() {
        assert!(Head::read(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").is_err());
        assert!(Head::read(b"nonsense\r\n\r\n").is_err());
        assert!(Head::read(&vec![b'x'; LONGEST_HEAD + 1]).is_err());
    }

    #[test]
    fn a_request_says_how_long_its_body_is() {
        let request = String::from_utf8(post("/message", &bearer("t"), "{}")).expect("text");
        assert!(request.contains("Content-Length: 2\r\nAuthorization: Bearer t\r\n\r\n{}"), "{request}");
    }
}
