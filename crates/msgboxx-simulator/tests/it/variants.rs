//! One phone, two ways of writing its number (Brazil, Mexico, Argentina).

use crate::harness::{BUSINESS, Sim};
use serde_json::json;

#[tokio::test]
async fn what_is_written_and_what_whatsapp_knows_may_differ() {
    let sim = Sim::start().await;
    for (to, wa_id) in [
        ("+55 31 98765-4321", "553187654321"),
        ("+5511987654321", "5511987654321"),
        ("+525512345678", "5215512345678"),
        ("+541123456789", "5491123456789"),
        ("+447902111123", "447902111123"),
    ] {
        let (status, answer) = sim.send_text(to, "hi").await;
        assert_eq!((status, &answer["contacts"][0]), (200, &json!({"input": to, "wa_id": wa_id})));
    }
}

#[tokio::test]
async fn both_ways_reach_the_same_phone() {
    let mut sim = Sim::start().await;
    sim.customer_writes("+525512345678", "hola").await;
    let (_, answer) = sim.send_text("+5215512345678", "buenos días").await;
    assert_eq!(answer["contacts"][0]["wa_id"], "525512345678", "the number that the phone itself uses");
    sim.receiver.next_statuses(3).await;
    assert_eq!(sim.phone("+5215512345678").await.len(), 2);
    let body = json!({"from": "+5215512345678", "to": BUSINESS, "type": "text", "text": {"body": "otra vez"}});
    sim.control("/simulator/messages", body).await;
    assert_eq!(sim.receiver.next_update().await["from"], "525512345678");
}
