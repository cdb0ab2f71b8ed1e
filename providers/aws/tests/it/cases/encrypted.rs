//! VPCs that enforce encryption in transit: gateways need an exclusion.

use conformance::{Lab, subjects::AwsSubject};
use groundwork_engine::Finish;
use groundwork_model::{Finding, Severity};
use mock_aws::{Aws, Encryption};
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
