use mock_openstack::Config;
use serde_json::json;

use crate::client::Client;

#[test]
#[ignore = "a measurement, not a check"]
fn a_thousand_clusters() {
    let client = Client::new(Config::default().without_quotas());
    for number in 0..1000 {
        let network = client.network(&format!("cluster-{number}"));
        let subnets = ["192.168.1.0/24", "fd00::/64"].map(|cidr| client.subnet(&network, cidr));
        let router = client.id("routers", &json!({ "name": network }));
        for subnet in subnets {
            let path = format!("routers/{router}/add_router_interface");
            assert_eq!(
                client.call("PUT", &path, &json!({ "subnet_id": subnet })).0,
                200
            );
        }
        let group = client.id("security-groups", &json!({ "name": network }));
        for port in 1..=10 {
            let rule = json!({
                "security_group_id": group, "direction": "ingress", "protocol": "tcp",
                "port_range_min": port, "port_range_max": port,
            });
            client.make("security-group-rules", &rule);
        }
    }
    for collection in ["networks", "subnets", "routers", "ports", "security-groups"] {
        assert!(client.list(collection, "").len() >= 1000);
    }
}
