//! A random history of records, kept in the database and in a plain list.

use crate::testing::fixture::{Shop, broadcast_of, new_contact, new_message, template_in};
use crate::testing::{Hand, TestDatabase};
use crate::{BroadcastFilter, ContactFilter, MessageFilter, PageRequest, RecordKind, StoreError, Tx};
use msgboxx_model::{ApiAccountId, Conversation, Instant, TemplateId};
use proptest::prelude::*;
use std::time::Duration;
use uuid::Uuid;

const HOUR: Duration = Duration::from_hours(1);

/// Something that happens some time after the last thing.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step {
    Record { kind: RecordKind, account: usize, after: Duration },
    Fold { after: Duration },
}

pub(super) fn step() -> impl Strategy<Value = Step> {
    let after = || {
        prop_oneof![
            6 => (0_u64..3_000).prop_map(Duration::from_micros),
            4 => (0_u64..7_200).prop_map(Duration::from_secs),
            // Onto the very edge of an hour.
            2 => (1_u32..30).prop_map(|n| HOUR * n),
            2 => (0_u64..20 * 24).prop_map(Duration::from_hours),
            1 => (20_u64..100).prop_map(|days| Duration::from_hours(days * 24)),
        ]
    };
    prop_oneof![
        12 => (kind(), 0_usize..3, after()).prop_map(|(kind, account, after)| Step::Record { kind, account, after }),
        1 => after().prop_map(|after| Step::Fold { after }),
    ]
}

fn kind() -> impl Strategy<Value = RecordKind> {
    prop_oneof![Just(RecordKind::Message), Just(RecordKind::Contact), Just(RecordKind::Broadcast)]
}

/// A page to ask for. Ends of time are near some record, counted from the oldest, or at the edge of its hour or day.
#[derive(Debug, Clone, Copy)]
pub(super) struct Listing {
    kind: RecordKind,
    accounts: u8,
    page: i64,
    size: i64,
    from: Option<End>,
    to: Option<End>,
}

#[derive(Debug, Clone, Copy)]
struct End {
    near: usize,
    edge: i64,
    off: i64,
}

pub(super) fn listing() -> impl Strategy<Value = Listing> {
    let end = || {
        let edge = prop_oneof![Just(1_i64), Just(3_600_000_000), Just(24 * 3_600_000_000)];
        proptest::option::of((any::<usize>(), edge, -1_i64..2).prop_map(|(near, edge, off)| End { near, edge, off }))
    };
    let size = prop_oneof![1_i64..6, 1_i64..50];
    (kind(), 1_u8..8, 1_i64..8, size, end(), end()).prop_map(|(kind, accounts, page, size, from, to)| Listing {
        kind,
        accounts,
        page,
        size,
        from,
        to,
    })
}

#[derive(Debug, Clone, Copy)]
struct Record {
    kind: RecordKind,
    account: ApiAccountId,
    at: Instant,
    id: Uuid,
}

/// What happened so far.
pub(super) struct History {
    shop: Shop,
    threads: Vec<(Conversation, TemplateId)>,
    records: Vec<Record>,
}

impl History {
    pub(super) async fn begin(db: &TestDatabase, accounts: usize) -> Self {
        let shop = Shop::open(&db.store, accounts).await;
        let opened = shop.clone();
        let write = async move |tx: &mut Tx<'_>| {
            let (mut threads, mut records) = (Vec::new(), Vec::new());
            for account in &opened.accounts {
                let (contact, conversation) = opened.greet_in(tx, *account).await?;
                records.push(Record { kind: RecordKind::Contact, account: *account, at: contact.created_at, id: contact.id.0 });
                threads.push((conversation, template_in(tx, opened.organisation, *account).await?));
            }
            Ok::<_, StoreError>((threads, records))
        };
        let (threads, records) = db.store.write(write).await.expect("a shop opens");
        Self { shop, threads, records }
    }

    /// Lets the steps happen: those between two foldings in one unit.
    pub(super) async fn live_through(&mut self, db: &TestDatabase, steps: &[Step]) {
        for part in steps.split_inclusive(|step| matches!(step, Step::Fold { .. })) {
            let (shop, threads, part, hand) = (self.shop.clone(), self.threads.clone(), part.to_vec(), db.hand.clone());
            let begin = hand.now();
            let write = async move |tx: &mut Tx<'_>| {
                hand.set(begin);
                live_in(tx, &shop, &threads, &part, &hand).await
            };
            self.records.extend(db.store.write(write).await.expect("steps can be taken"));
            db.store.fold_record_counts().await.expect("counts can be folded");
        }
    }

    pub(super) async fn ask(&self, db: &TestDatabase, listing: &Listing) -> (Vec<Uuid>, i64) {
        let (organisation, accounts, request, kind) = (self.shop.organisation, self.accounts(listing), self.request(listing), listing.kind);
        let read = async move |tx: &mut Tx<'_>| {
            Ok::<_, StoreError>(match kind {
                RecordKind::Message => {
                    let found = tx.messages(organisation, &accounts, MessageFilter::default(), request).await?;
                    (found.items.iter().map(|message| message.id.0).collect(), found.record_count)
                }
                RecordKind::Contact => {
                    let found = tx.contacts(organisation, &accounts, &ContactFilter::default(), request).await?;
                    (found.items.iter().map(|contact| contact.id.0).collect(), found.record_count)
                }
                RecordKind::Broadcast => {
                    let found = tx.broadcasts(organisation, &accounts, BroadcastFilter::default(), request).await?;
                    (found.items.iter().map(|broadcast| broadcast.id.0).collect(), found.record_count)
                }
            })
        };
        db.store.read(read).await.expect("a page can be read")
    }

    pub(super) fn answer(&self, listing: &Listing) -> (Vec<Uuid>, i64) {
        let (accounts, request) = (self.accounts(listing), self.request(listing));
        let is_wanted = |record: &&Record| {
            record.kind == listing.kind
                && accounts.contains(&record.account)
                && request.from.is_none_or(|from| record.at >= from)
                && request.to.is_none_or(|to| record.at < to)
        };
        let mut wanted: Vec<(Instant, Uuid)> = self.records.iter().filter(is_wanted).map(|record| (record.at, record.id)).collect();
        wanted.sort_by(|a, b| b.cmp(a));
        let count = i64::try_from(wanted.len()).expect("a short history");
        let skipped = usize::try_from(request.offset()).expect("a short history");
        let page = wanted.into_iter().skip(skipped).take(usize::try_from(request.size).expect("a small page"));
        (page.map(|(_, id)| id).collect(), count)
    }

    fn accounts(&self, listing: &Listing) -> Vec<ApiAccountId> {
        let chosen = self.shop.accounts.iter().enumerate().filter(|(n, _)| listing.accounts & (1 << n) != 0);
        chosen.map(|(_, account)| *account).collect()
    }

    fn request(&self, listing: &Listing) -> PageRequest {
        let end = |end: End| {
            let near = self.records[end.near % self.records.len()].at.as_micros();
            Instant::from_micros(near.div_euclid(end.edge) * end.edge + end.off)
        };
        PageRequest { page: listing.page, size: listing.size, from: listing.from.map(end), to: listing.to.map(end) }
    }
}

async fn live_in(
    tx: &mut Tx<'_>,
    shop: &Shop,
    threads: &[(Conversation, TemplateId)],
    steps: &[Step],
    hand: &Hand,
) -> Result<Vec<Record>, StoreError> {
    let mut records = Vec::new();
    for step in steps {
        match *step {
            Step::Fold { after } => hand.set(hand.now().plus(after)),
            Step::Record { kind, account, after } => {
                hand.set(hand.now().plus(after));
                let (conversation, template) = &threads[account % threads.len()];
                let account = conversation.api_account_id;
                let record = |kind, at, id| Record { kind, account, at, id };
                if kind == RecordKind::Contact {
                    let contact = new_contact(tx, account);
                    tx.insert_contact(shop.organisation, &contact).await?;
                    records.push(record(kind, contact.created_at, contact.id.0));
                    continue;
                }
                let message = new_message(tx, conversation);
                tx.insert_message(shop.organisation, &message).await?;
                records.push(record(RecordKind::Message, message.created_at, message.id.0));
                if kind == RecordKind::Broadcast {
                    let broadcast = broadcast_of(tx, &message, *template);
                    tx.insert_broadcast(shop.organisation, &broadcast, None).await?;
                    records.push(record(kind, broadcast.created_at, broadcast.id.0));
                }
            }
        }
    }
    Ok(records)
}
