//! Faults that a test orders: the next so many sends meet them.

use serde::{Deserialize, Serialize};

/// One order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Fault {
    pub(crate) id: u64,
    /// The customer's digits; none: whoever is written to.
    pub(crate) to: Option<String>,
    /// How many sends still meet it.
    pub(crate) count: u64,
    pub(crate) kind: FaultKind,
}

/// What a send meets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum FaultKind {
    /// An error of Graph's; the message is not taken.
    Error { code: i64, http_status: Option<u16> },
    /// An HTTP status without an error of Graph's; the message is not taken.
    Http { http_status: u16 },
    /// The message is taken and answered after so many seconds.
    Hang { seconds: u64 },
    /// The message is taken and the connection closed without an answer.
    DropReply,
    /// The message is taken and reported in an unusual way.
    Status {
        statuses: Unusual,
        /// How late, for [`Unusual::Late`].
        seconds: u64,
        /// Why it fails, for [`Unusual::Failed`].
        code: i64,
    },
}

/// How statuses differ from the usual.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Unusual {
    Late,
    Twice,
    Shuffled,
    Never,
    Failed,
}

/// The orders, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    orders: Vec<Fault>,
}

impl Faults {
    pub(crate) fn add(&mut self, fault: Fault) {
        self.orders.push(fault);
    }

    pub(crate) fn clear(&mut self) {
        self.orders.clear();
    }

    pub(crate) fn list(&self) -> &[Fault] {
        &self.orders
    }

    /// The order that a send to this customer meets.
    pub(crate) fn meeting(&self, customer: &str) -> Option<&Fault> {
        self.orders.iter().find(|fault| fault.to.as_deref().is_none_or(|to| to == customer))
    }

    /// One send has met it.
    pub(crate) fn use_up(&mut self, id: u64) {
        for fault in &mut self.orders {
            if fault.id == id {
                fault.count = fault.count.saturating_sub(1);
            }
        }
        self.orders.retain(|fault| fault.count > 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_met_as_often_as_it_says_and_only_by_its_customer() {
        let mut faults = Faults::default();
        faults.add(Fault { id: 1, to: Some("44".to_owned()), count: 2, kind: FaultKind::DropReply });
        assert!(faults.meeting("45").is_none());
        for _ in 0..2 {
            let id = faults.meeting("44").expect("one").id;
            faults.use_up(id);
        }
        assert!(faults.meeting("44").is_none());
    }
}
