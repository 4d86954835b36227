//! What was asked for lately, and took long to make: kept in memory for a while, and let go of when nobody asks again.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::Duration,
};

use tokio::{task::spawn_blocking, time::Instant};

/// So long something is kept if nobody asks for it again.
const KEPT_FOR: Duration = Duration::from_secs(60);

struct Kept<K, V> {
    key: K,
    weight: usize,
    value: V,
    asked: Instant,
}

type All<K, V> = Mutex<VecDeque<Kept<K, V>>>;

/// Values by key, as many as weigh no more than a limit; the newest stays whatever it weighs.
///
/// A value that nobody has asked for in a minute goes within the next one. Needs a tokio runtime.
pub struct Recent<K, V> {
    all: Arc<All<K, V>>,
    weight_max: usize,
}

impl<K: PartialEq + Send + 'static, V: Clone + Send + 'static> Recent<K, V> {
    /// Nothing yet.
    #[must_use]
    pub fn new(weight_max: usize) -> Self {
        Self { all: Arc::default(), weight_max }
    }

    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &K) -> Option<V> {
        let mut all = lock(&self.all);
        let kept = all.iter_mut().find(|kept| kept.key == *key)?;
        kept.asked = Instant::now();
        Some(kept.value.clone())
    }

    /// The value that is the greatest by what `rank` says of its key; those of which it says nothing do not count.
    #[must_use]
    pub fn greatest<R: Ord>(&self, rank: impl Fn(&K) -> Option<R>) -> Option<V> {
        let all = lock(&self.all);
        let ranked = all.iter().filter_map(|kept| Some((rank(&kept.key)?, kept)));
        ranked.max_by(|(one, _), (other, _)| one.cmp(other)).map(|(_, kept)| kept.value.clone())
    }

    /// Keeps a value, and lets go of those not asked for the longest as far as there is no room.
    pub fn put(&self, key: K, weight: usize, value: V) {
        let mut all = lock(&self.all);
        let is_first = all.is_empty();
        all.push_back(Kept { key, weight, value, asked: Instant::now() });
        let mut gone = Vec::new();
        while all.len() > 1 && all.iter().map(|kept| kept.weight).sum::<usize>() > self.weight_max {
            let others = all.iter().take(all.len() - 1).enumerate();
            let oldest = others.min_by_key(|(_, kept)| kept.asked).map_or(0, |(index, _)| index);
            gone.extend(all.remove(oldest));
        }
        drop(all);
        let_go(gone);
        if is_first {
            // Whoever tends the first tends those that come after it, too.
            tokio::spawn(tend(Arc::downgrade(&self.all)));
        }
    }
}

fn lock<T>(all: &Mutex<T>) -> MutexGuard<'_, T> {
    all.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What is kept may be large; to let go of it takes a while.
fn let_go<T: Send + 'static>(gone: Vec<T>) {
    if !gone.is_empty() {
        spawn_blocking(move || drop(gone));
    }
}

/// Lets go of what nobody asks for, now and then, until nothing is left.
async fn tend<K: Send + 'static, V: Send + 'static>(all: Weak<All<K, V>>) {
    while let Some(all) = all.upgrade()
        && forget_old(&all)
    {
        drop(all);
        tokio::time::sleep(KEPT_FOR).await;
    }
}

/// Lets go of what nobody has asked for lately; says whether anything is left.
fn forget_old<K: Send + 'static, V: Send + 'static>(all: &All<K, V>) -> bool {
    let mut kept = lock(all);
    let (old, left): (VecDeque<_>, VecDeque<_>) =
        kept.drain(..).partition(|kept| kept.asked.elapsed() >= KEPT_FOR);
    *kept = left;
    let is_any_left = !kept.is_empty();
    drop(kept);
    let_go(old.into());
    is_any_left
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn what_nobody_asks_for_is_let_go_and_the_rest_stays() {
        let recent = Recent::new(10);
        recent.put("old", 1, 1);
        recent.put("asked for", 1, 2);
        for _ in 0..5 {
            tokio::time::advance(KEPT_FOR / 2).await;
            tokio::task::yield_now().await;
            assert_eq!(recent.get(&"asked for"), Some(2));
        }
        assert_eq!(recent.get(&"old"), None);
        tokio::time::advance(KEPT_FOR).await;
        tokio::task::yield_now().await;
        tokio::time::advance(KEPT_FOR).await;
        tokio::task::yield_now().await;
        assert!(lock(&recent.all).is_empty());
        // And what comes after that is tended again.
        recent.put("new", 1, 3);
        assert_eq!(recent.get(&"new"), Some(3));
    }

    #[tokio::test(start_paused = true)]
    async fn without_room_what_was_not_asked_for_the_longest_goes_and_the_newest_stays() {
        let recent = Recent::new(3);
        for key in 1..=3 {
            recent.put(key, 1, key);
            tokio::time::advance(Duration::from_millis(1)).await;
        }
        assert_eq!(recent.get(&1), Some(1));
        recent.put(4, 1, 4);
        assert_eq!(
            (1..=4).map(|key| recent.get(&key)).collect::<Vec<_>>(),
            [Some(1), None, Some(3), Some(4)]
        );
        recent.put(5, 100, 5);
        assert_eq!((1..=5).filter_map(|key| recent.get(&key)).collect::<Vec<_>>(), [5]);
        recent.put(6, 1, 6);
        assert_eq!((1..=6).filter_map(|key| recent.get(&key)).collect::<Vec<_>>(), [6]);
        assert_eq!(recent.greatest(|key| (*key < 6).then_some(*key)), None);
        assert_eq!(recent.greatest(|key| Some(*key)), Some(6));
    }
}
