//! The life of a network in the real Neutron: made, left alone, disturbed, grown, shrunk, removed.

use anyhow::{Result, ensure};
use real::access::Clouds;
use real::binary::Seat;
use real::default_pool;
use real::document::Document;
use real::inventory::Inventory;
use real::project::{Hand, Project};
use serde_json::json;

real::on_each_release!(
    a_network_is_made_left_alone_repaired_and_removed,
    an_ipv4_network_becomes_dual_in_place_and_ipv4_again,
    a_named_pool_gives_the_ipv6_subnet,
    a_default_pool_gives_the_ipv6_subnet_and_one_that_comes_later_changes_nothing,
    ids_that_are_written_back_change_nothing_and_destroy_needs_no_document,
);

/// What a dual-stack network adds to an empty project. The ports are the router's: one for IPv4, one for IPv6.
const DUAL: [(&str, usize); 5] = [
    ("networks", 1),
    ("ports", 2),
    ("routers", 1),
    ("security-groups", 2),
    ("subnets", 2),
];

async fn a_network_is_made_left_alone_repaired_and_removed(clouds: &Clouds) -> Result<()> {
    let project = Project::create(clouds, "life").await?;
    let before = project.inventory().await?;
    let (seat, document) = (Seat::new()?, Document::dual(&project, "life"));

    let preflight = seat.run(&document, &["preflight"])?.ended(0)?;
    ensure!(
        preflight.text().contains("fd00::/64"),
        "the shared fallback is a warning\n{}",
        preflight.text()
    );
    seat.run(&document, &["plan", "--detailed-exitcode"])?
        .ended(2)?;
    ensure!(
        project.inventory().await? == before,
        "planning writes nothing"
    );

    seat.run(&document, &["apply", "--yes"])?.ended(0)?;
    let made = project.inventory().await?;
    expect_counts(&made, &DUAL);
    let v6 = made.one("subnets", "ip_version", 6);
    assert_eq!(
        (&v6["cidr"], &v6["name"]),
        (&json!("fd00::/64"), &json!("kubernetes-life-ipv6"))
    );
    assert_eq!(
        (&v6["ipv6_ra_mode"], &v6["ipv6_address_mode"]),
        (&json!("dhcpv6-stateless"), &json!("dhcpv6-stateless"))
    );
    assert_eq!(
        made.one("subnets", "ip_version", 4)["cidr"],
        "192.168.1.0/24"
    );
    ensure!(
        !made.one("routers", "name", "kubernetes-life")["external_gateway_info"].is_null(),
        "the router leads out"
    );

    seat.run(&document, &["apply", "--yes"])?.ended(0)?;
    seat.run(&document, &["verify"])?.ended(0)?;
    made.expect_untouched(&project.inventory().await?);

    disturb(&project, &made).await?;
    let drift = seat.run(&document, &["drift"])?.ended(2)?;
    for word in ["dns", "22"] {
        ensure!(
            drift.text().contains(word),
            "drift names {word}\n{}",
            drift.text()
        );
    }
    seat.run(&document, &["apply", "--yes"])?.ended(0)?;
    seat.run(&document, &["drift"])?.ended(0)?;

    seat.run(&document, &["destroy", "--yes"])?.ended(0)?;
    before.expect_same(&project.inventory().await?);
    seat.run(&document, &["destroy", "--yes"])?
        .ended(0)
        .map(|_| ())
}

/// Another hand: other name servers, and the SSH rules are gone.
async fn disturb(project: &Project, made: &Inventory) -> Result<()> {
    let v4 = made.one("subnets", "ip_version", 4)["id"]
        .as_str()
        .unwrap_or_default();
    project
        .change(
            Hand::Member,
            "subnet",
            v4,
            json!({"dns_nameservers": ["203.0.113.53"]}),
        )
        .await?;
    let group = made.one("security-groups", "name", "kubernetes-life");
    for rule in group["security_group_rules"]
        .as_array()
        .into_iter()
        .flatten()
    {
        if rule["port_range_min"] == 22 {
            let path = format!(
                "security-group-rules/{}",
                rule["id"].as_str().unwrap_or_default()
            );
            project.call(Hand::Member, "DELETE", &path, None).await?;
        }
    }
    Ok(())
}

async fn an_ipv4_network_becomes_dual_in_place_and_ipv4_again(clouds: &Clouds) -> Result<()> {
    let project = Project::create(clouds, "grow").await?;
    let before = project.inventory().await?;
    let seat = Seat::new()?;
    let (ipv4, dual) = (
        Document::dual(&project, "grow").ipv4(),
        Document::dual(&project, "grow"),
    );

    seat.run(&ipv4, &["apply", "--yes"])?.ended(0)?;
    let small = project.inventory().await?;
    expect_counts(
        &small,
        &[
            ("networks", 1),
            ("ports", 1),
            ("routers", 1),
            ("security-groups", 2),
            ("subnets", 1),
        ],
    );

    seat.run(&dual, &["apply", "--yes"])?.ended(0)?;
    let large = project.inventory().await?;
    expect_counts(&large, &DUAL);
    for line in small.differences(&large) {
        ensure!(!line.starts_with("- "), "nothing is replaced: {line}");
    }
    seat.run(&dual, &["verify"])?.ended(0)?;

    seat.run(&ipv4, &["apply", "--yes"])?.ended(0)?;
    let again = project.inventory().await?;
    assert_eq!(again.counts(), small.counts());
    seat.run(&ipv4, &["drift"])?.ended(0)?;

    seat.run(&ipv4, &["destroy", "--yes"])?.ended(0)?;
    before.expect_same(&project.inventory().await?);
    Ok(())
}

async fn a_named_pool_gives_the_ipv6_subnet(clouds: &Clouds) -> Result<()> {
    let project = Project::create(clouds, "pool").await?;
    let pool = json!({"name": "nodes-v6", "prefixes": ["fd42:1::/48"], "default_prefixlen": 64});
    let pool = project.make(Hand::Member, "subnetpool", pool).await?;
    let before = project.inventory().await?;
    let seat = Seat::new()?;
    let document = Document::dual(&project, "pool").with("ipv6SubnetPool", "nodes-v6");

    seat.run(&document, &["apply", "--yes"])?.ended(0)?;
    let made = project.inventory().await?;
    let v6 = made.one("subnets", "ip_version", 6);
    assert_eq!(v6["subnetpool_id"], json!(pool));
    ensure!(
        v6["cidr"]
            .as_str()
            .is_some_and(|cidr| cidr.starts_with("fd42:1:") && cidr.ends_with("/64")),
        "{v6}"
    );
    seat.run(&document, &["verify"])?.ended(0)?;

    seat.run(&document, &["destroy", "--yes"])?.ended(0)?;
    before.expect_same(&project.inventory().await?);
    Ok(())
}

async fn a_default_pool_gives_the_ipv6_subnet_and_one_that_comes_later_changes_nothing(
    clouds: &Clouds,
) -> Result<()> {
    let project = Project::create(clouds, "default").await?;
    let before = project.inventory().await?;
    let (early, late) = (Seat::new()?, Seat::new()?);
    let first = Document::dual(&project, "early");
    early.run(&first, &["apply", "--yes"])?.ended(0)?;

    let _turn = default_pool::take_turn(clouds).await?;
    // Seen by this project alone, so that no other test takes it.
    let pool = json!({"name": "default-v6", "prefixes": ["fd43:1::/48"], "default_prefixlen": 64,
        "is_default": true, "project_id": project.id});
    let pool = project.make(Hand::Admin, "subnetpool", pool).await?;
    early.run(&first, &["drift"])?.ended(0)?;

    let second = Document::dual(&project, "late");
    let plan = late.run(&second, &["plan"])?.ended(0)?;
    ensure!(
        plan.text().contains("default"),
        "the plan says where the addresses come from\n{}",
        plan.text()
    );
    late.run(&second, &["apply", "--yes"])?.ended(0)?;
    let made = project.inventory().await?;
    assert_eq!(
        made.one("subnets", "name", "kubernetes-late-ipv6")["subnetpool_id"],
        json!(pool)
    );
    assert_eq!(
        made.one("subnets", "name", "kubernetes-early-ipv6")["cidr"],
        "fd00::/64"
    );
    late.run(&second, &["verify"])?.ended(0)?;

    late.run(&second, &["destroy", "--yes"])?.ended(0)?;
    early.run(&first, &["destroy", "--yes"])?.ended(0)?;
    project
        .call(Hand::Admin, "DELETE", &format!("subnetpools/{pool}"), None)
        .await?;
    before.expect_same(&project.inventory().await?);
    Ok(())
}

async fn ids_that_are_written_back_change_nothing_and_destroy_needs_no_document(
    clouds: &Clouds,
) -> Result<()> {
    let project = Project::create(clouds, "back").await?;
    let before = project.inventory().await?;
    let (seat, document) = (Seat::new()?, Document::dual(&project, "back"));
    seat.run(&document, &["apply", "--yes"])?.ended(0)?;
    let made = project.inventory().await?;

    let patch = seat
        .run(&document, &["output", "--output", "json"])?
        .ended(0)?
        .json()?;
    let patch = patch
        .pointer("/network/patch")
        .or_else(|| patch.get("patch"))
        .cloned()
        .unwrap_or_default();
    let written = document.clone().patched(&patch);
    ensure!(
        patch["spec"]["cloud"]["openstack"]["ipv6SubnetID"].is_string(),
        "ids in the document's names: {patch}"
    );
    seat.run(&written, &["plan", "--detailed-exitcode"])?
        .ended(0)?;
    made.expect_same(&project.inventory().await?);

    let login = &project.login;
    let variables = [
        ("OS_AUTH_URL", login.auth_url.as_str()),
        ("OS_USERNAME", &login.username),
        ("OS_PASSWORD", &login.password),
        ("OS_PROJECT_NAME", &login.project_name),
        ("OS_USER_DOMAIN_NAME", "Default"),
        ("OS_PROJECT_DOMAIN_NAME", "Default"),
        ("OS_REGION_NAME", "RegionOne"),
    ];
    seat.run_without_document(&variables, &["destroy", "--cluster", "back", "--yes"])?
        .ended(0)?;
    before.expect_same(&project.inventory().await?);
    Ok(())
}

#[track_caller]
fn expect_counts(inventory: &Inventory, wanted: &[(&str, usize)]) {
    let mut counts = inventory.counts();
    counts.remove("subnetpools");
    assert_eq!(counts, wanted.iter().copied().collect());
}
