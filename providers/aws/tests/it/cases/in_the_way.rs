//! What a destroy names before it changes anything.

use conformance::{Lab, Process, merged, own};
use groundwork_engine::{Finish, Trouble};
use mock_aws::Aws;
use serde_json::{Value, json};

use crate::cases::site::{Site, document, subject, text};

/// What a destroy says, which changes nothing.
async fn refused(lab: &Lab<'_>, process: &Process, document: &Value) -> String {
    lab.mock.clear_calls();
    let destroyed = process.destroy(&lab.request(document)).await;
    let Err(Trouble::Unfit(findings)) = destroyed else {
        panic!("it has to be refused");
    };
    assert_eq!(lab.mock.mutating_calls(), []);
    format!("{findings:#?}")
}

async fn destroyed(lab: &Lab<'_>, process: &Process, document: &Value) {
    let ran = process.destroy(&lab.request(document)).await;
    let applied = ran.expect("it ran").applied;
    assert_eq!(applied.finish, Finish::Done, "{:#?}", applied.failures);
}

/// A group in a named VPC: whoever lets our nodes in, by a rule about our group, keeps it.
#[tokio::test(start_paused = true)]
async fn groups_with_rules_about_ours_are_named() {
    let subject = subject();
    let site = Site::public(&subject).await;
    let process = site.lab.process();
    let section = json!({ "subnetIDs": site.public, "securityGroupID": null });
    let document = site.named(&section);
    site.applied(&process, &document).await;
    let ours = own(&site.lab.mock, "security-group").id;
    let (group, default) = site.with(|cloud| {
        let asked = json!({ "VpcId": site.vpc, "GroupName": "database", "Description": "x" });
        let group = text(&cloud.call("CreateSecurityGroup", asked)["GroupId"]);
        let of_vpc = json!([
            { "Name": "vpc-id", "Values": [site.vpc] },
            { "Name": "group-name", "Values": ["default"] },
        ]);
        let listed = cloud.call("DescribeSecurityGroups", json!({ "Filters": of_vpc }));
        let default = text(&listed["SecurityGroups"][0]["GroupId"]);
        for id in [&group, &default] {
            cloud.call("AuthorizeSecurityGroupIngress", about(id, &ours));
        }
        let gone = cloud.try_call("DeleteSecurityGroup", json!({ "GroupId": ours }));
        assert!(gone.unwrap_err().starts_with("DependencyViolation"));
        (group, default)
    });
    let told = refused(&site.lab, &process, &document).await;
    for id in [&group, &default] {
        assert!(told.contains(id.as_str()), "{id} is not named: {told}");
    }
    site.with(|cloud| {
        for id in [&group, &default] {
            cloud.call("RevokeSecurityGroupIngress", about(id, &ours));
        }
    });
    destroyed(&site.lab, &process, &document).await;
}

/// Lets the members of one group speak to those of another.
fn about(group: &str, peer: &str) -> Value {
    json!({ "GroupId": group, "IpPermissions": [{
        "IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432,
        "UserIdGroupPairs": [{ "GroupId": peer }],
    }] })
}

/// Rules across VPCs go stale, and keep nothing.
#[tokio::test(start_paused = true)]
async fn groups_of_other_vpcs_are_in_nobodys_way() {
    let subject = subject();
    let lab = Lab::open(&subject);
    let process = lab.process();
    let document = document(&subject, &json!({ "zones": ["eu-central-1a"] }));
    let applied = process.apply(&lab.request(&document)).await;
    assert_eq!(applied.expect("it ran").applied.finish, Finish::Done);
    let ours = own(&lab.mock, "security-group").id;
    lab.mock.with(|cloud: &mut Aws| {
        let vpc = cloud.call("CreateVpc", json!({ "CidrBlock": "10.71.0.0/16" }));
        let vpc = &vpc["Vpc"]["VpcId"];
        let asked = json!({ "VpcId": vpc, "GroupName": "far", "Description": "x" });
        let group = text(&cloud.call("CreateSecurityGroup", asked)["GroupId"]);
        cloud.put(
            "security-group-rule",
            json!({
                "GroupId": group, "IsEgress": false, "IpProtocol": "-1", "FromPort": -1,
                "ToPort": -1, "ReferencedGroupInfo": { "GroupId": ours },
            }),
        );
    });
    destroyed(&lab, &process, &document).await;
}

/// A VPC does not go while a VPN gateway is attached to it.
#[tokio::test(start_paused = true)]
async fn a_vpn_gateway_is_named() {
    let subject = subject();
    let lab = Lab::open(&subject);
    let process = lab.process();
    let document = document(&subject, &json!({ "zones": ["eu-central-1a"] }));
    let applied = process.apply(&lab.request(&document)).await;
    assert_eq!(applied.expect("it ran").applied.finish, Finish::Done);
    let vpc = own(&lab.mock, "vpc").id;
    let gateway = |state: &str, name: &str| {
        json!({
            "State": "available", "Type": "ipsec.1",
            "VpcAttachments": [{ "State": state, "VpcId": vpc }],
            "Tags": [{ "Key": "Name", "Value": name }],
        })
    };
    let (id, former) = lab.mock.with(|cloud: &mut Aws| {
        let former = cloud.put("vpn-gateway", gateway("detached", "former"));
        let id = cloud.put("vpn-gateway", gateway("attached", "head-office"));
        cloud.edit(&id, |body| {
            let named = json!([{ "Key": "Name", "Value": "head-office" }]);
            drop(body.insert("Tags".to_owned(), named));
        });
        (id, former)
    });
    let told = refused(&lab, &process, &document).await;
    assert!(told.contains(&id) && told.contains("head-office"), "{told}");
    assert!(!told.contains(&former), "{told}");
    lab.mock.with(|cloud: &mut Aws| {
        let detached = merged(gateway("detached", "x"), &json!({}));
        let attachments = detached["VpcAttachments"].clone();
        cloud.edit(&id, |body| {
            drop(body.insert("VpcAttachments".to_owned(), attachments))
        });
    });
    destroyed(&lab, &process, &document).await;
}
