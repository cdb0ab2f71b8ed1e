//! Networks that are made: what others learnt about making them, each a test.

use std::collections::BTreeSet;

use conformance::{Lab, Process, Ran, own, subjects::AwsSubject};
use groundwork_engine::{Finish, Patience, Trouble};
use groundwork_model::Severity;
use groundwork_provider::Action;
use mock_aws::Aws;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::cases::site::{self, document, subject};

async fn applied(lab: &Lab<'_>, process: &Process, section: &Value) -> Ran {
    site::applied(lab, process, &document(lab.subject, section)).await
}

async fn tried(lab: &Lab<'_>, process: &Process, section: &Value) -> Result<Ran, Trouble> {
    let request = lab.request(&document(lab.subject, section));
    process.apply(&request).await
}

/// What a plan would do, by address.
async fn planned(lab: &Lab<'_>, process: &Process, section: &Value) -> Vec<(String, Action)> {
    let request = lab.request(&document(lab.subject, section));
    let planned = process.plan(&request).await.expect("it looks");
    let items = planned.plan.mutating();
    items
        .map(|item| (item.address.to_string(), item.action))
        .collect()
}

/// The subnets of the cluster's VPC: address, IPv4 and IPv6 range, id.
fn subnets(lab: &Lab<'_>) -> BTreeSet<(String, String, String, String)> {
    let vpc = own(&lab.mock, "vpc").id;
    let listed = lab.mock.with(|cloud: &mut Aws| {
        let of_vpc = json!([{ "Name": "vpc-id", "Values": [vpc] }]);
        cloud.call("DescribeSubnets", json!({ "Filters": of_vpc }))
    });
    let listed = listed["Subnets"].as_array().expect("a list").clone();
    let tag = |subnet: &Value, key: &str| {
        let tags = subnet["Tags"].as_array().expect("a list").clone();
        let mut found = tags.into_iter().filter(|tag| tag["Key"] == key);
        found
            .next()
            .map_or_else(String::new, |tag| site::text(&tag["Value"]))
    };
    let one = |subnet: &Value| {
        let v6 = subnet.pointer("/Ipv6CidrBlockAssociationSet/0/Ipv6CidrBlock");
        (
            tag(subnet, "groundwork.io/address"),
            site::text(&subnet["CidrBlock"]),
            v6.and_then(Value::as_str).unwrap_or_default().to_owned(),
            site::text(&subnet["SubnetId"]),
        )
    };
    listed.iter().map(one).collect()
}

/// Where the routes of the cluster's tables lead: destination and the kind of the target, by the
/// table's address.
fn routes(lab: &Lab<'_>) -> BTreeSet<(String, String, String)> {
    let vpc = own(&lab.mock, "vpc").id;
    let listed = lab.mock.with(|cloud: &mut Aws| {
        let of_vpc = json!([{ "Name": "vpc-id", "Values": [vpc] }]);
        cloud.call("DescribeRouteTables", json!({ "Filters": of_vpc }))
    });
    let mut all = BTreeSet::new();
    for table in listed["RouteTables"].as_array().expect("a list") {
        let tags = table["Tags"].as_array().expect("a list");
        let address = tags
            .iter()
            .find(|tag| tag["Key"] == "groundwork.io/address");
        for route in table["Routes"].as_array().expect("a list") {
            let to = ["DestinationCidrBlock", "DestinationIpv6CidrBlock"];
            let by = ["NatGatewayId", "EgressOnlyInternetGatewayId", "GatewayId"];
            let first = |names: &[&str]| {
                let mut texts = names.iter().filter_map(|name| route[*name].as_str());
                texts.next().unwrap_or_default().to_owned()
            };
            let by = first(&by);
            let kind = by.split_once('-').map_or(by.as_str(), |(kind, _)| kind);
            if let Some(address) = address.filter(|_| kind != "local") {
                all.insert((site::text(&address["Value"]), first(&to), kind.to_owned()));
            }
        }
    }
    all
}

fn route(table: &str, to: &str, by: &str) -> (String, String, String) {
    (table.to_owned(), to.to_owned(), by.to_owned())
}

#[tokio::test(start_paused = true)]
async fn zones_that_are_not_named_are_the_first_three_ordinary_ones() {
    let subject = subject();
    let lab = Lab::open(&subject);
    applied(&lab, &lab.process(), &json!({})).await;
    let made: Vec<String> = subnets(&lab).into_iter().map(|(a, ..)| a).collect();
    let zones = ["a", "b", "c"].map(|zone| format!("subnet/public/eu-central-1{zone}"));
    assert_eq!(made, zones);
}

#[tokio::test(start_paused = true)]
async fn each_subnet_has_a_range_of_its_own_and_another_zone_renumbers_nothing() {
    let subject = subject();
    let lab = Lab::open(&subject);
    let process = lab.process();
    let two = json!({ "zones": ["eu-central-1b", "eu-central-1c"], "privateSubnets": true, "natGateways": "one" });
    applied(&lab, &process, &two).await;
    let before = subnets(&lab);
    let way_out = || ["natgateway", "elastic-ip"].map(|kind| own(&lab.mock, kind).id);
    let out_before = way_out();
    assert_eq!(before.len(), 4, "a public and a private one in each zone");
    for family in [0, 1] {
        let ranges: BTreeSet<&str> = before
            .iter()
            .map(|(_, v4, v6, _)| [v4.as_str(), v6.as_str()][family])
            .collect();
        assert_eq!(ranges.len(), 4, "{before:#?}");
    }
    let three = json!({
        "zones": ["eu-central-1a", "eu-central-1b", "eu-central-1c"], "privateSubnets": true, "natGateways": "one",
    });
    applied(&lab, &process, &three).await;
    let after = subnets(&lab);
    assert_eq!(after.len(), 6);
    assert!(after.is_superset(&before), "{before:#?}\n{after:#?}");
    assert_eq!(way_out(), out_before, "the way out stays where it is");
}

/// Gateways are paid for by the hour, and whoever has some made is told, but not of those that are
/// there.
#[tokio::test(start_paused = true)]
async fn what_is_bought_is_said_whenever_it_is() {
    let subject = subject();
    let lab = Lab::open(&subject);
    let process = lab.process();
    let public = json!({ "zones": ["eu-central-1a"] });
    let private = json!({ "zones": ["eu-central-1a"], "privateSubnets": true });
    let two = json!({ "zones": ["eu-central-1a", "eu-central-1b"], "privateSubnets": true });
    let told = |ran: &Ran| {
        let notes = ran.planned.plan.findings.iter();
        let notes = notes.filter(|finding| finding.code == "AWS-COST");
        notes
            .map(|finding| finding.message.clone())
            .collect::<Vec<_>>()
            .join("; ")
    };
    let new = told(&applied(&lab, &process, &public).await);
    assert!(new.contains("public IPv4 addresses"), "{new}");
    let ran = applied(&lab, &process, &private).await;
    assert!(
        told(&ran).ends_with("one is made in eu-central-1a"),
        "{}",
        told(&ran)
    );
    let ran = applied(&lab, &process, &two).await;
    assert!(
        told(&ran).ends_with("one is made in eu-central-1b"),
        "{}",
        told(&ran)
    );
    let ran = applied(&lab, &process, &two).await;
    assert_eq!(told(&ran), "");
}

/// Somebody has a subnet in our VPC: ours keep off it, in both families.
#[tokio::test(start_paused = true)]
async fn a_range_that_another_hand_took_is_kept_off() {
    let subject = AwsSubject::default();
    let lab = Lab::open(&subject);
    let process = lab.process();
    applied(&lab, &process, &json!({ "zones": ["eu-central-1a"] })).await;
    let vpc = own(&lab.mock, "vpc").id;
    let (_, _, v6, _) = subnets(&lab).into_iter().next().expect("there is one");
    let next = v6.replace("00::/64", "01::/64");
    lab.mock.with(|cloud: &mut Aws| {
        let taken = json!({ "VpcId": vpc, "CidrBlock": "10.0.16.0/20", "Ipv6CidrBlock": next });
        cloud.call("CreateSubnet", taken);
    });
    applied(
        &lab,
        &process,
        &json!({ "zones": ["eu-central-1a", "eu-central-1b"] }),
    )
    .await;
    let all = subnets(&lab);
    let added = all.iter().find(|(address, ..)| address.ends_with("1b"));
    let (_, v4, v6, _) = added.expect("the zone has one");
    assert_eq!(v4, "10.0.32.0/20");
    assert_eq!(*v6, next.replace("01::/64", "02::/64"));
}

#[tokio::test(start_paused = true)]
async fn zones_near_cities_are_refused() {
    let mut subject = subject();
    for zone in &mut subject.config.zones {
        zone.opted_in = true;
    }
    let lab = Lab::open(&subject);
    let unfit = [
        ("eu-central-1-ham-1a", "local-zone"),
        ("eu-central-1-wl1-ber-wlz-1", "wavelength-zone"),
        ("eu-central-1x", "does not exist"),
    ];
    let families = ["IPv4", "IPv4+IPv6"];
    let cases = families
        .into_iter()
        .flat_map(|family| unfit.map(|zone| (family, zone)));
    for (family, (zone, why)) in cases {
        let section = json!({ "zones": ["eu-central-1a", zone] });
        let family = json!({ "spec": { "clusterNetwork": { "ipFamily": family } } });
        let document = conformance::merged(document(&subject, &section), &family);
        let said = site::said(&lab, &document).await;
        assert_eq!(said.errors(), ["AWS-ZONE"], "{zone}");
        let finding = said.one("AWS-ZONE", Severity::Error);
        assert_eq!(site::field(finding), "spec.cloud.aws.zones[1]");
        site::assert_says(finding, zone, "eu-central-1b");
        assert!(finding.message.contains(why), "{finding}");
        let remedy = finding.remedy.as_deref().unwrap_or_default();
        assert!(!remedy.contains("ham"), "{remedy}");
    }
}

/// Whatever stands in the list: it is said, and nobody's program ends.
/// What no zone is called is no zone, whatever a server says: it is passed over where none is named, and
/// no document can name it.
#[tokio::test(start_paused = true)]
async fn zones_with_odd_names_are_none() {
    for odd in ["", "eu/central", "a zone", "z\u{f6}ne", &"z".repeat(200)] {
        let mut subject = subject();
        subject.config.zones[0].name = odd.to_owned();
        let lab = Lab::open(&subject);
        let process = lab.process();
        let ran = applied(
            &lab,
            &process,
            &json!({ "zones": [], "privateSubnets": true }),
        )
        .await;
        let zones = ran.planned.plan.items.iter().filter_map(|item| {
            let address = item.address.as_str();
            address.strip_prefix("subnet/public/").map(str::to_owned)
        });
        let zones: Vec<String> = zones.collect();
        assert_eq!(zones, ["eu-central-1b", "eu-central-1c"], "{odd:?}");
        let section = json!({ "zones": ["eu-central-1b", odd] });
        let said = site::said(&Lab::open(&subject), &document(&subject, &section)).await;
        assert_eq!(said.errors(), ["AWS-ZONE"], "{odd:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn zones_that_cannot_be_are_said_whatever_they_are() {
    let subject = subject();
    let lab = Lab::open(&subject);
    let unfit = [
        "eu-central-1a, eu-central-1b",
        "",
        "eu-central-1a ",
        "z\u{f6}ne-1",
        "-",
    ];
    for zone in unfit {
        let section = json!({
            "zones": ["eu-central-1b", zone, "eu-central-1b"], "privateSubnets": true,
        });
        let said = site::said(&lab, &document(&subject, &section)).await;
        assert_eq!(said.errors(), ["AWS-ZONE"], "{zone}");
        let finding = said.one("AWS-ZONE", Severity::Error);
        assert_eq!(site::field(finding), "spec.cloud.aws.zones[1]");
    }
    let twice = json!({ "zones": ["eu-central-1b", "eu-central-1b"] });
    applied(&lab, &lab.process(), &twice).await;
    assert_eq!(subnets(&lab).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn routes_lead_where_the_topology_says() {
    let subject = subject();
    let lab = Lab::open(&subject);
    let process = lab.process();
    let section = json!({ "zones": ["eu-central-1a"], "privateSubnets": true, "dns64": true });
    applied(&lab, &process, &section).await;
    let private = "route-table/private/eu-central-1a";
    let expected = BTreeSet::from([
        route("route-table/public", "0.0.0.0/0", "igw"),
        route("route-table/public", "::/0", "igw"),
        route(private, "0.0.0.0/0", "nat"),
        route(private, "::/0", "eigw"),
        route(private, "64:ff9b::/96", "nat"),
    ]);
    assert_eq!(routes(&lab), expected);
    // Without NAT gateways there is no IPv4 way out, and nothing is left of one.
    let section =
        json!({ "zones": ["eu-central-1a"], "privateSubnets": true, "natGateways": "none" });
    applied(&lab, &process, &section).await;
    let without = expected.into_iter().filter(|(_, _, by)| by != "nat");
    assert_eq!(routes(&lab), without.collect());
    for kind in ["natgateway", "elastic-ip"] {
        assert_eq!(lab.inventory().kind(kind).count(), 0, "{kind}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_route_that_was_bent_is_put_right_and_others_are_left_alone() {
    let subject = subject();
    let lab = Lab::open(&subject);
    let process = lab.process();
    let section = json!({ "zones": ["eu-central-1a"], "privateSubnets": true });
    applied(&lab, &process, &section).await;
    let (table, interface) = lab.mock.with(|cloud: &mut Aws| {
        let of_private = json!([{ "Name": "tag:groundwork.io/address", "Values": ["route-table/private/eu-central-1a"] }]);
        let tables = cloud.call("DescribeRouteTables", json!({ "Filters": of_private }));
        let table = site::text(&tables["RouteTables"][0]["RouteTableId"]);
        let of_subnet = json!([{ "Name": "tag:groundwork.io/address", "Values": ["subnet/private/eu-central-1a"] }]);
        let subnets = cloud.call("DescribeSubnets", json!({ "Filters": of_subnet }));
        let subnet = site::text(&subnets["Subnets"][0]["SubnetId"]);
        let made = cloud.call("CreateNetworkInterface", json!({ "SubnetId": subnet }));
        let interface = site::text(&made["NetworkInterface"]["NetworkInterfaceId"]);
        let bent = json!({
            "RouteTableId": table, "DestinationCidrBlock": "0.0.0.0/0", "NetworkInterfaceId": interface,
        });
        cloud.call("ReplaceRoute", bent);
        let more = json!({
            "RouteTableId": table, "DestinationCidrBlock": "172.25.3.0/24", "NetworkInterfaceId": interface,
        });
        cloud.call("CreateRoute", more);
        (table, interface)
    });
    let bent = [(
        "route/private/eu-central-1a/ipv4".to_owned(),
        Action::Update,
    )];
    assert_eq!(planned(&lab, &process, &section).await, bent);
    applied(&lab, &process, &section).await;
    let (address, to) = ("route-table/private/eu-central-1a", "172.25.3.0/24");
    let all = routes(&lab);
    assert!(
        all.contains(&route(address, "0.0.0.0/0", "nat")),
        "{all:#?}"
    );
    let others = lab.mock.with(|cloud: &mut Aws| {
        let found = cloud.call("DescribeRouteTables", json!({ "RouteTableIds": [table] }));
        let routes = found["RouteTables"][0]["Routes"]
            .as_array()
            .expect("a list")
            .clone();
        routes.into_iter().any(|route| {
            route["DestinationCidrBlock"] == to && route["NetworkInterfaceId"] == interface.as_str()
        })
    });
    assert!(others, "the cloud controller's route is still there");
}

#[tokio::test(start_paused = true)]
async fn dns_attributes_that_were_switched_off_are_switched_on_again() {
    let subject = AwsSubject::default();
    let lab = Lab::open(&subject);
    let process = lab.process();
    let section = json!({ "zones": ["eu-central-1a"] });
    applied(&lab, &process, &section).await;
    let vpc = own(&lab.mock, "vpc").id;
    for attribute in ["EnableDnsHostnames", "EnableDnsSupport"] {
        let off = json!({ "VpcId": vpc, attribute: { "Value": false } });
        lab.mock
            .with(|cloud: &mut Aws| cloud.call("ModifyVpcAttribute", off));
    }
    let off = [("vpc/attributes".to_owned(), Action::Update)];
    assert_eq!(planned(&lab, &process, &section).await, off);
    applied(&lab, &process, &section).await;
    assert!(planned(&lab, &process, &section).await.is_empty());
}

/// EC2 gives up on an IPv6 range: what does not need it is made, the reason is told, and the next run
/// asks for another.
#[tokio::test(start_paused = true)]
async fn a_range_that_ec2_gives_up_on_is_told_and_another_run_finishes() {
    let mut subject = AwsSubject::default();
    subject.config.association_delay = std::time::Duration::from_secs(3600);
    let lab = Lab::open(&subject);
    let process = lab.process();
    let give_up = async {
        use groundwork_provider::Clock;
        lab.clock.sleep(std::time::Duration::from_secs(20)).await;
        let vpc = own(&lab.mock, "vpc").id;
        lab.mock.with(|cloud: &mut Aws| {
            cloud.edit(&vpc, |body| {
                let state = body
                    .get_mut("Ipv6CidrBlockAssociationSet")
                    .and_then(|set| set.pointer_mut("/0/Ipv6CidrBlockState"));
                *state.expect("it is associating") =
                    json!({ "State": "failed", "StatusMessage": "the pool is empty" });
                body.insert("State".to_owned(), json!("available"));
            });
        });
    };
    let section = json!({ "zones": ["eu-central-1a"] });
    let (ran, ()) = futures::join!(tried(&lab, &process, &section), give_up);
    let ran = ran.expect("it ran");
    assert_eq!(ran.applied.finish, Finish::Failed);
    let told = format!("{:#?}", ran.applied.failures);
    assert!(
        told.contains("vpc/ipv6") && told.contains("the pool is empty"),
        "{told}"
    );
    assert_eq!(own(&lab.mock, "security-group").name, "kubernetes-harbour");
    // The pool has been filled: another range is asked for, and the network is finished.
    lab.quiet().await;
    lab.mock.with(|cloud: &mut Aws| {
        cloud.config.association_delay = std::time::Duration::from_secs(3);
    });
    lab.mock.clear_calls();
    applied(&lab, &process, &section).await;
    let calls = lab.mock.mutating_calls();
    let of = |path: &str| calls.iter().filter(|call| call.path == path).count();
    assert_eq!(of("/AssociateVpcCidrBlock"), 1, "{calls:#?}");
    assert_eq!(
        of("/DisassociateVpcCidrBlock"),
        0,
        "there is nothing to take away"
    );
    let made = subnets(&lab);
    assert!(made.iter().all(|(_, _, v6, _)| !v6.is_empty()), "{made:#?}");
    assert!(planned(&lab, &process, &section).await.is_empty());
}

/// What went without us needs no delete; what EC2 refuses is told.
#[tokio::test(start_paused = true)]
async fn a_destroy_passes_over_what_is_gone_and_tells_what_is_refused() {
    let subject = AwsSubject::default();
    let lab = Lab::open(&subject);
    let process = lab.process();
    let section = json!({ "zones": ["eu-central-1a"], "privateSubnets": true });
    let before = lab.inventory();
    applied(&lab, &process, &section).await;
    let request = lab.request(&document(&subject, &section));
    let session = process.session(&request).await.expect("it connects");
    let plan = session.teardown(Patience::Settle).await.expect("it looks");
    // Somebody takes the permission away, after it was asked about.
    let may = |cloud: &mut Aws, denied: &str| {
        let all = json!({ "Effect": "Allow", "Action": "*", "Resource": "*" });
        let none = json!({ "Effect": "Deny", "Action": denied, "Resource": "*" });
        let policy = json!({ "Version": "2012-10-17", "Statement": [all, none] });
        cloud.config.keys[0].policies = vec![policy];
    };
    let refused = "ec2:DeleteEgressOnlyInternetGateway";
    lab.mock.with(|cloud: &mut Aws| may(cloud, refused));
    let cancel = CancellationToken::new();
    let applied = session
        .run(&plan, &mut |_| {}, &cancel)
        .await
        .expect("it ran");
    assert_eq!(applied.finish, Finish::Failed);
    let told = format!("{:#?}", applied.failures);
    assert!(
        told.contains("egress-only-gateway") && told.contains(refused),
        "{told}"
    );
    lab.mock.with(|cloud: &mut Aws| may(cloud, "ec2:Nothing"));
    lab.quiet().await;
    let gateway = own(&lab.mock, "egress-only-internet-gateway").id;
    lab.mock.with(|cloud: &mut Aws| cloud.vanish(&gateway));
    let ran = process.destroy(&request).await.expect("it ran");
    assert_eq!(
        ran.applied.finish,
        Finish::Done,
        "{:#?}",
        ran.applied.failures
    );
    lab.quiet().await;
    assert_eq!(before.differences(&lab.inventory()), [""; 0]);
}

/// A load balancer of the cluster is in the way, by its name; and so is what a colleague made.
#[tokio::test(start_paused = true)]
async fn a_destroy_names_load_balancers_endpoints_and_acls_before_it_begins() {
    let subject = AwsSubject::default();
    let lab = Lab::open(&subject);
    let process = lab.process();
    let section = json!({ "zones": ["eu-central-1a"] });
    applied(&lab, &process, &section).await;
    let vpc = own(&lab.mock, "vpc").id;
    let (_, _, _, subnet) = subnets(&lab).into_iter().next().expect("there is one");
    let ids = lab.mock.with(|cloud: &mut Aws| {
        let balancer = json!({ "SubnetId": subnet, "Description": "ELB net/a1b2c3/0011" });
        let made = cloud.call("CreateNetworkInterface", balancer);
        let endpoint = json!({ "VpcId": vpc, "ServiceName": "com.amazonaws.eu-central-1.s3" });
        let endpoint = cloud.call("CreateVpcEndpoint", endpoint);
        [
            site::text(&made["NetworkInterface"]["NetworkInterfaceId"]),
            site::text(&endpoint["VpcEndpoint"]["VpcEndpointId"]),
        ]
    });
    lab.mock.clear_calls();
    let request = lab.request(&document(&subject, &section));
    let Err(Trouble::Unfit(findings)) = process.destroy(&request).await else {
        panic!("it has to be refused");
    };
    let told = format!("{findings:#?}");
    for text in ids
        .iter()
        .map(String::as_str)
        .chain(["ELB net/a1b2c3/0011"])
    {
        assert!(told.contains(text), "{text} is not named: {told}");
    }
    assert_eq!(lab.mock.mutating_calls(), []);
}

/// How often a create asks about subnets and NAT gateways.
async fn questions(zones: &[&str]) -> [usize; 2] {
    let subject = subject();
    let lab = Lab::open(&subject);
    let section = json!({ "zones": zones, "privateSubnets": true });
    applied(&lab, &lab.process(), &section).await;
    let calls = lab.mock.calls();
    ["DescribeSubnets", "DescribeNatGateways"].map(|operation| {
        calls
            .iter()
            .filter(|call| call.path == format!("/{operation}"))
            .count()
    })
}

/// What is waited for in several zones is asked about by one listing: only the first question of a
/// wait is each one's own.
#[tokio::test(start_paused = true)]
async fn several_zones_are_asked_about_together() {
    let one = questions(&["eu-central-1a"]).await;
    let three = questions(&["eu-central-1a", "eu-central-1b", "eu-central-1c"]).await;
    assert!(three[0] <= one[0] + 4, "subnets: {one:?} and {three:?}");
    assert!(
        three[1] <= one[1] + 2,
        "NAT gateways: {one:?} and {three:?}"
    );
}
