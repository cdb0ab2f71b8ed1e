use std::collections::BTreeMap;
use std::time::Duration;

/// How often something may be called.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Rate {
    /// How many calls at once after a rest.
    pub burst: u32,
    /// How many thousandths of a call come back each second.
    pub refill_milli: u32,
}

/// How full a bucket is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Level {
    /// The most calls that it can hold.
    pub limit: u32,
    /// How many calls are left.
    pub left: u32,
    /// How long it takes until it is full if nobody calls.
    pub full_in: Duration,
}

/// Token buckets by key: one for an API, a caller, a project, whatever the cloud counts by.
#[derive(Clone, Debug)]
pub struct Buckets<K> {
    /// What is left in each bucket, in millionths of a call, and since when.
    left: BTreeMap<K, (u64, Duration)>,
}

/// Millionths of a call: a millisecond brings back `refill_milli` of them.
const CALL: u64 = 1_000_000;

impl<K> Default for Buckets<K> {
    fn default() -> Self {
        Self {
            left: BTreeMap::new(),
        }
    }
}

impl<K: Ord> Buckets<K> {
    /// Takes a call out of a bucket; `false` where it is empty.
    pub fn take(&mut self, key: K, rate: Rate, now: Duration) -> bool {
        let left = self.left_at(&key, rate, now);
        let is_served = left >= CALL;
        let rest = if is_served { left - CALL } else { left };
        self.left.insert(key, (rest, now));
        is_served
    }

    /// How full a bucket is; full where nobody has called yet.
    pub fn level(&self, key: &K, rate: Rate, now: Duration) -> Level {
        let left = self.left_at(key, rate, now);
        let full = u64::from(rate.burst) * CALL;
        let refill = u64::from(rate.refill_milli).max(1);
        Level {
            limit: rate.burst,
            left: u32::try_from(left / CALL).unwrap_or(u32::MAX),
            full_in: Duration::from_millis((full - left).div_ceil(refill)),
        }
    }

    fn left_at(&self, key: &K, rate: Rate, now: Duration) -> u64 {
        let full = u64::from(rate.burst) * CALL;
        let Some((left, since)) = self.left.get(key) else {
            return full;
        };
        let back = now.saturating_sub(*since).as_millis() * u128::from(rate.refill_milli);
        full.min(left.saturating_add(u64::try_from(back).unwrap_or(full)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEN: Rate = Rate {
        burst: 10,
        refill_milli: 300,
    };

    #[test]
    fn a_bucket_empties_and_fills_again() {
        let mut buckets = Buckets::default();
        let mut take = |ms| buckets.take("a", TEN, Duration::from_millis(ms));
        assert_eq!((0..12).filter(|_| take(0)).count(), 10);
        assert!(!take(3333));
        assert!(take(3334));
        assert!(!take(3335));
    }

    #[test]
    fn who_asks_all_the_time_is_served_as_often_as_who_waits() {
        let mut buckets = Buckets::default();
        let mut take = |ms| buckets.take((), TEN, Duration::from_millis(ms));
        let served = (0..=20_000).filter(|ms| take(*ms)).count();
        assert_eq!(served, 10 + 6);
    }

    #[test]
    fn each_key_has_its_own() {
        let mut buckets = Buckets::default();
        while buckets.take("a", TEN, Duration::ZERO) {}
        assert!(buckets.take("b", TEN, Duration::ZERO));
    }

    #[test]
    fn the_level_says_how_many_are_left_and_when_all_are_back() {
        let mut buckets = Buckets::default();
        while buckets.take("a", TEN, Duration::ZERO) {}
        let level = buckets.level(&"a", TEN, Duration::from_millis(4000));
        assert_eq!((level.limit, level.left), (10, 1));
        assert_eq!(level.full_in, Duration::from_millis(29_334));
    }
}
