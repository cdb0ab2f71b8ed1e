//! What shows that a network has IPv6.

use conformance::{Lab, Variant, subjects::VsphereSubject};
use mock_vsphere::Vsphere;
use serde_json::json;

use super::{planned, reports, told};

#[tokio::test(start_paused = true)]
async fn evidence_for_ipv6_is_told_and_none_is_no_evidence() {
    let subject = VsphereSubject::default();
    type Case = (fn(&Lab<'_>), &'static str, &'static str);
    let cases: [Case; 5] =
        [
            (|_| {}, "VSPHERE-IPV6-NO-EVIDENCE", "nothing shows"),
            (
                |lab| reports(lab, json!(["fe80::1", "10.0.0.5"])),
                "VSPHERE-IPV6-NO-EVIDENCE",
                "nothing",
            ),
            (
                |lab| reports(lab, json!(["fe80::1", "2001:db8::5"])),
                "VSPHERE-IPV6-EVIDENCE",
                "2001:db8::5",
            ),
            (
                |lab| {
                    lab.mock.with(|cloud: &mut Vsphere| {
                        let dc = cloud.find("/dc-1").unwrap();
                        let network = cloud.find("/dc-1/network/nodes").unwrap();
                        cloud.ip_pool(&dc, json!({
                        "name": "pool six",
                        "ipv6Config": { "subnetAddress": "2001:db8:7::", "netmask": "64" },
                        "networkAssociation": [{ "network": network, "networkName": "nodes" }],
                    }));
                    });
                },
                "VSPHERE-IPV6-EVIDENCE",
                "pool six",
            ),
            (
                |lab| {
                    lab.mock.with(|cloud: &mut Vsphere| {
                        let network = cloud.find("/dc-1/network/nodes").unwrap();
                        let ranges = json!({ "cidr": ["2001:db8:9::/64", "192.0.2.0/24"] });
                        let config = json!({ "nsxConfig": { "subnetAddresses": ranges } });
                        cloud.set(&network, "config", config);
                    });
                },
                "VSPHERE-IPV6-EVIDENCE",
                "2001:db8:9::/64",
            ),
        ];
    for (arrange, code, expected) in cases {
        let lab = Lab::open(&subject);
        arrange(&lab);
        let plan = planned(&lab, &lab.wanted(Variant::DualStack)).await;
        let said = told(&plan.findings, code);
        assert!(
            said.len() == 1 && said[0].contains(expected),
            "{code}: {:#?}",
            plan.findings
        );
        let ipv4 = planned(&lab, &lab.wanted(Variant::Ipv4)).await;
        assert_eq!(
            told(&ipv4.findings, code),
            [""; 0],
            "IPv4 alone asks for none"
        );
    }
}
