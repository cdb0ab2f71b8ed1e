use std::time::Duration;

/// A server that is short of processors: what is sent side by side is answered one after the other,
/// and each request that has to share makes all of them dearer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Processors {
    /// How many requests are worked on at once.
    pub number: usize,
    /// How much more work a request is for each one that it shares a processor with, as a part of
    /// its own.
    pub contention: f64,
}

impl Processors {
    /// As a Neutron on two busy cores behaves: five listings at once take as long as nine in a row.
    pub fn new(number: usize) -> Self {
        Self {
            number: number.max(1),
            contention: 0.4,
        }
    }
}

/// The requests that are being worked on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Queue {
    /// When each is answered, in order.
    ends: Vec<Duration>,
}

impl Queue {
    /// Takes a request that is `work` on an idle server; how long until it is answered.
    pub(crate) fn take(&mut self, now: Duration, work: Duration, at: Processors) -> Duration {
        self.ends.retain(|end| *end > now);
        let ahead = self.ends.len();
        let sharing = (ahead + 1).saturating_sub(at.number) as f64;
        let waited_for = ahead.checked_sub(at.number).map(|index| self.ends[index]);
        let begin = waited_for.unwrap_or(now);
        let end = begin + work.mul_f64(1.0 + at.contention * sharing);
        let place = self.ends.partition_point(|other| *other <= end);
        self.ends.insert(place, end);
        end - now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORK: Duration = Duration::from_millis(10);

    fn all_at_once(requests: usize, number: usize) -> Duration {
        let mut queue = Queue::default();
        let ends = (0..requests).map(|_| queue.take(Duration::ZERO, WORK, Processors::new(number)));
        ends.max().unwrap()
    }

    #[test]
    fn on_one_processor_five_at_once_take_as_long_as_nine_in_a_row() {
        assert_eq!(all_at_once(1, 1), WORK);
        assert_eq!(all_at_once(5, 1), WORK * 9);
    }

    #[test]
    fn what_has_a_processor_of_its_own_waits_for_nobody() {
        assert_eq!(all_at_once(4, 4), WORK);
        let mut queue = Queue::default();
        let mut now = Duration::ZERO;
        for _ in 0..5 {
            let delay = queue.take(now, WORK, Processors::new(1));
            assert_eq!(delay, WORK);
            now += delay;
        }
    }
}
