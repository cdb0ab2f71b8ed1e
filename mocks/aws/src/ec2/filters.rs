//! Which filters a listing knows, and where their values lie.

use serde_json::Value;

use super::Kind;
use super::listing::Filters;

/// One filter of a request; its values are alternatives.
pub(super) struct Filter {
    place: Place,
    values: Vec<String>,
}

enum Place {
    Path(&'static str),
    Tag(String),
    /// The key or the value of any tag.
    OfTags(&'static str),
}

impl Filter {
    pub(super) fn at(path: &'static str, values: Vec<String>) -> Self {
        let place = Place::Path(path);
        Self { place, values }
    }

    pub(super) fn tag(key: &str, values: Vec<String>) -> Self {
        let place = Place::Tag(key.to_owned());
        Self { place, values }
    }

    pub(super) fn tag_key(values: Vec<String>) -> Self {
        let place = Place::OfTags("Key");
        Self { place, values }
    }

    pub(super) fn tag_value(values: Vec<String>) -> Self {
        let place = Place::OfTags("Value");
        Self { place, values }
    }

    pub(super) fn fits(&self, item: &Value) -> bool {
        let mut found = Vec::new();
        match &self.place {
            Place::Path(path) => collect(item, path, &mut found),
            Place::OfTags(part) => tags(item).for_each(|tag| collect(tag, part, &mut found)),
            Place::Tag(key) => tags(item)
                .filter(|tag| tag["Key"] == key.as_str())
                .for_each(|tag| collect(tag, "Value", &mut found)),
        }
        let wanted = |value: &String| self.values.iter().any(|pattern| like(pattern, value));
        found.iter().any(wanted)
    }
}

fn tags(item: &Value) -> impl Iterator<Item = &Value> {
    let list = item["Tags"]
        .as_array()
        .or_else(|| item["TagSet"].as_array());
    list.into_iter().flatten()
}

/// The plain values at a path; a list on the way stands for each of its items.
fn collect(value: &Value, path: &str, found: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, path, found)),
        Value::Object(body) => {
            let (name, rest) = path.split_once('.').unwrap_or((path, ""));
            if let Some(value) = body.get(name) {
                collect(value, rest, found);
            }
        }
        Value::String(text) => found.push(text.clone()),
        Value::Bool(_) | Value::Number(_) => found.push(value.to_string()),
        Value::Null => {}
    }
}

/// Whether a text fits a pattern with `*` and `?`; a backslash takes their meaning away.
pub(crate) fn like(pattern: &str, text: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let text: Vec<char> = text.chars().collect();
    fits(&pattern, &text)
}

fn fits(pattern: &[char], text: &[char]) -> bool {
    match pattern {
        [] => text.is_empty(),
        ['*', rest @ ..] => (0..=text.len()).any(|place| fits(rest, &text[place..])),
        ['?', rest @ ..] => !text.is_empty() && fits(rest, &text[1..]),
        ['\\', letter, rest @ ..] | [letter, rest @ ..] => {
            text.first() == Some(letter) && fits(rest, &text[1..])
        }
    }
}

pub(super) const FILTERS: &[(Kind, Filters)] = &[
    (
        Kind::Vpc,
        &[
            ("cidr", "CidrBlock"),
            ("cidrBlock", "CidrBlock"),
            (
                "cidr-block-association.association-id",
                "CidrBlockAssociationSet.AssociationId",
            ),
            (
                "cidr-block-association.cidr-block",
                "CidrBlockAssociationSet.CidrBlock",
            ),
            (
                "cidr-block-association.state",
                "CidrBlockAssociationSet.CidrBlockState.State",
            ),
            ("dhcp-options-id", "DhcpOptionsId"),
            (
                "ipv6-cidr-block-association.association-id",
                "Ipv6CidrBlockAssociationSet.AssociationId",
            ),
            (
                "ipv6-cidr-block-association.ipv6-cidr-block",
                "Ipv6CidrBlockAssociationSet.Ipv6CidrBlock",
            ),
            (
                "ipv6-cidr-block-association.ipv6-pool",
                "Ipv6CidrBlockAssociationSet.Ipv6Pool",
            ),
            (
                "ipv6-cidr-block-association.state",
                "Ipv6CidrBlockAssociationSet.Ipv6CidrBlockState.State",
            ),
            ("is-default", "IsDefault"),
            ("isDefault", "IsDefault"),
            ("owner-id", "OwnerId"),
            ("state", "State"),
            ("vpc-id", "VpcId"),
        ],
    ),
    (
        Kind::Subnet,
        &[
            ("availability-zone", "AvailabilityZone"),
            ("availabilityZone", "AvailabilityZone"),
            ("availability-zone-id", "AvailabilityZoneId"),
            ("available-ip-address-count", "AvailableIpAddressCount"),
            ("cidr", "CidrBlock"),
            ("cidr-block", "CidrBlock"),
            ("cidrBlock", "CidrBlock"),
            ("default-for-az", "DefaultForAz"),
            ("defaultForAz", "DefaultForAz"),
            ("enable-dns64", "EnableDns64"),
            (
                "ipv6-cidr-block-association.association-id",
                "Ipv6CidrBlockAssociationSet.AssociationId",
            ),
            (
                "ipv6-cidr-block-association.ipv6-cidr-block",
                "Ipv6CidrBlockAssociationSet.Ipv6CidrBlock",
            ),
            (
                "ipv6-cidr-block-association.state",
                "Ipv6CidrBlockAssociationSet.Ipv6CidrBlockState.State",
            ),
            ("ipv6-native", "Ipv6Native"),
            ("map-public-ip-on-launch", "MapPublicIpOnLaunch"),
            ("outpost-arn", "OutpostArn"),
            ("owner-id", "OwnerId"),
            (
                "private-dns-name-options-on-launch.enable-resource-name-dns-a-record",
                "PrivateDnsNameOptionsOnLaunch.EnableResourceNameDnsARecord",
            ),
            (
                "private-dns-name-options-on-launch.enable-resource-name-dns-aaaa-record",
                "PrivateDnsNameOptionsOnLaunch.EnableResourceNameDnsAAAARecord",
            ),
            (
                "private-dns-name-options-on-launch.hostname-type",
                "PrivateDnsNameOptionsOnLaunch.HostnameType",
            ),
            ("state", "State"),
            ("subnet-arn", "SubnetArn"),
            ("subnet-id", "SubnetId"),
            ("vpc-id", "VpcId"),
        ],
    ),
    (
        Kind::InternetGateway,
        &[
            ("attachment.state", "Attachments.State"),
            ("attachment.vpc-id", "Attachments.VpcId"),
            ("internet-gateway-id", "InternetGatewayId"),
            ("owner-id", "OwnerId"),
        ],
    ),
    (
        Kind::NatGateway,
        &[
            ("nat-gateway-id", "NatGatewayId"),
            ("state", "State"),
            ("subnet-id", "SubnetId"),
            ("vpc-id", "VpcId"),
        ],
    ),
    (
        Kind::Address,
        &[
            ("allocation-id", "AllocationId"),
            ("association-id", "AssociationId"),
            ("domain", "Domain"),
            ("instance-id", "InstanceId"),
            ("network-border-group", "NetworkBorderGroup"),
            ("network-interface-id", "NetworkInterfaceId"),
            ("network-interface-owner-id", "NetworkInterfaceOwnerId"),
            ("private-ip-address", "PrivateIpAddress"),
            ("public-ip", "PublicIp"),
        ],
    ),
    (
        Kind::RouteTable,
        &[
            ("association.gateway-id", "Associations.GatewayId"),
            ("association.main", "Associations.Main"),
            (
                "association.route-table-association-id",
                "Associations.RouteTableAssociationId",
            ),
            ("association.route-table-id", "Associations.RouteTableId"),
            ("association.subnet-id", "Associations.SubnetId"),
            ("owner-id", "OwnerId"),
            ("route-table-id", "RouteTableId"),
            (
                "route.destination-cidr-block",
                "Routes.DestinationCidrBlock",
            ),
            (
                "route.destination-ipv6-cidr-block",
                "Routes.DestinationIpv6CidrBlock",
            ),
            (
                "route.destination-prefix-list-id",
                "Routes.DestinationPrefixListId",
            ),
            (
                "route.egress-only-internet-gateway-id",
                "Routes.EgressOnlyInternetGatewayId",
            ),
            ("route.gateway-id", "Routes.GatewayId"),
            ("route.instance-id", "Routes.InstanceId"),
            ("route.nat-gateway-id", "Routes.NatGatewayId"),
            ("route.origin", "Routes.Origin"),
            ("route.state", "Routes.State"),
            ("route.transit-gateway-id", "Routes.TransitGatewayId"),
            (
                "route.vpc-peering-connection-id",
                "Routes.VpcPeeringConnectionId",
            ),
            ("vpc-id", "VpcId"),
        ],
    ),
    (
        Kind::NetworkAcl,
        &[
            (
                "association.association-id",
                "Associations.NetworkAclAssociationId",
            ),
            ("association.network-acl-id", "Associations.NetworkAclId"),
            ("association.subnet-id", "Associations.SubnetId"),
            ("default", "IsDefault"),
            ("entry.cidr", "Entries.CidrBlock"),
            ("entry.egress", "Entries.Egress"),
            ("entry.icmp.code", "Entries.IcmpTypeCode.Code"),
            ("entry.icmp.type", "Entries.IcmpTypeCode.Type"),
            ("entry.ipv6-cidr", "Entries.Ipv6CidrBlock"),
            ("entry.port-range.from", "Entries.PortRange.From"),
            ("entry.port-range.to", "Entries.PortRange.To"),
            ("entry.protocol", "Entries.Protocol"),
            ("entry.rule-action", "Entries.RuleAction"),
            ("entry.rule-number", "Entries.RuleNumber"),
            ("network-acl-id", "NetworkAclId"),
            ("owner-id", "OwnerId"),
            ("vpc-id", "VpcId"),
        ],
    ),
    (
        Kind::SecurityGroup,
        &[
            ("description", "Description"),
            (
                "egress.ip-permission.cidr",
                "IpPermissionsEgress.IpRanges.CidrIp",
            ),
            (
                "egress.ip-permission.from-port",
                "IpPermissionsEgress.FromPort",
            ),
            (
                "egress.ip-permission.group-id",
                "IpPermissionsEgress.UserIdGroupPairs.GroupId",
            ),
            (
                "egress.ip-permission.ipv6-cidr",
                "IpPermissionsEgress.Ipv6Ranges.CidrIpv6",
            ),
            (
                "egress.ip-permission.prefix-list-id",
                "IpPermissionsEgress.PrefixListIds.PrefixListId",
            ),
            (
                "egress.ip-permission.protocol",
                "IpPermissionsEgress.IpProtocol",
            ),
            ("egress.ip-permission.to-port", "IpPermissionsEgress.ToPort"),
            (
                "egress.ip-permission.user-id",
                "IpPermissionsEgress.UserIdGroupPairs.UserId",
            ),
            ("group-id", "GroupId"),
            ("group-name", "GroupName"),
            ("ip-permission.cidr", "IpPermissions.IpRanges.CidrIp"),
            ("ip-permission.from-port", "IpPermissions.FromPort"),
            (
                "ip-permission.group-id",
                "IpPermissions.UserIdGroupPairs.GroupId",
            ),
            (
                "ip-permission.ipv6-cidr",
                "IpPermissions.Ipv6Ranges.CidrIpv6",
            ),
            (
                "ip-permission.prefix-list-id",
                "IpPermissions.PrefixListIds.PrefixListId",
            ),
            ("ip-permission.protocol", "IpPermissions.IpProtocol"),
            ("ip-permission.to-port", "IpPermissions.ToPort"),
            (
                "ip-permission.user-id",
                "IpPermissions.UserIdGroupPairs.UserId",
            ),
            ("owner-id", "OwnerId"),
            ("vpc-id", "VpcId"),
        ],
    ),
    (
        Kind::SecurityGroupRule,
        &[
            ("group-id", "GroupId"),
            ("security-group-rule-id", "SecurityGroupRuleId"),
        ],
    ),
    (
        Kind::NetworkInterface,
        &[
            ("addresses.primary", "PrivateIpAddresses.Primary"),
            (
                "addresses.private-ip-address",
                "PrivateIpAddresses.PrivateIpAddress",
            ),
            (
                "addresses.association.public-ip",
                "PrivateIpAddresses.Association.PublicIp",
            ),
            ("association.allocation-id", "Association.AllocationId"),
            ("association.association-id", "Association.AssociationId"),
            ("association.public-ip", "Association.PublicIp"),
            ("attachment.attachment-id", "Attachment.AttachmentId"),
            ("attachment.instance-id", "Attachment.InstanceId"),
            ("attachment.instance-owner-id", "Attachment.InstanceOwnerId"),
            ("attachment.status", "Attachment.Status"),
            ("availability-zone", "AvailabilityZone"),
            ("availability-zone-id", "AvailabilityZoneId"),
            ("description", "Description"),
            ("group-id", "Groups.GroupId"),
            ("group-name", "Groups.GroupName"),
            ("interface-type", "InterfaceType"),
            ("ipv6-addresses.ipv6-address", "Ipv6Addresses.Ipv6Address"),
            ("mac-address", "MacAddress"),
            ("network-interface-id", "NetworkInterfaceId"),
            ("owner-id", "OwnerId"),
            ("private-dns-name", "PrivateDnsName"),
            ("private-ip-address", "PrivateIpAddress"),
            ("requester-id", "RequesterId"),
            ("requester-managed", "RequesterManaged"),
            ("source-dest-check", "SourceDestCheck"),
            ("status", "Status"),
            ("subnet-id", "SubnetId"),
            ("vpc-id", "VpcId"),
        ],
    ),
    (
        Kind::DhcpOptions,
        &[
            ("dhcp-options-id", "DhcpOptionsId"),
            ("key", "DhcpConfigurations.Key"),
            ("owner-id", "OwnerId"),
            ("value", "DhcpConfigurations.Values.Value"),
        ],
    ),
    (
        Kind::IpamPool,
        &[
            ("address-family", "AddressFamily"),
            ("ipam-pool-id", "IpamPoolId"),
            ("locale", "Locale"),
            ("state", "State"),
        ],
    ),
    (Kind::Ipv6Pool, &[]),
    (Kind::EgressOnlyInternetGateway, &[]),
    (
        Kind::PrefixList,
        &[
            ("owner-id", "OwnerId"),
            ("prefix-list-id", "PrefixListId"),
            ("prefix-list-name", "PrefixListName"),
        ],
    ),
    (
        Kind::TransitGateway,
        &[
            ("owner-id", "OwnerId"),
            ("state", "State"),
            ("transit-gateway-id", "TransitGatewayId"),
        ],
    ),
    (
        Kind::TransitGatewayAttachment,
        &[
            ("resource-id", "ResourceId"),
            ("resource-owner-id", "ResourceOwnerId"),
            ("resource-type", "ResourceType"),
            ("state", "State"),
            (
                "transit-gateway-attachment-id",
                "TransitGatewayAttachmentId",
            ),
            ("transit-gateway-id", "TransitGatewayId"),
            ("vpc-id", "VpcId"),
        ],
    ),
    (
        Kind::VpcEndpoint,
        &[
            ("ip-address-type", "IpAddressType"),
            ("service-name", "ServiceName"),
            ("service-region", "ServiceRegion"),
            ("vpc-endpoint-id", "VpcEndpointId"),
            ("vpc-endpoint-state", "State"),
            ("vpc-endpoint-type", "VpcEndpointType"),
            ("vpc-id", "VpcId"),
        ],
    ),
    (
        Kind::VpcPeeringConnection,
        &[
            ("accepter-vpc-info.cidr-block", "AccepterVpcInfo.CidrBlock"),
            ("accepter-vpc-info.owner-id", "AccepterVpcInfo.OwnerId"),
            ("accepter-vpc-info.vpc-id", "AccepterVpcInfo.VpcId"),
            ("expiration-time", "ExpirationTime"),
            (
                "requester-vpc-info.cidr-block",
                "RequesterVpcInfo.CidrBlock",
            ),
            ("requester-vpc-info.owner-id", "RequesterVpcInfo.OwnerId"),
            ("requester-vpc-info.vpc-id", "RequesterVpcInfo.VpcId"),
            ("status-code", "Status.Code"),
            ("status-message", "Status.Message"),
            ("vpc-peering-connection-id", "VpcPeeringConnectionId"),
        ],
    ),
    (
        Kind::VpnGateway,
        &[
            ("amazon-side-asn", "AmazonSideAsn"),
            ("attachment.state", "VpcAttachments.State"),
            ("attachment.vpc-id", "VpcAttachments.VpcId"),
            ("availability-zone", "AvailabilityZone"),
            ("state", "State"),
            ("type", "Type"),
            ("vpn-gateway-id", "VpnGatewayId"),
        ],
    ),
];

#[cfg(test)]
mod tests {
    use super::like;

    #[test]
    fn patterns_are_those_of_ec2() {
        assert!(like("*", ""));
        assert!(like("a*c", "abbc"));
        assert!(like("a?c", "abc"));
        assert!(!like("a?c", "ac"));
        assert!(like("a\\*", "a*"));
        assert!(!like("a\\*", "ab"));
    }
}
