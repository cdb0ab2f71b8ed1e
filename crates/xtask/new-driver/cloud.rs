//! Acorn.

use super::{Cloud, Policies};

pub(super) const CLOUD: Cloud = Cloud {
    name: "acorn",
    title: "Acorn",
    codes: groundwork_acorn::codes::ALL,
    policies: Policies::None("a token may do everything"),
    register: |registry| registry.with(groundwork_acorn::Acorn),
    #[cfg(feature = "mock")]
    mock: mock::MOCK,
};

#[cfg(feature = "mock")]
mod mock {
    use std::sync::Arc;

    use groundwork_model::Documents;
    use groundwork_provider::Clock;
    use jiff::Timestamp;
    use mock_acorn::{Acorn, Config};
    use mock_cloud::{Mock, Options};

    use crate::{
        args::MockOptions,
        clouds::{
            InProcess,
            embedded::{MockOf, Variables},
        },
    };

    pub(super) const MOCK: MockOf = MockOf {
        host: Some(HOST),
        embedded,
        options: &[],
        served,
    };

    const HOST: &str = "acorn.mock.invalid";

    fn served(options: &MockOptions, now: Timestamp) -> Box<dyn mock_cloud::Cloud> {
        Box::new(Acorn::new(Config {
            seed: options.seed,
            epoch: now,
            ..Config::default()
        }))
    }

    /// An account that any token opens, and the environment to enter it.
    fn embedded(_documents: &Documents, clock: &Arc<dyn Clock>) -> (InProcess, Variables) {
        let config = Config {
            epoch: clock.now(),
            open: true,
            ..Config::default()
        };
        let mock = Mock::new(Box::new(Acorn::new(config)), Options::default());
        let variables = mock.environment(&format!("https://{HOST}"));
        (InProcess::new(mock, clock), variables)
    }
}
