//! The load: so many callers at once, each on one connection, each waiting for its answer before it asks again.
//!
//! All callers share one thread, so that server and database have the rest of the machine. An answer with another status
//! than the wanted one ends the measurement: a fast error is no result.

use crate::http::Head;
use crate::samples::{Samples, per_second};
use anyhow::{Context, Result, bail};
use futures_util::future::try_join_all;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// How a server is loaded.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Load {
    pub(crate) address: SocketAddr,
    pub(crate) callers: usize,
    /// Unmeasured.
    pub(crate) warm_up: Duration,
    pub(crate) length: Duration,
    /// The status of a good answer.
    pub(crate) wanted: u16,
}

/// What a load measured.
#[derive(Debug, Default)]
pub(crate) struct Answers {
    pub(crate) per_second: f64,
    pub(crate) latencies: Samples,
    /// All answers, those of the warm-up and of the last moment included.
    pub(crate) answered: usize,
}

impl Load {
    /// Runs it. `request` makes the callers' requests: each caller gets one maker, which writes one request after the other.
    pub(crate) fn run<M: FnMut(&mut Vec<u8>)>(&self, request: impl Fn(usize) -> M) -> Result<Answers> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let begin = Instant::now() + self.warm_up;
        let callers = (0..self.callers).map(|caller| self.call(request(caller), begin));
        let deadline = self.warm_up + self.length + Duration::from_mins(1);
        let calls = async { tokio::time::timeout(deadline, try_join_all(callers)).await };
        let (mut latencies, mut answered) = (Samples::default(), 0);
        for (samples, all) in runtime.block_on(calls).context("the server stopped answering")?? {
            latencies.append(samples);
            answered += all;
        }
        if latencies.count() == 0 {
            bail!("nothing was answered within {:?}", self.length);
        }
        Ok(Answers { per_second: per_second(latencies.count(), self.length), latencies, answered })
    }

    /// What one caller measured: every call that began and ended within the time, and the number of all calls.
    async fn call(&self, mut write_request: impl FnMut(&mut Vec<u8>), begin: Instant) -> Result<(Samples, usize)> {
        let mut stream = TcpStream::connect(self.address).await?;
        stream.set_nodelay(true)?;
        let (mut request, mut answer) = (Vec::new(), Vec::with_capacity(256 * 1024));
        let (mut samples, mut answered) = (Samples::default(), 0);
        let end = begin + self.length;
        loop {
            request.clear();
            write_request(&mut request);
            let asked = Instant::now();
            if asked >= end {
                return Ok((samples, answered));
            }
            stream.write_all(&request).await?;
            let head = read_answer(&mut stream, &mut answer).await?;
            if head.status != self.wanted {
                let body = &answer[head.length..head.whole().min(head.length + 500)];
                bail!("answered {} under load: {}", head.status, String::from_utf8_lossy(body));
            }
            let done = Instant::now();
            answered += 1;
            if asked >= begin && done <= end {
                samples.push(done - asked);
            }
        }
    }
}

async fn read_answer(stream: &mut TcpStream, answer: &mut Vec<u8>) -> Result<Head> {
    answer.clear();
    let mut known = None;
    loop {
        if known.is_none() {
            known = Head::read(answer)?;
        }
        if let Some(head) = known.filter(|head| answer.len() >= head.whole()) {
            return Ok(head);
        }
        if stream.read_buf(answer).await? == 0 {
            bail!("the server hung up under load");
        }
    }
}
