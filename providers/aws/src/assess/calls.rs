//! The calls that the owner of a network has to make, word for word, as `aws` takes them.

use groundwork_kit::rules::{Direction, Peer, Rule};
use groundwork_model::Family;
use ipnet::IpNet;

use crate::{
    object::rules::{Permission, sent},
    spec::Ipv6Source,
    watched::{encryption::Gateway, network_acl::Traffic},
};

/// Whether a route is there already.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Verb {
    Create,
    Replace,
}

pub(crate) fn associate_vpc(vpc: &str, source: &Ipv6Source) -> String {
    let source = match source {
        Ipv6Source::Amazon => "--amazon-provided-ipv6-cidr-block".to_owned(),
        Ipv6Source::Ipam {
            pool,
            netmask_length,
            cidr,
        } => {
            let length = netmask_length.map(|length| format!(" --ipv6-netmask-length {length}"));
            let cidr = cidr
                .as_ref()
                .map(|cidr| format!(" --ipv6-cidr-block {cidr}"));
            let what = length.or(cidr).unwrap_or_default();
            format!("--ipv6-ipam-pool-id {pool}{what}")
        }
        Ipv6Source::Byoip { pool, cidr } => format!("--ipv6-pool {pool} --ipv6-cidr-block {cidr}"),
    };
    format!("aws ec2 associate-vpc-cidr-block --vpc-id {vpc} {source}")
}

pub(crate) fn associate_subnet(subnet: &str, cidr: IpNet) -> String {
    format!("aws ec2 associate-subnet-cidr-block --subnet-id {subnet} --ipv6-cidr-block {cidr}")
}

pub(crate) fn disassociate_subnet(association: &str) -> String {
    format!("aws ec2 disassociate-subnet-cidr-block --association-id {association}")
}

/// Turns a switch of a subnet on, such as `assign-ipv6-address-on-creation`.
pub(crate) fn switch_subnet(subnet: &str, switch: &str) -> String {
    format!("aws ec2 modify-subnet-attribute --subnet-id {subnet} --{switch}")
}

/// Turns a switch of a VPC on, such as `enable-dns-support`.
pub(crate) fn switch_vpc(vpc: &str, switch: &str) -> String {
    format!("aws ec2 modify-vpc-attribute --vpc-id {vpc} --{switch}")
}

pub(crate) fn create_egress_only(vpc: &str) -> String {
    format!("aws ec2 create-egress-only-internet-gateway --vpc-id {vpc}")
}

/// A route to a target, by its id.
pub(crate) fn route(verb: Verb, table: &str, to: IpNet, by: &str) -> String {
    let verb = match verb {
        Verb::Create => "create-route",
        Verb::Replace => "replace-route",
    };
    let to = match Family::of(&to) {
        Family::V4 => format!("--destination-cidr-block {to}"),
        Family::V6 => format!("--destination-ipv6-cidr-block {to}"),
    };
    let target = match by.split('-').next().unwrap_or_default() {
        "eigw" => "--egress-only-internet-gateway-id",
        "nat" => "--nat-gateway-id",
        "tgw" => "--transit-gateway-id",
        "vpce" => "--vpc-endpoint-id",
        "eni" => "--network-interface-id",
        _ => "--gateway-id",
    };
    format!("aws ec2 {verb} --route-table-id {table} {to} {target} {by}")
}

/// Rules of one direction, in one call.
pub(crate) fn authorize(group: &str, direction: Direction, rules: &[&Rule]) -> String {
    let direction = match direction {
        Direction::Ingress => "ingress",
        Direction::Egress => "egress",
    };
    let sent = sent(rules.iter().copied()).into_iter();
    let permissions: Vec<String> = sent.map(|rule| permission(group, rule)).collect();
    format!(
        "aws ec2 authorize-security-group-{direction} --group-id {group} --ip-permissions {}",
        permissions.join(" ")
    )
}

fn permission(group: &str, rule: &Rule) -> String {
    let Permission {
        protocol,
        first,
        last,
    } = Permission::of(rule);
    let ports = match (first, last) {
        (Some(first), Some(last)) => format!(",FromPort={first},ToPort={last}"),
        (_, _) => String::new(),
    };
    let peer = match &rule.peer {
        Peer::Members => format!("UserIdGroupPairs=[{{GroupId={group}}}]"),
        Peer::Other(id) => format!("UserIdGroupPairs=[{{GroupId={id}}}]"),
        Peer::Range(net @ IpNet::V4(_)) => format!("IpRanges=[{{CidrIp={net}}}]"),
        Peer::Range(net @ IpNet::V6(_)) => format!("Ipv6Ranges=[{{CidrIpv6={net}}}]"),
    };
    format!("'IpProtocol={protocol}{ports},{peer}'")
}

/// A subnet that VPC Block Public Access leaves alone.
pub(crate) fn exclude_subnet(subnet: &str, mode: &str) -> String {
    exclude("--subnet-id", subnet, mode)
}

/// The same of a whole VPC.
pub(crate) fn exclude_vpc(vpc: &str, mode: &str) -> String {
    exclude("--vpc-id", vpc, mode)
}

fn exclude(option: &str, id: &str, mode: &str) -> String {
    format!(
        "aws ec2 create-vpc-block-public-access-exclusion {option} {id} \
         --internet-gateway-exclusion-mode {mode}"
    )
}

/// Gateways that a VPC lets be there while it enforces encryption.
pub(crate) fn exclude_gateways(control: &str, gateways: &[Gateway]) -> String {
    let options: Vec<String> = gateways
        .iter()
        .map(|gateway| format!(" {} enable", gateway.option()))
        .collect();
    format!(
        "aws ec2 modify-vpc-encryption-control --vpc-encryption-control-id {control}{}",
        options.concat()
    )
}

/// The same of an account, for all of its VPCs.
pub(crate) fn exclude_gateways_everywhere(gateways: &[Gateway]) -> String {
    let options: Vec<String> = gateways
        .iter()
        .map(|gateway| gateway.option().trim_end_matches("-exclusion"))
        .map(|option| format!(" {option} enable"))
        .collect();
    format!(
        "aws ec2 modify-account-vpc-encryption-control{}",
        options.concat()
    )
}

/// An entry of a network ACL that lets traffic through.
pub(crate) fn acl_entry(acl: &str, number: i32, traffic: Traffic) -> String {
    let direction = if traffic.egress { "egress" } else { "ingress" };
    let (first, last) = traffic.ports;
    let what = match traffic.protocol {
        "1" | "58" => format!("--icmp-type-code Type={first},Code=-1"),
        _ => format!("--port-range From={first},To={last}"),
    };
    let net = match Family::of(&traffic.net) {
        Family::V4 => "--cidr-block",
        Family::V6 => "--ipv6-cidr-block",
    };
    format!(
        "aws ec2 create-network-acl-entry --network-acl-id {acl} --{direction} --rule-number \
         {number} --protocol {} {what} {net} {} --rule-action allow",
        traffic.protocol, traffic.net
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use groundwork_kit::rules::{Ports, Traffic};

    #[test]
    fn a_route_names_its_target_as_its_kind_is_named() {
        let to = "::/0".parse().unwrap();
        let call = route(Verb::Create, "rtb-1", to, "eigw-1");
        let expected = "aws ec2 create-route --route-table-id rtb-1 --destination-ipv6-cidr-block \
                        ::/0 --egress-only-internet-gateway-id eigw-1";
        assert_eq!(call, expected);
        let to = "0.0.0.0/0".parse().unwrap();
        let call = route(Verb::Replace, "rtb-1", to, "igw-1");
        let expected = "aws ec2 replace-route --route-table-id rtb-1 --destination-cidr-block \
                        0.0.0.0/0 --gateway-id igw-1";
        assert_eq!(call, expected);
    }

    #[test]
    fn several_rules_are_one_call() {
        let members = Family::BOTH.map(|family| Rule::ingress(family, Traffic::All, Peer::Members));
        let [ipv4, ipv6] = &members;
        let everywhere = Peer::Range("::/0".parse().unwrap());
        let ports = Traffic::Tcp(Ports {
            first: 30000,
            last: 32767,
        });
        let ports = Rule::ingress(Family::V6, ports, everywhere);
        let expected = "aws ec2 authorize-security-group-ingress --group-id sg-1 --ip-permissions \
                        'IpProtocol=-1,UserIdGroupPairs=[{GroupId=sg-1}]' \
                        'IpProtocol=tcp,FromPort=30000,ToPort=32767,Ipv6Ranges=[{CidrIpv6=::/0}]'";
        let call = authorize("sg-1", Direction::Ingress, &[ipv4, ipv6, &ports]);
        assert_eq!(call, expected);
    }

    #[test]
    fn a_range_comes_from_the_source_that_the_document_names() {
        let ipam = Ipv6Source::Ipam {
            pool: "ipam-pool-1".to_owned(),
            netmask_length: Some(56),
            cidr: None,
        };
        let expected = "aws ec2 associate-vpc-cidr-block --vpc-id vpc-1 --ipv6-ipam-pool-id \
                        ipam-pool-1 --ipv6-netmask-length 56";
        assert_eq!(associate_vpc("vpc-1", &ipam), expected);
    }
}
