//! What a data set holds, as a function of time: a message every three seconds, alternately on the two accounts.
//!
//! A slot of three seconds always has the same message, so a set is continued where it ends, without remembering anything.
//! On one account that is 14,400 messages a day, and ten million reach back almost a year.

use super::texts::{FIRST_NAMES, LAST_NAMES, SENTENCES};
use msgboxx_model::Instant;
use std::collections::BTreeMap;
use std::ops::Range;
use uuid::Uuid;

/// Microseconds from one message to the next.
const SLOT: i64 = 3_000_000;
const SECOND: i64 = 1_000_000;
const HOUR: i64 = 3600 * SECOND;
/// A set that lacks fewer is as good as up to date: 20 minutes.
const FEWEST_MISSING: i64 = 400;
/// A set that lacks more than this share is made anew, or it would grow into another size.
const MOST_MISSING: u64 = 20;
const MOST_CONTACTS: u64 = 200_000;

/// A data set that is to be made.
pub(super) struct Plan {
    pub(super) fill: Fill,
    /// On both accounts together.
    contacts: i64,
}

/// Messages that are to be written.
pub(super) struct Fill {
    pub(super) slots: Range<i64>,
    /// So many that indexes are better built afterwards.
    pub(super) is_bulk: bool,
}

/// What a set lacks that was made a while ago.
pub(super) enum Missing {
    Nothing,
    Part(Fill),
    /// It is better made anew.
    TooMuch,
}

impl Plan {
    /// That many messages up to now.
    pub(super) fn new(messages: u64, now: Instant) -> Self {
        let end = slot_of(now.as_micros());
        let (messages, contacts) = (signed(messages), signed(MOST_CONTACTS.min(messages / 5)));
        Self { fill: Fill { slots: end - messages..end, is_bulk: true }, contacts }
    }

    /// The contacts of one account, all older than the first message.
    pub(super) fn contacts(&self, account: usize) -> impl Iterator<Item = Contact> {
        let begin = self.fill.slots.start * SLOT - (self.contacts + 1) * SECOND;
        let numbers = (0..self.contacts).filter(move |number| number.rem_euclid(2) == signed(account as u64));
        numbers.map(move |number| Contact::new(number, begin + number * SECOND))
    }
}

impl Fill {
    /// What a set lacks that ends with this slot.
    pub(super) fn missing(last: i64, messages: u64, now: Instant) -> Missing {
        let slots = last + 1..slot_of(now.as_micros());
        let count = slots.end - slots.start;
        if count > signed(messages / MOST_MISSING) {
            return Missing::TooMuch;
        }
        if count < FEWEST_MISSING { Missing::Nothing } else { Missing::Part(Self { slots, is_bulk: false }) }
    }

    /// The messages, oldest first; each is noted in the tally.
    pub(super) fn messages<'a>(&self, people: &'a People, tally: &'a mut Tally) -> impl Iterator<Item = Message<'a>> {
        self.slots.clone().map(|slot| {
            let message = Message::new(slot, people);
            tally.note(&message);
            message
        })
    }
}

/// The slot of an instant.
pub(super) fn slot_of(micros: i64) -> i64 {
    micros.div_euclid(SLOT)
}

/// The hour of an instant, since the epoch.
pub(super) fn hour_of(micros: i64) -> i64 {
    micros.div_euclid(HOUR)
}

/// A contact and its conversation.
pub(super) struct Contact {
    pub(super) id: Uuid,
    pub(super) conversation: Uuid,
    pub(super) mobile_number: String,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) created_at: i64,
}

impl Contact {
    fn new(number: i64, created_at: i64) -> Self {
        let mut dice = Dice::new(number, 1);
        let (first, last) = (dice.pick(&FIRST_NAMES), dice.pick(&LAST_NAMES));
        Self {
            id: id_at(created_at, dice.wide()),
            conversation: id_at(created_at + 1, dice.wide()),
            mobile_number: format!("+447{:09}", 100_000_000 + number),
            name: format!("{first} {last}"),
            email: if dice.below(3) == 0 { format!("{first}.{last}.{number}@example.com").to_lowercase() } else { String::new() },
            created_at,
        }
    }
}

/// Who is in the database.
pub(super) struct People {
    pub(super) organisation: Uuid,
    pub(super) users: Vec<Uuid>,
    /// Of each account, in the order in which they were made.
    pub(super) threads: [Vec<Thread>; 2],
}

/// A contact with its conversation.
pub(super) struct Thread {
    pub(super) contact: Uuid,
    pub(super) conversation: Uuid,
    pub(super) mobile_number: String,
}

/// One message, as its row says it.
pub(super) struct Message<'a> {
    pub(super) id: Uuid,
    /// Which of the two accounts.
    pub(super) account: usize,
    /// Which of the account's threads.
    place: usize,
    pub(super) thread: &'a Thread,
    pub(super) direction: &'static str,
    pub(super) body: String,
    pub(super) payload: String,
    pub(super) sender: Option<Uuid>,
    pub(super) wamid: String,
    pub(super) whatsapp_at: Option<i64>,
    pub(super) sent_at: Option<i64>,
    pub(super) delivered_at: Option<i64>,
    pub(super) read_at: Option<i64>,
    pub(super) created_at: i64,
}

impl<'a> Message<'a> {
    fn new(slot: i64, people: &'a People) -> Self {
        let mut dice = Dice::new(slot, 2);
        let account = usize::from(slot.rem_euclid(2) == 1);
        let threads = &people.threads[account];
        let place = dice.below(threads.len());
        let thread = &threads[place];
        let created_at = slot * SLOT + signed(dice.next() % (SLOT.unsigned_abs() - SECOND.unsigned_abs() / 2));
        let after = |seconds: i64| Some(created_at + seconds * SECOND / 2);
        let body = (0..=dice.below(4)).map(|_| dice.pick(&SENTENCES)).collect::<Vec<_>>().join(" ");
        let wamid = format!("wamid.HBgM{:032x}{:08X}AA==", dice.wide(), slot);
        let is_incoming = dice.below(2) == 0;
        let (whatsapp_at, is_read) = (created_at - created_at.rem_euclid(SECOND), dice.below(5) > 0);
        let payload = if is_incoming { incoming_payload(thread, &wamid, whatsapp_at, &body) } else { String::new() };
        Self {
            id: id_at(created_at, dice.wide()),
            account,
            place,
            thread,
            direction: if is_incoming { "incoming" } else { "outgoing" },
            body,
            payload,
            sender: if is_incoming { None } else { Some(people.users[dice.below(people.users.len())]) },
            wamid,
            whatsapp_at: is_incoming.then_some(whatsapp_at),
            sent_at: if is_incoming { Some(whatsapp_at) } else { after(1) },
            delivered_at: if is_incoming { Some(whatsapp_at) } else { after(3) },
            read_at: if is_read { after(60) } else { None },
            created_at,
        }
    }
}

/// What WhatsApp sends for a text.
fn incoming_payload(thread: &Thread, wamid: &str, at: i64, body: &str) -> String {
    let (from, timestamp) = (thread.mobile_number.trim_start_matches('+'), at / SECOND);
    format!(r#"{{"from":"{from}","id":"{wamid}","timestamp":"{timestamp}","text":{{"body":"{body}"}},"type":"text"}}"#)
}

/// What messages add to the counts.
#[derive(Default)]
pub(super) struct Tally {
    /// By account and hour.
    pub(super) hours: BTreeMap<(usize, i64), i64>,
    /// By account and thread: how many, and when the last was.
    pub(super) threads: BTreeMap<(usize, usize), (i64, i64)>,
}

impl Tally {
    fn note(&mut self, message: &Message<'_>) {
        *self.hours.entry((message.account, hour_of(message.created_at))).or_default() += 1;
        let thread = self.threads.entry((message.account, message.place)).or_default();
        *thread = (thread.0 + 1, message.created_at);
    }
}

/// A version 7 UUID that sorts by its instant, as the store makes them.
pub(crate) fn id_at(micros: i64, random: u128) -> Uuid {
    let micros = micros.unsigned_abs();
    let (millis, fraction) = (u128::from(micros / 1000), u128::from(micros % 1000 * 4096 / 1000));
    Uuid::from_u128(millis << 80 | 7 << 76 | fraction << 64 | 2 << 62 | random & ((1 << 62) - 1))
}

/// Chance that can be repeated (`SplitMix64`).
struct Dice(u64);

impl Dice {
    fn new(seed: i64, purpose: u64) -> Self {
        Self(seed.unsigned_abs().wrapping_mul(0x2545_f491_4f6c_dd1d) ^ purpose << 60)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    fn wide(&mut self) -> u128 {
        u128::from(self.next()) << 64 | u128::from(self.next())
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).unwrap_or(0)
    }

    fn pick<'t>(&mut self, of: &[&'t str]) -> &'t str {
        of[self.below(of.len())]
    }
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Instant = Instant::from_seconds(1_800_000_000);

    fn people(plan: &Plan) -> People {
        let threads = [0, 1].map(|account| {
            let contacts = plan.contacts(account);
            contacts.map(|c| Thread { contact: c.id, conversation: c.conversation, mobile_number: c.mobile_number }).collect()
        });
        People { organisation: Uuid::nil(), users: vec![Uuid::max()], threads }
    }

    #[test]
    fn messages_and_their_ids_grow_with_time_and_half_are_on_each_account() {
        let plan = Plan::new(1000, NOW);
        let (people, mut tally) = (people(&plan), Tally::default());
        let messages: Vec<_> = plan.fill.messages(&people, &mut tally).collect();
        assert!(messages.is_sorted_by(|a, b| (a.created_at, a.id) < (b.created_at, b.id) && a.id < b.id));
        assert_eq!(messages.iter().filter(|message| message.account == 0).count(), 500);
        assert!(messages.last().is_some_and(|last| last.created_at < NOW.as_micros()));
        assert_eq!(tally.hours.values().sum::<i64>(), 1000);
        assert_eq!(tally.threads.values().map(|(n, _)| n).sum::<i64>(), 1000);
    }

    #[test]
    fn a_set_is_continued_where_it_ends_and_made_anew_when_it_lacks_much() {
        let later = |minutes| NOW.plus(std::time::Duration::from_mins(minutes));
        let last = slot_of(NOW.as_micros()) - 1;
        let Missing::Part(part) = Fill::missing(last, 20_000, later(30)) else { panic!("it lacks a part") };
        assert_eq!(part.slots, last + 1..last + 601);
        assert!(matches!(Fill::missing(last, 20_000, later(19)), Missing::Nothing));
        assert!(matches!(Fill::missing(last, 10_000, later(30)), Missing::TooMuch));
    }

    #[test]
    fn a_day_of_one_account_has_fourteen_thousand_four_hundred_messages() {
        let day = slot_of(NOW.as_micros()) - slot_of(NOW.minus(std::time::Duration::from_hours(24)).as_micros());
        assert_eq!(day / 2, 14_400);
    }

    #[test]
    fn ids_are_version_seven_and_numbers_of_contacts_differ() {
        let id = id_at(NOW.as_micros(), u128::MAX);
        assert_eq!((id.get_version_num(), id.get_variant()), (7, uuid::Variant::RFC4122));
        let plan = Plan::new(1000, NOW);
        let numbers: std::collections::HashSet<String> =
            [0, 1].into_iter().flat_map(|a| plan.contacts(a)).map(|c| c.mobile_number).collect();
        assert_eq!(numbers.len(), 200);
    }
}
