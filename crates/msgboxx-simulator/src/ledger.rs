//! The append-only record of every call received and every webhook posted: one JSON object a line.
//!
//! It is the truth that audits compare with and what the simulator is rebuilt from. An append is
//! done when the system has the line, so it survives a kill, not a power cut. The line's number and
//! order are the writer's; nothing is ever changed in place.

pub(crate) mod line;
pub(crate) mod reader;
mod writer;

use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use tokio::sync::oneshot;

use crate::ledger::writer::Append;

/// The ledger as those see it who append to it and read from it.
#[derive(Debug)]
pub(crate) struct Ledger {
    path: PathBuf,
    appends: Mutex<Option<mpsc::Sender<Append>>>,
    extent: Arc<Mutex<Extent>>,
    writer: Mutex<Option<JoinHandle<()>>>,
}

/// How far the file is written, and where some of its lines begin.
#[derive(Debug, Default, Clone)]
pub(crate) struct Extent {
    /// Bytes that hold whole lines.
    pub(crate) length: u64,
    /// The number of the last line.
    pub(crate) last: u64,
    /// The offset of every [`STRIDE`]th line, from the first.
    marks: Vec<u64>,
}

/// Every so many lines the reader can begin without reading what is before.
const STRIDE: u64 = 256;

/// The line could not be written; what it records must not be answered.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("the ledger could not be written")]
pub(crate) struct NotWritten;

/// Becomes ready when the line is written.
#[derive(Debug)]
pub(crate) struct Written(oneshot::Receiver<()>);

impl Written {
    pub(crate) async fn wait(self) -> Result<(), NotWritten> {
        self.0.await.map_err(|_| NotWritten)
    }
}

impl Extent {
    /// A line of this many bytes, with its end, was added.
    pub(crate) fn grow(&mut self, bytes: u64) {
        if self.last.is_multiple_of(STRIDE) {
            self.marks.push(self.length);
        }
        self.length += bytes;
        self.last += 1;
    }

    /// A place from which all lines after this number can be read, and the number of the line there.
    fn place_after(&self, after: u64) -> (u64, u64) {
        let stride = (after / STRIDE).min(self.marks.len() as u64);
        let mark = usize::try_from(stride).ok().and_then(|stride| self.marks.get(stride));
        mark.map_or((self.length, self.last + 1), |offset| (*offset, stride * STRIDE + 1))
    }
}

impl Ledger {
    /// Opens the file for appending. `extent` is what reading it found; what follows is cut off.
    pub(crate) fn open(path: &Path, extent: Extent) -> io::Result<Self> {
        let file = OpenOptions::new().create(true).append(true).read(true).open(path)?;
        file.set_len(extent.length)?;
        let (appends, waiting) = mpsc::channel();
        let extent = Arc::new(Mutex::new(extent));
        let writer = writer::spawn(file, waiting, Arc::clone(&extent))?;
        Ok(Self { path: path.to_owned(), appends: Mutex::new(Some(appends)), extent, writer: Mutex::new(Some(writer)) })
    }

    /// Puts a line into the queue; lines are written in the order of these calls.
    ///
    /// `line` is a JSON object without its opening brace, which the writer adds together with the number.
    pub(crate) fn append(&self, line: String) -> Written {
        let (done, written) = oneshot::channel();
        if let Some(appends) = &*self.appends.lock().unwrap_or_else(PoisonError::into_inner) {
            // A writer that is gone drops `done`, and the waiting side learns it.
            let _ = appends.send(Append { line, done });
        }
        Written(written)
    }

    pub(crate) fn extent(&self) -> Extent {
        self.extent.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn file(&self) -> io::Result<File> {
        File::open(&self.path)
    }

    /// Writes what is queued and takes no more. Blocks until it is done.
    pub(crate) fn close(&self) {
        self.appends.lock().unwrap_or_else(PoisonError::into_inner).take();
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(writer) = writer {
            // A panic of the writer has been reported to everyone who waited for it.
            let _ = writer.join();
        }
    }
}
