//! An external network of one project alone.
//!
//! Neutron marks a subnet as used in the transaction that makes a port in it, and so keeps its row until the whole port is made:
//! routers with a gateway in one external network are made one after the other. Tests that run side by side waited minutes for
//! the one network that the cloud comes with.

use anyhow::Result;
use serde_json::json;

use crate::project::{Hand, Project};

/// What the external networks of other clouds have too: a subnet of each family. Networks do not share addresses.
const RANGES: [(u8, &str); 2] = [(4, "198.51.100.0/24"), (6, "2001:db8:0:100::/64")];

/// Makes it, with this name, and returns its id. Others do not see it.
///
/// # Errors
/// The cloud refuses.
pub(crate) async fn create(project: &Project, name: &str) -> Result<String> {
    let network = json!({
        "name": name,
        "provider:network_type": "flat",
        "provider:physical_network": name,
    });
    let id = project.make(Hand::Admin, "network", network).await?;
    for (version, range) in RANGES {
        let subnet = json!({
            "network_id": id,
            "ip_version": version,
            "cidr": range,
            "enable_dhcp": false,
        });
        project.make(Hand::Admin, "subnet", subnet).await?;
    }
    let policy = json!({
        "object_type": "network",
        "object_id": id,
        "action": "access_as_external",
        "target_tenant": project.id,
    });
    let body = json!({"rbac_policy": policy});
    project
        .call(Hand::Admin, "POST", "rbac-policies", Some(body))
        .await?;
    Ok(id)
}
