//! What is due later, by the simulator's clock: updates, and webhook calls to repeat.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::sync::Arc;

use tokio::sync::mpsc;

use super::lane::LaneCall;
use super::post::Post;
use super::update::Update;
use crate::shared::Shared;

/// Something that is due at an instant.
#[derive(Debug)]
pub(crate) struct Scheduled {
    /// In microseconds.
    pub(super) due: i64,
    pub(super) what: What,
}

/// What is due.
#[derive(Debug)]
pub(super) enum What {
    Update(Update),
    Post(Box<Post>),
}

/// A heap entry: the earliest first, equal ones in the order of their coming.
struct Entry {
    order: u64,
    scheduled: Scheduled,
}

impl Entry {
    fn key(&self) -> (i64, u64) {
        (self.scheduled.due, self.order)
    }
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Entry {}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Entry {
    fn cmp(&self, other: &Self) -> Ordering {
        other.key().cmp(&self.key())
    }
}

pub(super) async fn run(shared: Arc<Shared>, mut waiting: mpsc::UnboundedReceiver<Scheduled>) {
    let mut heap: BinaryHeap<Entry> = BinaryHeap::new();
    let mut order = 0;
    loop {
        let next = heap.peek().map_or(i64::MAX, |entry| entry.scheduled.due);
        tokio::select! {
            biased;
            scheduled = waiting.recv() => {
                let Some(scheduled) = scheduled else { return };
                order += 1;
                heap.push(Entry { order, scheduled });
            }
            () = shared.clock.sleep_until(next), if next != i64::MAX => {
                let now = shared.clock.now_micros();
                while heap.peek().is_some_and(|entry| entry.scheduled.due <= now) {
                    if let Some(entry) = heap.pop() {
                        hand_on(&shared, entry.scheduled.what);
                    }
                }
            }
        }
    }
}

fn hand_on(shared: &Arc<Shared>, what: What) {
    match what {
        What::Update(update) => super::tell_now(shared, update),
        What::Post(post) => super::call_lane(shared, &Arc::clone(&post.phone_number_id), LaneCall::Repeat(post)),
    }
}
