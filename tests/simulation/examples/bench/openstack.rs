//! OpenStack, everything made.

use std::{sync::Arc, time::Duration};

use groundwork_engine::Registry;
use mock_cloud::{Call, Cloud as _, Mock, Object, Options};
use mock_openstack::{Config, OpenStack as Mocked};
use serde_json::{Value, json};

use crate::subject::{Subject, copied};

/// OpenStack over its mock.
pub(crate) struct OpenStack;

impl Subject for OpenStack {
    fn name(&self) -> &'static str {
        "OpenStack, dual-stack, everything made"
    }

    fn registry(&self) -> Registry {
        Registry::new().with(groundwork_openstack::OpenStack)
    }

    fn mock(&self, latency: Duration) -> Mock {
        let mut config = Config::default().without_quotas().with_default_v6_pool();
        config.external_networks.clear();
        let config = config.with_external_network("public", &["198.18.0.0/15", "2001:db8:f::/64"]);
        let options = Options {
            latency,
            ..Options::default()
        };
        Mock::new(Box::new(Mocked::new(config)), options)
    }

    fn cluster(&self) -> Value {
        json!({ "openstack": {
            "username": "demo", "password": "secret", "project": "demo", "domain": "Default",
        } })
    }

    fn datacenter(&self) -> Value {
        json!({ "openstack": {
            "authURL": "http://openstack.test/identity/v3", "region": "RegionOne", "ipv6Enabled": true,
        } })
    }

    fn is_check(&self, call: &Call) -> bool {
        call.path.contains("/quotas")
    }

    fn is_login(&self, call: &Call) -> bool {
        call.path.contains("/auth/tokens")
    }

    fn look_levels(&self, _: bool) -> u32 {
        1
    }

    fn copy(&self, mock: &Mock, is_new: &dyn Fn(&str) -> bool, clusters: usize) {
        mock.with(|cloud: &mut Mocked| {
            let all = cloud.store().all();
            let template: Vec<Arc<Object>> = all.filter(|o| is_new(&o.id)).cloned().collect();
            for number in 2..clusters {
                let id = |id: &str| format!("{number:08x}{}", &id[8..]);
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
