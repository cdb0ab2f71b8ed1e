//! VPCs that enforce encryption in transit.

use std::collections::BTreeSet;

use mock_aws::{AccountEncryption, Aws, Encryption};

use crate::client::Client;

fn encrypt(client: &Client, mode: &str, excluded: &[&str]) {
    client.mock.with(|cloud: &mut Aws| {
        cloud.config.encryption = Some(Encryption {
            mode: mode.to_owned(),
            excluded: excluded
                .iter()
                .copied()
                .map(str::to_owned)
                .collect::<BTreeSet<_>>(),
        });
    });
}

/// Internet gateway, egress-only gateway and NAT gateway: what is refused, by its code.
fn refused(client: &Client) -> [Option<String>; 3] {
    let vpc = [("CidrBlock", "10.0.0.0/16")];
    let vpc = client.call("CreateVpc", &vpc).first("vpcId");
    let subnet = [("VpcId", vpc.as_str()), ("CidrBlock", "10.0.0.0/24")];
    let subnet = client.call("CreateSubnet", &subnet).first("subnetId");
    let internet = client.call("CreateInternetGateway", &[]);
    let internet = internet.first("internetGatewayId");
    let address = client.call("AllocateAddress", &[("Domain", "vpc")]);
    let address = address.first("allocationId");
    let calls = [
        (
            "AttachInternetGateway",
            vec![("InternetGatewayId", internet.as_str()), ("VpcId", &vpc)],
        ),
        (
            "CreateEgressOnlyInternetGateway",
            vec![("VpcId", vpc.as_str())],
        ),
        (
            "CreateNatGateway",
            vec![("SubnetId", subnet.as_str()), ("AllocationId", &address)],
        ),
    ];
    calls.map(|(action, asked)| {
        let reply = client.ask(action, &asked).unwrap();
        (reply.status != 200).then(|| reply.first("Code"))
    })
}

#[test]
fn each_gateway_needs_its_exclusion() {
    let client = Client::new();
    let no = || Some("OperationNotPermitted".to_owned());
    encrypt(&client, "monitor", &[]);
    assert_eq!(refused(&client), [None, None, None]);
    encrypt(&client, "enforce", &[]);
    assert_eq!(refused(&client), [no(), no(), no()]);
    encrypt(&client, "enforce", &["InternetGateway", "NatGateway"]);
    assert_eq!(refused(&client), [None, no(), None]);
}

#[test]
fn a_vpc_shows_its_control() {
    let client = Client::new();
    assert_eq!(client.call("DescribeVpcs", &[]).all("mode"), [""; 0]);
    encrypt(&client, "enforce", &["NatGateway"]);
    let shown = client.call("DescribeVpcs", &[]);
    assert_eq!(shown.first("mode"), "enforce");
    let id = shown.first("vpcEncryptionControlId");
    assert!(id.starts_with("vpcec-"), "{id}");
    assert!(
        shown.text.contains("<natGateway><state>enabled"),
        "{}",
        shown.text
    );
    assert!(
        shown.text.contains("<internetGateway><state>disabled"),
        "{}",
        shown.text
    );
}

#[test]
fn an_account_shows_its_control() {
    let client = Client::new();
    let shown = client.call("DescribeAccountVpcEncryptionControl", &[]);
    assert_eq!(shown.first("mode"), "unmanaged");
    client.mock.with(|cloud: &mut Aws| {
        cloud.config.account_encryption = Some(AccountEncryption {
            mode: "attempt-enforce".to_owned(),
            excluded: ["NatGateway".to_owned()].into(),
            managed_by: "declarative-policy".to_owned(),
        });
    });
    let shown = client.call("DescribeAccountVpcEncryptionControl", &[]);
    assert_eq!(shown.first("mode"), "attempt-enforce");
    assert_eq!(shown.first("managedBy"), "declarative-policy");
    assert_eq!(shown.first("natGateway"), "enabled");
    assert_eq!(shown.first("internetGateway"), "disabled");
}
