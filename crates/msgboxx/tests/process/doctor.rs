//! `msgboxx doctor --account`: what it says about an account, and what to do.

use crate::sending::{control, phone_number_id};
use crate::server::{Engine, Server, eventually};
use serde_json::json;
use std::process::{Child, Stdio};

/// A simulator that runs alone; it is killed when dropped.
struct Simulator(Child);

impl Drop for Simulator {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

async fn start_simulator(server: &Server) -> Simulator {
    let child = server.command().arg("simulator").stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the simulator starts");
    let simulator = Simulator(child);
    let numbers = format!("{}/simulator/numbers", server.simulator);
    eventually("the simulator", async || server.http.get(&numbers).send().await.ok()).await;
    simulator
}

/// Whether it found all well, and what it printed.
fn doctor(server: &Server, account: &str) -> (bool, String) {
    let output = server.command().args(["doctor", "--account", account]).output().expect("doctor runs");
    (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
}

#[tokio::test]
async fn an_account_is_examined_and_an_expired_token_is_named_with_what_to_do() {
    let server = Server::start_with(Engine::Sqlite, &[("MSGBOXX_SIMULATOR", "off")]).await;
    let (_, without) = doctor(&server, "Stitch Recruit Contract");
    assert!(without.contains("the simulator does not run now"), "{without}");

    let _simulator = start_simulator(&server).await;
    let (is_well, text) = doctor(&server, "Stitch Recruit Contract");
    assert!(is_well, "{text}");
    for line in [
        "lives on the simulator at",
        "token: WhatsApp takes it",
        "number: +447700900001 is connected",
        "quality: GREEN",
        "limit: templates to any number of customers (TIER_UNLIMITED)",
        "throughput: 80 messages a second",
        "webhook subscription: one app receives what customers write",
        "answers with the verify token",
        "signature: what is signed with the app secret is taken",
        "clock: it agrees with WhatsApp's",
    ] {
        assert!(text.contains(line), "{line:?} is missing in\n{text}");
    }
    assert!(!text.contains("Head Office"), "only the account that was asked for: {text}");

    let number = phone_number_id(&server).await;
    control(&server, "settings", &json!({"phone_number_id": number, "token": "expired"})).await;
    let (is_well, text) = doctor(&server, "Stitch Recruit Contract");
    assert!(!is_well && text.contains("token: WhatsApp refuses it") && text.contains("make a new one"), "{text}");

    let (is_well, text) = doctor(&server, "Nobody");
    assert!(!is_well && text.contains("there is no API account \"Nobody\""), "{text}");
}
