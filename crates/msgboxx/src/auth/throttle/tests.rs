use super::*;
use crate::testing::{TestDatabase, on_both_engines};
use std::sync::Arc;
use tokio::task::JoinSet;

on_both_engines!(
    two_hundred_wrong_guesses_at_once_are_held_to_the_allowance,
    many_programs_that_sign_in_at_once_with_the_right_password_all_succeed,
    a_refused_user_name_does_not_use_up_the_address,
);

const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));

/// How many of so many attempts at once are let through, when each is right or wrong.
async fn let_through(database: &TestDatabase, attempts: usize, are_right: bool) -> usize {
    let throttle = Arc::new(SignInThrottle::default());
    let mut tries = JoinSet::new();
    for _ in 0..attempts {
        let (store, throttle) = (database.store.clone(), throttle.clone());
        tries.spawn(async move {
            let Ok(attempt) = throttle.begin(&store, "ana@example.com", HERE).await else { return false };
            if are_right {
                attempt.succeeded(&store).await.expect("given back");
            }
            true
        });
    }
    tries.join_all().await.into_iter().filter(|is_let_through| *is_let_through).count()
}

async fn two_hundred_wrong_guesses_at_once_are_held_to_the_allowance(database: &TestDatabase) {
    assert_eq!(let_through(database, 200, false).await, PER_USER.burst as usize);
}

async fn many_programs_that_sign_in_at_once_with_the_right_password_all_succeed(database: &TestDatabase) {
    assert_eq!(let_through(database, 200, true).await, 200);
}

async fn a_refused_user_name_does_not_use_up_the_address(database: &TestDatabase) {
    let_through(database, 200, false).await;
    let throttle = SignInThrottle::default();
    let refused = throttle.begin(&database.store, "ana@example.com", HERE).await;
    assert!(matches!(refused, Err(SignInRefused::TooMany { retry_after }) if (1..=15).contains(&retry_after.as_secs())), "{refused:?}");
    throttle.begin(&database.store, "eva@example.com", HERE).await.expect("another user from the same address");
}

#[test]
fn the_user_name_is_not_in_its_key_and_its_case_does_not_matter() {
    assert_eq!(user_key(" Ana@Example.com"), user_key("ana@example.com"));
    assert!(!user_key("ana@example.com").contains("ana"));
    assert_ne!(user_key("ana@example.com"), user_key("eva@example.com"));
}

#[test]
fn an_ipv6_network_is_one_address_and_a_mapped_one_is_its_ipv4() {
    let key = |text: &str| address_key(text.parse().expect("an address"));
    assert_eq!(key("2001:db8::1"), key("2001:db8::ffff:1"));
    assert_ne!(key("2001:db8::1"), key("2001:db8:0:1::1"));
    assert_eq!(key("::ffff:192.0.2.1"), key("192.0.2.1"));
}
