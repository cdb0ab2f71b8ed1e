//! The product's connector: reqwest over rustls with ring.

use std::sync::Arc;

use crate::{Connector, Failure, Settings, Transport};

/// Real connections: TLS is verified, redirects are off, proxies come from the environment.
#[derive(Clone, Copy, Debug, Default)]
pub struct Https;

impl Connector for Https {
    fn connect(&self, _settings: &Settings) -> Result<Arc<dyn Transport>, Failure> {
        Err(Failure::new(crate::Cause::Settings, crate::Sent::No, "written next"))
    }
}
