//! What the documents say about AWS: the reference system's fields, and ours beside them.

use groundwork_model::{NetworkRanges, Secret};
use ipnet::IpNet;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// `spec.cloud.aws` of a cluster. An empty text means "not given".
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
pub struct Spec {
    /// A Secret that holds the credentials.
    pub credentials_reference: Option<Value>,
    /// The access key's id.
    #[serde(rename = "accessKeyID")]
    pub access_key_id: Option<String>,
    /// The access key's secret.
    pub secret_access_key: Option<Secret>,
    /// A role to assume with these credentials.
    #[serde(rename = "assumeRoleARN")]
    pub assume_role_arn: Option<String>,
    /// What the role's trust policy asks for.
    #[serde(rename = "assumeRoleExternalID")]
    pub assume_role_external_id: Option<Secret>,

    /// The VPC, by id; made where it is not given.
    #[schemars(extend("format" = "id:vpc-"))]
    #[serde(rename = "vpcID")]
    pub vpc_id: Option<String>,
    /// The role of the control plane; not made here.
    #[serde(rename = "roleARN")]
    pub role_arn: Option<String>,
    /// The route table of the named VPC that the cloud controller may write to.
    #[schemars(extend("format" = "id:rtb-"))]
    #[serde(rename = "routeTableID")]
    pub route_table_id: Option<String>,
    /// The instance profile of machines; not made here.
    pub instance_profile_name: Option<String>,
    /// The security group, by id; made where it is not given.
    #[schemars(extend("format" = "id:sg-"))]
    #[serde(rename = "securityGroupID")]
    pub security_group_id: Option<String>,
    /// From where node ports may be reached: one range.
    #[serde(rename = "nodePortsAllowedIPRange")]
    pub node_ports_allowed_ip_range: Option<String>,
    /// From where node ports may be reached: several ranges.
    #[serde(rename = "nodePortsAllowedIPRanges")]
    pub node_ports_allowed_ip_ranges: Option<NetworkRanges>,
    /// Whether roles and profiles are somebody else's; none are made here.
    #[serde(rename = "disableIAMReconciling")]
    pub disable_iam_reconciling: Option<bool>,

    /// Ours: the subnets of a named VPC that nodes will be in; all of it where it is not given.
    #[schemars(extend("x-groundwork-own" = true), with = "Option<Vec<SubnetId>>")]
    #[serde(rename = "subnetIDs")]
    pub subnet_ids: Option<Vec<String>>,
    /// Ours: use the account's default VPC. It is verified, not changed.
    #[schemars(extend("x-groundwork-own" = true))]
    pub use_default_vpc: bool,
    /// Ours: the IPv4 range of a VPC that is made, default 10.0.0.0/16.
    #[schemars(extend("x-groundwork-own" = true))]
    pub vpc_cidr: Option<String>,
    /// Ours: where the IPv6 range of a VPC that is made comes from, default Amazon.
    #[schemars(extend("x-groundwork-own" = true))]
    pub ipv6_source: Option<Ipv6Source>,
    /// Ours: the zones of subnets that are made; else the region's first three.
    #[schemars(extend("x-groundwork-own" = true))]
    pub zones: Option<Vec<String>>,
    /// Ours: also make a private subnet in each zone.
    #[schemars(extend("x-groundwork-own" = true))]
    pub private_subnets: bool,
    /// Ours: how private subnets reach the IPv4 internet, default one gateway a zone.
    #[schemars(extend("x-groundwork-own" = true))]
    pub nat_gateways: Option<NatGateways>,
    /// Ours: let nodes of private subnets reach IPv4 destinations by IPv6 (DNS64 and NAT64).
    #[schemars(extend("x-groundwork-own" = true))]
    pub dns64: bool,
    /// Ours: from where SSH is let in; from everywhere where it is not given.
    #[schemars(extend("x-groundwork-own" = "narrows"))]
    pub ssh_sources: Option<Vec<String>>,
}

/// Stands for the id of a subnet in the schema.
#[derive(JsonSchema)]
#[schemars(inline)]
struct SubnetId(
    #[schemars(extend("format" = "id:subnet-"))]
    #[allow(dead_code, reason = "only its schema is used")]
    String,
);

/// Where the IPv6 range of a VPC comes from.
#[derive(Clone, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Ipv6Source {
    /// A /56 of Amazon's.
    #[default]
    Amazon,
    /// A range out of an IPAM pool.
    Ipam {
        /// The pool's id: `ipam-pool-…`.
        pool: String,
        /// The length of the range, 44 to 60 in steps of 4.
        #[serde(
            default,
            rename = "netmaskLength",
            skip_serializing_if = "Option::is_none"
        )]
        netmask_length: Option<u8>,
        /// The one range that it has to be.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cidr: Option<String>,
    },
    /// A range that was brought to AWS.
    Byoip {
        /// The pool's id: `ipv6pool-ec2-…`.
        pool: String,
        /// The range.
        cidr: String,
    },
}

impl Spec {
    /// The range of a VPC that is made, if it is given and can be read.
    pub(crate) fn asked_vpc_cidr(&self) -> Option<IpNet> {
        given(&self.vpc_cidr)?.parse().ok()
    }
}

impl Ipv6Source {
    /// The one range that it can be, if it is one that can be read, and the field that names it.
    pub(crate) fn pinned(&self) -> Option<(IpNet, &'static str)> {
        let (cidr, name) = match self {
            Self::Amazon => return None,
            Self::Ipam { cidr, .. } => (cidr.as_ref()?, "ipv6Source.ipam.cidr"),
            Self::Byoip { cidr, .. } => (cidr, "ipv6Source.byoip.cidr"),
        };
        Some((cidr.parse().ok()?, name))
    }
}

/// How many NAT gateways are made for private subnets. Each costs money by the hour.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum NatGateways {
    /// None: no IPv4 way out.
    None,
    /// One, in the first zone, for all.
    One,
    /// One in each zone.
    #[default]
    PerZone,
}

/// `spec.aws` of a datacenter.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
pub struct Datacenter {
    /// The region.
    pub region: Option<String>,
    /// Machine images by operating system; not used here.
    pub images: Value,
}

/// A text that is given: there, and not empty.
pub(crate) fn given(text: &Option<String>) -> Option<&str> {
    text.as_deref()
        .map(str::trim)
        .filter(|text| !text.is_empty())
}

/// The full path of a field of the cluster's section.
pub(crate) fn field(name: &str) -> String {
    format!("spec.cloud.aws.{name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_systems_spellings_are_read() {
        let spec: Spec = serde_json::from_value(serde_json::json!({
            "accessKeyID": "AKIA", "secretAccessKey": "hunter2", "vpcID": "vpc-1", "roleARN": "r",
            "routeTableID": "rtb-1", "securityGroupID": "sg-1", "instanceProfileName": "p",
            "assumeRoleARN": "arn:aws:iam::1:role/x", "assumeRoleExternalID": "hunter2",
            "nodePortsAllowedIPRanges": { "cidrBlocks": ["10.0.0.0/8"] },
        }))
        .unwrap();
        assert_eq!(given(&spec.vpc_id), Some("vpc-1"));
        assert_eq!(given(&spec.security_group_id), Some("sg-1"));
        assert!(!format!("{spec:?}").contains("hunter2"));
    }

    #[test]
    fn an_ipv6_source_is_one_value() {
        let of = |value| serde_json::from_value::<Ipv6Source>(value).unwrap();
        assert_eq!(of(serde_json::json!("amazon")), Ipv6Source::Amazon);
        let ipam =
            of(serde_json::json!({ "ipam": { "pool": "ipam-pool-1", "netmaskLength": 56 } }));
        let expected = Ipv6Source::Ipam {
            pool: "ipam-pool-1".to_owned(),
            netmask_length: Some(56),
            cidr: None,
        };
        assert_eq!(ipam, expected);
    }
}
