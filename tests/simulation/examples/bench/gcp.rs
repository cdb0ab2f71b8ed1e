//! Google Cloud, everything made. Operations end at once, as far as the cloud is concerned.

use std::{sync::Arc, time::Duration};

use groundwork_engine::{Registry, SystemClock};
use groundwork_provider::{Clock as _, Environment, Item};
use mock_cloud::{Calendar, Call, Cloud as _, Mock, Object, Options};
use mock_gcp::{Config, Gcp as Mocked};
use serde_json::{Value, json};

use crate::subject::{Subject, copied, name};

/// Google Cloud over its mock.
pub(crate) struct Gcp;

fn config() -> Config {
    let mut config = Config {
        // What the service account signs has this machine's time.
        calendar: Calendar {
            epoch: SystemClock.now(),
        },
        operation_delay: Duration::ZERO,
        prefix_delay: Duration::ZERO,
        ..Config::default()
    };
    config.quotas.clear();
    config
}

impl Subject for Gcp {
    fn name(&self) -> &'static str {
        "GCP, dual-stack, everything made"
    }

    fn registry(&self) -> Registry {
        Registry::new().with(groundwork_gcp::Gcp)
    }

    fn mock(&self, latency: Duration) -> Mock {
        let options = Options {
            latency,
            ..Options::default()
        };
        Mock::new(Box::new(Mocked::new(config())), options)
    }

    fn environment(&self) -> Environment {
        Environment::new(Mocked::new(config()).environment("http://cloud"))
    }

    fn cluster(&self) -> Value {
        json!({ "gcp": { "network": "", "subnetwork": "" } })
    }

    fn datacenter(&self) -> Value {
        json!({ "gcp": { "region": "europe-west3", "zoneSuffixes": ["a"] } })
    }

    fn is_check(&self, call: &Call) -> bool {
        call.path.ends_with("testIamPermissions") || call.path.ends_with("/projects/mock-project")
    }

    fn is_login(&self, call: &Call) -> bool {
        call.path.ends_with("/token")
    }

    /// The first look asks for a token before.
    fn look_levels(&self, exists: bool) -> u32 {
        match exists {
            true => 1,
            false => 2,
        }
    }

    /// An operation is begun and waited for. What the cloud adds to (ranges) is read after it.
    fn calls(&self, item: &Item) -> u32 {
        let is_read = ["gcp.network/1", "gcp.subnetwork/1"].contains(&item.kind.as_str());
        match is_read && item.action.creates() {
            true => 3,
            false => 2,
        }
    }

    fn copy(&self, mock: &Mock, is_new: &dyn Fn(&str) -> bool, clusters: usize) {
        mock.with(|cloud: &mut Mocked| {
            let all = cloud.store().all();
            let template: Vec<Arc<Object>> = all.filter(|o| is_new(&o.id)).cloned().collect();
            for number in 2..clusters {
                for object in &template {
                    let text = serde_json::to_string(&object.body).unwrap();
                    let id = |id: &str| id.replace(&name(1), &name(number));
                    let text = copied(&text, std::iter::empty(), str::to_owned, number);
                    let mut body: mock_cloud::Body = serde_json::from_str(&text).unwrap();
                    let own = body["id"].as_str().unwrap();
                    let own: u64 = own.parse().unwrap();
                    body.insert("id".to_owned(), json!((own ^ number as u64).to_string()));
                    let mut id = id(&object.id);
                    if object.kind == "routes" {
                        id = format!("{id}-{number}");
                        body.insert("name".to_owned(), json!(id.rsplit('/').next()));
                    }
                    let store = cloud.store_mut();
                    store.insert_as(object.author, &object.kind, &id, body);
                }
            }
        });
    }

    fn ids(&self, mock: &Mock) -> Vec<String> {
        mock.with(|cloud: &mut Mocked| cloud.store().all().map(|o| o.id.clone()).collect())
    }
}
