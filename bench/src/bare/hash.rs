//! One password hash with the product's parameters, on an idle machine.

use crate::samples::Samples;
use anyhow::{Result, anyhow};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use std::time::Instant;

/// Argon2id with 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const OUTPUT_BYTES: usize = 32;

/// How long so many hashes took, one after the other, on memory that is kept.
pub(crate) fn measure(times: usize) -> Result<Samples> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, Some(OUTPUT_BYTES)).map_err(|e| anyhow!("the parameters: {e}"))?;
    let mut blocks = vec![Block::default(); params.block_count()];
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut hash = || {
        let (mut output, start) = ([0; OUTPUT_BYTES], Instant::now());
        let hashed = argon2.hash_password_into_with_memory(b"correct horse battery staple", b"sixteen bytes ok", &mut output, &mut blocks);
        hashed.map(|()| start.elapsed()).map_err(|e| anyhow!("the hash: {e}"))
    };
    // The first touches the memory.
    hash()?;
    (0..times).map(|_| hash()).collect()
}
