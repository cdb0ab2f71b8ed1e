//! DigitalOcean, everything made.

use std::{sync::Arc, time::Duration};

use groundwork_engine::Registry;
use groundwork_provider::Item;
use mock_cloud::{Call, Cloud as _, Mock, Object, Options};
use mock_digitalocean::{Config, DigitalOcean as Mocked};
use serde_json::{Value, json};

use crate::subject::{Subject, copied, name};

/// DigitalOcean over its mock.
pub(crate) struct DigitalOcean;

impl Subject for DigitalOcean {
    fn name(&self) -> &'static str {
        "DigitalOcean, dual-stack, everything made"
    }

    fn registry(&self) -> Registry {
        Registry::new().with(groundwork_digitalocean::DigitalOcean)
    }

    fn mock(&self, latency: Duration) -> Mock {
        let config = Config {
            delay: Duration::ZERO,
            requests_per_hour: 1_000_000,
            requests_per_minute: 1_000_000,
            ..Config::default()
        };
        let options = Options {
            latency,
            ..Options::default()
        };
        Mock::new(Box::new(Mocked::new(config)), options)
    }

    fn cluster(&self) -> Value {
        json!({ "digitalocean": { "token": Config::default().tokens[0].text } })
    }

    fn datacenter(&self) -> Value {
        json!({ "digitalocean": { "region": "fra1" } })
    }

    fn is_check(&self, _: &Call) -> bool {
        false
    }

    fn is_login(&self, _: &Call) -> bool {
        false
    }

    /// Subnets are listed in their VPC.
    fn look_levels(&self, exists: bool) -> u32 {
        1 + u32::from(exists)
    }

    /// A firewall's tag is made before it, and deleted after it; what would be lost with either is
    /// looked for first.
    fn calls(&self, item: &Item) -> u32 {
        let is_firewall = item.kind.contains("firewall");
        u32::from(item.action.deletes()) + if is_firewall { 2 } else { 1 }
    }

    fn copy(&self, mock: &Mock, is_new: &dyn Fn(&str) -> bool, clusters: usize) {
        mock.with(|cloud: &mut Mocked| {
            let all = cloud.store().all();
            let template: Vec<Arc<Object>> = all.filter(|o| is_new(&o.id)).cloned().collect();
            for number in 2..clusters {
                // A tag's id is its name, which has the cluster's in it.
                let id = |id: &str| match id.contains(&name(1)) {
                    true => id.replace(&name(1), &name(number)),
                    false => format!("{id}-{number}"),
                };
                for object in &template {
                    let text = serde_json::to_string(&object.body).unwrap();
                    let ids = template.iter().map(|other| other.id.as_str());
                    let body = serde_json::from_str(&copied(&text, ids, id, number)).unwrap();
                    let store = cloud.store_mut();
                    store.insert_as(object.author, &object.kind, &id(&object.id), body);
                }
            }
        });
    }

    fn ids(&self, mock: &Mock) -> Vec<String> {
        mock.with(|cloud: &mut Mocked| cloud.store().all().map(|o| o.id.clone()).collect())
    }
}
