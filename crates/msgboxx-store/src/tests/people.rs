//! Users, what they see, and their sessions.

use crate::testing::fixture::Shop;
use crate::testing::{TestDatabase, on_both_engines};
use crate::value::params;
use crate::{NewSession, Owned, StoreError, Tx};
use msgboxx_model::{ApiAccountId, EventKind, OrganisationId, Role, SessionId, User, UserId, Webhook, WebhookId};
use std::time::Duration;
use tokio::task::JoinSet;

on_both_engines!(
    an_agent_sees_the_accounts_given_to_them_and_an_administrator_all,
    an_email_address_is_one_user_in_any_case_and_any_organisation,
    a_session_says_what_its_user_may_do_now,
    a_session_ends_by_time_by_revocation_and_with_all_others_of_its_user,
    a_refresh_token_is_used_once_however_many_try,
    ended_sessions_are_forgotten_with_their_tokens,
    an_id_is_looked_for_in_every_other_organisation,
    an_installations_value_is_settled_once,
    the_clocks_offset_is_the_last_one_noted,
    a_failure_that_is_counted_while_a_webhook_is_changed_stays_counted,
);

async fn add(db: &TestDatabase, shop: &Shop, email: &'static str, role: Role) -> User {
    let organisation = shop.organisation;
    let write = async move |tx: &mut Tx<'_>| {
        let user = new_user(tx, email, role);
        assert!(tx.insert_user(organisation, &user, Some("hash")).await?, "a new address is free");
        Ok::<_, StoreError>(user)
    };
    db.store.write(write).await.expect("a user can be made")
}

fn new_user(tx: &Tx<'_>, email: &str, role: Role) -> User {
    let (first_name, last_name) = ("Ana".to_owned(), "Belmonte".to_owned());
    User { id: UserId(tx.new_id()), email: email.to_owned(), first_name, last_name, role, created_at: tx.now() }
}

async fn start(db: &TestDatabase, shop: &Shop, user: &User) -> SessionId {
    let (organisation, user_id) = (shop.organisation, user.id);
    let write = async move |tx: &mut Tx<'_>| {
        let expires_at = tx.now().plus(Duration::from_hours(1));
        let session = NewSession { id: SessionId(tx.new_id()), user_id, calling_application: "App".to_owned(), expires_at };
        tx.insert_session(organisation, &session).await?;
        tx.insert_refresh_token(organisation, session.id, session.id.0.as_bytes(), expires_at).await?;
        Ok::<_, StoreError>(session.id)
    };
    db.store.write(write).await.expect("a session can be started")
}

async fn role(db: &TestDatabase, organisation: OrganisationId, user: UserId, session: SessionId) -> Option<Role> {
    let read = async move |tx: &mut Tx<'_>| tx.caller_role(organisation, user, session).await;
    db.store.read(read).await.expect("a caller can be looked up")
}

async fn an_agent_sees_the_accounts_given_to_them_and_an_administrator_all(db: &TestDatabase) {
    let shop = Shop::open(&db.store, 2).await;
    let other = Shop::open(&db.store, 1).await;
    let (ana, eva) = (add(db, &shop, "ana@example.com", Role::Agent).await, add(db, &shop, "eva@example.com", Role::Administrator).await);
    let (organisation, given) = (shop.organisation, shop.accounts[1]);
    let read = async move |tx: &mut Tx<'_>| {
        tx.give_api_accounts(organisation, ana.id, &[given]).await?;
        let pairs = tx.user_account_pairs(organisation).await?.into_iter().map(|(user, account, _)| (user.id, account)).collect::<Vec<_>>();
        let [agent, administrator] = [(ana.id, Role::Agent), (eva.id, Role::Administrator)];
        Ok::<_, StoreError>((
            tx.api_accounts_seen_by(organisation, agent.0, agent.1).await?,
            tx.api_accounts_seen_by(organisation, administrator.0, administrator.1).await?,
            pairs.iter().filter(|(user, _)| *user == ana.id).count(),
            pairs.len(),
        ))
    };
    let (agent, administrator, agents_pairs, pairs) = db.store.write(read).await.expect("accounts can be looked up");
    assert_eq!((agent, administrator.len(), agents_pairs, pairs), (vec![given], 2, 1, 3));
    assert!(administrator.iter().all(|account: &ApiAccountId| !other.accounts.contains(account)));
}

async fn an_email_address_is_one_user_in_any_case_and_any_organisation(db: &TestDatabase) {
    let (shop, other) = (Shop::open(&db.store, 1).await, Shop::open(&db.store, 1).await);
    let ana = add(db, &shop, "Ána@Example.com", Role::Agent).await;
    let (organisation, home) = (other.organisation, shop.organisation);
    let write = async move |tx: &mut Tx<'_>| {
        let namesake = new_user(tx, "ÁNA@example.COM", Role::Agent);
        let is_inserted = tx.insert_user(organisation, &namesake, None).await?;
        let eva = new_user(tx, "eva@example.com", Role::Agent);
        tx.insert_user(organisation, &eva, None).await?;
        let is_renamed = tx.update_user(organisation, &User { email: namesake.email.clone(), ..eva }).await?;
        Ok::<_, StoreError>((is_inserted, is_renamed, tx.user_for_sign_in("ána@example.com").await?))
    };
    let (is_inserted, is_renamed, found) = db.store.write(write).await.expect("users can be written");
    let found = found.expect("found in another case");
    assert_eq!((is_inserted, is_renamed, found.organisation_id, found.id), (false, false, home, ana.id));
    assert!(!format!("{found:?}").contains("hash"));
}

async fn a_session_says_what_its_user_may_do_now(db: &TestDatabase) {
    let (shop, other) = (Shop::open(&db.store, 1).await, Shop::open(&db.store, 1).await);
    let ana = add(db, &shop, "ana@example.com", Role::Agent).await;
    let session = start(db, &shop, &ana).await;
    assert_eq!(role(db, shop.organisation, ana.id, session).await, Some(Role::Agent));
    assert_eq!(role(db, other.organisation, ana.id, session).await, None);
    assert_eq!(role(db, shop.organisation, UserId(session.0), session).await, None);
    let (organisation, promoted) = (shop.organisation, User { role: Role::Administrator, ..ana.clone() });
    let promote = async move |tx: &mut Tx<'_>| tx.update_user(organisation, &promoted).await;
    assert!(db.store.write(promote).await.expect("a user can be changed"));
    assert_eq!(role(db, shop.organisation, ana.id, session).await, Some(Role::Administrator));
}

async fn a_session_ends_by_time_by_revocation_and_with_all_others_of_its_user(db: &TestDatabase) {
    let shop = Shop::open(&db.store, 1).await;
    let organisation = shop.organisation;
    let (ana, eva) = (add(db, &shop, "ana@example.com", Role::Agent).await, add(db, &shop, "eva@example.com", Role::Agent).await);
    let sessions = [start(db, &shop, &ana).await, start(db, &shop, &ana).await, start(db, &shop, &ana).await];
    let hers = start(db, &shop, &eva).await;
    let revoke = async move |tx: &mut Tx<'_>| tx.revoke_session(organisation, sessions[0]).await;
    db.store.write(revoke).await.expect("a session can be revoked");
    assert_eq!(role(db, organisation, ana.id, sessions[0]).await, None);
    assert_eq!(role(db, organisation, ana.id, sessions[1]).await, Some(Role::Agent));
    let revoke = async move |tx: &mut Tx<'_>| tx.revoke_sessions_of_user(organisation, ana.id).await;
    assert_eq!(db.store.write(revoke).await.expect("sessions can be revoked"), 2);
    assert_eq!(role(db, organisation, ana.id, sessions[2]).await, None);
    assert_eq!(role(db, organisation, eva.id, hers).await, Some(Role::Agent));
    db.hand.set(db.hand.now().plus(Duration::from_hours(1)));
    assert_eq!(role(db, organisation, eva.id, hers).await, None);
}

async fn a_refresh_token_is_used_once_however_many_try(db: &TestDatabase) {
    let shop = Shop::open(&db.store, 1).await;
    let ana = add(db, &shop, "ana@example.com", Role::Agent).await;
    let session = start(db, &shop, &ana).await;
    let mut tries = JoinSet::new();
    for _ in 0..20 {
        let store = db.store.clone();
        tries.spawn(async move {
            let write = async move |tx: &mut Tx<'_>| tx.use_refresh_token(session.0.as_bytes(), b"client").await;
            store.write(write).await.expect("a token can be used")
        });
    }
    assert_eq!(tries.join_all().await.into_iter().filter(|is_first| *is_first).count(), 1);
    let read = async move |tx: &mut Tx<'_>| tx.refresh_token(session.0.as_bytes()).await;
    let token = db.store.read(read).await.expect("a token can be looked up").expect("it is there");
    assert_eq!((token.session_id, token.user_id, token.used_at.is_some()), (session, ana.id, true));
}

async fn ended_sessions_are_forgotten_with_their_tokens(db: &TestDatabase) {
    let shop = Shop::open(&db.store, 1).await;
    let ana = add(db, &shop, "ana@example.com", Role::Agent).await;
    let old = start(db, &shop, &ana).await;
    db.hand.set(db.hand.now().plus(Duration::from_hours(2)));
    let new = start(db, &shop, &ana).await;
    let write = async move |tx: &mut Tx<'_>| {
        let forgotten = tx.forget_sessions(tx.now()).await?;
        let tokens = [tx.refresh_token(old.0.as_bytes()).await?, tx.refresh_token(new.0.as_bytes()).await?];
        Ok::<_, StoreError>((forgotten, tokens.map(|token| token.is_some())))
    };
    assert_eq!(db.store.write(write).await.expect("sessions can be forgotten"), (1, [false, true]));
}

async fn an_id_is_looked_for_in_every_other_organisation(db: &TestDatabase) {
    let (shop, other) = (Shop::open(&db.store, 1).await, Shop::open(&db.store, 1).await);
    let (contact, _) = shop.greet(&db.store).await;
    let ana = add(db, &shop, "ana@example.com", Role::Agent).await;
    let ids =
        [(Owned::ApiAccount, shop.account().0), (Owned::Inbox, shop.inboxes[0].0), (Owned::Contact, contact.id.0), (Owned::User, ana.id.0)];
    let read = async move |tx: &mut Tx<'_>| {
        let mut found = Vec::new();
        for (kind, id) in ids {
            found.push((tx.is_elsewhere(kind, id, other.organisation).await?, tx.is_elsewhere(kind, id, shop.organisation).await?));
        }
        Ok::<_, StoreError>((found, tx.is_elsewhere(Owned::Team, contact.id.0, other.organisation).await?))
    };
    let (found, is_team) = db.store.read(read).await.expect("ids can be looked for");
    assert_eq!((found, is_team), (vec![(true, false); 4], false));
}

async fn an_installations_value_is_settled_once(db: &TestDatabase) {
    let settle = async |tx: &mut Tx<'_>| {
        Ok::<_, StoreError>((tx.settle_installation_value("x", "first").await?, tx.settle_installation_value("x", "second").await?))
    };
    assert_eq!(db.store.write(settle).await.expect("settled"), ("first".to_owned(), "first".to_owned()));
}

async fn the_clocks_offset_is_the_last_one_noted(db: &TestDatabase) {
    let offset = async || db.store.read(async |tx: &mut Tx<'_>| tx.clock_offset().await).await.expect("it can be read");
    assert_eq!(offset().await, 0);
    for micros in [5, i64::MAX] {
        db.store.write(async move |tx: &mut Tx<'_>| tx.set_clock_offset(micros).await).await.expect("it can be noted");
        assert_eq!(offset().await, micros);
    }
}

async fn a_failure_that_is_counted_while_a_webhook_is_changed_stays_counted(db: &TestDatabase) {
    let shop = Shop::open(&db.store, 1).await;
    let organisation = shop.organisation;
    let write = async move |tx: &mut Tx<'_>| {
        let (id, created_at) = (WebhookId(tx.new_id()), tx.tick());
        let (kind, target_url) = (EventKind::Message, "https://example.org/".to_owned());
        let webhook = Webhook { id, created_by: None, kind, target_url, is_enabled: true, failure_count: 0, created_at };
        tx.insert_webhook(organisation, &webhook, b"sealed").await?;
        tx.execute("update webhooks set failure_count = failure_count + 1 where id = $1", params![id]).await?;
        tx.update_webhook(organisation, &Webhook { is_enabled: false, ..webhook }).await?;
        let changed = tx.webhook(organisation, id).await?.map(|webhook| (webhook.is_enabled, webhook.failure_count));
        tx.webhook_works(organisation, id).await?;
        Ok::<_, StoreError>((changed, tx.webhook(organisation, id).await?.map(|webhook| webhook.failure_count)))
    };
    assert_eq!(db.store.write(write).await.expect("it can be changed"), (Some((false, 1)), Some(0)));
}
