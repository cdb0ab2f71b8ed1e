use mock_openstack::Config;
use serde_json::{Value, json};

use crate::client::{Client, Said, refused, text};

/// A project with a port behind a router that leaves by the external network.
struct Site {
    client: Client,
    external: String,
    subnet: String,
    router: String,
    port: Value,
}

impl Site {
    fn new() -> Self {
        let client = Client::new(Config::default());
        let external = text(&client.list("networks", "router:external=true")[0]["id"]);
        let network = client.network("a");
        let subnet = client.subnet(&network, "10.0.0.0/24");
        let port = client.make("ports", &json!({ "network_id": network }));
        let router = client.id("routers", &json!({}));
        Self {
            client,
            external,
            subnet,
            router,
            port,
        }
    }

    /// One whose router has both sides.
    fn joined() -> Self {
        let site = Self::new();
        let gateway = json!({ "external_gateway_info": { "network_id": site.external } });
        assert_eq!(site.change_router(&gateway).0, 200);
        assert_eq!(site.act("add").0, 200);
        site
    }

    fn change_router(&self, attributes: &Value) -> Said {
        let path = format!("routers/{}", self.router);
        self.client
            .call("PUT", &path, &json!({ "router": attributes }))
    }

    fn act(&self, verb: &str) -> Said {
        let path = format!("routers/{}/{verb}_router_interface", self.router);
        self.client
            .call("PUT", &path, &json!({ "subnet_id": self.subnet }))
    }

    fn port(&self) -> String {
        text(&self.port["id"])
    }

    fn floating(&self, port: &Value) -> Value {
        let asked = json!({ "floating_network_id": self.external, "port_id": port });
        self.client.make("floatingips", &asked)
    }
}

#[test]
fn an_address_outside_leads_to_a_port_and_away_again() {
    let site = Site::joined();
    let made = site.floating(&json!(site.port()));
    assert_eq!(made["port_id"], json!(site.port()));
    assert_eq!(
        made["fixed_ip_address"],
        site.port["fixed_ips"][0]["ip_address"]
    );
    assert_eq!(
        (&made["router_id"], &made["status"]),
        (&json!(site.router), &json!("ACTIVE"))
    );
    let address: std::net::IpAddr = text(&made["floating_ip_address"]).parse().unwrap();
    assert!(address.is_ipv4());
    // Its port is the operator's: nobody in the project sees it.
    assert_eq!(
        site.client.list("ports", "device_owner=network:floatingip"),
        [Value::Null; 0]
    );
    let path = format!("floatingips/{}", text(&made["id"]));
    let away = json!({ "floatingip": { "port_id": null } });
    let (status, body) = site.client.call("PUT", &path, &away);
    let shown = &body["floatingip"];
    assert_eq!(
        (status, &shown["router_id"], &shown["status"]),
        (200, &Value::Null, &json!("DOWN"))
    );
    assert_eq!(shown["floating_ip_address"], made["floating_ip_address"]);
    site.client.delete(&path);
    assert_eq!(site.client.list("floatingips", ""), [Value::Null; 0]);
}

#[test]
fn a_port_that_goes_leaves_its_floating_ip_behind() {
    let site = Site::joined();
    let made = site.floating(&json!(site.port()));
    site.client.delete(&format!("ports/{}", site.port()));
    let shown = site.client.show("floatingips", &text(&made["id"]));
    assert_eq!(
        (&shown["port_id"], &shown["fixed_ip_address"]),
        (&Value::Null, &Value::Null)
    );
}

#[test]
fn what_cannot_lead_anywhere_is_refused() {
    let site = Site::new();
    let asked =
        |network: &str, port: &Value| json!({ "floating_network_id": network, "port_id": port });
    let refuses =
        |body: Value, status, kind| site.client.refuses("floatingips", &body, status, kind);
    let port = json!(site.port());
    refuses(
        asked(&site.external, &port),
        404,
        "ExternalGatewayForFloatingIPNotFound",
    );
    refuses(
        asked(&text(&site.port["network_id"]), &Value::Null),
        400,
        "BadRequest",
    );
    refuses(json!({ "port_id": port }), 400, "HTTPBadRequest");
    refuses(
        asked(&site.external, &json!("0".repeat(32))),
        404,
        "PortNotFound",
    );
    let chosen =
        json!({ "floating_network_id": site.external, "floating_ip_address": "192.0.2.9" });
    refuses(chosen, 403, "PolicyNotAuthorized");
    assert_eq!(
        site.client.list("floatingips", ""),
        [Value::Null; 0],
        "a refused create leaves nothing"
    );
}

#[test]
fn a_floating_ip_keeps_the_router_that_it_leads_through() {
    let site = Site::joined();
    let made = site.floating(&json!(site.port()));
    refused(&site.act("remove"), 409, "RouterInterfaceInUseByFloatingIP");
    let without = json!({ "external_gateway_info": null });
    refused(
        &site.change_router(&without),
        409,
        "RouterExternalGatewayInUseByFloatingIp",
    );
    let twice = json!({ "floating_network_id": site.external, "port_id": site.port() });
    site.client.refuses(
        "floatingips",
        &twice,
        409,
        "FloatingIPPortAlreadyAssociated",
    );
    site.client
        .delete(&format!("floatingips/{}", text(&made["id"])));
    assert_eq!(site.act("remove").0, 200);
    assert_eq!(site.change_router(&without).0, 200);
}
