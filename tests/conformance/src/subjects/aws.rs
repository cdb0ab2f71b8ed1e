//! AWS as a subject.

use std::time::Duration;

use groundwork_aws::Aws;
use groundwork_engine::Registry;
use groundwork_provider::Environment;
use jiff::Timestamp;
use mock_aws::{Aws as AwsCloud, Config};
use mock_cloud::{Call, Entry, Faults, Mock, Options};
use serde_json::{Value, json};

use super::aws_existing;
use crate::{
    Drift, Existing, Stranger, Subject, Twins, Variant, Violation, dual_stack_network, merged, own,
};

/// The suite's clock begins here, and signatures are held against it.
const EPOCH_S: i64 = 1_800_000_000;

/// AWS over its mock.
#[derive(Clone, Debug)]
pub struct AwsSubject {
    /// The cloud.
    pub config: Config,
    /// Fields of the cluster's section.
    pub section: Value,
}

impl Default for AwsSubject {
    /// A public subnet in one zone.
    fn default() -> Self {
        let config = Config {
            epoch: Timestamp::constant(EPOCH_S, 0),
            // Long enough to be waited for, and not asked about often.
            association_delay: Duration::from_millis(300),
            nat_delay: Duration::from_millis(500),
            ..Config::default()
        };
        let zones = json!({ "zones": ["eu-central-1a"] });
        Self {
            config,
            section: zones,
        }
    }
}

impl AwsSubject {
    /// A private subnet beside the public one, with every way out that there is.
    #[must_use]
    pub fn private() -> Self {
        let section = json!({ "privateSubnets": true, "natGateways": "perZone", "dns64": true });
        let default = Self::default();
        Self {
            section: merged(default.section, &section),
            ..default
        }
    }

    /// A cloud that needs a while to hear of what was made, and longer until subnets can be used.
    #[must_use]
    pub fn hesitant() -> Self {
        let mut subject = Self::private();
        subject.config.consistency_delay = Duration::from_secs(3);
        subject.config.association_delay = Duration::from_secs(5);
        subject
    }
}

/// The cluster's own object of a kind at an address.
fn own_at(mock: &Mock, kind: &str, address: &str) -> Entry {
    let inventory = mock.inventory();
    let tag = format!("groundwork.io/address={address}");
    let labelled = |entry: &&Entry| entry.text.lines().any(|line| line == tag);
    let mut own = inventory.kind(kind).filter(labelled);
    own.next().expect("the cluster has one").clone()
}

/// Where drift is looked for.
const SUBNET: &str = "subnet/public/eu-central-1a";

impl Subject for AwsSubject {
    fn registry(&self) -> Registry {
        Registry::new().with(Aws)
    }

    fn mock(&self) -> Mock {
        let options = Options {
            seed: 1,
            latency: Duration::from_millis(50),
            faults: Faults::none(),
            ..Options::default()
        };
        let mock = Mock::new(Box::new(AwsCloud::new(self.config.clone())), options);
        mock.with(|cloud: &mut AwsCloud| {
            let vpc = cloud.call("CreateVpc", json!({ "CidrBlock": "10.9.0.0/16" }));
            let vpc = &vpc["Vpc"]["VpcId"];
            let subnet = json!({ "VpcId": vpc, "CidrBlock": "10.9.1.0/24" });
            let subnet = cloud.call("CreateSubnet", subnet);
            // They have been there for long.
            for id in [vpc, &subnet["Subnet"]["SubnetId"]] {
                let id = id.as_str().expect("it has an id");
                cloud.edit(id, |body| {
                    drop(body.insert("State".to_owned(), json!("available")))
                });
            }
            cloud.call(
                "CreateSecurityGroup",
                json!({ "VpcId": vpc, "GroupName": "somebodys", "Description": "x" }),
            );
        });
        mock
    }

    fn paged(&self, objects: usize) -> Mock {
        let mut small = self.clone();
        small.config.page_max = objects;
        small.mock()
    }

    fn endpoint(&self) -> &str {
        "https://aws.example"
    }

    fn environment(&self) -> Environment {
        let endpoint = ("AWS_ENDPOINT_URL".to_owned(), self.endpoint().to_owned());
        Environment::new([endpoint])
    }

    fn cluster(&self, variant: Variant) -> Value {
        let key = &self.config.keys[0];
        let section = json!({ "accessKeyID": key.id, "secretAccessKey": key.secret });
        let document = json!({
            "apiVersion": "kubermatic.k8c.io/v1",
            "kind": "Cluster",
            "metadata": { "name": "harbour", "uid": "5eaf00d" },
            "spec": {
                "version": "1.33.1",
                "cloud": { "dc": "north", "aws": merged(section, &self.section) },
                "clusterNetwork": dual_stack_network(),
            },
        });
        let patch = match variant {
            Variant::DualStack => json!({}),
            Variant::Ipv4 => json!({ "spec": { "clusterNetwork": { "ipFamily": "IPv4" } } }),
            Variant::WithoutUid => json!({ "metadata": { "uid": null } }),
            Variant::Edited => json!({ "spec": { "cloud": { "aws": { "sshSources": [] } } } }),
        };
        merged(document, &patch)
    }

    fn seed(&self) -> Value {
        json!({
            "apiVersion": "kubermatic.k8c.io/v1",
            "kind": "Seed",
            "metadata": { "name": "coast" },
            "spec": { "datacenters": {
                "north": { "country": "DE", "spec": { "aws": { "region": self.config.region } } },
            } },
        })
    }

    fn drift(&self, mock: &Mock) -> Drift {
        let subnet = own_at(mock, "subnet", SUBNET);
        mock.with(|cloud: &mut AwsCloud| {
            let off = json!({ "SubnetId": subnet.id, "MapPublicIpOnLaunch": { "Value": false } });
            cloud.call("ModifySubnetAttribute", off);
        });
        Drift {
            address: SUBNET,
            field: "map_public_ip_on_launch",
        }
    }

    fn obstruct(&self, mock: &Mock) -> String {
        let vpc = own(mock, "vpc");
        mock.with(|cloud: &mut AwsCloud| {
            let group = json!({ "VpcId": vpc.id, "GroupName": "colleague", "Description": "x" });
            let made = cloud.call("CreateSecurityGroup", group);
            made["GroupId"].as_str().expect("it has an id").to_owned()
        })
    }

    fn strangers(&self) -> Vec<Stranger> {
        let mut strangers = aws_existing::strangers();
        if self.section["privateSubnets"] == true {
            strangers.extend(aws_existing::strangers_of_private_subnets());
        }
        strangers
    }

    fn existing(&self, mock: &Mock) -> Existing {
        aws_existing::existing(self, mock)
    }

    fn violations(&self) -> Vec<Violation> {
        aws_existing::violations()
    }

    fn namesakes(&self, mock: &Mock) {
        mock.with(|cloud: &mut AwsCloud| {
            let vpc = cloud.call("CreateVpc", json!({ "CidrBlock": "10.60.0.0/16" }));
            let vpc = vpc["Vpc"]["VpcId"].clone();
            let tags = json!([{ "Key": "Name", "Value": "kubernetes-harbour" }]);
            cloud.call("CreateTags", json!({ "Resources": [vpc], "Tags": tags }));
            let group = json!({
                "VpcId": vpc, "GroupName": "kubernetes-harbour", "Description": "x",
            });
            cloud.call("CreateSecurityGroup", group);
            cloud.settle();
        });
    }

    fn comparable(&self, body: Value) -> Value {
        aws_existing::comparable(body)
    }

    fn is_of(&self, call: &Call, operation: &str) -> bool {
        call.path.rsplit('/').next() == Some(operation)
    }

    fn twin(&self, mock: &Mock, used: bool) -> Twins {
        let first = own(mock, "internet-gateway");
        let tags: Vec<Value> = first
            .text
            .lines()
            .filter_map(|line| line.split_once('='))
            .map(|(key, value)| json!({ "Key": key, "Value": value }))
            .collect();
        let second = mock.with(|cloud: &mut AwsCloud| {
            let vpc = used.then(|| {
                let vpc = cloud.call("CreateVpc", json!({ "CidrBlock": "10.44.0.0/16" }));
                vpc["Vpc"]["VpcId"].clone()
            });
            let tags = json!([{ "ResourceType": "internet-gateway", "Tags": tags }]);
            let made = cloud.call(
                "CreateInternetGateway",
                json!({ "TagSpecifications": tags }),
            );
            let id = made["InternetGateway"]["InternetGatewayId"].clone();
            if let Some(vpc) = vpc {
                let attach = json!({ "InternetGatewayId": id, "VpcId": vpc });
                cloud.call("AttachInternetGateway", attach);
            }
            id.as_str().expect("it has an id").to_owned()
        });
        Twins {
            address: "internet-gateway",
            ids: [first.id, second],
        }
    }

    fn is_overhead(&self, call: &Call) -> bool {
        call.path.contains("GetCallerIdentity")
    }

    /// Attributes of VPCs have no listing: a call for each of them.
    fn listing(&self, call: &Call) -> Option<String> {
        let listing =
            !call.mutating && call.cursor.is_none() && !call.path.contains("DescribeVpcAttribute");
        listing.then(|| call.path.clone())
    }

    fn secrets(&self) -> Vec<String> {
        vec![self.config.keys[0].secret.clone()]
    }
}
