//! Tests that need a database.

mod account_health;
mod contacts;
mod events;
mod inbound_ledger;
mod leases;
mod media;
mod messages;
mod migrations;
mod pages;
mod people;
mod postgres;
mod send_jobs;
mod sending;
mod sign_in_throttle;
mod sqlite_faults;
mod statements;
mod units;
