//! Equinix Metal, of which nothing is created: only what a look costs.

use std::time::Duration;

use groundwork_engine::Registry;
use mock_cloud::{Call, Cloud as _, Mock, Options};
use mock_equinix::{Config, Equinix as Mocked};
use serde_json::{Value, json};

use crate::subject::Subject;

/// Equinix Metal over its mock: a project with a server.
pub(crate) struct Equinix;

impl Subject for Equinix {
    fn name(&self) -> &'static str {
        "Equinix Metal, dual-stack, everything verified"
    }

    fn registry(&self) -> Registry {
        Registry::new().with(groundwork_equinix::Equinix)
    }

    fn mock(&self, latency: Duration) -> Mock {
        let options = Options {
            latency,
            ..Options::default()
        };
        let mock = Mock::new(Box::new(Mocked::new(Config::default())), options);
        mock.with(|cloud: &mut Mocked| {
            let project = cloud.config.project.id.clone();
            let device = json!({ "metro": "da", "plan": "p", "operating_system": "o" });
            cloud.make(&project, "devices", device);
        });
        mock
    }

    fn cluster(&self) -> Value {
        let Config {
            tokens, project, ..
        } = Config::default();
        json!({ "packet": { "apiKey": tokens[0].text, "projectID": project.id } })
    }

    fn beside(&self) -> Option<Value> {
        Some(json!({ "packet": { "endpoint": "http://metal.test/metal/v1" } }))
    }

    fn datacenter(&self) -> Value {
        json!({ "packet": { "metro": "da" } })
    }

    fn is_check(&self, _: &Call) -> bool {
        false
    }

    fn is_login(&self, _: &Call) -> bool {
        false
    }

    fn look_levels(&self, _: bool) -> u32 {
        1
    }

    fn copy(&self, _: &Mock, _: &dyn Fn(&str) -> bool, _: usize) {}

    fn ids(&self, mock: &Mock) -> Vec<String> {
        mock.with(|cloud: &mut Mocked| cloud.store().all().map(|o| o.id.clone()).collect())
    }
}
