//! Where the routes of a named network lead, and what is said where that is nowhere.

use groundwork_model::Severity;
use serde_json::json;

use crate::cases::site::{
    Said, Site, assert_says, field, route, route_table, subject, switch, text,
};

const IPV4: &str = "DestinationCidrBlock";
const IPV6: &str = "DestinationIpv6CidrBlock";

/// Has the default route of a family lead to something else, as EC2 stores it.
fn reroute(site: &Site<'_>, table: &str, family: &str, member: &str, target: &str) {
    let to = if family == IPV4 { "0.0.0.0/0" } else { "::/0" };
    site.with(|cloud| {
        cloud.edit(table, |body| {
            let routes = body["Routes"].as_array_mut().expect("a table has routes");
            routes.retain(|route| route[family] != to);
            routes.push(json!({ family: to, member: target, "Origin": "CreateRoute" }));
        })
    });
}

fn unroute(site: &Site<'_>, table: &str, family: &str) {
    let to = if family == IPV4 { "0.0.0.0/0" } else { "::/0" };
    site.with(|cloud| cloud.call("DeleteRoute", json!({ "RouteTableId": table, family: to })));
}

/// The same of each of the two subnets; the first one's.
fn both<'s>(said: &'s Said, code: &str, severity: Severity) -> &'s groundwork_model::Finding {
    assert_eq!(said.codes(severity), [code, code], "{said:#?}");
    let mut of = said.findings.iter().filter(|finding| finding.code == code);
    of.next().expect("there are two")
}

#[tokio::test(start_paused = true)]
async fn a_public_subnet_gets_its_ipv6_route_from_the_gateway_of_ipv4() {
    let subject = subject();
    let site = Site::public(&subject).await;
    unroute(&site, &site.public_table, IPV6);
    let said = site.said().await;
    let finding = both(&said, "AWS-ROUTE", Severity::Error);
    let call = format!(
        "aws ec2 create-route --route-table-id {} --destination-ipv6-cidr-block ::/0 --gateway-id {}",
        site.public_table, site.internet
    );
    assert_says(finding, "no way out over IPv6", &call);
    let fields = said.findings.iter().filter(|finding| finding.is_error());
    let mut fields: Vec<&str> = fields.map(field).collect();
    fields.sort_unstable();
    assert_eq!(
        fields,
        ["spec.cloud.aws.subnetIDs[0]", "spec.cloud.aws.subnetIDs[1]"]
    );
}

#[tokio::test(start_paused = true)]
async fn a_private_subnet_gets_its_ipv6_route_from_the_egress_only_gateway() {
    let subject = subject();
    let site = Site::private(&subject).await;
    unroute(&site, &site.private_table, IPV6);
    let said = site.said_of_private().await;
    let call = format!("::/0 --egress-only-internet-gateway-id {}", site.egress);
    assert_says(
        both(&said, "AWS-ROUTE", Severity::Error),
        "no way out over IPv6",
        &call,
    );
}

#[tokio::test(start_paused = true)]
async fn an_egress_only_gateway_is_made_where_there_is_none() {
    let subject = subject();
    let site = Site::private(&subject).await;
    site.with(|cloud| {
        let gone = json!({ "EgressOnlyInternetGatewayId": site.egress });
        cloud.call("DeleteEgressOnlyInternetGateway", gone);
    });
    let said = site.said_of_private().await;
    let finding = both(&said, "AWS-BLACKHOLE", Severity::Error);
    let made = format!(
        "aws ec2 create-egress-only-internet-gateway --vpc-id {}",
        site.vpc
    );
    assert_says(finding, &format!("leads to {}", site.egress), &made);
    assert_says(finding, "does not exist any more", "aws ec2 replace-route");
}

#[tokio::test(start_paused = true)]
async fn a_gateway_that_was_detached_is_a_black_hole() {
    let subject = subject();
    let site = Site::public(&subject).await;
    site.edit(&site.internet, json!({ "Attachments": [] }));
    let said = site.said().await;
    // Both families of both subnets.
    assert_eq!(said.errors(), ["AWS-BLACKHOLE"; 4], "{said:#?}");
    let first = said.findings.iter().find(|finding| finding.is_error());
    assert_says(first.unwrap(), "it is attached to no VPC", "NAT gateway");
    let elsewhere = json!([{ "State": "available", "VpcId": "vpc-0123456789abcdef0" }]);
    site.edit(&site.internet, json!({ "Attachments": elsewhere }));
    let said = site.said().await;
    let first = said.findings.iter().find(|finding| finding.is_error());
    assert_says(
        first.unwrap(),
        "it is attached to VPC vpc-0123456789abcdef0",
        "NAT gateway",
    );
}

#[tokio::test(start_paused = true)]
async fn ipv4_without_a_route_gets_the_nat_gateway() {
    let subject = subject();
    let site = Site::private(&subject).await;
    unroute(&site, &site.private_table, IPV4);
    let said = site.said_of_private().await;
    let call = format!(
        "--destination-cidr-block 0.0.0.0/0 --nat-gateway-id {}",
        site.nat
    );
    assert_says(
        both(&said, "AWS-ROUTE", Severity::Error),
        "no way out over IPv4",
        &call,
    );
}

/// Behaviour 40: what a NAT gateway has to be.
#[tokio::test(start_paused = true)]
async fn a_nat_gateway_has_to_be_available_and_in_a_public_subnet() {
    let subject = subject();
    let site = Site::private(&subject).await;
    for state in ["pending", "deleting", "failed"] {
        site.edit(&site.nat, json!({ "State": state }));
        let said = site.said_of_private().await;
        let code = match state {
            "pending" => "AWS-ROUTE",
            _ => "AWS-BLACKHOLE",
        };
        let finding = both(&said, code, Severity::Error);
        assert_says(finding, &format!("its state is {state}"), "");
    }
    site.edit(
        &site.nat,
        json!({ "State": "available", "SubnetId": site.private[0] }),
    );
    let finding = site.said_of_private().await;
    let finding = both(&finding, "AWS-ROUTE", Severity::Error);
    let why = format!("leads to {} instead of an internet gateway", site.nat);
    assert_says(finding, &why, "public subnet");
    assert_says(finding, &format!("it is in subnet {}", site.private[0]), "");
}

/// A public NAT gateway may stand before a firewall, or translate for other networks.
#[tokio::test(start_paused = true)]
async fn a_nat_gateway_goes_on_by_the_routes_of_its_subnet() {
    let subject = subject();
    let site = Site::private(&subject).await;
    let endpoint = site.with(|cloud| cloud.put("vpc-endpoint", firewall(&site.vpc)));
    reroute(&site, &site.public_table, IPV4, "GatewayId", &endpoint);
    site.said_of_private().await.assert_fit();

    site.edit(&endpoint, json!({ "State": "Rejected" }));
    let said = site.said_of_private().await;
    let finding = both(&said, "AWS-ROUTE", Severity::Error);
    let why = format!("leads to {endpoint}: its state is Rejected");
    assert_says(finding, &why, "public subnet");

    let transit = site.with(|cloud| cloud.put("transit-gateway", json!({ "State": "available" })));
    let table = &site.public_table;
    reroute(&site, table, IPV4, "TransitGatewayId", &transit);
    let said = site.said_of_private().await;
    said.assert_fit();
    let mut notes = said.findings.iter();
    let note = notes.find(|finding| finding.code == "AWS-ROUTE-UNSEEN");
    let why = format!("leads to {transit}: what a transit gateway does");
    assert_says(
        note.expect("it is said"),
        &why,
        "see that IPv4 finds a way out",
    );

    let gone = "tgw-0123456789abcdef0";
    reroute(&site, table, IPV4, "TransitGatewayId", gone);
    let said = site.said_of_private().await;
    let finding = both(&said, "AWS-ROUTE", Severity::Error);
    assert_says(finding, &format!("{gone}, which is gone"), "");
}

#[tokio::test(start_paused = true)]
async fn a_private_nat_gateway_leads_where_nobody_sees() {
    let subject = subject();
    let site = Site::private(&subject).await;
    site.edit(&site.nat, json!({ "ConnectivityType": "private" }));
    let said = site.said_of_private().await;
    said.assert_fit();
    let mut notes = said
        .findings
        .iter()
        .filter(|finding| finding.code == "AWS-ROUTE-UNSEEN");
    let note = notes.next_back().expect("it is said");
    assert_says(note, "private NAT gateway", "see that IPv4 finds a way out");
}

/// A firewall's endpoint, as EC2 tells of it.
fn firewall(vpc: &str) -> serde_json::Value {
    json!({
        "VpcId": vpc, "VpcEndpointType": "GatewayLoadBalancer", "State": "Available",
        "ServiceName": "com.amazonaws.vpce.firewall", "OwnerId": "123456789012",
    })
}

/// Targets that the account sees and can judge: nothing is said of those that work.
#[tokio::test(start_paused = true)]
async fn a_machine_that_forwards_and_an_endpoint_are_ways_out() {
    let subject = subject();
    let site = Site::private(&subject).await;
    let (machine, endpoint) = site.with(|cloud| {
        let made = cloud.call(
            "CreateNetworkInterface",
            json!({ "SubnetId": site.public[0] }),
        );
        let machine = text(&made["NetworkInterface"]["NetworkInterfaceId"]);
        (machine, cloud.put("vpc-endpoint", firewall(&site.vpc)))
    });
    site.edit(
        &machine,
        json!({ "SourceDestCheck": false, "Status": "in-use" }),
    );
    reroute(
        &site,
        &site.private_table,
        IPV4,
        "NetworkInterfaceId",
        &machine,
    );
    reroute(&site, &site.private_table, IPV6, "GatewayId", &endpoint);
    site.said_of_private().await.assert_fit();

    site.edit(&machine, json!({ "SourceDestCheck": true }));
    let said = site.said_of_private().await;
    let finding = both(&said, "AWS-ROUTE", Severity::Error);
    // What carries IPv6 would carry IPv4 as well.
    assert_says(finding, "its source/destination check is on", &endpoint);
    site.edit(
        &machine,
        json!({ "SourceDestCheck": false, "Status": "available" }),
    );
    let said = site.said_of_private().await;
    assert_says(
        both(&said, "AWS-ROUTE", Severity::Error),
        "attached to nothing",
        &endpoint,
    );

    site.edit(&machine, json!({ "Status": "in-use" }));
    site.edit(&endpoint, json!({ "State": "Rejected" }));
    let said = site.said_of_private().await;
    let finding = both(&said, "AWS-ROUTE", Severity::Error);
    assert_says(finding, "its state is Rejected", &site.egress);
}

/// What lies behind these is not in the VPC: it is said, and left to whoever knows.
#[tokio::test(start_paused = true)]
async fn what_cannot_be_seen_is_a_note() {
    let subject = subject();
    let site = Site::private(&subject).await;
    let core = "arn:aws:networkmanager::123456789012:core-network/core-network-0abc";
    let transit = site.with(|cloud| cloud.put("transit-gateway", json!({ "State": "available" })));
    let vpn = site.with(|cloud| cloud.put("vpn-gateway", json!({ "State": "available" })));
    let targets = [
        ("TransitGatewayId", transit.as_str()),
        ("GatewayId", &vpn),
        ("CoreNetworkArn", core),
    ];
    for (member, target) in targets {
        reroute(&site, &site.private_table, IPV4, member, target);
        reroute(&site, &site.private_table, IPV6, member, target);
        let said = site.said_of_private().await;
        said.assert_fit();
        let unseen = said
            .findings
            .iter()
            .filter(|finding| finding.code == "AWS-ROUTE-UNSEEN");
        assert_eq!(unseen.clone().count(), 4, "{target}: {said:#?}");
        assert!(
            unseen
                .clone()
                .all(|finding| finding.message.contains(target))
        );
    }
}

/// A peering has to be active, and even then leads no further than the other VPC.
#[tokio::test(start_paused = true)]
async fn a_peering_is_no_way_to_the_internet() {
    let subject = subject();
    let site = Site::private(&subject).await;
    let peering = site.with(|cloud| {
        let other = cloud.call("CreateVpc", json!({ "CidrBlock": "10.60.0.0/16" }));
        let asked = json!({ "VpcId": site.vpc, "PeerVpcId": other["Vpc"]["VpcId"] });
        let made = cloud.call("CreateVpcPeeringConnection", asked);
        text(&made["VpcPeeringConnection"]["VpcPeeringConnectionId"])
    });
    reroute(
        &site,
        &site.private_table,
        IPV4,
        "VpcPeeringConnectionId",
        &peering,
    );
    let said = site.said_of_private().await;
    let finding = both(&said, "AWS-BLACKHOLE", Severity::Error);
    assert_says(finding, "its state is pending-acceptance", &site.nat);
    site.with(|cloud| {
        let accept = json!({ "VpcPeeringConnectionId": peering });
        cloud.call("AcceptVpcPeeringConnection", accept);
    });
    let said = site.said_of_private().await;
    said.assert_fit();
    let mut unseen = said
        .findings
        .iter()
        .filter(|finding| finding.code == "AWS-ROUTE-UNSEEN");
    assert_says(unseen.next().unwrap(), "not through its gateways", "IPv4");
}

/// EC2 refuses such routes, so that nobody meets them but by a change of EC2's.
#[tokio::test(start_paused = true)]
async fn a_gateway_carries_the_families_that_it_is_for() {
    let subject = subject();
    let site = Site::private(&subject).await;
    reroute(&site, &site.private_table, IPV6, "NatGatewayId", &site.nat);
    let said = site.said_of_private().await;
    let finding = both(&said, "AWS-ROUTE", Severity::Error);
    assert_says(finding, "only to IPv4 destinations", &site.egress);
    reroute(
        &site,
        &site.private_table,
        IPV6,
        "EgressOnlyInternetGatewayId",
        &site.egress,
    );
    reroute(
        &site,
        &site.private_table,
        IPV4,
        "EgressOnlyInternetGatewayId",
        &site.egress,
    );
    let said = site.said_of_private().await;
    assert_says(
        both(&said, "AWS-ROUTE", Severity::Error),
        "carry IPv6 alone",
        &site.nat,
    );
}

/// An egress-only gateway on a public table lets nobody in over IPv6.
#[tokio::test(start_paused = true)]
async fn a_public_subnet_that_is_closed_over_ipv6_is_warned_of() {
    let subject = subject();
    let site = Site::private(&subject).await;
    reroute(
        &site,
        &site.public_table,
        IPV6,
        "EgressOnlyInternetGatewayId",
        &site.egress,
    );
    let said = site.said().await;
    assert_eq!(said.errors(), [""; 0], "{said:#?}");
    let call = format!(
        "aws ec2 replace-route --route-table-id {} --destination-ipv6-cidr-block ::/0 --gateway-id {}",
        site.public_table, site.internet
    );
    let finding = both(&said, "AWS-PRIVATE", Severity::Warning);
    assert_says(finding, "lets nobody in over IPv6", &call);
}

#[tokio::test(start_paused = true)]
async fn a_private_subnet_that_is_open_over_ipv6_is_warned_of() {
    let subject = subject();
    let site = Site::private(&subject).await;
    reroute(
        &site,
        &site.private_table,
        IPV6,
        "GatewayId",
        &site.internet,
    );
    let said = site.said_of_private().await;
    assert_eq!(said.errors(), [""; 0], "{said:#?}");
    let finding = both(&said, "AWS-EXPOSED", Severity::Warning);
    assert_says(finding, "public over IPv6", "egress-only gateway");
}

#[tokio::test(start_paused = true)]
async fn machines_of_public_subnets_need_public_addresses() {
    let subject = subject();
    let site = Site::public(&subject).await;
    site.edit(&site.public[1], json!({ "MapPublicIpOnLaunch": false }));
    let said = site.said().await;
    let finding = said.only_warning("AWS-PUBLIC-IPV4");
    let call = format!(
        "aws ec2 modify-subnet-attribute --subnet-id {} --map-public-ip-on-launch",
        site.public[1]
    );
    assert_says(finding, "no public IPv4 address", &call);
    assert_eq!(field(finding), "spec.cloud.aws.subnetIDs[1]");
}

/// Behaviour 41: translated addresses lead to a NAT gateway.
#[tokio::test(start_paused = true)]
async fn dns64_needs_a_route_for_what_it_answers() {
    let subject = subject();
    let site = Site::private(&subject).await;
    site.with(|cloud| switch(cloud, &site.private[0], "EnableDns64"));
    let said = site.said_of_private().await;
    let call = format!(
        "aws ec2 create-route --route-table-id {} --destination-ipv6-cidr-block 64:ff9b::/96 \
         --nat-gateway-id {}",
        site.private_table, site.nat
    );
    assert_says(said.only_error("AWS-ROUTE"), "64:ff9b::/96", &call);
    site.with(|cloud| {
        let to = json!({
            "RouteTableId": site.private_table, "DestinationIpv6CidrBlock": "64:ff9b::/96",
            "NatGatewayId": site.nat,
        });
        cloud.call("CreateRoute", to);
    });
    site.said_of_private().await.assert_fit();
}

/// Case 20: an internet gateway does not translate, and neither does the way out of IPv6.
#[tokio::test(start_paused = true)]
async fn dns64_needs_something_that_translates() {
    let subject = subject();
    let site = Site::public(&subject).await;
    site.with(|cloud| switch(cloud, &site.public[0], "EnableDns64"));
    let said = site.said().await;
    let way_out = format!(
        "the one to ::/0 leads to {}, which does not translate",
        site.internet
    );
    assert_says(said.only_error("AWS-ROUTE"), &way_out, "DNS64 turned off");
    site.with(|cloud| {
        cloud.edit(&site.public_table, |body| {
            let routes = body["Routes"].as_array_mut().expect("a table has routes");
            routes.push(json!({
                IPV6: "64:ff9b::/96", "GatewayId": site.internet, "Origin": "CreateRoute",
            }));
        })
    });
    let said = site.said().await;
    let own = format!("the one to 64:ff9b::/96 leads to {}", site.internet);
    assert_says(said.only_error("AWS-ROUTE"), &own, "DNS64 turned off");
}

/// What a transit gateway leads to may translate.
#[tokio::test(start_paused = true)]
async fn dns64_may_be_translated_where_nobody_sees() {
    let subject = subject();
    let site = Site::private(&subject).await;
    site.with(|cloud| switch(cloud, &site.private[0], "EnableDns64"));
    site.with(|cloud| {
        cloud.edit(&site.private_table, |body| {
            let routes = body["Routes"].as_array_mut().expect("a table has routes");
            let mut routes = routes.iter_mut();
            let out = routes.find(|route| route[IPV6] == "::/0");
            *out.expect("it is there") = json!({
                IPV6: "::/0", "TransitGatewayId": "tgw-0a1b2c3d", "Origin": "CreateRoute",
                "State": "active",
            });
        })
    });
    let said = site.said_of_private().await;
    assert_eq!(said.errors(), [""; 0], "{said:#?}");
}

/// EC2 says `filtered` of a route that it does not use.
#[tokio::test(start_paused = true)]
async fn a_route_that_is_not_active_carries_nothing() {
    let subject = subject();
    let site = Site::public(&subject).await;
    site.with(|cloud| {
        cloud.edit(&site.public_table, |body| {
            let routes = body["Routes"].as_array_mut().expect("a table has routes");
            let mut routes = routes.iter_mut();
            let out = routes.find(|route| route[IPV6] == "::/0");
            out.expect("it is there")["State"] = json!("filtered");
        })
    });
    let said = site.said().await;
    let finding = both(&said, "AWS-ROUTE", Severity::Error);
    assert_says(finding, "its state is filtered", "replace-route");
}

/// A route that nobody follows any more is told once, however many subnets share it.
#[tokio::test(start_paused = true)]
async fn other_routes_to_what_is_gone_are_warned_of() {
    let subject = subject();
    let site = Site::public(&subject).await;
    let machine = site.with(|cloud| {
        let made = cloud.call(
            "CreateNetworkInterface",
            json!({ "SubnetId": site.public[0] }),
        );
        let machine = text(&made["NetworkInterface"]["NetworkInterfaceId"]);
        let to = json!({
            "RouteTableId": site.public_table, "DestinationCidrBlock": "10.77.0.0/16",
            "NetworkInterfaceId": machine,
        });
        cloud.call("CreateRoute", to);
        cloud.vanish(&machine);
        machine
    });
    let said = site.said().await;
    let finding = said.only_warning("AWS-BLACKHOLE");
    assert_says(finding, &format!("10.77.0.0/16 ({machine})"), "deleted");
}

/// A default route may stand in a list of prefixes, which is not looked into.
#[tokio::test(start_paused = true)]
async fn a_list_of_prefixes_may_hold_the_default_route() {
    let subject = subject();
    let site = Site::public(&subject).await;
    unroute(&site, &site.public_table, IPV6);
    site.with(|cloud| {
        let to = json!({
            "RouteTableId": site.public_table, "DestinationPrefixListId": "pl-0123456789abcdef0",
            "GatewayId": site.internet,
        });
        cloud.call("CreateRoute", to);
    });
    let said = site.said().await;
    assert_eq!(said.errors(), [""; 0], "{said:#?}");
    let finding = both(&said, "AWS-ROUTE", Severity::Warning);
    assert_says(
        finding,
        "unless pl-0123456789abcdef0 holds one",
        &site.internet,
    );
}

/// All public addresses of IPv6 are as good as all addresses.
#[tokio::test(start_paused = true)]
async fn a_route_to_all_public_addresses_is_a_way_out() {
    let subject = subject();
    let site = Site::public(&subject).await;
    unroute(&site, &site.public_table, IPV6);
    site.with(|cloud| {
        let to = json!({
            "RouteTableId": site.public_table, "DestinationIpv6CidrBlock": "2000::/3",
            "GatewayId": site.internet,
        });
        cloud.call("CreateRoute", to);
    });
    site.said().await.assert_fit();
}

/// The route that is there is the one that is replaced.
#[tokio::test(start_paused = true)]
async fn a_route_is_replaced_by_its_own_destination() {
    let subject = subject();
    let site = Site::private(&subject).await;
    unroute(&site, &site.public_table, IPV6);
    site.with(|cloud| {
        let to = json!({
            "RouteTableId": site.public_table, "DestinationIpv6CidrBlock": "2000::/3",
            "EgressOnlyInternetGatewayId": site.egress,
        });
        cloud.call("CreateRoute", to);
        let gone = json!({ "EgressOnlyInternetGatewayId": site.egress });
        cloud.call("DeleteEgressOnlyInternetGateway", gone);
    });
    let said = site.said().await;
    let call = format!(
        "aws ec2 replace-route --route-table-id {} --destination-ipv6-cidr-block 2000::/3 \
         --gateway-id {}",
        site.public_table, site.internet
    );
    let finding = both(&said, "AWS-BLACKHOLE", Severity::Error);
    assert_says(finding, "the route to 2000::/3", &call);
}

/// Ranges that anybody may use are announced nowhere.
#[tokio::test(start_paused = true)]
async fn a_private_ipv6_range_has_no_way_to_the_internet() {
    let subject = subject();
    let site = Site::public(&subject).await;
    site.with(|cloud| {
        cloud.edit(&site.public[0], |body| {
            body["Ipv6CidrBlockAssociationSet"][0]["Ipv6CidrBlock"] = json!("fd12:3456:789a::/64");
        })
    });
    let said = site.said().await;
    let finding = said.only_error("AWS-ROUTE");
    let call = format!("aws ec2 associate-vpc-cidr-block --vpc-id {}", site.vpc);
    assert_says(finding, "the private range fd12:3456:789a::/64", &call);
}

/// A VPC that another account shares shows its route tables, and not what they lead to.
#[tokio::test(start_paused = true)]
async fn what_a_shared_vpc_does_not_show_is_a_note() {
    let subject = subject();
    let site = Site::private(&subject).await;
    let owner = json!({ "OwnerId": "210987654321" });
    for id in site.private.iter().chain([&site.vpc, &site.private_table]) {
        site.edit(id, owner.clone());
    }
    site.with(|cloud| {
        for id in [&site.nat, &site.egress] {
            cloud.hide(id);
        }
    });
    let said = site.said_of_private().await;
    assert_eq!(said.errors(), [""; 0], "{said:#?}");
    let unseen = said
        .findings
        .iter()
        .filter(|finding| finding.code == "AWS-ROUTE-UNSEEN");
    assert_eq!(unseen.clone().count(), 4, "{said:#?}");
    assert!(
        unseen
            .clone()
            .all(|finding| finding.message.contains("does not show it"))
    );
    let shared = said.one("AWS-SHARED-VPC", Severity::Note);
    assert_says(
        shared,
        "shared by account 210987654321",
        "that account has to change",
    );
}

/// A second table of the VPC is not the nodes' affair.
#[tokio::test(start_paused = true)]
async fn tables_of_other_subnets_are_not_judged() {
    let subject = subject();
    let site = Site::public(&subject).await;
    site.with(|cloud| route_table(cloud, &site.vpc, &[]));
    site.said().await.assert_fit();
}

/// Two halves come before the whole: what the whole leads to is nobody's way.
#[tokio::test(start_paused = true)]
async fn two_halves_are_a_default_route() {
    let subject = subject();
    let site = Site::public(&subject).await;
    let table = &site.public_table;
    let halves = [
        IPV4,
        "0.0.0.0/1",
        IPV4,
        "128.0.0.0/1",
        IPV6,
        "::/1",
        IPV6,
        "8000::/1",
    ];
    site.with(|cloud| {
        for half in halves.chunks(2) {
            let to = json!({ half[0]: half[1], "GatewayId": site.internet });
            route(cloud, table, to);
        }
    });
    unroute(&site, table, IPV4);
    unroute(&site, table, IPV6);
    site.said().await.assert_fit();
    // Of what has nothing to do with the routes, each family hears once.
    let block = |mode: &str| {
        let mode = mode.to_owned();
        site.with(|cloud| cloud.config.block_public_access = mode);
    };
    block("block-bidirectional");
    let said = site.said().await;
    assert_eq!(said.errors(), ["AWS-BLOCKED"; 4], "{said:#?}");
    block("off");

    let gone = "tgw-0123456789abcdef0";
    reroute(&site, table, IPV4, "TransitGatewayId", gone);
    let said = site.said().await;
    assert_eq!(said.errors(), [""; 0], "{said:#?}");

    site.with(|cloud| {
        let half = json!({ "RouteTableId": table, IPV4: "128.0.0.0/1" });
        cloud.call("DeleteRoute", half);
    });
    let said = site.said().await;
    let finding = both(&said, "AWS-BLACKHOLE", Severity::Error);
    assert_says(
        finding,
        "the route to 0.0.0.0/0",
        "--destination-cidr-block 0.0.0.0/0",
    );
    unroute(&site, table, IPV4);
    let said = site.said().await;
    let finding = both(&said, "AWS-ROUTE", Severity::Error);
    assert_says(finding, "no way out over IPv4", "aws ec2 create-route");
}

/// The worse half counts, also of a NAT gateway's way, and each is told by its own destination.
#[tokio::test(start_paused = true)]
async fn the_worse_half_counts() {
    let subject = subject();
    let site = Site::private(&subject).await;
    let halves = |table: &str, first: &serde_json::Value, second: &serde_json::Value| {
        site.with(|cloud| {
            let routes = [("0.0.0.0/1", first), ("128.0.0.0/1", second)];
            for (to, target) in routes {
                let to = conformance::merged(json!({ IPV4: to }), target);
                route(cloud, table, to);
            }
        });
    };
    let internet = json!({ "GatewayId": site.internet });
    let nat = json!({ "NatGatewayId": site.nat });
    halves(&site.private_table, &nat, &nat);
    site.said_of_private().await.assert_fit();
    halves(&site.public_table, &internet, &nat);
    let said = site.said_of_private().await;
    // Both halves of both subnets lead to the gateway, of whose own ways one is none.
    assert_eq!(said.errors(), ["AWS-ROUTE"; 4], "{said:#?}");
    let mut errors = said.findings.iter().filter(|finding| finding.is_error());
    for half in ["0.0.0.0/1", "128.0.0.0/1"] {
        let finding = errors.next().expect("there are four");
        let begin = format!("the route to {half} in route table {}", site.private_table);
        assert_says(finding, &begin, "public subnet");
        assert_says(finding, "instead of an internet gateway", half);
    }
}
