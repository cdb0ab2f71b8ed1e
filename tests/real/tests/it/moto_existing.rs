//! A VPC that was there before, in moto: proven fit, tagged for the cloud controller, and left as it was.

use anyhow::{Result, ensure};
use real::document::Document;
use real::inventory::Inventory;
use real::moto::client::REGION;
use real::moto::{self, account::Account};
use serde_json::json;

/// Ids of what somebody else has made.
struct Foreign {
    vpc: String,
    subnets: [String; 2],
    table: String,
    group: String,
}

/// A VPC with two public subnets and a security group, for IPv4.
async fn foreign(account: &Account) -> Result<Foreign> {
    let owner = &account.owner;
    let vpc = owner.make("CreateVpc", &[("CidrBlock", "10.20.0.0/16")], "vpc/vpcId");
    let vpc = vpc.await?;
    let of_vpc = ("VpcId", vpc.as_str());
    let names = [of_vpc, ("EnableDnsHostnames.Value", "true")];
    owner.call("ModifyVpcAttribute", &names).await?;
    let gateway = "internetGateway/internetGatewayId";
    let gateway = owner.make("CreateInternetGateway", &[], gateway).await?;
    let gateway = gateway.as_str();
    let attach = [("InternetGatewayId", gateway), of_vpc];
    owner.call("AttachInternetGateway", &attach).await?;
    let tables = owner.list("DescribeRouteTables", Some(("vpc-id", &vpc)));
    let table = tables.await?[0].at("routeTableId").to_owned();
    let route = [
        ("RouteTableId", table.as_str()),
        ("DestinationCidrBlock", "0.0.0.0/0"),
        ("GatewayId", gateway),
    ];
    owner.call("CreateRoute", &route).await?;
    let mut subnets = [String::new(), String::new()];
    for (subnet, zone) in subnets.iter_mut().zip(["a", "b"]) {
        let (third, zone) = (if zone == "a" { 1 } else { 2 }, format!("{REGION}{zone}"));
        let asked = [
            of_vpc,
            ("CidrBlock", &format!("10.20.{third}.0/24")),
            ("AvailabilityZone", &zone),
        ];
        *subnet = owner
            .make("CreateSubnet", &asked, "subnet/subnetId")
            .await?;
        let public = [
            ("SubnetId", subnet.as_str()),
            ("MapPublicIpOnLaunch.Value", "true"),
        ];
        owner.call("ModifySubnetAttribute", &public).await?;
    }
    let group = [
        of_vpc,
        ("GroupName", "nodes"),
        ("GroupDescription", "by hand"),
    ];
    let group = owner.make("CreateSecurityGroup", &group, "groupId").await?;
    let made = Foreign {
        vpc,
        subnets,
        table,
        group,
    };
    made.allow(account, "-1", "Groups.1.GroupId", &made.group)
        .await?;
    made.allow(account, "icmp", "IpRanges.1.CidrIp", "0.0.0.0/0")
        .await?;
    // moto gives a new group no rule for IPv6, EC2 does where the VPC has IPv6.
    let out = [
        ("GroupId", made.group.as_str()),
        ("IpPermissions.1.IpProtocol", "-1"),
        ("IpPermissions.1.Ipv6Ranges.1.CidrIpv6", "::/0"),
    ];
    account
        .owner
        .call("AuthorizeSecurityGroupEgress", &out)
        .await?;
    account.arrive().await?;
    Ok(made)
}

impl Foreign {
    async fn allow(&self, account: &Account, protocol: &str, peer: &str, of: &str) -> Result<()> {
        let rule = [
            ("GroupId", self.group.as_str()),
            ("IpPermissions.1.IpProtocol", protocol),
            ("IpPermissions.1.FromPort", "-1"),
            ("IpPermissions.1.ToPort", "-1"),
            (&format!("IpPermissions.1.{peer}"), of),
        ];
        let allowed = account.owner.call("AuthorizeSecurityGroupIngress", &rule);
        allowed.await.map(drop)
    }

    /// Gives all of it IPv6, as its owner would have to.
    async fn with_ipv6(self, account: &Account) -> Result<Self> {
        let owner = &account.owner;
        let range = [
            ("VpcId", self.vpc.as_str()),
            ("AmazonProvidedIpv6CidrBlock", "true"),
        ];
        let at = "ipv6CidrBlockAssociation/ipv6CidrBlock";
        let range = owner.make("AssociateVpcCidrBlock", &range, at).await?;
        let half = range.trim_end_matches("00::/56");
        for (number, subnet) in self.subnets.iter().enumerate() {
            let range = format!("{half}{number:02x}::/64");
            let range = [("SubnetId", subnet.as_str()), ("Ipv6CidrBlock", &range)];
            owner.call("AssociateSubnetCidrBlock", &range).await?;
            let assign = [
                ("SubnetId", subnet.as_str()),
                ("AssignIpv6AddressOnCreation.Value", "true"),
            ];
            owner.call("ModifySubnetAttribute", &assign).await?;
        }
        let gateways = owner.list("DescribeInternetGateways", None).await?;
        let route = [
            ("RouteTableId", self.table.as_str()),
            ("DestinationIpv6CidrBlock", "::/0"),
            ("GatewayId", gateways[0].at("internetGatewayId")),
        ];
        owner.call("CreateRoute", &route).await?;
        self.allow(account, "icmpv6", "Ipv6Ranges.1.CidrIpv6", "::/0")
            .await?;
        account.arrive().await?;
        Ok(self)
    }

    /// A document that names all of it.
    fn named_in(&self, document: Document) -> Document {
        let named = document.with("vpcID", self.vpc.as_str());
        let named = named.with("subnetIDs", json!(self.subnets));
        let named = named.with("routeTableID", self.table.as_str());
        named.with("securityGroupID", self.group.as_str())
    }
}

#[tokio::test]
async fn a_vpc_that_the_document_names_is_verified_and_only_tagged() -> Result<()> {
    let Some(moto) = moto::real() else {
        return Ok(());
    };
    let account = Account::open(&moto)?;
    let foreign = foreign(&account).await?.with_ipv6(&account).await?;
    // Another tool was there before, and has tagged one of them.
    let theirs = [
        ("ResourceId.1", foreign.subnets[1].as_str()),
        ("Tag.1.Key", "kubernetes.io/cluster/named"),
        ("Tag.1.Value", "owned"),
    ];
    account.owner.call("CreateTags", &theirs).await?;
    let before = account.inventory().await?;
    account.mutating_calls();
    let seat = account.seat()?;
    let document = foreign.named_in(account.document("named"));

    let preflight = seat.run(&document, &["preflight"])?.ended(0)?;
    ensure!(!preflight.text().contains("error "), "{}", preflight.text());
    seat.run(&document, &["verify"])?.ended(2)?;
    assert_eq!(account.mutating_calls(), [""; 0], "looking writes nothing");

    seat.run(&document, &["apply", "--yes"])?.ended(0)?;
    assert_eq!(account.mutating_calls(), ["CreateTags"; 3]);
    let tagged = account.inventory().await?;
    let shared = [&foreign.subnets[0], &foreign.table, &foreign.group];
    expect_only_tags(&before, &tagged, &shared);
    seat.run(&document, &["plan", "--detailed-exitcode"])?
        .ended(0)?;
    seat.run(&document, &["verify"])?.ended(0)?;

    seat.run(&document, &["destroy", "--yes"])?.ended(0)?;
    before.expect_same(&account.inventory().await?);
    assert_eq!(account.mutating_calls(), ["DeleteTags"; 3]);
    Ok(())
}

/// Nothing is different but the tags of these, and what is new says that they are shared.
#[track_caller]
fn expect_only_tags(before: &Inventory, after: &Inventory, of: &[&String]) {
    let differences = before.differences(after);
    assert_eq!(differences.len(), of.len(), "{differences:#?}");
    for kind in before.counts().into_keys() {
        for ((id, was), (_, is)) in before.of(kind).zip(after.of(kind)) {
            let mut without = is.clone();
            without["tagSet"].clone_from(&was["tagSet"]);
            assert_eq!(*was, without, "{kind} {id}: nothing but tags");
            let shared = json!({"key": "kubernetes.io/cluster/named", "value": "shared"});
            let tags = is["tagSet"].as_array().into_iter().flatten();
            let tagged = tags.filter(|tag| **tag == shared).count();
            assert_eq!(tagged, usize::from(of.contains(&id)), "{kind} {id}: {is}");
        }
    }
}

#[tokio::test]
async fn a_vpc_without_ipv6_is_refused_and_its_owner_told_what_to_do() -> Result<()> {
    let Some(moto) = moto::real() else {
        return Ok(());
    };
    let account = Account::open(&moto)?;
    let foreign = foreign(&account).await?;
    let before = account.inventory().await?;
    account.mutating_calls();
    let seat = account.seat()?;
    let document = foreign.named_in(account.document("named"));

    for verb in [["verify"].as_slice(), &["apply", "--yes"]] {
        let refused = seat.run(&document, verb)?;
        ensure!(refused.code != 0, "{}", refused.text());
        for code in [
            "AWS-VPC-IPV6",
            "AWS-SUBNET-FAMILY",
            "AWS-ROUTE",
            "ACCESS-GROUP-RULES",
            "aws ec2 associate-vpc-cidr-block",
        ] {
            ensure!(refused.text().contains(code), "{code}\n{}", refused.text());
        }
        // EC2 changes the ACL itself when the range comes.
        let acl = refused.text().contains("AWS-NETWORK-ACL");
        ensure!(!acl, "{}", refused.text());
    }
    assert_eq!(account.mutating_calls(), [""; 0]);
    before.expect_untouched(&account.inventory().await?);

    // For IPv4 alone it is fit; and once it has IPv6, for both.
    seat.run(&document.clone().ipv4(), &["plan"])?.ended(0)?;
    let foreign = foreign.with_ipv6(&account).await?;
    let document = foreign.named_in(account.document("named"));
    seat.run(&document, &["apply", "--yes"])?.ended(0)?;
    seat.run(&document, &["verify"])?.ended(0).map(drop)
}
