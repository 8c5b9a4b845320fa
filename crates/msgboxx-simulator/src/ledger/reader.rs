//! Reads the ledger: as a stream for those who ask, and from the beginning at start.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use bytes::Bytes;
use futures_util::Stream;
use futures_util::stream;

use super::line::Recorded;
use super::{Extent, Ledger};

/// About how many bytes one step of the stream carries.
const STEP: usize = 256 << 10;

/// The items after a number as JSON, `{"items":[…]}`, read while it is sent.
pub(crate) fn items_after(ledger: &Ledger, after: u64, limit: u64) -> io::Result<impl Stream<Item = io::Result<Bytes>> + use<>> {
    let extent = ledger.extent();
    let (offset, first) = extent.place_after(after);
    let mut file = ledger.file()?;
    file.seek(SeekFrom::Start(offset))?;
    let lines = Lines {
        reader: BufReader::with_capacity(64 << 10, file.take(extent.length.saturating_sub(offset))),
        number: first,
        after,
        left: limit,
        is_begun: false,
    };
    Ok(stream::try_unfold(Some(lines), async |lines| {
        let Some(lines) = lines else { return Ok(None) };
        let step = tokio::task::spawn_blocking(move || lines.step()).await.map_err(io::Error::other)?;
        step.map(Some)
    }))
}

struct Lines {
    reader: BufReader<io::Take<File>>,
    number: u64,
    after: u64,
    left: u64,
    is_begun: bool,
}

impl Lines {
    /// The next piece of JSON, and what follows it.
    fn step(mut self) -> io::Result<(Bytes, Option<Self>)> {
        let mut piece = Vec::with_capacity(STEP);
        let mut line = Vec::new();
        if !self.is_begun {
            piece.extend_from_slice(b"{\"items\":[");
        }
        while piece.len() < STEP {
            line.clear();
            if self.left == 0 || self.reader.read_until(b'\n', &mut line)? == 0 {
                piece.extend_from_slice(b"]}");
                return Ok((piece.into(), None));
            }
            let is_asked_for = self.number > self.after;
            self.number += 1;
            if !is_asked_for {
                continue;
            }
            self.left -= 1;
            if std::mem::replace(&mut self.is_begun, true) {
                piece.push(b',');
            }
            piece.extend_from_slice(line.trim_ascii_end());
        }
        Ok((piece.into(), Some(self)))
    }
}

/// Reads all whole lines from the beginning. A last line that was cut off does not count.
pub(crate) fn replay(path: &Path, mut each: impl FnMut(Recorded<'_>)) -> io::Result<Extent> {
    let mut extent = Extent::default();
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(extent),
        Err(error) => return Err(error),
    };
    let mut reader = BufReader::with_capacity(1 << 20, file);
    let mut line = Vec::new();
    loop {
        line.clear();
        let count = reader.read_until(b'\n', &mut line)?;
        if line.last() != Some(&b'\n') {
            return Ok(extent);
        }
        extent.grow(count as u64);
        match serde_json::from_slice(&line) {
            Ok(recorded) => each(recorded),
            Err(error) => tracing::warn!(line = extent.last, %error, "a line of the simulator's ledger is not readable"),
        }
    }
}
