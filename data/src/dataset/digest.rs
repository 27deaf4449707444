//! SHA-256 of what is read, on a thread of its own: reading does not wait for it.

use std::panic::resume_unwind;
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread::{self, JoinHandle};

use sha2::{Digest as _, Sha256};

/// Bytes that are handed over at once.
const BLOCK: usize = 1 << 17;
/// Blocks that may wait.
const WAITING: usize = 4;

/// A digest that is fed from one thread and made on another.
pub(crate) struct Digest {
    block: Vec<u8>,
    full: SyncSender<Vec<u8>>,
    /// Blocks to be filled again.
    empty: Receiver<Vec<u8>>,
    thread: JoinHandle<Sha256>,
}

impl Digest {
    /// A digest of nothing yet.
    pub fn start() -> Self {
        let (full, received) = sync_channel(WAITING);
        let (emptied, empty) = channel();
        let thread = thread::spawn(move || digest(&received, &emptied));
        Self {
            block: Vec::with_capacity(BLOCK),
            full,
            empty,
            thread,
        }
    }

    /// Takes the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.block.extend_from_slice(bytes);
        if self.block.len() >= BLOCK {
            let next = self.empty.try_recv().unwrap_or_default();
            self.hand_over(next);
        }
    }

    /// The digest in hexadecimal.
    pub fn finish(mut self) -> String {
        self.hand_over(Vec::new());
        drop(self.full);
        let hasher = self
            .thread
            .join()
            .unwrap_or_else(|panic| resume_unwind(panic));
        hex::encode(hasher.finalize())
    }

    fn hand_over(&mut self, next: Vec<u8>) {
        let block = std::mem::replace(&mut self.block, next);
        // Refused only when the thread is gone, which `finish` tells.
        let _ = self.full.send(block);
    }
}

fn digest(blocks: &Receiver<Vec<u8>>, emptied: &Sender<Vec<u8>>) -> Sha256 {
    let mut hasher = Sha256::new();
    for mut block in blocks {
        hasher.update(&block);
        block.clear();
        // Nobody may need it any more.
        let _ = emptied.send(block);
    }
    hasher
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_of_any_size_give_the_digest_of_the_whole() {
        let bytes: Vec<u8> = (0..3_000_017_u32)
            .map(|place| place.to_le_bytes()[1])
            .collect();
        for size in [7, 1000, BLOCK, 3 * BLOCK] {
            let mut digest = Digest::start();
            bytes.chunks(size).for_each(|piece| digest.update(piece));
            assert_eq!(
                digest.finish(),
                hex::encode(Sha256::digest(&bytes)),
                "pieces of {size}"
            );
        }
        assert_eq!(Digest::start().finish(), hex::encode(Sha256::digest([])));
    }
}
