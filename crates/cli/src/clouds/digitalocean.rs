//! DigitalOcean.

use super::Cloud;

pub(super) const CLOUD: Cloud = Cloud {
    name: "digitalocean",
    title: "DigitalOcean",
    codes: groundwork_digitalocean::codes::ALL,
    register: |registry| registry.with(groundwork_digitalocean::DigitalOcean),
    #[cfg(feature = "mock")]
    mock: mock::MOCK,
};

#[cfg(feature = "mock")]
mod mock {
    use std::sync::Arc;

    use groundwork_model::Documents;
    use groundwork_provider::Clock;
    use jiff::Timestamp;
    use mock_cloud::{Mock, Options};
    use mock_digitalocean::{Config, DigitalOcean};

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

    const HOST: &str = "digitalocean.mock.invalid";

    fn served(options: &MockOptions, _: Timestamp) -> Box<dyn mock_cloud::Cloud> {
        let config = Config {
            seed: options.seed,
            ..Config::default()
        };
        Box::new(DigitalOcean::new(config))
    }

    /// An account with a default VPC in every region, and the environment to enter it.
    fn embedded(_: &Documents, clock: &Arc<dyn Clock>) -> (InProcess, Variables) {
        let mut config = Config {
            // Whoever the documents say: a token of a real account opens this one too.
            is_open: true,
            ..Config::default()
        };
        config.default_vpcs.clone_from(&config.regions);
        let mock = Mock::new(Box::new(DigitalOcean::new(config)), Options::default());
        let variables = mock.environment(&format!("http://{HOST}"));
        (InProcess::new(mock, clock), variables)
    }
}
