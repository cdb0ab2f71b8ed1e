//! Token buckets, one for each API.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::config::{Rate, Throttling};

/// What is left in each bucket, in thousandths, and since when.
#[derive(Clone, Debug, Default)]
pub(crate) struct Buckets(BTreeMap<String, (u64, Duration)>);

impl Buckets {
    /// Takes a call out of the bucket of an API; `false` where it is empty.
    pub(crate) fn take(
        &mut self,
        throttling: &Throttling,
        action: &str,
        plain: bool,
        now: Duration,
    ) -> bool {
        let own = match throttling {
            Throttling::Off => return true,
            Throttling::Published(own) => own,
        };
        let rate = own
            .get(action)
            .copied()
            .unwrap_or_else(|| published(action, plain));
        let full = u64::from(rate.burst) * 1000;
        let (left, since) = self.0.get(action).copied().unwrap_or((full, now));
        let back = now.saturating_sub(since).as_millis() * u128::from(rate.refill_milli) / 1000;
        let left = full.min(left + u64::try_from(back).unwrap_or(full));
        let served = left >= 1000;
        let rest = if served { left - 1000 } else { left };
        self.0.insert(action.to_owned(), (rest, now));
        served
    }
}

/// `plain`: a listing without filter and without pages, which costs more.
fn published(action: &str, plain: bool) -> Rate {
    let rate = |burst, refill_milli| Rate {
        burst,
        refill_milli,
    };
    match action {
        "CreateNatGateway" => rate(10, 1000),
        "CreateTags" => rate(100, 10_000),
        "CreateVpcEndpoint" => rate(4, 300),
        _ if action.starts_with("Describe") && plain => rate(50, 10_000),
        _ if action.starts_with("Describe") => rate(100, 20_000),
        _ => rate(50, 5000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_empties_and_fills_again() {
        let on = Throttling::Published(BTreeMap::new());
        let mut buckets = Buckets::default();
        let mut take =
            |now| buckets.take(&on, "CreateNatGateway", false, Duration::from_millis(now));
        assert_eq!((0..12).filter(|_| take(0)).count(), 10);
        assert!(!take(999));
        assert!(take(2000));
    }

    #[test]
    fn each_api_has_its_own() {
        let on = Throttling::Published(BTreeMap::new());
        let mut buckets = Buckets::default();
        while buckets.take(&on, "CreateVpcEndpoint", false, Duration::ZERO) {}
        assert!(buckets.take(&on, "CreateVpc", false, Duration::ZERO));
    }
}
