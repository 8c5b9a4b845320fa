//! When a taken message is reported sent, delivered, read or failed. Pure: chance and clock come in.
//!
//! `at` is when it happens on the phone and stands in the webhook; `due` is when the webhook goes
//! out. The two differ only where lateness or disorder was asked for.

use rand::Rng;
use rand::seq::SliceRandom;
use serde::{Deserialize, Serialize};

use crate::config::Timing;

const SECOND: i64 = 1_000_000;

/// What a message is reported as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum StatusName {
    Sent,
    Delivered,
    Read,
    Played,
    Failed,
}

impl StatusName {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Read => "read",
            Self::Played => "played",
            Self::Failed => "failed",
        }
    }
}

/// One report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Planned {
    pub(crate) status: StatusName,
    /// When it happens, in microseconds.
    pub(crate) at: i64,
    /// When its webhook goes out, in microseconds.
    pub(crate) due: i64,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) code: Option<i64>,
    /// Is it the reading of a message whose delivery is not reported, since the chat was open?
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) is_delivery_too: bool,
}

/// What decides about the reports of one message.
#[derive(Debug, Clone)]
pub(crate) struct Journey {
    pub(crate) timing: Timing,
    pub(crate) now: i64,
    /// The error that it ends in instead of arriving.
    pub(crate) failure: Option<i64>,
    /// Reactions are only ever reported sent.
    pub(crate) is_reaction: bool,
    /// Voice notes are reported played as well.
    pub(crate) is_voice: bool,
    /// Does the customer keep to themselves what they have read?
    pub(crate) is_read_hidden: bool,
    /// When the message before it is on the phone: a phone shows one business's messages in the order of their sending.
    pub(crate) not_before: i64,
    pub(crate) reporting: Reporting,
}

/// How it is reported.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Reporting {
    /// Not at all.
    pub(crate) is_silent: bool,
    /// Each report twice.
    pub(crate) is_twice: bool,
    /// Out of order.
    pub(crate) is_shuffled: bool,
    /// So many microseconds late.
    pub(crate) late_by: i64,
}

/// What will happen to a message.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Plan {
    /// When it is on the phone; none: never.
    pub(crate) arrives: Option<i64>,
    /// The reports, in the order in which they go out.
    pub(crate) reports: Vec<Planned>,
}

/// Plans the reports of one message.
pub(crate) fn plan(journey: &Journey, chance: &mut impl Rng) -> Plan {
    let mut course = course(journey, chance);
    let arrives = match journey.failure {
        Some(_) => None,
        None if journey.is_reaction => course.first().map(|sent| sent.at),
        None => course.iter().find(|report| report.status == StatusName::Delivered).map(|delivered| delivered.at),
    };
    if journey.timing == Timing::Realistic && chance.random_ratio(1, CHATS_OPEN) {
        skip_delivery(&mut course);
    }
    let reports = if journey.reporting.is_silent { Vec::new() } else { report(course, journey.reporting, chance) };
    Plan { arrives, reports }
}

/// One message in so many arrives in an open chat.
const CHATS_OPEN: u32 = 12;

/// What arrives in an open chat is read at once, and only that is reported.
fn skip_delivery(course: &mut Vec<Planned>) {
    if let Some(read) = course.iter_mut().find(|report| report.status == StatusName::Read) {
        read.is_delivery_too = true;
        course.retain(|report| report.status != StatusName::Delivered);
    }
}

/// What happens and when, in order.
fn course(journey: &Journey, chance: &mut impl Rng) -> Vec<Planned> {
    let mut at = journey.now;
    let mut happened = Vec::with_capacity(4);
    let mut happens = |status, wait: i64, code| {
        at += wait;
        happened.push(Planned { status, at, due: at, code, is_delivery_too: false });
    };
    let waits = Waits::draw(journey.timing, chance);
    if let Some(code) = journey.failure {
        happens(StatusName::Failed, waits.sent, Some(code));
        return happened;
    }
    happens(StatusName::Sent, waits.sent, None);
    if journey.is_reaction {
        return happened;
    }
    let Some(delivered) = waits.delivered else { return happened };
    happens(StatusName::Delivered, delivered.max(journey.not_before - journey.now - waits.sent), None);
    let Some(read) = waits.read.filter(|_| !journey.is_read_hidden) else { return happened };
    happens(StatusName::Read, read, None);
    if journey.is_voice {
        happens(StatusName::Played, read, None);
    }
    happened
}

/// The gaps between the reports, in microseconds; none: it never happens.
struct Waits {
    sent: i64,
    delivered: Option<i64>,
    read: Option<i64>,
}

impl Waits {
    fn draw(timing: Timing, chance: &mut impl Rng) -> Self {
        let mut between = |from: i64, to: i64| chance.random_range(from * SECOND / 100..to * SECOND / 100);
        match timing {
            Timing::Instant => Self { sent: 0, delivered: Some(0), read: Some(0) },
            Timing::Brisk => Self { sent: between(5, 20), delivered: Some(between(15, 35)), read: Some(between(30, 60)) },
            Timing::Realistic => {
                let sent = between(10, 150);
                let delivered = match between(0, 100) / (SECOND / 100) {
                    0..2 => None,
                    2..7 => Some(between(6_000, 7_200_000 / 10)),
                    _ => Some(between(30, 500)),
                };
                let read = match between(0, 100) / (SECOND / 100) {
                    0..35 => None,
                    35..50 => Some(between(30_000, 1_440_000)),
                    _ => Some(between(200, 6_000)),
                };
                Self { sent, delivered, read }
            }
        }
    }
}

fn report(mut course: Vec<Planned>, reporting: Reporting, chance: &mut impl Rng) -> Vec<Planned> {
    for report in &mut course {
        report.due += reporting.late_by;
    }
    if reporting.is_twice {
        course = course.into_iter().flat_map(|report| [report.clone(), report]).collect();
    }
    if reporting.is_shuffled && course.len() > 1 {
        let dues: Vec<_> = course.iter().map(|report| report.due).collect();
        let in_order: Vec<_> = course.iter().map(|report| report.status).collect();
        // A permutation may be the identity; whoever asks for disorder gets it.
        while course.iter().map(|report| report.status).eq(in_order.iter().copied()) {
            course.shuffle(chance);
        }
        for (report, due) in course.iter_mut().zip(dues) {
            report.due = due;
        }
    }
    course
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    fn journey() -> Journey {
        Journey {
            timing: Timing::Brisk,
            now: 0,
            failure: None,
            is_reaction: false,
            is_voice: false,
            is_read_hidden: false,
            not_before: 0,
            reporting: Reporting::default(),
        }
    }

    fn planned(journey: &Journey, seed: u64) -> Plan {
        plan(journey, &mut StdRng::seed_from_u64(seed))
    }

    fn names(plan: &Plan) -> Vec<&'static str> {
        plan.reports.iter().map(|report| report.status.as_str()).collect()
    }

    #[test]
    fn brisk_reports_all_within_two_seconds_and_in_order() {
        for seed in 0..200 {
            let plan = planned(&journey(), seed);
            assert_eq!(names(&plan), ["sent", "delivered", "read"]);
            assert!(plan.reports.windows(2).all(|pair| pair[0].due < pair[1].due));
            assert!(plan.reports[2].due < 3 * SECOND / 2, "{seed}");
            assert_eq!(plan.arrives, Some(plan.reports[1].at));
        }
    }

    #[test]
    fn instant_reports_at_once_and_the_same_seed_gives_the_same_plan() {
        let plan = planned(&Journey { timing: Timing::Instant, ..journey() }, 1);
        assert!(plan.reports.iter().all(|report| report.due == 0));
        let realistic = Journey { timing: Timing::Realistic, ..journey() };
        assert_eq!(planned(&realistic, 7), planned(&realistic, 7));
        let lengths: std::collections::HashSet<_> = (0..200).map(|seed| planned(&realistic, seed).reports.len()).collect();
        assert_eq!(lengths.len(), 3, "some are never delivered, some never read");
    }

    #[test]
    fn in_an_open_chat_only_the_reading_is_reported() {
        let realistic = Journey { timing: Timing::Realistic, ..journey() };
        let plans = (0..500).map(|seed| planned(&realistic, seed));
        let open: Vec<_> = plans.filter(|plan| names(plan) == ["sent", "read"]).collect();
        assert!(!open.is_empty() && open.iter().all(|plan| plan.reports[1].is_delivery_too && plan.arrives.is_some()));
    }

    #[test]
    fn a_message_arrives_no_earlier_than_the_one_before_it() {
        let free = planned(&journey(), 1).arrives.expect("it arrives");
        let held = planned(&Journey { not_before: 60 * SECOND, ..journey() }, 1);
        assert!(free < 60 * SECOND);
        assert_eq!(held.arrives, Some(60 * SECOND));
        assert!(held.reports[2].at > 60 * SECOND, "and is read after that");
    }

    #[test]
    fn a_failure_is_the_only_report_and_nothing_arrives() {
        let plan = planned(&Journey { failure: Some(131_047), ..journey() }, 1);
        assert_eq!(names(&plan), ["failed"]);
        assert_eq!((plan.arrives, plan.reports[0].code), (None, Some(131_047)));
    }

    #[test]
    fn unusual_reporting_changes_the_webhooks_and_not_the_phone() {
        let with = |reporting| planned(&Journey { reporting, ..journey() }, 3);
        let usual = with(Reporting::default());
        let silent = with(Reporting { is_silent: true, ..Reporting::default() });
        assert_eq!((silent.reports.len(), silent.arrives), (0, usual.arrives));
        let late = with(Reporting { late_by: 60 * SECOND, ..Reporting::default() });
        assert!(late.reports.iter().zip(&usual.reports).all(|(late, usual)| late.due == usual.due + 60 * SECOND && late.at == usual.at));
        let twice = with(Reporting { is_twice: true, ..Reporting::default() });
        assert_eq!(names(&twice), ["sent", "sent", "delivered", "delivered", "read", "read"]);
        for seed in 0..50 {
            let reporting = Reporting { is_shuffled: true, ..Reporting::default() };
            let shuffled = planned(&Journey { reporting, ..journey() }, seed);
            assert_ne!(names(&shuffled), ["sent", "delivered", "read"]);
            assert!(shuffled.reports.windows(2).all(|pair| pair[0].due <= pair[1].due));
        }
    }

    #[test]
    fn reactions_are_only_sent_and_voice_notes_are_played() {
        assert_eq!(names(&planned(&Journey { is_reaction: true, ..journey() }, 1)), ["sent"]);
        assert_eq!(names(&planned(&Journey { is_voice: true, ..journey() }, 1)), ["sent", "delivered", "read", "played"]);
    }
}
