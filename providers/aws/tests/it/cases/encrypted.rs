//! VPCs and accounts that enforce encryption in transit: gateways need an exclusion.

use conformance::{Lab, subjects::AwsSubject};
use groundwork_engine::Finish;
use groundwork_model::{Finding, Severity};
use mock_aws::{AccountEncryption, Aws, Encryption};
use serde_json::json;

use crate::cases::site::{Said, Site, applied, assert_says, document, said, subject};

const CODE: &str = "AWS-ENCRYPTION";
const INTERNET: &str = "InternetGateway";
const EGRESS_ONLY: &str = "EgressOnlyInternetGateway";
const NAT: &str = "NatGateway";

fn encrypt(cloud: &mut Aws, mode: &str, excluded: &[&str]) {
    cloud.config.encryption = Some(Encryption {
        mode: mode.to_owned(),
        excluded: excluded.iter().copied().map(str::to_owned).collect(),
    });
}

fn call(vpc: &str, options: &str) -> String {
    let number = vpc.trim_start_matches("vpc-");
    format!(
        "aws ec2 modify-vpc-encryption-control --vpc-encryption-control-id vpcec-{number} {options}"
    )
}

fn of_code(said: &Said) -> Vec<&Finding> {
    let all = said.findings.iter();
    all.filter(|finding| finding.code == CODE).collect()
}

#[tokio::test(start_paused = true)]
async fn public_subnets_of_a_named_vpc_need_the_internet_gateway() {
    let subject = subject();
    let site = Site::public(&subject).await;
    for (mode, excluded) in [("monitor", &[][..]), ("enforce", &[INTERNET])] {
        site.with(|cloud| encrypt(cloud, mode, excluded));
        site.said().await.assert_fit();
    }
    site.with(|cloud| encrypt(cloud, "enforce", &[EGRESS_ONLY, NAT]));
    let found = site.said().await;
    assert_eq!(found.errors(), [CODE; 4], "two subnets, two families");
    let call = call(&site.vpc, "--internet-gateway-exclusion enable");
    for finding in of_code(&found) {
        assert_says(finding, &site.internet, &call);
    }
}

#[tokio::test(start_paused = true)]
async fn private_subnets_of_a_named_vpc_need_each_gateway_on_their_way() {
    let subject = subject();
    let site = Site::private(&subject).await;
    site.with(|cloud| encrypt(cloud, "enforce", &[INTERNET, EGRESS_ONLY, NAT]));
    site.said_of_private().await.assert_fit();
    let on_the_way = [
        (
            &[INTERNET, EGRESS_ONLY][..],
            &site.nat,
            "--nat-gateway-exclusion enable",
        ),
        (
            &[INTERNET, NAT],
            &site.egress,
            "--egress-only-internet-gateway-exclusion enable",
        ),
        (
            &[EGRESS_ONLY],
            &site.nat,
            "--internet-gateway-exclusion enable --nat-gateway-exclusion enable",
        ),
    ];
    for (excluded, gateway, options) in on_the_way {
        site.with(|cloud| encrypt(cloud, "enforce", excluded));
        let found = site.said_of_private().await;
        assert_eq!(found.errors(), [CODE; 2], "two subnets: {found:#?}");
        for finding in of_code(&found) {
            assert_says(finding, gateway, &call(&site.vpc, options));
        }
    }
}

/// A network of ours, made before its VPC enforces anything.
async fn made(subject: &AwsSubject) -> (Lab<'_>, String) {
    let lab = Lab::open(subject);
    let public = document(subject, &json!({ "zones": ["eu-central-1a"] }));
    applied(&lab, &lab.process(), &public).await;
    lab.mock.clear_calls();
    let found = said(&lab, &public).await;
    let plan = found.plan.expect("it can be compiled");
    let vpc = plan.item("vpc").and_then(|item| item.found.clone());
    (lab, vpc.expect("it is there").id.clone())
}

/// That the run comes to its end with the exclusions shows that no other one is needed.
#[tokio::test(start_paused = true)]
async fn our_gateways_are_told_before_anything_is_made() {
    let subject = subject();
    let (lab, vpc) = made(&subject).await;
    let section = json!({ "zones": ["eu-central-1a"], "privateSubnets": true });
    let private = document(&subject, &section);
    lab.mock
        .with(|cloud: &mut Aws| encrypt(cloud, "enforce", &[INTERNET]));
    let found = said(&lab, &private).await;
    let finding = found.one(CODE, Severity::Error);
    let options = "--egress-only-internet-gateway-exclusion enable --nat-gateway-exclusion enable";
    let gateways = "egress-only gateways and NAT gateways are not excluded";
    assert_says(finding, gateways, &call(&vpc, options));
    let ran = lab.process().apply(&lab.request(&private)).await;
    assert!(ran.is_err(), "it is not begun");
    assert_eq!(lab.mock.mutating_calls(), []);

    lab.mock
        .with(|cloud: &mut Aws| encrypt(cloud, "enforce", &[INTERNET, EGRESS_ONLY, NAT]));
    let ran = applied(&lab, &lab.process(), &private).await;
    assert_eq!(ran.applied.finish, Finish::Done);
}

#[tokio::test(start_paused = true)]
async fn our_gateways_need_nothing_of_a_vpc_that_monitors() {
    let subject = subject();
    let (lab, _) = made(&subject).await;
    let section = json!({ "zones": ["eu-central-1a"], "privateSubnets": true });
    lab.mock
        .with(|cloud: &mut Aws| encrypt(cloud, "monitor", &[]));
    let ran = applied(&lab, &lab.process(), &document(&subject, &section)).await;
    let mut findings = ran.planned.plan.findings.iter();
    assert!(!findings.any(|finding| finding.code == CODE));
}

/// The way out is missing, and what would be put there is kept shut: both are told at once.
#[tokio::test(start_paused = true)]
async fn a_missing_route_of_a_named_vpc_names_the_exclusion_that_comes_first() {
    let subject = subject();
    let site = Site::public(&subject).await;
    site.with(|cloud| {
        let route = json!({
            "RouteTableId": site.public_table, "DestinationIpv6CidrBlock": "::/0",
        });
        cloud.call("DeleteRoute", route);
        encrypt(cloud, "enforce", &[EGRESS_ONLY, NAT]);
    });
    let found = site.said().await;
    let exclude = call(&site.vpc, "--internet-gateway-exclusion enable");
    let missing = found.findings.iter().filter(|one| one.code == "AWS-ROUTE");
    for finding in missing.clone() {
        assert_says(finding, "no way out over IPv6", "aws ec2 create-route");
        assert_says(finding, "no way out over IPv6", &exclude);
    }
    assert_eq!(missing.count(), 2, "two subnets: {found:#?}");

    site.with(|cloud| encrypt(cloud, "enforce", &[INTERNET]));
    let found = site.said().await;
    for finding in found.findings.iter().filter(|one| one.code == "AWS-ROUTE") {
        let remedy = finding.remedy.as_deref().unwrap_or_default();
        assert!(!remedy.contains("encryption"), "{remedy}");
    }
}

fn attempt(cloud: &mut Aws, mode: &str, excluded: &[&str], managed_by: &str) {
    cloud.config.account_encryption = Some(AccountEncryption {
        mode: mode.to_owned(),
        excluded: excluded.iter().copied().map(str::to_owned).collect(),
        managed_by: managed_by.to_owned(),
    });
}

const ACCOUNT: &str = "AWS-ENCRYPTION-ACCOUNT";

/// What it does to a new VPC is nowhere documented, so the finding says that, and stops nobody.
#[tokio::test(start_paused = true)]
async fn what_an_account_attempts_is_told_before_a_vpc_is_made() {
    let subject = subject();
    let lab = Lab::open(&subject);
    let section = json!({ "zones": ["eu-central-1a"], "privateSubnets": true });
    let private = document(&subject, &section);
    lab.mock
        .with(|cloud: &mut Aws| attempt(cloud, "attempt-enforce", &[INTERNET], "account"));
    let found = said(&lab, &private).await;
    let finding = found.one(ACCOUNT, Severity::Warning);
    let call = "aws ec2 modify-account-vpc-encryption-control --egress-only-internet-gateway \
                enable --nat-gateway enable";
    let message = "egress-only gateways and NAT gateways are not excluded; AWS does not document";
    assert_says(finding, message, call);
    assert_eq!(asked(&lab), 1);

    let policy = "declarative-policy";
    lab.mock
        .with(|cloud: &mut Aws| attempt(cloud, "attempt-enforce", &[INTERNET], policy));
    let found = said(&lab, &private).await;
    let finding = found.one(ACCOUNT, Severity::Warning);
    assert_says(finding, message, "declarative policies of the organization");

    let all = [INTERNET, EGRESS_ONLY, NAT];
    for (mode, excluded) in [("attempt-monitor", &[][..]), ("attempt-enforce", &all)] {
        lab.mock
            .with(|cloud: &mut Aws| attempt(cloud, mode, excluded, "account"));
        let found = said(&lab, &private).await;
        assert!(!found.findings.iter().any(|one| one.code == ACCOUNT));
    }
}

/// A VPC that is there says itself what it enforces.
#[tokio::test(start_paused = true)]
async fn an_account_is_not_asked_about_a_vpc_that_is_there() {
    let subject = subject();
    let (lab, _) = made(&subject).await;
    lab.mock
        .with(|cloud: &mut Aws| attempt(cloud, "attempt-enforce", &[], "account"));
    let section = json!({ "zones": ["eu-central-1a"], "privateSubnets": true });
    let found = said(&lab, &document(&subject, &section)).await;
    assert!(!found.findings.iter().any(|one| one.code == ACCOUNT));
    assert_eq!(asked(&lab), 0);
}

fn asked(lab: &Lab<'_>) -> usize {
    let calls = lab.mock.calls().into_iter();
    calls
        .filter(|call| call.path == "/DescribeAccountVpcEncryptionControl")
        .count()
}
