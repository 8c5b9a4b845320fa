//! Contacts: identities, filters, and changes that meet each other.

use crate::testing::fixture::{Shop, new_contact};
use crate::testing::{TestDatabase, on_both_engines};
use crate::{ContactFilter, ContactIdentity, PageRequest, Records, StoreError, Tx};
use msgboxx_model::{Contact, ContactStatus, MobileNumber};
use std::time::Duration;
use tokio::task::JoinSet;
use uuid::Uuid;

on_both_engines!(
    a_contact_is_read_as_it_was_written,
    of_many_who_insert_the_same_number_one_succeeds,
    the_same_number_is_free_on_another_account,
    a_contact_is_found_by_the_best_identity,
    every_combination_of_filters_finds_what_a_plain_search_finds,
    filtered_pages_go_on_where_the_last_one_ended,
    changes_of_different_parts_do_not_undo_each_other,
    a_changed_tag_is_found_by_its_new_name_only,
    a_number_has_one_contact_however_it_is_spelt,
    a_house_line_is_not_the_mobile_that_looks_like_it,
);

async fn insert(db: &TestDatabase, shop: &Shop, change: impl Fn(&mut Contact) + Send + 'static) -> Contact {
    let shop = shop.clone();
    let write = async move |tx: &mut Tx<'_>| {
        let mut contact = new_contact(tx, shop.account());
        change(&mut contact);
        assert!(tx.insert_contact(shop.organisation, &contact).await?);
        Ok::<_, StoreError>(contact)
    };
    db.store.write(write).await.expect("a contact can be inserted")
}

async fn find(db: &TestDatabase, shop: &Shop, filter: &ContactFilter, request: PageRequest) -> Records<Contact> {
    let (shop, filter) = (shop.clone(), filter.clone());
    let read = async move |tx: &mut Tx<'_>| tx.contacts(shop.organisation, &shop.accounts, &filter, request).await;
    db.store.read(read).await.expect("contacts can be found")
}

const WHOLE: PageRequest = PageRequest { page: 1, size: 100, from: None, to: None };

async fn a_contact_is_read_as_it_was_written(db: &TestDatabase) {
    let shop = Shop::open(&db.store, 1).await;
    let written = insert(db, &shop, |contact| {
        contact.wa_id = Some("491".to_owned());
        contact.user_id = Some("DE.1".to_owned());
        contact.name = "Zoë \u{1f600}".to_owned();
        contact.email = "Zoe@example.org".to_owned();
        contact.tags = vec!["VIP".to_owned(), "a \"quoted\" tag".to_owned()];
        contact.status = ContactStatus::Subscribed;
    })
    .await;
    let (organisation, id) = (shop.organisation, written.id);
    let read = db.store.read(async move |tx: &mut Tx<'_>| tx.contact(organisation, id).await).await.expect("it can be read");
    assert_eq!(read, Some(written));
}

async fn of_many_who_insert_the_same_number_one_succeeds(db: &TestDatabase) {
    let shop = Shop::open(&db.store, 1).await;
    let mut racers = JoinSet::new();
    for _ in 0..40 {
        let (store, shop) = (db.store.clone(), shop.clone());
        racers.spawn(async move {
            let write = async move |tx: &mut Tx<'_>| {
                let contact =
                    Contact { mobile_number: Some(MobileNumber::from_stored("+4915100".to_owned())), ..new_contact(tx, shop.account()) };
                tx.insert_contact(shop.organisation, &contact).await
            };
            store.write(write).await.expect("a taken number is no error")
        });
    }
    let inserted = racers.join_all().await;
    assert_eq!(inserted.into_iter().filter(|inserted| *inserted).count(), 1);
    assert_eq!(find(db, &shop, &ContactFilter::default(), WHOLE).await.record_count, 1);
}

async fn the_same_number_is_free_on_another_account(db: &TestDatabase) {
    let shop = Shop::open(&db.store, 2).await;
    let write = async move |tx: &mut Tx<'_>| {
        let first = new_contact(tx, shop.accounts[0]);
        let second = Contact { mobile_number: first.mobile_number.clone(), ..new_contact(tx, shop.accounts[1]) };
        Ok::<_, StoreError>((tx.insert_contact(shop.organisation, &first).await?, tx.insert_contact(shop.organisation, &second).await?))
    };
    assert_eq!(db.store.write(write).await.expect("they can be inserted"), (true, true));
}

async fn a_contact_is_found_by_the_best_identity(db: &TestDatabase) {
    let shop = Shop::open(&db.store, 1).await;
    let by_user = insert(db, &shop, |contact| contact.user_id = Some("DE.1".to_owned())).await;
    let by_wa_id = insert(db, &shop, |contact| contact.wa_id = Some("491".to_owned())).await;
    let by_number = insert(db, &shop, |_| ()).await;
    let all =
        ContactIdentity { user_id: Some("DE.1".to_owned()), wa_id: Some("491".to_owned()), mobile_number: by_number.mobile_number.clone() };
    let stranger = ContactIdentity { user_id: Some("DE.2".to_owned()), wa_id: Some("492".to_owned()), mobile_number: None };
    let expected = [
        (all.clone(), Some(by_user.id)),
        (ContactIdentity { user_id: None, ..all.clone() }, Some(by_wa_id.id)),
        (ContactIdentity { user_id: None, wa_id: None, ..all.clone() }, Some(by_number.id)),
        (ContactIdentity { mobile_number: by_number.mobile_number.clone(), ..stranger.clone() }, Some(by_number.id)),
        (stranger, None),
    ];
    for (identity, expected) in expected {
        let (shop, wanted) = (shop.clone(), identity.clone());
        let read = async move |tx: &mut Tx<'_>| tx.contact_with_identity(shop.organisation, shop.account(), &wanted).await;
        let found = db.store.read(read).await.expect("it can be looked for");
        assert_eq!(found.map(|contact| contact.id), expected, "{identity:?}");
    }
}

async fn every_combination_of_filters_finds_what_a_plain_search_finds(db: &TestDatabase) {
    let shop = Shop::open(&db.store, 2).await;
    let opened = shop.clone();
    let write = async move |tx: &mut Tx<'_>| {
        let mut contacts = Vec::new();
        for n in 0..48 {
            let mut contact = new_contact(tx, opened.accounts[n % 2]);
            contact.name = ["Ana", "ANA", "Bo"][n % 3].to_owned();
            contact.email = ["", "X@example.org", "x@EXAMPLE.org", "y@example.org"][n % 4].to_owned();
            contact.tags = [vec![], vec!["Red".to_owned()], vec!["red".to_owned(), "blue".to_owned()]][n / 2 % 3].clone();
            tx.insert_contact(opened.organisation, &contact).await?;
            contacts.push(contact);
        }
        Ok::<_, StoreError>(contacts)
    };
    let contacts = db.store.write(write).await.expect("contacts can be inserted");
    let number = contacts[13].mobile_number.clone();
    let some = |text: &str| Some(text.to_owned());
    let is_same = |wanted: &Option<String>, text: &str| {
        wanted.as_ref().is_none_or(|wanted| !text.is_empty() && wanted.to_lowercase() == text.to_lowercase())
    };
    for mobile_number in [None, number, Some(MobileNumber::from_stored("+1999".to_owned()))] {
        for email in [None, some("x@Example.org"), some(""), some("nobody@example.org")] {
            for name in [None, some("ana"), some("")] {
                for tag in [None, some("RED"), some("blue"), some("green")] {
                    let filter = ContactFilter { mobile_number: mobile_number.clone(), email: email.clone(), name: name.clone(), tag };
                    let is_wanted = |contact: &&Contact| {
                        filter.mobile_number.as_ref().is_none_or(|number| contact.mobile_number.as_ref() == Some(number))
                            && is_same(&filter.email, &contact.email)
                            && is_same(&filter.name, &contact.name)
                            && filter.tag.as_ref().is_none_or(|tag| contact.tags.iter().any(|t| t.to_lowercase() == tag.to_lowercase()))
                    };
                    let expected: Vec<Uuid> = contacts.iter().rev().filter(is_wanted).map(|contact| contact.id.0).collect();
                    let found = find(db, &shop, &filter, WHOLE).await;
                    assert_eq!(found.items.iter().map(|contact| contact.id.0).collect::<Vec<_>>(), expected, "{filter:?}");
                    assert_eq!(found.record_count, i64::try_from(expected.len()).expect("few"), "{filter:?}");
                }
            }
        }
    }
}

async fn filtered_pages_go_on_where_the_last_one_ended(db: &TestDatabase) {
    let shop = Shop::open(&db.store, 2).await;
    let (opened, hand) = (shop.clone(), db.hand.clone());
    let write = async move |tx: &mut Tx<'_>| {
        let mut instants = Vec::new();
        for n in 0..20 {
            hand.set(hand.now().plus(Duration::from_millis(1)));
            let contact = Contact { name: "Ana".to_owned(), ..new_contact(tx, opened.accounts[n % 2]) };
            tx.insert_contact(opened.organisation, &contact).await?;
            instants.push(contact.created_at);
        }
        Ok::<_, StoreError>(instants)
    };
    let instants = db.store.write(write).await.expect("contacts can be inserted");
    let filter = ContactFilter { name: Some("ANA".to_owned()), ..ContactFilter::default() };
    let mut seen = Vec::new();
    for page in 1..=4 {
        let request = PageRequest { page, size: 6, from: Some(instants[1]), to: Some(instants[18]) };
        let found = find(db, &shop, &filter, request).await;
        assert_eq!(found.record_count, 17);
        seen.extend(found.items.iter().map(|contact| contact.created_at));
    }
    assert!(seen.iter().rev().eq(&instants[1..18]));
}

async fn changes_of_different_parts_do_not_undo_each_other(db: &TestDatabase) {
    let shop = Shop::open(&db.store, 1).await;
    let id = insert(db, &shop, |_| ()).await.id;
    let mut changes = JoinSet::new();
    for n in 0..24 {
        let (store, organisation) = (db.store.clone(), shop.organisation);
        changes.spawn(async move {
            let write = async move |tx: &mut Tx<'_>| {
                let mut contact = tx.contact(organisation, id).await?.expect("it is there");
                contact.tags.push(format!("tag {n}"));
                tx.update_contact(organisation, &contact).await
            };
            store.write(write).await.expect("a change succeeds");
        });
    }
    changes.join_all().await;
    let organisation = shop.organisation;
    let contact = db.store.read(async move |tx: &mut Tx<'_>| tx.contact(organisation, id).await).await.expect("it can be read");
    assert_eq!(contact.expect("it is there").tags.len(), 24);
}

async fn a_changed_tag_is_found_by_its_new_name_only(db: &TestDatabase) {
    let shop = Shop::open(&db.store, 1).await;
    let contact = insert(db, &shop, |contact| contact.tags = vec!["old".to_owned()]).await;
    let (changed, organisation) = (Contact { tags: vec!["new".to_owned()], ..contact.clone() }, shop.organisation);
    db.store.write(async move |tx: &mut Tx<'_>| tx.update_contact(organisation, &changed).await).await.expect("it can be changed");
    for (tag, count) in [("old", 0), ("new", 1)] {
        let filter = ContactFilter { tag: Some(tag.to_owned()), ..ContactFilter::default() };
        assert_eq!(find(db, &shop, &filter, WHOLE).await.record_count, count, "{tag}");
    }
}

/// Numbers of one telephone, as people and as WhatsApp write them.
const TWO_SPELLINGS: [(&str, &str); 3] =
    [("+551187654321", "+5511987654321"), ("+525512345678", "+5215512345678"), ("+541123456789", "+5491123456789")];

async fn a_number_has_one_contact_however_it_is_spelt(db: &TestDatabase) {
    for (short, long) in TWO_SPELLINGS {
        for (stored, asked) in [(short, long), (long, short), (short, short), (long, long)] {
            let shop = Shop::open(&db.store, 1).await;
            let known = insert(db, &shop, move |contact| contact.mobile_number = Some(MobileNumber::from_stored(stored.to_owned()))).await;
            let asked = MobileNumber::from_stored(asked.to_owned());
            let (searched, other_shop) = (asked.clone(), shop.clone());
            let write = async move |tx: &mut Tx<'_>| {
                let wa_id = Some(asked.digits().to_owned());
                let identity = ContactIdentity { mobile_number: Some(asked.clone()), wa_id, ..ContactIdentity::default() };
                let found = tx.contact_with_identity(shop.organisation, shop.account(), &identity).await?;
                let twin = Contact { mobile_number: Some(asked.clone()), ..new_contact(tx, shop.account()) };
                Ok::<_, StoreError>((found, tx.insert_contact(shop.organisation, &twin).await?))
            };
            let (found, is_twin_made) = db.store.write(write).await.expect("it can be looked for");
            assert_eq!((found.as_ref(), is_twin_made), (Some(&known), false), "{stored}");
            let filter = ContactFilter { mobile_number: Some(searched), ..ContactFilter::default() };
            assert_eq!(find(db, &other_shop, &filter, WHOLE).await, Records { items: vec![known], record_count: 1 }, "{stored}");
        }
    }
}

async fn a_house_line_is_not_the_mobile_that_looks_like_it(db: &TestDatabase) {
    let shop = Shop::open(&db.store, 1).await;
    for number in ["+551133334444", "+5511933334444", "+447902111123", "+4479021111239"] {
        insert(db, &shop, move |contact| contact.mobile_number = Some(MobileNumber::from_stored(number.to_owned()))).await;
    }
}
