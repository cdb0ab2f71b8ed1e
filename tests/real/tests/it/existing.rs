//! What was there before: verified and never changed, or taken over when that is asked for.

use anyhow::{Result, ensure};
use real::access::Clouds;
use real::binary::Seat;
use real::document::Document;
use real::project::{Hand, Project};
use serde_json::json;

real::on_each_release!(
    a_network_that_the_document_names_is_verified_and_never_changed,
    objects_with_the_reference_systems_names_are_taken_over_when_asked,
    a_foreign_port_is_in_the_way_of_destroy_and_nothing_is_touched,
);

/// Ids of a network that somebody else has made, fit for dual-stack.
struct Foreign {
    network: String,
    v4: String,
    v6: String,
    router: String,
    group: String,
}

/// Makes one by hand, under these names.
async fn foreign(project: &Project, name: &str) -> Result<Foreign> {
    let network = project
        .make(Hand::Member, "network", json!({"name": name}))
        .await?;
    let v4 = json!({"name": name, "network_id": network, "ip_version": 4, "cidr": "192.168.1.0/24",
        "dns_nameservers": ["192.0.2.53"]});
    let v4 = project.make(Hand::Member, "subnet", v4).await?;
    let v6 = json!({"name": format!("{name}-ipv6"), "network_id": network, "ip_version": 6, "cidr": "fd00:7::/64",
        "ipv6_address_mode": "dhcpv6-stateless", "ipv6_ra_mode": "dhcpv6-stateless", "dns_nameservers": ["2001:db8::53"]});
    let v6 = project.make(Hand::Member, "subnet", v6).await?;
    let gateway = json!({"network_id": project.external_network});
    let router = json!({"name": name, "external_gateway_info": gateway});
    let router = project.make(Hand::Member, "router", router).await?;
    for subnet in [&v4, &v6] {
        let path = format!("routers/{router}/add_router_interface");
        project
            .call(
                Hand::Member,
                "PUT",
                &path,
                Some(json!({"subnet_id": subnet})),
            )
            .await?;
    }
    let group = project
        .make(Hand::Member, "security_group", json!({"name": name}))
        .await?;
    for (family, protocol) in [("IPv4", "icmp"), ("IPv6", "ipv6-icmp")] {
        let rule = json!({"security_group_id": group, "direction": "ingress", "ethertype": family, "protocol": protocol});
        project
            .make(Hand::Member, "security_group_rule", rule)
            .await?;
    }
    // Nodes talk to each other.
    for family in ["IPv4", "IPv6"] {
        let rule = json!({"security_group_id": group, "direction": "ingress", "ethertype": family, "remote_group_id": group});
        project
            .make(Hand::Member, "security_group_rule", rule)
            .await?;
    }
    Ok(Foreign {
        network,
        v4,
        v6,
        router,
        group,
    })
}

impl Foreign {
    /// A document that names everything.
    fn named_in(&self, document: Document, name: &str) -> Document {
        document
            .with("network", name)
            .with("subnetID", self.v4.as_str())
            .with("ipv6SubnetID", self.v6.as_str())
            .with("routerID", self.router.as_str())
            .with("securityGroups", name)
    }
}

async fn a_network_that_the_document_names_is_verified_and_never_changed(
    clouds: &Clouds,
) -> Result<()> {
    let project = Project::create(clouds, "named").await?;
    let foreign = foreign(&project, "by-hand").await?;
    let before = project.inventory().await?;
    let seat = Seat::new()?;
    let document = foreign.named_in(Document::dual(&project, "named"), "by-hand");

    seat.run(&document, &["verify"])?.ended(0)?;
    seat.run(&document, &["apply", "--yes"])?.ended(0)?;
    before.expect_untouched(&project.inventory().await?);

    // Without its way out the network is unfit, and that is said of the router.
    project
        .change(
            Hand::Member,
            "router",
            &foreign.router,
            json!({"external_gateway_info": {}}),
        )
        .await?;
    let broken = project.inventory().await?;
    let verify = seat.run(&document, &["verify"])?;
    ensure!(
        [1, 2].contains(&verify.code),
        "ended with {}\n{}",
        verify.code,
        verify.text()
    );
    ensure!(verify.text().contains("gateway"), "{}", verify.text());
    seat.run(&document, &["destroy", "--yes"])?.ended(0)?;
    broken.expect_same(&project.inventory().await?);
    Ok(())
}

async fn objects_with_the_reference_systems_names_are_taken_over_when_asked(
    clouds: &Clouds,
) -> Result<()> {
    let project = Project::create(clouds, "adopt").await?;
    let empty = project.inventory().await?;
    let foreign = foreign(&project, "kubernetes-adopt").await?;
    let before = project.inventory().await?;
    let seat = Seat::new()?;
    let document = Document::dual(&project, "adopt").with("ipv6SubnetCidr", "fd00:7::/64");

    seat.run(&document, &["plan", "--adopt"])?.ended(0)?;
    before.expect_same(&project.inventory().await?);

    seat.run(&document, &["apply", "--yes", "--adopt"])?
        .ended(0)?;
    let after = project.inventory().await?;
    assert_eq!(
        after.counts(),
        before.counts(),
        "{:#?}",
        before.differences(&after)
    );
    let labels = after.labels();
    for id in [
        &foreign.network,
        &foreign.v4,
        &foreign.v6,
        &foreign.router,
        &foreign.group,
    ] {
        ensure!(
            labels
                .get(id)
                .is_some_and(|label| label.contains("cluster=adopt")),
            "{id} is ours now: {labels:#?}"
        );
    }
    seat.run(&document, &["drift"])?.ended(0)?;

    seat.run(&document, &["destroy", "--yes"])?.ended(0)?;
    empty.expect_same(&project.inventory().await?);
    Ok(())
}

async fn a_foreign_port_is_in_the_way_of_destroy_and_nothing_is_touched(
    clouds: &Clouds,
) -> Result<()> {
    let project = Project::create(clouds, "inway").await?;
    let empty = project.inventory().await?;
    let (seat, document) = (Seat::new()?, Document::dual(&project, "inway"));
    seat.run(&document, &["apply", "--yes"])?.ended(0)?;
    let made = project.inventory().await?;
    let network = made.one("networks", "name", "kubernetes-inway")["id"].clone();
    let port = json!({"network_id": network, "name": "a-load-balancer", "device_owner": "Octavia"});
    let port = project.make(Hand::Member, "port", port).await?;
    let before = project.inventory().await?;

    let destroy = seat.run(&document, &["destroy", "--yes"])?;
    ensure!(
        destroy.code != 0 && destroy.text().contains(&port),
        "it names the port\n{}",
        destroy.text()
    );
    before.expect_same(&project.inventory().await?);

    project
        .call(Hand::Member, "DELETE", &format!("ports/{port}"), None)
        .await?;
    seat.run(&document, &["destroy", "--yes"])?.ended(0)?;
    empty.expect_same(&project.inventory().await?);
    Ok(())
}
