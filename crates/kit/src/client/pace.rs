//! How many requests a server answers side by side as quickly as one by itself.

use std::{collections::BTreeMap, time::Duration};

/// Requests of one account under way at most.
const MAX: usize = 16;
/// Before anything is known of the server.
const FIRST: usize = 4;
/// After a first reply that was quick, and after one that was not.
const AFTER_FIRST: (usize, usize) = (12, 2);
/// A first reply is quick within that time: a server that is short of processors takes longer for a
/// login, whose password it has to hash.
const FIRST_QUICK: Duration = Duration::from_millis(75);
/// Differences that say nothing.
const NOISE: Duration = Duration::from_millis(10);
/// How many replies have to be quick before more is tried again, at first and at most: what was
/// tried and brought nothing is tried less and less often.
const HELD: (u32, u32) = (8, 128);
/// Operations that are told apart.
const OPERATIONS_MAX: usize = 256;

/// How many requests may be under way. It grows by one where that many are answered as quickly as one
/// alone, shrinks by one where they are not, and to half where they take as long as one after the
/// other.
#[derive(Debug)]
pub(super) struct Pace {
    window: usize,
    max: usize,
    /// Whether it is known how many to begin with.
    is_begun: bool,
    /// Quick replies to wait for before the window grows, and how many it will be the next time.
    held: u32,
    patience: u32,
    /// How long an operation takes by itself, by its name without ids.
    alone: BTreeMap<String, Duration>,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            window: FIRST,
            max: MAX,
            is_begun: false,
            held: 0,
            patience: HELD.0,
            alone: BTreeMap::new(),
        }
    }
}

impl Pace {
    /// With at most so many, however quick the server is.
    pub(super) fn at_most(max: usize) -> Self {
        let max = max.clamp(1, MAX);
        Self {
            window: FIRST.min(max),
            max,
            ..Self::default()
        }
    }

    /// The same for a cloud of many servers: its first reply is no quicker where fewer are under way.
    pub(super) fn ample(self) -> Self {
        Self {
            window: AFTER_FIRST.0.min(self.max),
            is_begun: true,
            ..self
        }
    }

    /// How many requests may be under way now.
    pub(super) fn window(&self) -> usize {
        self.window
    }

    /// Takes a reply in: `together` is how many requests were under way when its own was sent, that
    /// one included.
    pub(super) fn replied(&mut self, operation: &str, together: usize, took: Duration) {
        let alone = self.alone(operation, together, took);
        if !std::mem::replace(&mut self.is_begun, true) {
            let (quick, slow) = AFTER_FIRST;
            let window = if took <= FIRST_QUICK { quick } else { slow };
            self.window = window.min(self.max);
            return;
        }
        let quick = took <= alone + (alone / 3).max(NOISE);
        let in_a_row = together > 1 && took * 10 >= alone * together as u32 * 9;
        // Of fewer than there may be, a quick one says nothing of more.
        let is_full = together >= self.window;
        match (quick, in_a_row) {
            (true, _) if is_full => self.grow(),
            (false, true) => self.shrink(self.window / 2),
            (false, false) if is_full => self.shrink(self.window - 1),
            (true, _) | (false, false) => {}
        }
    }

    /// Takes in that there was no reply, or one that asks for fewer requests.
    pub(super) fn refused(&mut self) {
        self.shrink(self.window / 2);
    }

    fn grow(&mut self) {
        match self.held {
            0 => self.window = (self.window + 1).min(self.max),
            _ => self.held -= 1,
        }
    }

    fn shrink(&mut self, to: usize) {
        self.window = to.max(1);
        self.held = self.patience;
        self.patience = (self.patience * 2).min(HELD.1);
    }

    /// How long an operation takes by itself, as far as is known. The least ever seen; of those that
    /// were alone, the newest count more, since a server gets slower too.
    fn alone(&mut self, operation: &str, together: usize, took: Duration) -> Duration {
        let name = without_ids(operation);
        if !self.alone.contains_key(&name) && self.alone.len() >= OPERATIONS_MAX {
            return took;
        }
        let alone = self.alone.entry(name).or_insert(took);
        *alone = match together {
            1 if took > *alone => (*alone * 3 + took) / 4,
            _ => took.min(*alone),
        };
        *alone
    }
}

/// `DELETE /v2.0/networks/5f0c…` without the id: segments of a path that have a digit and are longer
/// than a version.
fn without_ids(operation: &str) -> String {
    let is_id = |part: &&str| part.len() > 8 && part.contains(|c: char| c.is_ascii_digit());
    let parts = operation.split('/').filter(|part| !is_id(part));
    parts.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A server that works on some requests at once, and on more at the expense of all.
    struct Server {
        processors: usize,
        work: Duration,
    }

    impl Server {
        /// How long `requests` take under a pace, in waves; each wave is as large as the window.
        fn takes(&self, pace: &mut Pace, mut requests: usize) -> Duration {
            let mut all = Duration::ZERO;
            while requests > 0 {
                let wave = pace.window().min(requests);
                let mut longest = Duration::ZERO;
                for place in 1..=wave {
                    let took = self.reply(place);
                    pace.replied("GET /v2.0/networks", place, took);
                    longest = longest.max(took);
                }
                all += longest;
                requests -= wave;
            }
            all
        }

        /// The reply to the nth of several requests that were sent at once.
        fn reply(&self, place: usize) -> Duration {
            let rounds = place.div_ceil(self.processors) as u32;
            let sharing = place.saturating_sub(self.processors) as f64;
            (self.work * rounds).mul_f64(1.0 + 0.1 * sharing)
        }
    }

    fn after_login(took: Duration) -> Pace {
        let mut pace = Pace::default();
        pace.replied("authenticate", 1, took);
        pace
    }

    #[test]
    fn a_quick_server_gets_as_many_as_there_are() {
        let mut pace = after_login(Duration::from_millis(50));
        assert_eq!(pace.window(), 12);
        let (processors, work) = (32, Duration::from_millis(50));
        Server { processors, work }.takes(&mut pace, 64);
        assert_eq!(pace.window(), MAX);
    }

    #[test]
    fn a_cloud_of_many_servers_gets_twelve_from_the_start_however_far_away_it_is() {
        let mut pace = Pace::default().ample();
        let (processors, work) = (1_000, Duration::from_millis(250));
        let took = Server { processors, work }.takes(&mut pace, 8);
        assert_eq!((pace.window(), took), (12, work));
    }

    #[test]
    fn a_server_that_has_to_be_spared_never_gets_more_than_is_said() {
        let mut pace = Pace::at_most(1).ample();
        pace.replied("authenticate", 1, Duration::from_millis(1));
        let (processors, work) = (32, Duration::from_millis(50));
        let took = Server { processors, work }.takes(&mut pace, 64);
        assert_eq!((pace.window(), took), (1, work * 64));
    }

    #[test]
    fn a_server_without_a_processor_to_spare_gets_one_after_the_other() {
        let work = Duration::from_millis(200);
        let mut pace = after_login(work);
        let server = Server {
            processors: 1,
            work,
        };
        let took = server.takes(&mut pace, 100);
        assert_eq!(pace.window(), 1);
        assert!(took <= work * 105, "{took:?}");
    }

    #[test]
    fn two_processors_are_worth_two_requests() {
        let work = Duration::from_millis(200);
        let mut pace = after_login(work);
        let took = Server {
            processors: 2,
            work,
        }
        .takes(&mut pace, 100);
        assert!(took < work * 75, "{took:?}");
    }

    #[test]
    fn a_server_that_recovers_is_found_out() {
        let work = Duration::from_millis(200);
        let mut pace = after_login(work);
        Server {
            processors: 1,
            work,
        }
        .takes(&mut pace, 30);
        Server {
            processors: 32,
            work,
        }
        .takes(&mut pace, 600);
        assert_eq!(pace.window(), MAX);
    }

    #[test]
    fn a_reply_that_does_not_come_halves_it_and_one_is_always_left() {
        let mut pace = after_login(Duration::from_millis(50));
        for window in [6, 3, 1, 1] {
            pace.refused();
            assert_eq!(pace.window(), window);
        }
    }

    #[test]
    fn operations_are_told_apart_by_their_kind_not_by_their_ids() {
        let id = "5f0c1d2e-0000-4000-8000-000000000001";
        assert_eq!(
            without_ids(&format!("DELETE /v2.0/networks/{id}")),
            "DELETE /v2.0/networks"
        );
        assert_eq!(
            without_ids("GET /v2.0/security-groups"),
            "GET /v2.0/security-groups"
        );
        let mut pace = after_login(Duration::from_millis(200));
        // A write takes longer than a read, and that is nobody's fault.
        for _ in 0..8 {
            let full = pace.window();
            pace.replied("GET /v2.0/networks", full, Duration::from_millis(100));
            let full = pace.window();
            pace.replied("POST /v2.0/networks", full, Duration::from_millis(900));
        }
        assert_eq!(pace.window(), MAX);
    }
}
