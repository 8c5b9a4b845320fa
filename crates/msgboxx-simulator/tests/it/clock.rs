//! The clock moves forward, for everyone, if it may.

use crate::harness::{CUSTOMER, Sim};
use serde_json::json;

#[tokio::test]
async fn a_day_closes_the_window() {
    let mut sim = Sim::start().await;
    sim.customer_writes(CUSTOMER, "hello").await;
    let before = sim.clock.now_micros();
    let answer = sim.control("/simulator/clock", json!({"advance_seconds": 86_400})).await;
    assert!(sim.clock.now_micros() - before >= 86_400 * 1_000_000);
    assert_eq!(answer["offset_micros"].as_i64(), Some(sim.clock.offset_micros()));
    assert_eq!(sim.get("/simulator/clock").await["offset_micros"].as_i64(), Some(sim.clock.offset_micros()));
    sim.send_text(CUSTOMER, "late").await;
    assert_eq!(sim.receiver.next_update().await["errors"][0]["code"], 131_047);
}

#[tokio::test]
async fn it_does_not_move_beside_a_real_account_nor_by_nonsense() {
    let sim = Sim::start().await;
    sim.handle.as_ref().expect("it runs").set_clock_allowed(false);
    let (status, answer) = sim.call("POST", "/simulator/clock", None, Some(json!({"advance_seconds": 5}))).await.expect("an answer");
    assert_eq!(status, 409);
    assert!(answer["error"]["message"].as_str().expect("a sentence").contains("real"));
    sim.handle.as_ref().expect("it runs").set_clock_allowed(true);
    for nonsense in [json!({"advance_seconds": -5}), json!({"advance_seconds": "5"}), json!({}), json!({"advance_seconds": 1e12})] {
        let (status, _) = sim.call("POST", "/simulator/clock", None, Some(nonsense)).await.expect("an answer");
        assert_eq!(status, 400);
    }
    assert_eq!(sim.clock.offset_micros(), 0);
}
