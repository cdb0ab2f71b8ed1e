//! AWS, a VPC in three zones.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use groundwork_engine::{Registry, SystemClock};
use groundwork_provider::{Clock, Environment, Item};
use mock_aws::{Aws as Mocked, Config};
use mock_cloud::{Call, Cloud as _, Mock, Object, Options};
use serde_json::{Value, json};

use crate::subject::{Subject, copied};

const ENDPOINT: &str = "http://aws.test";

/// AWS over its mock.
pub(crate) struct Aws {
    name: &'static str,
    private: bool,
}

impl Aws {
    /// A public subnet in each zone.
    pub(crate) const PUBLIC: Self = Self {
        name: "AWS, dual-stack, public subnets in three zones",
        private: false,
    };
    /// A private one as well, with a NAT gateway in each zone.
    pub(crate) const PRIVATE: Self = Self {
        name: "AWS, dual-stack, public and private subnets in three zones",
        private: true,
    };
}

/// Limits by their codes that a thousand clusters need to be higher: VPCs, internet gateways,
/// security groups.
const RAISED: [&str; 3] = ["L-F678F1CE", "L-A4707A72", "L-E79EC296"];

impl Subject for Aws {
    fn name(&self) -> &'static str {
        self.name
    }

    fn registry(&self) -> Registry {
        Registry::new().with(groundwork_aws::Aws)
    }

    fn mock(&self, latency: Duration) -> Mock {
        let raised = RAISED.map(|code| (code.to_owned(), 10_000));
        let config = Config {
            epoch: SystemClock.now(),
            association_delay: Duration::ZERO,
            nat_delay: Duration::ZERO,
            quotas: BTreeMap::from(raised),
            ..Config::default()
        };
        let options = Options {
            latency,
            ..Options::default()
        };
        Mock::new(Box::new(Mocked::new(config)), options)
    }

    fn environment(&self) -> Environment {
        Environment::new([("AWS_ENDPOINT_URL".to_owned(), ENDPOINT.to_owned())])
    }

    fn cluster(&self) -> Value {
        let key = &Config::default().keys[0];
        json!({ "aws": {
            "accessKeyID": key.id, "secretAccessKey": key.secret, "privateSubnets": self.private,
        } })
    }

    fn datacenter(&self) -> Value {
        json!({ "aws": { "region": Config::default().region } })
    }

    fn is_check(&self, call: &Call) -> bool {
        let asks = |verb| call.path.trim_start_matches('/').starts_with(verb);
        let looks = ["Describe", "Get", "List"].into_iter().any(asks);
        // What changes nothing and does not look is a dry run.
        call.path.contains("ServiceQuota") || !(call.mutating || looks)
    }

    fn is_login(&self, call: &Call) -> bool {
        call.path.contains("GetCallerIdentity")
    }

    /// The attributes of a VPC are asked for by its id.
    fn look_levels(&self, exists: bool) -> u32 {
        1 + u32::from(exists)
    }

    /// An IPv6 range, or a NAT gateway, is asked for, and then asked about.
    fn calls(&self, item: &Item) -> u32 {
        match item.kind.as_str() {
            "aws.vpc-ipv6/1" | "aws.nat-gateway/1" => 2,
            _ => 1,
        }
    }

    /// A subnet's two switches, one a call, and whether it is there; a group's rules, in and out.
    fn touches(&self, item: &Item) -> u32 {
        match item.kind.as_str() {
            _ if item.node.is_none() => 0,
            "aws.subnet/1" => 3 - u32::from(item.address.as_str().contains("private")),
            "aws.security-group/1" => 2,
            _ => 0,
        }
    }

    fn copy(&self, mock: &Mock, is_new: &dyn Fn(&str) -> bool, clusters: usize) {
        mock.with(|cloud: &mut Mocked| {
            let all = cloud.store().all();
            let template: Vec<Arc<Object>> = all.filter(|o| is_new(&o.id)).cloned().collect();
            for number in 2..clusters {
                let id = |id: &str| {
                    let (prefix, digits) = id.rsplit_once('-').unwrap();
                    format!("{prefix}-{number:08x}{}", &digits[8..])
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
