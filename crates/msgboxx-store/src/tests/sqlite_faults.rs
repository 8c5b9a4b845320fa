//! SQLite when its process is killed, its disk is full, and its readers are slow.

use crate::testing::TestDatabase;
use crate::testing::fixture::Shop;
use crate::value::params;
use crate::{Database, Store, StoreError, StoreSettings, Tx};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use tokio::task::JoinSet;

/// Set for the process that is to be killed: the file it writes to.
const VICTIM: &str = "MSGBOXX_TEST_VICTIM";
const ACKNOWLEDGED: &str = "acknowledged ";

#[test]
fn what_was_acknowledged_before_a_kill_is_there_after_it() {
    if let Some(path) = victims_file() {
        return write_until_killed(Path::new(&path));
    }
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let path = folder.path().join("msgboxx.db");
    let mut acknowledged: Vec<String> = Vec::new();
    for lines in [1, 40, 300] {
        acknowledged.extend(killed_after(&path, lines));
        let connection = rusqlite::Connection::open(&path).expect("the file opens");
        for name in &acknowledged {
            let count = connection.query_row("select count(*) from organisations where name = ?1", [name], |row| row.get::<_, i64>(0));
            assert_eq!(count.expect("rows can be counted"), 1, "{name}");
        }
        let is_sound = connection.query_row("pragma integrity_check", [], |row| row.get::<_, String>(0)).expect("it can be checked");
        assert_eq!(is_sound, "ok");
        let orphans = connection.query_row("select count(*) from pragma_foreign_key_check", [], |row| row.get::<_, i64>(0));
        assert_eq!(orphans.expect("it can be checked"), 0);
        let halves = "select count(*) from organisations o where not exists (select 1 from inboxes i where i.organisation_id = o.id)";
        assert_eq!(connection.query_row(halves, [], |row| row.get::<_, i64>(0)).expect("it can be counted"), 0, "no half of a unit");
    }
}

#[expect(clippy::disallowed_methods, reason = "a test starts itself again as the process to be killed")]
fn victims_file() -> Option<String> {
    std::env::var(VICTIM).ok()
}

/// Starts this test as another process on the file, kills it after so many lines, and returns what it had acknowledged.
fn killed_after(path: &Path, lines: usize) -> Vec<String> {
    let test = "tests::sqlite_faults::what_was_acknowledged_before_a_kill_is_there_after_it";
    let binary = std::env::current_exe().expect("the test has a binary");
    let mut command = Command::new(binary);
    command.args([test, "--exact", "--nocapture"]).env(VICTIM, path).stdout(Stdio::piped());
    let mut victim = command.spawn().expect("the test can be started again");
    let mut output = BufReader::new(victim.stdout.take().expect("it is piped")).lines().map_while(Result::ok);
    let mut acknowledged = Vec::new();
    let name = |line: String| line.split_once(ACKNOWLEDGED).map(|(_, name)| name.to_owned());
    while acknowledged.len() < lines {
        acknowledged.extend(name(output.next().expect("the victim writes until it is killed")));
    }
    victim.kill().expect("it can be killed");
    victim.wait().expect("it is dead");
    acknowledged.extend(output.filter_map(name));
    acknowledged
}

fn write_until_killed(path: &Path) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime can be made");
    runtime.block_on(async {
        let clock = Arc::new(|| msgboxx_model::Instant::from_micros(crate::testing::START));
        let database = Database::Sqlite(path.to_owned());
        let store =
            Store::open(StoreSettings { database, postgres_connections: None, statement_cache: true, clock }).await.expect("it opens");
        store.migrate().await.expect("it can be migrated");
        let mut writers = JoinSet::new();
        for _ in 0..8 {
            let store = store.clone();
            writers.spawn(async move {
                loop {
                    let shop = Shop::open(&store, 1).await;
                    let mut output = std::io::stdout().lock();
                    writeln!(output, "{ACKNOWLEDGED}{}", shop.organisation).and_then(|()| output.flush()).expect("the parent listens");
                }
            });
        }
        writers.join_all().await;
    });
}

async fn fill(tx: &mut Tx<'_>, name: &str, size: usize) -> Result<u64, StoreError> {
    tx.execute("insert into installation (name, value) values ($1, $2)", params![name, "x".repeat(size)]).await
}

#[tokio::test]
async fn a_full_disk_refuses_writing_and_heals_when_there_is_room() {
    let db = TestDatabase::sqlite().await;
    db.store.write(async |tx: &mut Tx<'_>| fill(tx, "before", 10).await).await.expect("there is room");
    let limit = |statement: &'static str| db.store.write(async move |tx: &mut Tx<'_>| tx.all(statement, params![], |_| Ok(())).await);
    // No page can be added any more, which SQLite reports as a full disk.
    limit("pragma max_page_count = 1").await.expect("a limit can be set");
    for n in 0..20 {
        let name = format!("refused {n}");
        let refused = db.store.write(async move |tx: &mut Tx<'_>| {
            fill(tx, &name, 100_000).await?;
            fill(tx, "behind", 10).await
        });
        assert!(matches!(refused.await, Err(StoreError::Unavailable(_))), "attempt {n}");
        // One that hides the failure must not be acknowledged either.
        let hidden = db.store.write(async |tx: &mut Tx<'_>| {
            drop(fill(tx, "hidden", 100_000).await);
            drop(fill(tx, "hidden too", 10).await);
            Ok::<_, StoreError>(())
        });
        assert!(matches!(hidden.await, Err(StoreError::Unavailable(_))), "attempt {n}");
    }
    limit("pragma max_page_count = 1000000").await.expect("the limit can be lifted");
    db.store.write(async |tx: &mut Tx<'_>| fill(tx, "after", 100_000).await).await.expect("there is room again");
    let names = async |tx: &mut Tx<'_>| tx.all("select name from installation order by name", params![], |row| row.get::<String>(0)).await;
    assert_eq!(db.store.read(names).await.expect("it can be read"), ["after", "before"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn units_beside_one_that_does_not_fit_are_acknowledged_truthfully() {
    let db = TestDatabase::sqlite().await;
    let limit = |statement: &'static str| db.store.write(async move |tx: &mut Tx<'_>| tx.all(statement, params![], |_| Ok(())).await);
    limit("pragma max_page_count = 400").await.expect("a limit can be set");
    let mut writers = JoinSet::new();
    for n in 0..200 {
        let store = db.store.clone();
        let size = if n % 3 == 0 { 2_000_000 } else { 10 };
        writers.spawn(async move {
            let name = format!("{n:03}");
            let written = name.clone();
            store.write(async move |tx: &mut Tx<'_>| fill(tx, &written, size).await).await.is_ok().then_some(name)
        });
    }
    let mut acknowledged: Vec<String> = writers.join_all().await.into_iter().flatten().collect();
    acknowledged.sort();
    let names = async |tx: &mut Tx<'_>| tx.all("select name from installation order by name", params![], |row| row.get::<String>(0)).await;
    assert_eq!(db.store.read(names).await.expect("it can be read"), acknowledged);
}

#[tokio::test]
async fn the_log_is_begun_anew_though_readers_come_and_go() {
    let db = TestDatabase::sqlite().await;
    let log = db.file().with_extension("db-wal");
    let connection = rusqlite::Connection::open(db.file()).expect("the file opens");
    // Another content each time, or SQLite sees that no page changes.
    let write = async |n: usize| {
        let value = ["a", "b"][n % 2].repeat(4_000_000);
        let write = async move |tx: &mut Tx<'_>| {
            let replace = "insert into installation (name, value) values ('large', $1)
                           on conflict (name) do update set value = excluded.value";
            tx.execute(replace, params![&value]).await
        };
        db.store.write(write).await.expect("it can be written");
        db.store.read(async |tx: &mut Tx<'_>| tx.folded_until().await).await.expect("it can be read");
        connection.query_row("pragma wal_checkpoint(noop)", [], |row| row.get::<_, i64>(1)).expect("the log has a length")
    };
    let (mut beginnings, mut last) = (0, 0);
    for n in 0.. {
        let pages = write(n).await;
        beginnings += usize::from(pages < last);
        last = pages;
        let length = std::fs::metadata(&log).expect("there is a log").len();
        assert!(length < 1 << 30, "the log is {length} bytes long and still grows");
        if beginnings == 2 {
            break;
        }
    }
}

#[tokio::test]
async fn a_reader_that_lingers_does_not_hold_up_writers() {
    let db = TestDatabase::sqlite().await;
    let reader = rusqlite::Connection::open(db.file()).expect("the file opens");
    reader.execute_batch("begin; select count(*) from installation").expect("a snapshot can be taken");
    for n in 0..70 {
        let name = format!("{n}");
        db.store.write(async move |tx: &mut Tx<'_>| fill(tx, &name, 3_000_000).await).await.expect("it can be written");
    }
    let seen = reader.query_row("select count(*) from installation", [], |row| row.get::<_, i64>(0));
    assert_eq!(seen.expect("it can be read"), 0);
    reader.execute_batch("commit").expect("the snapshot can be given back");
    assert_eq!(reader.query_row("select count(*) from installation", [], |row| row.get::<_, i64>(0)).expect("it can be read"), 70);
}
