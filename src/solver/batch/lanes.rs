//! Runs several days at the same time on the caller's pool; without the feature one after the
//! other.

/// Threads that days can be planned on at the same time.
pub(super) fn threads() -> usize {
    #[cfg(feature = "rayon")]
    return rayon::current_num_threads();
    #[cfg(not(feature = "rayon"))]
    return 1;
}

/// Calls `lane` with 0 to `lanes`, each on a thread of its own while there are enough.
///
/// A lane is a loop over days. Were it a task like any other, a thread that waits for a part of
/// its day could take up a second lane, and come back to the first when all days are done. Rayon
/// hands a broadcast to each thread once and none takes that of another.
#[cfg(feature = "rayon")]
pub(super) fn run(lanes: usize, lane: impl Fn(usize) + Sync) {
    use std::sync::atomic::{AtomicUsize, Ordering};
    let next = AtomicUsize::new(0);
    rayon::broadcast(|_| {
        let number = next.fetch_add(1, Ordering::Relaxed);
        if number < lanes {
            lane(number);
        }
    });
}

/// Calls `lane` with 0 to `lanes`.
#[cfg(not(feature = "rayon"))]
pub(super) fn run(lanes: usize, lane: impl Fn(usize) + Sync) {
    (0..lanes).for_each(lane);
}
