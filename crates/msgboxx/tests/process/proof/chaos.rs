//! The processes under test, and what is done to them.

use crate::server::{Server, eventually, signal};
use std::process::Child;
use std::time::Duration;

/// Longer than a lane's lease: whoever sleeps so long has lost its lanes when it wakes up.
const LONG_SLEEP: Duration = Duration::from_secs(7);
/// So much work is done between two disturbances.
const BREATH: Duration = Duration::from_millis(700);

/// One process or two on one database. With two, WhatsApp is a process of its own that outlives them.
pub(super) struct Nodes {
    pub(super) server: Server,
    second: Option<Second>,
    simulator: Option<Child>,
}

struct Second {
    address: String,
    child: Child,
}

impl Nodes {
    /// Starts what is missing beside the server.
    pub(super) async fn start(server: Server, second: Option<String>) -> Nodes {
        let Some(address) = second else { return Nodes { server, second: None, simulator: None } };
        let simulator = server.spawn("simulator", &[]);
        let url = format!("{}/simulator/numbers", server.simulator);
        let mut nodes = Nodes { second: None, simulator: Some(simulator), server };
        eventually("the simulator", async || {
            let answer = nodes.server.http.get(&url).send().await.ok()?.text().await.ok()?;
            answer.contains("phone_number_id").then_some(())
        })
        .await;
        nodes.start_second(address).await;
        nodes
    }

    async fn start_second(&mut self, address: String) {
        let child = self.server.spawn("serve", &[("MSGBOXX_LISTEN", address.as_str())]);
        let ready = format!("http://{address}/readyz");
        self.second = Some(Second { address, child });
        eventually("the second process", async || {
            self.server.http.get(&ready).send().await.ok().filter(|answer| answer.status() == 200).map(|_| ())
        })
        .await;
    }

    /// Where the API is.
    pub(super) fn urls(&self) -> Vec<String> {
        let second = self.second.as_ref().map(|second| format!("http://{}", second.address));
        [self.server.url.clone()].into_iter().chain(second).collect()
    }

    /// Kills and stops one process after the other, while the others work on.
    pub(super) async fn disturb(&mut self, round: usize) {
        tokio::time::sleep(BREATH).await;
        self.server.kill();
        self.server.run().await;
        tokio::time::sleep(BREATH).await;
        match round % 2 {
            0 => self.sleeps().await,
            _ => self.second_is_killed().await,
        }
    }

    /// A process sleeps for longer than its leases, and wakes up with calls in its hands.
    async fn sleeps(&self) {
        let send = |name| match &self.second {
            Some(second) => signal(&second.child, name),
            None => self.server.signal(name),
        };
        send("STOP");
        tokio::time::sleep(LONG_SLEEP).await;
        send("CONT");
    }

    async fn second_is_killed(&mut self) {
        if let Some(mut second) = self.second.take() {
            second.child.kill().expect("kill -9");
            second.child.wait().expect("its end");
            self.start_second(second.address).await;
        }
    }

    /// Ends every process that writes to the database.
    pub(super) fn end(&mut self) {
        self.server.kill();
        for child in self.second.take().map(|second| second.child).into_iter().chain(self.simulator.take()) {
            end(child);
        }
    }
}

fn end(mut child: Child) {
    drop(child.kill());
    drop(child.wait());
}

impl Drop for Nodes {
    fn drop(&mut self) {
        self.end();
    }
}
