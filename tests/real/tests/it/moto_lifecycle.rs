//! The life of a network in moto: made, left alone, disturbed, repaired, grown, removed.

use anyhow::{Context, Result, ensure};
use real::inventory::Inventory;
use real::moto::{self, account::Account, shape};
use serde_json::{Value, json};

#[tokio::test]
async fn a_public_network_is_made_left_alone_repaired_and_removed() -> Result<()> {
    let Some(moto) = moto::real() else {
        return Ok(());
    };
    let account = Account::open(&moto)?;
    let before = account.inventory().await?;
    let (seat, document) = (account.seat()?, account.document("life"));

    seat.run(&document, &["preflight"])?.ended(0)?;
    seat.run(&document, &["plan", "--detailed-exitcode"])?
        .ended(2)?;
    assert_eq!(account.mutating_calls(), [""; 0], "planning writes nothing");
    before.expect_untouched(&account.inventory().await?);

    let apply = seat.run(&document, &["apply", "--yes"])?.ended(0)?;
    ensure!(!apply.text().contains("failed"), "{}", apply.text());
    let made = account.inventory().await?;
    assert_eq!(before.added(&made), shape::public());
    shape::expect_distinct_ranges(&made);
    account.mutating_calls();

    seat.run(&document, &["plan", "--detailed-exitcode"])?
        .ended(0)?;
    seat.run(&document, &["apply", "--yes"])?.ended(0)?;
    seat.run(&document, &["verify"])?.ended(0)?;
    assert_eq!(account.mutating_calls(), [""; 0]);
    made.expect_untouched(&account.inventory().await?);

    disturb(&account, &made).await?;
    let drift = seat.run(&document, &["drift"])?.ended(2)?;
    for word in [
        "map_public_ip_on_launch",
        "enable_dns_hostnames",
        "tcp 22",
        "route/public/ipv6",
        "subnet/public/eu-central-1c",
        "kubernetes.io/cluster/life",
    ] {
        ensure!(drift.text().contains(word), "{word}\n{}", drift.text());
    }
    // A colleague has no state file, and so does not wait for what may only be too young to be seen.
    let seat = account.seat()?;
    let apply = seat.run(&document, &["apply", "--yes", "--adopt"])?;
    let apply = apply.ended(0)?.text();
    ensure!(!apply.contains("failed"), "{apply}");
    seat.run(&document, &["drift"])?.ended(0)?;
    let repaired = account.inventory().await?;
    assert_eq!(before.added(&repaired), shape::public());
    shape::expect_distinct_ranges(&repaired);

    let output = seat.run(&document, &["output", "--output", "json"])?;
    let output = output.ended(0)?.json()?;
    let patch = output.pointer("/network/patch").or(output.get("patch"));
    let patch = patch.context("it says what to write back")?;
    ensure!(patch["spec"]["cloud"]["aws"]["vpcID"] == shape::vpc(&repaired)["id"]);
    let written = document.clone().patched(patch);
    seat.run(&written, &["plan", "--detailed-exitcode"])?
        .ended(0)?;

    seat.run(&written, &["destroy", "--yes"])?.ended(0)?;
    before.expect_same(&account.inventory().await?);
    seat.run(&document, &["destroy", "--yes"])?
        .ended(0)
        .map(drop)
}

/// Another hand: switches are off, a rule, a route, a tag and a whole subnet are gone.
async fn disturb(account: &Account, made: &Inventory) -> Result<()> {
    let owner = &account.owner;
    let vpc = text(&shape::vpc(made)["id"]);
    let subnet = |zone: &str| text(&in_zone(made, zone)["id"]);
    let off = [
        ("VpcId", vpc.as_str()),
        ("EnableDnsHostnames.Value", "false"),
    ];
    owner.call("ModifyVpcAttribute", &off).await?;
    let id = subnet("eu-central-1a");
    let off = [
        ("SubnetId", id.as_str()),
        ("MapPublicIpOnLaunch.Value", "false"),
    ];
    owner.call("ModifySubnetAttribute", &off).await?;
    let id = subnet("eu-central-1b");
    let tag = [
        ("ResourceId.1", id.as_str()),
        ("Tag.1.Key", "kubernetes.io/cluster/life"),
    ];
    owner.call("DeleteTags", &tag).await?;
    let id = subnet("eu-central-1c");
    owner.call("DeleteSubnet", &[("SubnetId", &id)]).await?;
    let table = made.one("route-tables", "name", "kubernetes-life-public");
    let route = [
        ("RouteTableId", text(&table["id"])),
        ("DestinationIpv6CidrBlock", "::/0".to_owned()),
    ];
    owner
        .call(
            "DeleteRoute",
            &route
                .each_ref()
                .map(|(name, value)| (*name, value.as_str())),
        )
        .await?;
    let rule = made.one("rules", "fromPort", "22");
    let rule = [
        ("GroupId", text(&rule["groupId"])),
        ("SecurityGroupRuleId.1", text(&rule["id"])),
    ];
    let rule = rule.each_ref().map(|(name, value)| (*name, value.as_str()));
    owner
        .call("RevokeSecurityGroupIngress", &rule)
        .await
        .map(drop)
}

#[tokio::test]
async fn private_subnets_have_a_way_out_in_each_zone() -> Result<()> {
    let Some(moto) = moto::real() else {
        return Ok(());
    };
    let account = Account::open(&moto)?;
    let before = account.inventory().await?;
    let document = account.document("inside");
    let document = document.with("privateSubnets", true).with("dns64", true);
    let seat = account.seat()?;

    let apply = seat.run(&document, &["apply", "--yes"])?.ended(0)?;
    ensure!(!apply.text().contains("failed"), "{}", apply.text());
    let made = account.inventory().await?;
    let wanted = shape::with_private();
    assert_eq!(before.added(&made), wanted);
    shape::expect_distinct_ranges(&made);
    expect_own_ways_out(&made);
    account.mutating_calls();
    seat.run(&document, &["plan", "--detailed-exitcode"])?
        .ended(0)?;
    seat.run(&document, &["apply", "--yes"])?.ended(0)?;
    assert_eq!(account.mutating_calls(), [""; 0]);

    let gateway = text(&made.one("nat-gateways", "name", "kubernetes-inside-eu-central-1b")["id"]);
    account
        .owner
        .call("DeleteNatGateway", &[("NatGatewayId", &gateway)])
        .await?;
    let egress = made
        .of("egress-only-gateways")
        .next()
        .context("there is one")?
        .0;
    let egress = [("EgressOnlyInternetGatewayId", egress.as_str())];
    account
        .owner
        .call("DeleteEgressOnlyInternetGateway", &egress)
        .await?;
    account.settle().await?;
    let drift = seat.run(&document, &["drift"])?.ended(2)?;
    for word in ["nat-gateway/eu-central-1b", "egress-only-gateway"] {
        ensure!(drift.text().contains(word), "{word}\n{}", drift.text());
    }
    let seat = account.seat()?;
    seat.run(&document, &["apply", "--yes", "--adopt"])?
        .ended(0)?;
    seat.run(&document, &["drift"])?.ended(0)?;
    let repaired = account.inventory().await?;
    assert_eq!(before.added(&repaired), wanted);
    expect_own_ways_out(&repaired);

    seat.run(&document, &["destroy", "--yes"])?.ended(0)?;
    before.expect_same(&account.inventory().await?);
    Ok(())
}

/// Each private subnet's table leads to the NAT gateway in its own zone, for IPv4 and for what NAT64
/// translates, and to the egress-only gateway for IPv6.
#[track_caller]
fn expect_own_ways_out(made: &Inventory) {
    for zone in ["eu-central-1a", "eu-central-1b", "eu-central-1c"] {
        let name = format!("kubernetes-inside-private-{zone}");
        let table = made.one("route-tables", "name", name.clone());
        let subnet = made.one("subnets", "name", name);
        assert_eq!(table["associationSet"][0]["subnetId"], subnet["id"]);
        let public = made.one(
            "subnets",
            "name",
            format!("kubernetes-inside-public-{zone}"),
        );
        let gateway = made.one("nat-gateways", "subnetId", public["id"].clone());
        for (to, by, id) in [
            (
                "destinationCidrBlock",
                "natGatewayId",
                ("0.0.0.0/0", &gateway["id"]),
            ),
            (
                "destinationIpv6CidrBlock",
                "natGatewayId",
                ("64:ff9b::/96", &gateway["id"]),
            ),
        ] {
            assert_eq!(&shape::route(table, to, id.0)[by], id.1, "{table}");
        }
        let out =
            &shape::route(table, "destinationIpv6CidrBlock", "::/0")["egressOnlyInternetGatewayId"];
        assert!(
            made.of("egress-only-gateways")
                .any(|(id, _)| json!(id) == *out),
            "{table}"
        );
    }
}

#[tokio::test]
async fn an_ipv4_network_becomes_dual_in_place() -> Result<()> {
    let Some(moto) = moto::real() else {
        return Ok(());
    };
    let account = Account::open(&moto)?;
    let before = account.inventory().await?;
    let seat = account.seat()?;
    let dual = account.document("grow");
    let ipv4 = dual.clone().ipv4();

    seat.run(&ipv4, &["apply", "--yes"])?.ended(0)?;
    let small = account.inventory().await?;
    ensure!(shape::vpc(&small)["ipv6CidrBlockAssociationSet"] == "");
    account.mutating_calls();
    seat.run(&ipv4, &["plan", "--detailed-exitcode"])?
        .ended(0)?;
    seat.run(&dual, &["plan", "--detailed-exitcode"])?
        .ended(2)?;

    seat.run(&dual, &["apply", "--yes"])?.ended(0)?;
    let replaces = |action: &String| action.starts_with("Delete") || action.starts_with("Create");
    let calls = account.mutating_calls();
    let mut made: Vec<&String> = calls.iter().filter(|action| replaces(action)).collect();
    made.dedup();
    assert_eq!(made, ["CreateRoute"], "{calls:?}");
    let large = account.inventory().await?;
    for line in small.differences(&large) {
        ensure!(!line.starts_with("- "), "nothing is replaced: {line}");
    }
    shape::expect_distinct_ranges(&large);
    seat.run(&dual, &["plan", "--detailed-exitcode"])?
        .ended(0)?;
    seat.run(&dual, &["verify"])?.ended(0)?;

    seat.run(&dual, &["destroy", "--yes"])?.ended(0)?;
    before.expect_same(&account.inventory().await?);
    Ok(())
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The cluster's public subnet in a zone.
#[track_caller]
fn in_zone<'a>(inventory: &'a Inventory, zone: &str) -> &'a Value {
    inventory.one("subnets", "name", format!("kubernetes-life-public-{zone}"))
}
