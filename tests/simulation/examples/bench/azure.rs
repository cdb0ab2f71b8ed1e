//! Azure, everything made. Operations end at once, as far as the cloud is concerned.

use std::{sync::Arc, time::Duration};

use groundwork_engine::Registry;
use groundwork_provider::{Environment, Item};
use mock_azure::{Azure as Mocked, Config, Rates};
use mock_cloud::{Call, Cloud as _, Mock, Object, Options, Rate};
use serde_json::{Value, json};

use crate::subject::{Subject, copied, name};

/// Azure over its mock.
pub(crate) struct Azure;

fn config() -> Config {
    let often = Rate {
        burst: 10_000,
        refill_milli: 1_000_000,
    };
    let mut config = Config {
        operation_delay: Duration::ZERO,
        retry_after_s: Some(0),
        rates: Rates {
            reads: often,
            writes: often,
            deletes: often,
        },
        ..Config::default()
    };
    config.quotas.clear();
    config
}

impl Subject for Azure {
    fn name(&self) -> &'static str {
        "Azure, dual-stack, everything made"
    }

    fn registry(&self) -> Registry {
        Registry::new().with(groundwork_azure::Azure)
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
        json!({ "azure": {} })
    }

    fn datacenter(&self) -> Value {
        json!({ "azure": { "location": "westeurope" } })
    }

    fn is_check(&self, call: &Call) -> bool {
        call.path.ends_with("/permissions") || call.path.ends_with("/usages")
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

    /// What is in a resource group is listed in it.
    fn levels_inside(&self) -> u32 {
        1
    }

    /// An operation is begun and waited for, and what it has made is read. A resource group is made at
    /// once. Before a group or a network is deleted, what would be lost with it is looked for.
    fn calls(&self, item: &Item) -> u32 {
        let (makes, deletes) = (item.action.creates(), item.action.deletes());
        match item.kind.as_str() {
            "azure.resource-group/1" if makes => 1,
            "azure.network-ipv6/1" if makes => 0,
            "azure.resource-group/1" | "azure.network/1" if deletes => 3,
            _ if deletes => 2,
            _ => 3,
        }
    }

    fn copy(&self, mock: &Mock, is_new: &dyn Fn(&str) -> bool, clusters: usize) {
        mock.with(|cloud: &mut Mocked| {
            let all = cloud.store().all();
            let template: Vec<Arc<Object>> = all.filter(|o| is_new(&o.id)).cloned().collect();
            for number in 2..clusters {
                for object in &template {
                    let text = serde_json::to_string(&object.body).unwrap();
                    let text = copied(&text, std::iter::empty(), str::to_owned, number);
                    let body: mock_cloud::Body = serde_json::from_str(&text).unwrap();
                    let id = object.id.replace(&name(1), &name(number));
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
