//! Secrets that change over.

use super::*;
use crate::secrets::Place;

const NEXT: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

on_both_engines! {
    for_a_day_both_secrets_sign_and_then_the_new_one_alone,
}

async fn for_a_day_both_secrets_sign_and_then_the_new_one_alone(database: &TestDatabase) {
    let stage = Stage::set(database).await;
    let mut receiver = Receiver::answering(&["500 Oh", "200 OK"]).await;
    let webhook = stage.subscribe(Some(ADMINISTRATOR), EventKind::Contact, &receiver.url).await;
    stage.add_contact().await;
    let mut worker = stage.worker();
    settle(&mut worker).await;
    let before = receiver.received().remove(0);
    assert!(is_signed(&before) && !is_signed_with(&before, NEXT));
    let sealed = stage.app.keys.seal(&Place::of("webhooks", "secret_sealed", ORGANISATION, webhook), NEXT);
    let until = stage.app.clock.now().plus(Duration::from_secs(DAY));
    assert!(stage.write(async move |tx| tx.rotate_webhook_secret(ORGANISATION, webhook, &sealed, until).await).await);
    stage.time.advance(6);
    settle(&mut worker).await;
    let during = receiver.received().remove(0);
    assert!(is_signed(&during) && is_signed_with(&during, NEXT));
    assert_eq!(during.header("webhook-id"), before.header("webhook-id"));
    assert_eq!(during.header("webhook-signature").split(' ').count(), 2);
    stage.time.advance(DAY);
    stage.add_contact().await;
    settle(&mut worker).await;
    let after = receiver.received().remove(0);
    assert!(!is_signed(&after) && is_signed_with(&after, NEXT));
    stage.write(async |tx| tx.forget_webhook_secrets().await).await;
    stage.add_contact().await;
    settle(&mut worker).await;
    assert!(is_signed_with(&receiver.received()[0], NEXT));
}
