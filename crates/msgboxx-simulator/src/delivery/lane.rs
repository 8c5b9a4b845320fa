//! One number's webhook calls: forms batches, keeps each customer's order, posts several at a time.
//!
//! A customer is busy while a call that concerns them is under way; what comes meanwhile waits. So
//! updates of one customer arrive in order and those of different customers do not wait for each
//! other. Shuffling does without this, on purpose.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::post::{Post, deliver};
use super::update::Update;
use super::{body, escape};
use crate::shared::Shared;
use crate::world::Posting;

/// Calls of one number under way at the same time.
const MOST_UNDER_WAY: usize = 64;

/// How long an incomplete batch waits for more, in real time.
const LINGER: Duration = Duration::from_millis(20);

/// What a lane is told.
#[derive(Debug)]
pub(super) enum LaneCall {
    /// Tell this update.
    Tell(Update),
    /// Post this call again.
    Repeat(Box<Post>),
    /// A call has ended; these customers are free again.
    Done(Vec<Arc<str>>),
    /// The number may have changed.
    Wake,
}

struct Lane {
    shared: Arc<Shared>,
    phone_number_id: Arc<str>,
    this: mpsc::UnboundedSender<LaneCall>,
    ready: VecDeque<Update>,
    /// When the oldest of `ready` came.
    ready_since: Option<Instant>,
    repeats: VecDeque<Box<Post>>,
    /// What waits for each busy customer.
    busy: HashMap<Arc<str>, VecDeque<Update>>,
    under_way: usize,
    chance: Option<(u64, StdRng)>,
}

pub(super) async fn run(
    shared: Arc<Shared>,
    phone_number_id: Arc<str>,
    this: mpsc::UnboundedSender<LaneCall>,
    mut calls: mpsc::UnboundedReceiver<LaneCall>,
) {
    let mut lane = Lane {
        shared,
        phone_number_id,
        this,
        ready: VecDeque::new(),
        ready_since: None,
        repeats: VecDeque::new(),
        busy: HashMap::new(),
        under_way: 0,
        chance: None,
    };
    let mut received = Vec::new();
    loop {
        let linger_ends = lane.post_what_can_be();
        tokio::select! {
            count = calls.recv_many(&mut received, 1_024) => {
                if count == 0 {
                    return;
                }
                received.drain(..).for_each(|call| lane.take(call));
            }
            () = tokio::time::sleep_until(linger_ends.unwrap_or_else(Instant::now)), if linger_ends.is_some() => {}
        }
    }
}

impl Lane {
    fn take(&mut self, call: LaneCall) {
        match call {
            LaneCall::Tell(update) => {
                self.ready_since.get_or_insert_with(Instant::now);
                self.ready.push_back(update);
            }
            LaneCall::Repeat(post) => self.repeats.push_back(post),
            LaneCall::Done(customers) => self.free(&customers),
            LaneCall::Wake => {}
        }
    }

    fn free(&mut self, customers: &[Arc<str>]) {
        self.under_way -= 1;
        for customer in customers {
            let waited = self.busy.remove(customer).unwrap_or_default();
            if !waited.is_empty() {
                self.ready_since.get_or_insert_with(Instant::now);
            }
            waited.into_iter().rev().for_each(|update| self.ready.push_front(update));
        }
    }

    /// Posts until nothing is ready or too much is under way; returns when an incomplete batch may go.
    fn post_what_can_be(&mut self) -> Option<Instant> {
        while self.under_way < MOST_UNDER_WAY && !(self.ready.is_empty() && self.repeats.is_empty()) {
            // Without an identity nobody knows the address's secret; a wake follows once it is there.
            let posting = self.shared.world().posting(&self.phone_number_id)?;
            if let Some(post) = self.repeats.pop_front() {
                self.post(posting, *post, Vec::new());
                continue;
            }
            if !posting.is_subscribed {
                self.ready.clear();
                self.ready_since = None;
                return None;
            }
            let gathers = posting.batch > 1 || posting.shuffle;
            let linger_ends = self.ready_since.unwrap_or_else(Instant::now) + LINGER;
            if gathers && self.ready.len() < posting.batch && Instant::now() < linger_ends {
                return Some(linger_ends);
            }
            let (updates, customers) = self.next_batch(&posting);
            if !updates.is_empty() {
                self.post_new(posting, updates, customers);
            }
        }
        None
    }

    /// Up to a batch of updates whose customers are free, and the customers who are busy from now on.
    fn next_batch(&mut self, posting: &Posting) -> (Vec<Update>, Vec<Arc<str>>) {
        let mut updates = Vec::new();
        let mut customers: Vec<Arc<str>> = Vec::new();
        while updates.len() < posting.batch {
            let place = if posting.shuffle && self.ready.len() > 1 {
                let count = self.ready.len();
                self.chance(posting.seed).random_range(0..count)
            } else {
                0
            };
            let goes_elsewhere = |update: &Update| {
                let first = updates.first().map(Update::is_about_messages);
                posting.override_url.is_some() && first.is_some_and(|is_about_messages| is_about_messages != update.is_about_messages())
            };
            if self.ready.get(place).is_some_and(goes_elsewhere) {
                break;
            }
            let Some(update) = self.ready.swap_remove_front(place) else { break };
            if let (Some(customer), false) = (update.customer(), posting.shuffle)
                && !customers.contains(customer)
            {
                if let Some(waiting) = self.busy.get_mut(customer) {
                    waiting.push_back(update);
                    continue;
                }
                self.busy.insert(Arc::clone(customer), VecDeque::new());
                customers.push(Arc::clone(customer));
            }
            updates.push(update);
        }
        if self.ready.is_empty() {
            self.ready_since = None;
        }
        (updates, customers)
    }

    fn post_new(&mut self, posting: Posting, updates: Vec<Update>, customers: Vec<Arc<str>>) {
        let shared = Arc::clone(&self.shared);
        let envelope = body::envelope(&posting, &shared.public_url, &updates, self.chance(posting.seed));
        let post = Post {
            phone_number_id: Arc::clone(&self.phone_number_id),
            updates,
            body: if posting.escape { escape::to_ascii(&envelope) } else { envelope.to_string().into_bytes() }.into(),
            tries: 0,
            since: shared.clock.now_micros(),
            is_duplicate: false,
        };
        self.post(posting, post, customers);
    }

    fn post(&mut self, posting: Posting, post: Post, customers: Vec<Arc<str>>) {
        self.under_way += 1;
        let chance = StdRng::from_rng(self.chance(posting.seed));
        let (shared, this) = (Arc::clone(&self.shared), self.this.clone());
        // A call that has left is noted when it is answered, or it would be repeated after the next start.
        self.shared.spawn_to_end(async move {
            deliver(&shared, &posting, post, chance).await;
            // A lane that has ended is being shut down.
            let _ = this.send(LaneCall::Done(customers));
        });
    }

    /// This lane's chance, begun anew whenever the seed changes.
    fn chance(&mut self, seed: u64) -> &mut StdRng {
        let current = self.chance.take().filter(|(of, _)| *of == seed);
        &mut self.chance.insert(current.unwrap_or_else(|| (seed, StdRng::seed_from_u64(seed)))).1
    }
}
