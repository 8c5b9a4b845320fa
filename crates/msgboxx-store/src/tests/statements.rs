//! Every statement of the crate is prepared on both engines against the migrated schema.
//!
//! They are found by reading the source: what starts like a statement is one. A text put together at
//! run time would escape, so nobody does that.

mod source;

use crate::testing::TestDatabase;
use source::{Form, Found};
use tokio_postgres::types::Type;

/// Fewer than this, and the reader of the source has gone blind.
const FEWEST: usize = 60;

#[test]
fn the_statements_are_found() {
    let found = source::statements();
    assert!(found.len() > FEWEST, "only {} statements were found", found.len());
    for form in [Form::Same, Form::Locking, Form::SqliteOnly, Form::PostgresOnly] {
        assert!(found.iter().any(|statement| statement.form == form), "no statement is {form:?}");
    }
}

#[tokio::test]
async fn every_statement_can_be_prepared_on_sqlite() {
    let db = TestDatabase::sqlite().await;
    let connection = rusqlite::Connection::open(db.file()).expect("the file opens");
    let refused = |statement: &Found| {
        let text = statement.for_sqlite()?;
        let error = connection.prepare(&text).err()?;
        Some(format!("{}: {error}\n{text}", statement.file))
    };
    let refused: Vec<String> = source::statements().iter().filter_map(refused).collect();
    assert!(refused.is_empty(), "{}", refused.join("\n\n"));
}

#[tokio::test]
async fn every_statement_can_be_prepared_on_postgres_and_speaks_only_of_types_that_we_bind_and_read() {
    let db = TestDatabase::postgres().await;
    let client = db.client().await;
    let mut refused = Vec::new();
    for statement in source::statements() {
        for text in statement.for_postgres() {
            match client.prepare(&text).await {
                Err(error) => refused.push(format!("{}: {}\n{text}", statement.file, crate::error::error_chain(&error))),
                Ok(prepared) => {
                    // Whether there is a row is asked with a constant, which nobody reads.
                    let read = if text.starts_with("select 1") { &[] } else { prepared.columns() };
                    let types = prepared.params().iter().chain(read.iter().map(tokio_postgres::Column::type_));
                    let strange: Vec<&Type> = types.filter(|ty| !is_ours(ty)).collect();
                    if !strange.is_empty() {
                        refused.push(format!("{}: {strange:?}\n{text}", statement.file));
                    }
                }
            }
        }
    }
    assert!(refused.is_empty(), "{}", refused.join("\n\n"));
}

fn is_ours(ty: &Type) -> bool {
    [Type::INT8, Type::TEXT, Type::UUID, Type::BYTEA, Type::BOOL].contains(ty)
}

/// Tables that grow with the business.
const GROWING: [&str; 14] = [
    "messages",
    "media",
    "contacts",
    "contact_tags",
    "conversations",
    "broadcasts",
    "send_jobs",
    "attempts",
    "events",
    "inbound_ledger",
    "webhook_deliveries",
    "delivery_attempts",
    "parked_statuses",
    "idempotency_keys",
];
/// Indexes that hold only what is to be done, or of which only an end is read.
const SHORT: [&str; 4] = ["events_to_number", "media_waiting", "inbound_ledger_received", "sqlite_autoindex_inbound_ledger_1"];

#[tokio::test]
async fn no_statement_looks_through_a_table_that_grows() {
    let db = TestDatabase::sqlite().await;
    let connection = rusqlite::Connection::open(db.file()).expect("the file opens");
    let mut slow = Vec::new();
    for statement in source::statements().iter().filter(|statement| !is_rare(&statement.file)) {
        let Some(text) = statement.for_sqlite() else { continue };
        for step in plan(&connection, &text) {
            let table = walked(&step).map(|alias| source::table_called(&text, alias));
            if table.is_some_and(|table| GROWING.contains(&table)) && !SHORT.iter().any(|index| step.ends_with(index)) {
                slow.push(format!("{}: {step}\n{text}", statement.file));
            }
        }
    }
    assert!(slow.is_empty(), "{}", slow.join("\n\n"));
}

/// The table of which a step reads every row, or every row of a tenant.
fn walked(step: &str) -> Option<&str> {
    let rest = step.strip_prefix("SCAN ").or_else(|| step.strip_prefix("SEARCH ").filter(|_| step.ends_with("(organisation_id=?)")))?;
    rest.split(' ').next()
}

/// What only provisioning asks, and the count of what is to be done.
fn is_rare(file: &str) -> bool {
    file.ends_with("organisations.rs") || file.ends_with("backlog.rs")
}

fn plan(connection: &rusqlite::Connection, text: &str) -> Vec<String> {
    let mut explain = connection.prepare(&format!("explain query plan {text}")).expect("it can be prepared");
    let params = vec![1; explain.parameter_count()];
    let steps = explain.query_map(rusqlite::params_from_iter(params), |row| row.get("detail")).expect("it can be explained");
    steps.collect::<Result<_, _>>().expect("a plan is text")
}
