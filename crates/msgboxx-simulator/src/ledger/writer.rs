//! The one thread that writes the ledger: takes what waits, writes it at once, tells the waiting.

use std::fs::File;
use std::io::{self, Write};
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use tokio::sync::oneshot;

use super::Extent;

/// One line and who waits for it.
pub(super) struct Append {
    pub(super) line: String,
    pub(super) done: oneshot::Sender<()>,
}

/// At most about so many bytes are written at once.
const LARGEST_WRITE: usize = 1 << 20;

pub(super) fn spawn(file: File, waiting: Receiver<Append>, extent: Arc<Mutex<Extent>>) -> io::Result<JoinHandle<()>> {
    thread::Builder::new().name("simulator-ledger".to_owned()).spawn(move || run(file, &waiting, &extent))
}

fn run(mut file: File, waiting: &Receiver<Append>, extent: &Mutex<Extent>) {
    let mut text = Vec::new();
    let mut batch = Vec::new();
    while let Ok(first) = waiting.recv() {
        let mut grown = extent.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let before = grown.length;
        let mut next = Some(first);
        while let Some(append) = next {
            let start = text.len();
            text.extend_from_slice(format!("{{\"n\":{},", grown.last + 1).as_bytes());
            text.extend_from_slice(append.line.as_bytes());
            text.push(b'\n');
            grown.grow((text.len() - start) as u64);
            batch.push(append.done);
            next = if text.len() < LARGEST_WRITE { waiting.try_recv().ok() } else { None };
        }
        match file.write_all(&text) {
            Ok(()) => {
                *extent.lock().unwrap_or_else(PoisonError::into_inner) = grown;
                for done in batch.drain(..) {
                    // Whoever has gone away does not want to know.
                    let _: Result<(), ()> = done.send(());
                }
            }
            Err(error) => {
                tracing::error!(%error, "the simulator's ledger cannot be written");
                // Half a line must not precede the next one; if this fails too, the next start cuts it off.
                let _ = file.set_len(before);
                batch.clear();
            }
        }
        text.clear();
    }
}
