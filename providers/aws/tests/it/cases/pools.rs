//! Pools that a document names, looked at before anything is made (case 21).

use conformance::{Lab, subjects::AwsSubject};
use groundwork_model::Severity;
use mock_aws::{IpamPool, Ipv6Pool};
use serde_json::{Value, json};

use crate::cases::site::{assert_says, document, said, subject};

const IPAM: &str = "ipam-pool-0a1b2c3d4e5f60718";
const BROUGHT: &str = "ipv6pool-ec2-0a1b2c3d4e5f60718";

fn with_pools() -> AwsSubject {
    let mut subject = subject();
    subject.config.ipam_pools.push(IpamPool {
        id: IPAM.to_owned(),
        cidrs: vec!["2600:db8:4400::/48".to_owned()],
        default_netmask: None,
        locale: None,
    });
    subject.config.ipam_pools.push(IpamPool {
        id: "ipam-pool-0f".to_owned(),
        cidrs: vec!["2600:db8:5500::/48".to_owned()],
        default_netmask: None,
        locale: Some("us-east-1".to_owned()),
    });
    subject.config.ipv6_pools.push(Ipv6Pool {
        id: BROUGHT.to_owned(),
        cidrs: vec!["2600:db8:b000::/48".to_owned()],
    });
    subject
}

fn ipam(pool: &str, more: &Value) -> Value {
    json!({ "ipam": conformance::merged(json!({ "pool": pool }), more) })
}

fn byoip(pool: &str, cidr: &str) -> Value {
    json!({ "byoip": { "pool": pool, "cidr": cidr } })
}

#[tokio::test(start_paused = true)]
async fn what_a_pool_cannot_give_is_told_before_anything_is_made() {
    let subject = with_pools();
    let absent = "ipv6pool-ec2-0000000000000000f";
    let cases = [
        (
            byoip(absent, "2600:db8:b000::/56"),
            format!("there is no pool {absent}"),
        ),
        (
            byoip(BROUGHT, "2600:db8:c000::/56"),
            format!("2600:db8:c000::/56 is not in pool {BROUGHT}, which has 2600:db8:b000::/48"),
        ),
        (
            ipam(
                "ipam-pool-0000000000000000f",
                &json!({ "netmaskLength": 56 }),
            ),
            "there is no pool ipam-pool-0000000000000000f".to_owned(),
        ),
        (
            ipam(IPAM, &json!({ "netmaskLength": 44 })),
            "nothing as large as a /44: it has 2600:db8:4400::/48".to_owned(),
        ),
        (
            ipam(IPAM, &json!({ "cidr": "2600:db8:5500::/56" })),
            format!("2600:db8:5500::/56 is not in pool {IPAM}"),
        ),
        (
            ipam("ipam-pool-0f", &json!({ "netmaskLength": 56 })),
            "is for us-east-1, and the VPC is in eu-central-1".to_owned(),
        ),
    ];
    for (source, expected) in cases {
        let lab = Lab::open(&subject);
        let section = json!({ "zones": ["eu-central-1a"], "ipv6Source": source });
        let said = said(&lab, &document(&subject, &section)).await;
        let finding = said.one("AWS-IPV6-SOURCE", Severity::Error);
        assert_says(finding, &expected, "name a pool");
    }
}

#[tokio::test(start_paused = true)]
async fn a_pool_that_has_the_range_is_fit() {
    let subject = with_pools();
    let sources = [
        ipam(IPAM, &json!({ "netmaskLength": 56 })),
        ipam(IPAM, &json!({ "cidr": "2600:db8:4400:f00::/56" })),
        byoip(BROUGHT, "2600:db8:b000:100::/56"),
    ];
    for source in sources {
        let lab = Lab::open(&subject);
        let section = json!({ "zones": ["eu-central-1a"], "ipv6Source": source });
        let said = said(&lab, &document(&subject, &section)).await;
        assert_eq!(said.errors(), [""; 0], "{said:#?}");
    }
}
