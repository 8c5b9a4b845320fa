//! A proxy before PostgreSQL that cuts the connection at the commit.

use crate::Database;
use crate::testing::TestDatabase;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::AbortHandle;

/// Where to cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Cut {
    /// The server committed and its answer is lost.
    AfterTheServerAnswered = 1,
    /// The commit itself is lost.
    BeforeTheServerIsAsked = 2,
    /// Every connection, and who connects gets no answer.
    Everything = 3,
}

const WHOLE: u8 = 0;

/// Tells the proxy what to cut.
#[derive(Clone)]
pub(super) struct Switch(Arc<AtomicU8>, Arc<AtomicUsize>);

impl Switch {
    pub(super) fn cut(&self, cut: Cut) {
        self.0.store(cut as u8, Ordering::SeqCst);
    }

    pub(super) fn mend(&self) {
        self.0.store(WHOLE, Ordering::SeqCst);
    }

    fn is_silent(&self) -> bool {
        self.0.load(Ordering::SeqCst) == Cut::Everything as u8
    }

    /// How many connections were tried.
    pub(super) fn connections(&self) -> usize {
        self.1.load(Ordering::SeqCst)
    }
}

pub(super) struct Proxy {
    url: String,
    switch: Switch,
    listening: AbortHandle,
}

impl Proxy {
    pub(super) async fn start(db: &TestDatabase) -> Proxy {
        let Database::Postgres(url) = db.settings().database else { panic!("only PostgreSQL has connections") };
        let config: tokio_postgres::Config = url.parse().expect("a URL");
        let (host, port) = (config.get_hosts()[0].clone(), config.get_ports()[0]);
        let tokio_postgres::config::Host::Tcp(host) = host else { panic!("the test server listens on TCP") };
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let own_port = listener.local_addr().expect("bound").port();
        let switch = Switch(Arc::new(AtomicU8::new(WHOLE)), Arc::default());
        let (told, server) = (switch.clone(), (host.clone(), port));
        let listening = tokio::spawn(async move {
            let mut unanswered = Vec::new();
            while let Ok((client, _)) = listener.accept().await {
                told.1.fetch_add(1, Ordering::SeqCst);
                if told.is_silent() {
                    unanswered.push(client);
                    continue;
                }
                let upstream = TcpStream::connect(server.clone()).await.expect("the server answers");
                tokio::spawn(relay(client, upstream, told.clone()));
            }
        });
        let url = url.replace(&format!("{host}:{port}"), &format!("127.0.0.1:{own_port}"));
        Proxy { url, switch, listening: listening.abort_handle() }
    }

    pub(super) fn url(&self) -> String {
        self.url.clone()
    }

    pub(super) fn switch(&self) -> Switch {
        self.switch.clone()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

async fn relay(mut client: TcpStream, mut server: TcpStream, switch: Switch) {
    let (mut asked, mut answered) = ([0; 16 * 1024], [0; 16 * 1024]);
    loop {
        tokio::select! {
            // What the client says comes first, so that no answer slips through behind a commit.
            biased;
            read = client.read(&mut asked) => {
                let Ok(length @ 1..) = read else { return };
                if switch.is_silent() { return }
                let cut = switch.0.load(Ordering::SeqCst);
                if cut != WHOLE && contains(&asked[..length], b"commit\0") {
                    if cut == Cut::AfterTheServerAnswered as u8 {
                        server.write_all(&asked[..length]).await.expect("the server listens");
                        await_commit(&mut server).await;
                    }
                    return;
                }
                if server.write_all(&asked[..length]).await.is_err() { return }
            }
            read = server.read(&mut answered) => {
                let Ok(length @ 1..) = read else { return };
                if client.write_all(&answered[..length]).await.is_err() { return }
            }
        }
    }
}

async fn await_commit(server: &mut TcpStream) {
    let mut all = Vec::new();
    while !contains(&all, b"COMMIT\0") {
        assert!(server.read_buf(&mut all).await.expect("the server answers") > 0, "the server commits");
    }
}

fn contains(all: &[u8], part: &[u8]) -> bool {
    all.windows(part.len()).any(|window| window == part)
}
