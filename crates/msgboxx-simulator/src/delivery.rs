//! What WhatsApp tells a business: updates become webhook calls.
//!
//! An update waits for its time in the schedule, then in its number's lane, and leaves in a signed
//! POST. Only HTTP 200 acknowledges; anything else is tried again at once and then ever more rarely,
//! for seven days. Acknowledged updates are noted in the ledger; the others are told again after a start.

pub(crate) mod body;
mod escape;
mod lane;
mod post;
mod schedule;
pub(crate) mod update;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc;

use crate::delivery::lane::LaneCall;
use crate::delivery::schedule::Scheduled;
use crate::delivery::update::{Told, Update};
use crate::shared::Shared;

/// How long a receiver may take to be reached, in real time.
pub(crate) const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// The way into the schedule and the lanes.
#[derive(Debug)]
pub(crate) struct Delivery {
    schedule: mpsc::UnboundedSender<Scheduled>,
    waiting: Mutex<Option<mpsc::UnboundedReceiver<Scheduled>>>,
    lanes: Mutex<HashMap<Arc<str>, mpsc::UnboundedSender<LaneCall>>>,
}

impl Delivery {
    pub(crate) fn new() -> Self {
        let (schedule, waiting) = mpsc::unbounded_channel();
        Self { schedule, waiting: Mutex::new(Some(waiting)), lanes: Mutex::new(HashMap::new()) }
    }
}

/// Starts the schedule. Lanes start by themselves.
pub(crate) fn start(shared: &Arc<Shared>) {
    let waiting = shared.delivery.waiting.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(waiting) = waiting {
        shared.spawn(schedule::run(Arc::clone(shared), waiting));
    }
}

/// Tells these updates, each at its time.
pub(crate) fn tell(shared: &Arc<Shared>, updates: Vec<Update>) {
    let now = shared.clock.now_micros();
    for update in updates {
        if update.due <= now {
            tell_now(shared, update);
        } else {
            schedule_at(shared, update.due, schedule::What::Update(update));
        }
    }
}

/// Tells an update whose time has come, unless what it announces has been overtaken.
fn tell_now(shared: &Arc<Shared>, update: Update) {
    if matches!(&update.told, Told::Event(event) if shared.world().is_void(event)) {
        return;
    }
    call_lane(shared, &Arc::clone(&update.phone_number_id), LaneCall::Tell(update));
}

/// The numbers have changed: lanes that waited for theirs go on.
pub(crate) fn wake_lanes(shared: &Shared) {
    for lane in shared.delivery.lanes.lock().unwrap_or_else(PoisonError::into_inner).values() {
        // A lane that has ended is being shut down.
        let _ = lane.send(LaneCall::Wake);
    }
}

fn schedule_at(shared: &Shared, due: i64, what: schedule::What) {
    // The schedule ends with the simulator only.
    let _ = shared.delivery.schedule.send(Scheduled { due, what });
}

fn call_lane(shared: &Arc<Shared>, phone_number_id: &Arc<str>, call: LaneCall) {
    let mut lanes = shared.delivery.lanes.lock().unwrap_or_else(PoisonError::into_inner);
    let lane = lanes.entry(Arc::clone(phone_number_id)).or_insert_with(|| {
        let (lane, calls) = mpsc::unbounded_channel();
        shared.spawn(lane::run(Arc::clone(shared), Arc::clone(phone_number_id), lane.clone(), calls));
        lane
    });
    // As above: it ends with the simulator only.
    let _ = lane.send(call);
}
