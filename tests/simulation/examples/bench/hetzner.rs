//! Hetzner Cloud, everything made. Actions end at once, as far as the cloud is concerned.

use std::{sync::Arc, time::Duration};

use groundwork_engine::Registry;
use groundwork_provider::Item;
use mock_cloud::{Call, Cloud as _, Mock, Object, Options};
use mock_hetzner::{Config, Hetzner as Mocked};
use serde_json::{Value, json};

use crate::subject::{Subject, copied};

/// Hetzner Cloud over its mock.
pub(crate) struct Hetzner;

impl Subject for Hetzner {
    fn name(&self) -> &'static str {
        "Hetzner, dual-stack, everything made"
    }

    fn registry(&self) -> Registry {
        Registry::new().with(groundwork_hetzner::Hetzner)
    }

    fn mock(&self, latency: Duration) -> Mock {
        let mut config = Config {
            action_delay: Duration::ZERO,
            requests_per_hour: 1_000_000,
            ..Config::default()
        };
        config.limits.clear();
        let options = Options {
            latency,
            ..Options::default()
        };
        Mock::new(Box::new(Mocked::new(config)), options)
    }

    fn cluster(&self) -> Value {
        json!({ "hetzner": { "token": Config::default().tokens[0].text } })
    }

    fn datacenter(&self) -> Value {
        json!({ "hetzner": { "datacenter": "", "location": "fsn1", "network": "" } })
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

    /// What an action changes is asked for, waited for and read; what uses it is looked for before
    /// it is deleted.
    fn calls(&self, item: &Item) -> u32 {
        let is_part = item.kind.contains("subnet") || item.kind.contains("selector");
        let looks = u32::from(item.action.deletes() && !item.kind.contains("firewall/"));
        looks + if is_part { 3 } else { 1 }
    }

    fn copy(&self, mock: &Mock, is_new: &dyn Fn(&str) -> bool, clusters: usize) {
        mock.with(|cloud: &mut Mocked| {
            let all = cloud.store().all();
            let template: Vec<Arc<Object>> = all.filter(|o| is_new(&o.id)).cloned().collect();
            for number in 2..clusters {
                let id = |id: &str| (id.parse::<usize>().unwrap() + number * 10).to_string();
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
