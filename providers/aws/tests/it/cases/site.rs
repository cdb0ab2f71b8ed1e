//! A network that somebody made, fit for a dual-stack cluster, to be spoilt by tests.

use bytes::Bytes;
use conformance::{Lab, Process, Ran, Subject, Variant, merged, subjects::AwsSubject};
use groundwork_engine::{Finish, Request, Trouble};
use groundwork_model::{Finding, Severity};
use groundwork_provider::Plan;
use mock_aws::Aws;
use serde_json::{Value, json};

/// The subject with nothing in its section.
pub(crate) fn subject() -> AwsSubject {
    AwsSubject {
        section: json!({}),
        ..AwsSubject::default()
    }
}

/// The ids of a VPC with two public subnets, and of two private ones where there are any.
pub(crate) struct Site<'a> {
    pub(crate) lab: Lab<'a>,
    pub(crate) vpc: String,
    pub(crate) internet: String,
    pub(crate) public: Vec<String>,
    pub(crate) public_table: String,
    pub(crate) group: String,
    pub(crate) private: Vec<String>,
    pub(crate) private_table: String,
    pub(crate) nat: String,
    pub(crate) egress: String,
}

/// A text of an answer.
pub(crate) fn text(value: &Value) -> String {
    value.as_str().expect("it is a text").to_owned()
}

impl<'a> Site<'a> {
    /// Public subnets in two zones, each with both families.
    pub(crate) async fn public(subject: &'a dyn Subject) -> Self {
        Self::with_range(subject, true).await
    }

    /// The same as it was before IPv6 came.
    pub(crate) async fn ipv4(subject: &'a dyn Subject) -> Self {
        Self::with_range(subject, false).await
    }

    async fn with_range(subject: &'a dyn Subject, ipv6: bool) -> Self {
        let lab = Lab::open(subject);
        let vpc = lab.mock.with(|cloud: &mut Aws| {
            let asked = json!({ "CidrBlock": "10.5.0.0/16", "AmazonProvidedIpv6CidrBlock": ipv6 });
            text(&cloud.call("CreateVpc", asked)["Vpc"]["VpcId"])
        });
        let mut site = Self {
            lab,
            vpc,
            internet: String::new(),
            public: Vec::new(),
            public_table: String::new(),
            group: String::new(),
            private: Vec::new(),
            private_table: String::new(),
            nat: String::new(),
            egress: String::new(),
        };
        site.settle().await;
        site.open_to_the_internet(ipv6);
        site.settle().await;
        site
    }

    fn open_to_the_internet(&mut self, ipv6: bool) {
        let subnets = ["eu-central-1a", "eu-central-1b"];
        let subnets = subnets.iter().enumerate();
        let subnets: Vec<String> = subnets
            .map(|(number, zone)| self.subnet(number, zone, ipv6))
            .collect();
        let vpc = self.vpc.clone();
        let (internet, table, group) = self.with(|cloud| {
            let on = json!({ "VpcId": vpc, "EnableDnsHostnames": { "Value": true } });
            cloud.call("ModifyVpcAttribute", on);
            let made = cloud.call("CreateInternetGateway", json!({}));
            let internet = text(&made["InternetGateway"]["InternetGatewayId"]);
            let attach = json!({ "InternetGatewayId": internet, "VpcId": vpc });
            cloud.call("AttachInternetGateway", attach);
            let table = route_table(cloud, &vpc, &subnets);
            let to = json!({ "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": internet });
            route(cloud, &table, to);
            if ipv6 {
                let to = json!({ "DestinationIpv6CidrBlock": "::/0", "GatewayId": internet });
                route(cloud, &table, to);
            }
            for subnet in &subnets {
                switch(cloud, subnet, "MapPublicIpOnLaunch");
            }
            (internet, table, fit_group(cloud, &vpc, ipv6))
        });
        self.internet = internet;
        self.public = subnets;
        self.public_table = table;
        self.group = group;
    }

    /// Private subnets in the same zones: NAT for IPv4, an egress-only gateway for IPv6.
    pub(crate) async fn private(subject: &'a dyn Subject) -> Self {
        let site = Self::public(subject).await;
        let subnets = ["eu-central-1a", "eu-central-1b"];
        let subnets = subnets.iter().enumerate();
        let subnets: Vec<String> = subnets
            .map(|(number, zone)| site.subnet(number + 8, zone, true))
            .collect();
        let (vpc, public) = (site.vpc.clone(), site.public[0].clone());
        let (nat, egress, table) = site.with(|cloud| {
            let address = cloud.call("AllocateAddress", json!({ "Domain": "vpc" }));
            let asked = json!({ "SubnetId": public, "AllocationId": address["AllocationId"] });
            let nat = text(&cloud.call("CreateNatGateway", asked)["NatGateway"]["NatGatewayId"]);
            let made = cloud.call("CreateEgressOnlyInternetGateway", json!({ "VpcId": vpc }));
            let made = &made["EgressOnlyInternetGateway"]["EgressOnlyInternetGatewayId"];
            (nat, text(made), route_table(cloud, &vpc, &subnets))
        });
        site.settle().await;
        site.with(|cloud| {
            let to = json!({ "DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": nat });
            route(cloud, &table, to);
            let to = json!({
                "DestinationIpv6CidrBlock": "::/0", "EgressOnlyInternetGatewayId": egress,
            });
            route(cloud, &table, to);
        });
        Self {
            private: subnets,
            private_table: table,
            nat,
            egress,
            ..site
        }
    }

    /// A subnet of the VPC, with the nth /64 of its IPv6 range.
    fn subnet(&self, number: usize, zone: &str, ipv6: bool) -> String {
        let ipv4 = format!("10.5.{}.0/24", number + 1);
        let mut asked = json!({ "VpcId": self.vpc, "CidrBlock": ipv4, "AvailabilityZone": zone });
        if ipv6 {
            asked["Ipv6CidrBlock"] = json!(self.part(number));
        }
        self.with(|cloud| {
            let subnet = text(&cloud.call("CreateSubnet", asked)["Subnet"]["SubnetId"]);
            if ipv6 {
                switch(cloud, &subnet, "AssignIpv6AddressOnCreation");
            }
            subnet
        })
    }

    /// The VPC's IPv6 range.
    pub(crate) fn range(&self) -> String {
        self.with(|cloud| {
            let body = cloud.body(&self.vpc).expect("the VPC is there");
            text(&body["Ipv6CidrBlockAssociationSet"][0]["Ipv6CidrBlock"])
        })
    }

    /// The nth /64 of the VPC's IPv6 range, a /56.
    pub(crate) fn part(&self, number: usize) -> String {
        let range: ipnet::Ipv6Net = self.range().parse().expect("it is a range");
        let first = range.network().to_bits();
        let part = std::net::Ipv6Addr::from_bits(first + ((number as u128) << 64));
        format!("{part}/64")
    }

    /// Works on the cloud as its owner.
    pub(crate) fn with<T>(&self, work: impl FnOnce(&mut Aws) -> T) -> T {
        self.lab.mock.with(work)
    }

    /// Sets attributes of an object, without any check.
    pub(crate) fn edit(&self, id: &str, values: Value) {
        self.with(|cloud| {
            let Value::Object(values) = values else {
                panic!("attributes have names")
            };
            assert!(cloud.edit(id, |body| body.extend(values)), "{id} is there");
        });
    }

    /// Lets everything come that is on its way.
    pub(crate) async fn settle(&self) {
        self.lab.quiet().await;
        // Only a request lets the cloud see what time it is.
        let knock = http::Request::new(Bytes::new());
        self.lab.mock.serve_once(self.lab.wire.now(), knock);
        self.lab.mock.clear_calls();
    }

    /// A cluster's document with these fields in its section for AWS.
    pub(crate) fn document(&self, section: &Value) -> Value {
        document(self.lab.subject, section)
    }

    /// A document that names the VPC and leaves nothing open to everybody.
    pub(crate) fn named(&self, more: &Value) -> Value {
        let section = json!({
            "vpcID": self.vpc, "securityGroupID": self.group, "sshSources": [],
            "nodePortsAllowedIPRanges": { "cidrBlocks": ["192.0.2.0/24", "2001:db8::/32"] },
            "roleARN": "arn:aws:iam::123456789012:role/control-plane",
            "instanceProfileName": "worker",
        });
        self.document(&merged(section, more))
    }

    /// What is said of the network, with the public subnets named.
    pub(crate) async fn said(&self) -> Said {
        let subnets = json!({ "subnetIDs": self.public });
        self.said_of(&self.named(&subnets)).await
    }

    /// What is said of the network, with the private subnets named.
    pub(crate) async fn said_of_private(&self) -> Said {
        let subnets = json!({ "subnetIDs": self.private });
        self.said_of(&self.named(&subnets)).await
    }

    pub(crate) async fn said_of(&self, document: &Value) -> Said {
        said(&self.lab, document).await
    }

    /// Applies to the end.
    pub(crate) async fn applied(&self, process: &Process, document: &Value) -> Plan {
        let ran = applied(&self.lab, process, document).await;
        self.settle().await;
        ran.planned.plan
    }

    pub(crate) fn request(&self, document: &Value) -> Request {
        self.lab.request(document)
    }
}

/// A dual-stack cluster's document with these fields in its section for AWS.
pub(crate) fn document(subject: &dyn Subject, section: &Value) -> Value {
    let patch = json!({ "spec": { "cloud": { "aws": section } } });
    merged(subject.cluster(Variant::DualStack), &patch)
}

/// A document of [`Site::named`] for a cluster of IPv4 alone.
pub(crate) fn ipv4(document: Value) -> Value {
    let patch = json!({
        "spec": {
            "clusterNetwork": { "ipFamily": "IPv4" },
            "cloud": { "aws": { "nodePortsAllowedIPRanges": { "cidrBlocks": ["192.0.2.0/24"] } } },
        },
    });
    merged(document, &patch)
}

/// Applies to the end, and lets the cloud come to rest.
pub(crate) async fn applied(lab: &Lab<'_>, process: &Process, document: &Value) -> Ran {
    let ran = process.apply(&lab.request(document)).await;
    let ran = ran.unwrap_or_else(|why| panic!("{why:#?}"));
    let failures = &ran.applied.failures;
    assert_eq!(ran.applied.finish, Finish::Done, "{failures:#?}");
    lab.quiet().await;
    ran
}

pub(crate) async fn said(lab: &Lab<'_>, document: &Value) -> Said {
    let planned = lab.process().plan(&lab.request(document)).await;
    assert_eq!(lab.mock.mutating_calls(), [], "looking changes nothing");
    match planned {
        Ok(planned) => Said {
            findings: planned.plan.findings.clone(),
            plan: Some(planned.plan),
        },
        Err(Trouble::Unfit(findings)) => Said {
            findings,
            plan: None,
        },
        Err(trouble) => panic!("{trouble:#?}"),
    }
}

/// A route table for subnets.
pub(crate) fn route_table(cloud: &mut Aws, vpc: &str, subnets: &[String]) -> String {
    let made = cloud.call("CreateRouteTable", json!({ "VpcId": vpc }));
    let table = text(&made["RouteTable"]["RouteTableId"]);
    for subnet in subnets {
        let associate = json!({ "RouteTableId": table, "SubnetId": subnet });
        cloud.call("AssociateRouteTable", associate);
    }
    table
}

pub(crate) fn route(cloud: &mut Aws, table: &str, to: Value) {
    cloud.call("CreateRoute", merged(json!({ "RouteTableId": table }), &to));
}

pub(crate) fn switch(cloud: &mut Aws, subnet: &str, name: &str) {
    let on = json!({ "SubnetId": subnet, name: { "Value": true } });
    cloud.call("ModifySubnetAttribute", on);
}

/// A group that lets in what nodes need.
fn fit_group(cloud: &mut Aws, vpc: &str, ipv6: bool) -> String {
    let asked = json!({ "VpcId": vpc, "GroupName": "nodes", "Description": "nodes" });
    let group = text(&cloud.call("CreateSecurityGroup", asked)["GroupId"]);
    let ports = |protocol: &str, first: i32, last: i32| {
        let mut ports = json!({
            "IpProtocol": protocol, "FromPort": first, "ToPort": last,
            "IpRanges": [{ "CidrIp": "0.0.0.0/0" }],
        });
        if ipv6 {
            ports["Ipv6Ranges"] = json!([{ "CidrIpv6": "::/0" }]);
        }
        ports
    };
    let mut permissions = vec![
        json!({ "IpProtocol": "-1", "UserIdGroupPairs": [{ "GroupId": group }] }),
        json!({
            "IpProtocol": "icmp", "FromPort": -1, "ToPort": -1,
            "IpRanges": [{ "CidrIp": "0.0.0.0/0" }],
        }),
        ports("tcp", 30000, 32767),
        ports("udp", 30000, 32767),
    ];
    if ipv6 {
        permissions.push(json!({
            "IpProtocol": "icmpv6", "FromPort": -1, "ToPort": -1,
            "Ipv6Ranges": [{ "CidrIpv6": "::/0" }],
        }));
    }
    let asked = json!({ "GroupId": group, "IpPermissions": permissions });
    cloud.call("AuthorizeSecurityGroupIngress", asked);
    group
}

/// What was said of a cluster.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) findings: Vec<Finding>,
    /// The plan, where the document could be compiled.
    pub(crate) plan: Option<Plan>,
}

impl Said {
    /// The codes of a severity, in their order, but for what is asked before anything is made.
    pub(crate) fn codes(&self, severity: Severity) -> Vec<&str> {
        let of = self.findings.iter().filter(|f| f.severity == severity);
        let codes = of.map(|finding| finding.code.as_ref());
        codes
            .filter(|code| !["AWS-QUOTA", "AWS-PERMISSION-UNASKED"].contains(code))
            .collect()
    }

    pub(crate) fn errors(&self) -> Vec<&str> {
        self.codes(Severity::Error)
    }

    pub(crate) fn warnings(&self) -> Vec<&str> {
        self.codes(Severity::Warning)
    }

    /// Asserts that nothing is wrong.
    pub(crate) fn assert_fit(&self) {
        assert_eq!(self.errors(), [""; 0], "{self:#?}");
        assert_eq!(self.warnings(), [""; 0], "{self:#?}");
    }

    /// Asserts that this is the only error, and that there is no warning.
    pub(crate) fn only_error(&self, code: &str) -> &Finding {
        assert_eq!(self.errors(), [code], "{self:#?}");
        assert_eq!(self.warnings(), [""; 0], "{self:#?}");
        self.one(code, Severity::Error)
    }

    /// Asserts that this is the only warning, and that there is no error.
    pub(crate) fn only_warning(&self, code: &str) -> &Finding {
        assert_eq!(self.errors(), [""; 0], "{self:#?}");
        assert_eq!(self.warnings(), [code], "{self:#?}");
        self.one(code, Severity::Warning)
    }

    pub(crate) fn one(&self, code: &str, severity: Severity) -> &Finding {
        let mut fitting = self
            .findings
            .iter()
            .filter(|finding| finding.code == code && finding.severity == severity);
        match (fitting.next(), fitting.next()) {
            (Some(one), None) => one,
            _ => panic!("not one {code}: {self:#?}"),
        }
    }

    pub(crate) fn has(&self, code: &str) -> bool {
        self.findings.iter().any(|finding| finding.code == code)
    }
}

/// What a finding says, and what to do about it, have these texts in them.
pub(crate) fn assert_says(finding: &Finding, message: &str, remedy: &str) {
    assert!(finding.message.contains(message), "{message}: {finding:#?}");
    let told = finding.remedy.as_deref().unwrap_or_default();
    assert!(told.contains(remedy), "{remedy}: {finding:#?}");
}

pub(crate) fn field(finding: &Finding) -> &str {
    finding.field.as_deref().unwrap_or_default()
}
