//! Any order and any repetition of what WhatsApp reports ends in the same state.

use super::stage::{Stage, call, echo, news, status, text};
use crate::testing::TestDatabase;
use msgboxx_model::{MessageId, MessageStatus};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use rand::seq::SliceRandom;
use rand::{SeedableRng, rngs::StdRng};
use serde_json::{Value, json};

const CASES: u32 = 24;
const OUTGOING: usize = 2;

/// Something that happens, to the customers and messages of one run.
#[derive(Debug, Clone)]
enum Happening {
    /// Customer and words; each is written once.
    Text(usize, &'static str, i64),
    /// A change of an earlier message, or its end.
    Edit(usize, bool, i64),
    /// The owner wrote elsewhere.
    Echo(usize, i64),
    /// Marketing messages are wanted, or not.
    Preference(usize, bool, i64),
    /// What became of one of our messages.
    Status(usize, &'static str, i64),
}

fn happening() -> impl Strategy<Value = Happening> {
    let words = prop::sample::select(vec!["hello", "STOP", "START", "what?"]);
    let kinds = prop::sample::select(vec!["sent", "delivered", "read", "played", "failed"]);
    prop_oneof![
        (0..2_usize, words, 10..14_i64).prop_map(|(customer, words, at)| Happening::Text(customer, words, at)),
        (0..2_usize, any::<bool>(), 10..14_i64).prop_map(|(customer, ends, at)| Happening::Edit(customer, ends, at)),
        (0..2_usize, 10..14_i64).prop_map(|(customer, at)| Happening::Echo(customer, at)),
        (0..2_usize, any::<bool>(), 10..14_i64).prop_map(|(customer, wants, at)| Happening::Preference(customer, wants, at)),
        (0..OUTGOING, kinds, 10..14_i64).prop_map(|(message, kind, at)| Happening::Status(message, kind, at)),
    ]
}

/// One run has customers and messages of its own, and so a state that is comparable to that of another.
struct Run<'a> {
    stage: &'a Stage,
    number: usize,
    outgoing: Vec<MessageId>,
}

impl<'a> Run<'a> {
    async fn begin(stage: &'a Stage, number: usize) -> Self {
        let mut run = Self { stage, number, outgoing: Vec::new() };
        for _ in 0..OUTGOING {
            run.outgoing.push(stage.outgoing(&run.customer(0), "").await);
        }
        run
    }

    fn customer(&self, n: usize) -> String {
        format!("4479{:07}{n}", self.number)
    }

    fn wamid(&self, n: usize) -> String {
        format!("wamid.{}.{n}", self.number)
    }

    fn post(&self, n: usize, happening: &Happening) -> Vec<u8> {
        match happening {
            Happening::Text(customer, words, at) => call(&[text(&self.wamid(n), &self.customer(*customer), *at, words)], &[]),
            Happening::Edit(customer, ends, at) => call(&[self.edit(n, *customer, *ends, *at)], &[]),
            Happening::Echo(customer, at) => {
                news("smb_message_echoes", "message_echoes", &[echo(&self.wamid(n), &self.customer(*customer), *at, "from afar")])
            }
            Happening::Preference(customer, wants, at) => {
                let value = if *wants { "resume" } else { "stop" };
                let preference = json!({"wa_id": self.customer(*customer), "category": "marketing_messages", "value": value,
                    "timestamp": 1_768_000_000 + at});
                news("user_preferences", "user_preferences", &[preference])
            }
            Happening::Status(message, kind, at) => call(&[], &[status(&self.wamid(1_000 + message), kind, *at)]),
        }
    }

    fn edit(&self, n: usize, customer: usize, ends: bool, at: i64) -> Value {
        let mut message = text(&self.wamid(n), &self.customer(customer), at, "");
        let (kind, of) = if ends { ("revoke", "original_message_id") } else { ("edit", "original_message_id") };
        message["type"] = json!(kind);
        message[kind] = json!({of: self.wamid(0), "message": {"type": "text", "text": {"body": format!("better {at}")}}});
        message
    }

    /// Does all of it in this order, with the answers to our calls somewhere in between.
    async fn go(&self, happenings: &[Happening], order: &[usize]) {
        let mut ranks = [0; OUTGOING];
        for step in order {
            if let Some(happening) = happenings.get(*step) {
                self.stage.process(&self.stage.post(&self.post(*step, happening))).await;
            } else {
                let message = step - happenings.len();
                self.stage.answered(self.outgoing[message], &self.wamid(1_000 + message)).await;
            }
            for (rank, message) in ranks.iter_mut().zip(&self.outgoing) {
                let seen = self.rank(*message).await;
                assert!(seen >= *rank, "a status was taken back");
                *rank = seen;
            }
        }
    }

    async fn rank(&self, message: MessageId) -> u8 {
        match self.stage.progress(message).await.status() {
            MessageStatus::Queued | MessageStatus::Unconfirmed => 0,
            MessageStatus::Sent => 1,
            MessageStatus::Failed => 2,
            MessageStatus::Delivered => 3,
            MessageStatus::Read => 4,
        }
    }

    async fn state(&self, happenings: usize) -> Vec<String> {
        let mut messages = self.outgoing.clone();
        for n in 0..happenings {
            messages.extend(self.stage.message_with(&self.wamid(n)).await);
        }
        let customers = [self.customer(0), self.customer(1)];
        let state = self.stage.state(&customers.each_ref().map(String::as_str), &messages).await;
        state.into_iter().map(|line| customers.iter().fold(line, |line, customer| line.replace(customer, "customer"))).collect()
    }
}

#[test]
fn any_order_and_repetition_of_what_whatsapp_posts_ends_in_the_same_state() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let database = runtime.block_on(TestDatabase::sqlite());
    let stage = runtime.block_on(Stage::open(&database));
    let next = std::cell::Cell::new(0);
    let streams = (prop::collection::vec(happening(), 1..10), any::<u64>());
    let mut runner = TestRunner::new(ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() });
    let outcome = runner.run(&streams, |(happenings, seed)| {
        let in_order: Vec<usize> = (0..happenings.len() + OUTGOING).collect();
        let mut shuffled: Vec<usize> = in_order.iter().chain(&in_order).copied().collect();
        shuffled.shuffle(&mut StdRng::seed_from_u64(seed));
        let number = next.replace(next.get() + 2);
        let (one, other) = runtime.block_on(async {
            let (one, other) = (Run::begin(&stage, number).await, Run::begin(&stage, number + 1).await);
            one.go(&happenings, &in_order).await;
            other.go(&happenings, &shuffled).await;
            (one.state(happenings.len()).await, other.state(happenings.len()).await)
        });
        prop_assert_eq!(one, other);
        Ok(())
    });
    outcome.expect("every order ends in the same state");
}
