//! What never reaches the internet, whatever the routes say: VPC Block Public Access, and ranges
//! that are announced nowhere.

use conformance::{Lab, subjects::AwsSubject};
use groundwork_engine::Finish;
use groundwork_model::{Finding, Severity};
use mock_aws::{Aws, IpamPool};
use serde_json::{Value, json};

use crate::cases::site::{Said, Site, assert_says, document, said, subject};

const CODE: &str = "AWS-BLOCKED";
const EVERYTHING: &str = "block-bidirectional";
const INGRESS: &str = "block-ingress";

fn mode(cloud: &mut Aws, mode: &str) {
    cloud.config.block_public_access = mode.to_owned();
}

/// What an exclusion says of one subnet.
fn excluded(cloud: &mut Aws, id: &str, mode: &str) {
    let states = json!({ "InternetGatewayBlockMode": mode });
    cloud.edit(id, |body| {
        drop(body.insert("BlockPublicAccessStates".to_owned(), states))
    });
}

fn errors<'a>(said: &'a Said, code: &str) -> Vec<&'a str> {
    let of = said.findings.iter().filter(|finding| finding.is_error());
    let of = of.filter(|finding| finding.code == code);
    of.map(|finding| finding.message.as_str()).collect()
}

/// Nothing comes in by an internet gateway, so that no answer does.
#[tokio::test(start_paused = true)]
async fn public_subnets_reach_nothing_in_either_mode() {
    for block in [EVERYTHING, INGRESS] {
        let subject = subject();
        let site = Site::public(&subject).await;
        site.said().await.assert_fit();
        site.with(|cloud| mode(cloud, block));
        let found = site.said().await;
        let messages = errors(&found, CODE);
        assert_eq!(messages.len(), 4, "two subnets, two families: {found:#?}");
        assert!(messages.iter().all(|message| message.contains(block)));
        let call = format!(
            "aws ec2 create-vpc-block-public-access-exclusion --subnet-id {} \
             --internet-gateway-exclusion-mode allow-bidirectional",
            site.public[0]
        );
        let of = |finding: &&Finding| finding.message.contains(&site.public[0]);
        let first = found.findings.iter().find(of).expect("there is one");
        assert_says(first, &site.internet, &call);
        // An exclusion says so of each subnet.
        site.with(|cloud| {
            for subnet in &site.public {
                excluded(cloud, subnet, "off");
            }
        });
        site.said().await.assert_fit();
    }
}

/// NAT and egress-only gateways let answers in where only what comes in is blocked.
#[tokio::test(start_paused = true)]
async fn private_subnets_reach_out_where_answers_come_in() {
    let subject = subject();
    let site = Site::private(&subject).await;
    site.with(|cloud| mode(cloud, INGRESS));
    let found = site.said_of_private().await;
    assert_eq!(found.errors(), [""; 0], "{found:#?}");
    site.with(|cloud| mode(cloud, EVERYTHING));
    let found = site.said_of_private().await;
    assert_eq!(errors(&found, CODE).len(), 2, "IPv6 of each: {found:#?}");
    let routes = errors(&found, "AWS-ROUTE");
    assert_eq!(routes.len(), 2, "IPv4 of each: {found:#?}");
    assert!(routes.iter().all(|message| message.contains(&site.nat)));
    // It counts where the NAT gateway is.
    site.with(|cloud| excluded(cloud, &site.public[0], "off"));
    let found = site.said_of_private().await;
    assert_eq!(errors(&found, "AWS-ROUTE").len(), 0, "{found:#?}");
    assert_eq!(errors(&found, CODE).len(), 2, "{found:#?}");
}

async fn made(lab: &Lab<'_>, section: &Value) {
    let ran = lab
        .process()
        .apply(&lab.request(&document(lab.subject, section)))
        .await;
    let applied = ran.expect("it ran").applied;
    assert_eq!(applied.finish, Finish::Done, "{:#?}", applied.failures);
    lab.quiet().await;
    lab.mock.clear_calls();
}

#[tokio::test(start_paused = true)]
async fn our_own_subnets_are_judged_too() {
    let subject = subject();
    let lab = Lab::open(&subject);
    let section = json!({ "zones": ["eu-central-1a"], "privateSubnets": true });
    made(&lab, &section).await;
    for (block, count) in [("off", 0), (INGRESS, 1), (EVERYTHING, 2)] {
        lab.mock.with(|cloud: &mut Aws| mode(cloud, block));
        let found = said(&lab, &document(&subject, &section)).await;
        let messages = errors(&found, CODE);
        assert_eq!(messages.len(), count, "{block}: {found:#?}");
    }
}

fn with_private_pool() -> AwsSubject {
    let mut subject = subject();
    let id = "ipam-pool-0123456789abcdef0".to_owned();
    subject.config.private_pools.insert(id.clone());
    subject.config.ipam_pools.push(IpamPool {
        id,
        cidrs: vec!["2600:db8:7::/48".to_owned()],
        default_netmask: None,
        locale: None,
    });
    subject
}

/// IPAM's private scope has ranges that look like any other, and are announced nowhere.
#[tokio::test(start_paused = true)]
async fn a_range_of_the_private_scope_is_private() {
    let subject = with_private_pool();
    let lab = Lab::open(&subject);
    let source = json!({ "pool": "ipam-pool-0123456789abcdef0", "netmaskLength": 56 });
    let section = json!({ "zones": ["eu-central-1a"], "ipv6Source": { "ipam": source } });
    made(&lab, &section).await;
    let found = said(&lab, &document(&subject, &section)).await;
    let finding = found.one("AWS-ROUTE", Severity::Error);
    assert_says(finding, "the private range 2600:db8:7:", "public ranges");
}

#[tokio::test(start_paused = true)]
async fn a_named_subnet_of_the_private_scope_is_told() {
    let subject = subject();
    let site = Site::public(&subject).await;
    site.with(|cloud| {
        cloud.edit(&site.public[0], |body| {
            let block = &mut body["Ipv6CidrBlockAssociationSet"][0];
            block["Ipv6AddressAttribute"] = json!("private");
        })
    });
    let found = site.said().await;
    let finding = found.only_error("AWS-ROUTE");
    assert_says(finding, "has the private range", "associate-vpc-cidr-block");
}
