//! Work on the cloud that does not come through the API under test.

use mock_cloud::Hand;
use serde_json::{Value, json};

use crate::cloud::OpenStack;
use crate::neutron::{Caller, Neutron, Resource};
use crate::refused::Answer;

/// Where links would point; nobody reads them here.
const BASE: &str = "http://localhost";

impl OpenStack {
    /// Makes an object in a project as an admin would, with every check of Neutron; its id. `kind`
    /// is the collection (`networks`, `security_group_rules`), `attributes` the inner body of the
    /// request.
    ///
    /// # Panics
    /// If Neutron refuses it: a test asked for something that cannot be.
    pub fn make(&mut self, project: &str, kind: &str, attributes: Value) -> String {
        let resource = known(kind);
        let body = json!({ resource.singular(): attributes }).to_string();
        let made = self.as_admin_of(project, |neutron| {
            let mut intake = neutron.create_bodies(resource, body.as_bytes())?;
            neutron.make(resource, intake.remove(0))
        });
        made.unwrap_or_else(|refused| panic!("making {kind}: {refused:?}"))
    }

    /// Changes attributes of an object as an admin would.
    ///
    /// # Panics
    /// If Neutron refuses it, or there is no such object.
    pub fn change(&mut self, kind: &str, id: &str, attributes: Value) {
        let resource = known(kind);
        let body = json!({ resource.singular(): attributes }).to_string();
        let changed = self.as_admin_of("", |neutron| neutron.change_by_id(resource, id, &body));
        changed.unwrap_or_else(|refused| panic!("changing {kind}/{id}: {refused:?}"));
    }

    /// Deletes an object as an admin would, behind everybody's back.
    ///
    /// # Panics
    /// If Neutron refuses it, or there is no such object.
    pub fn delete(&mut self, kind: &str, id: &str) {
        let resource = known(kind);
        let deleted = self.as_admin_of("", |neutron| neutron.delete_by_id(resource, id));
        deleted.unwrap_or_else(|refused| panic!("deleting {kind}/{id}: {refused:?}"));
    }

    /// Replaces the tags of an object.
    pub fn tag(&mut self, kind: &str, id: &str, tags: &[&str]) {
        self.edit(kind, id, |body| {
            body.insert("tags".to_owned(), json!(tags));
        });
    }

    /// Joins a subnet to a router as an admin would.
    ///
    /// # Panics
    /// If Neutron refuses it.
    pub fn join(&mut self, router: &str, subnet: &str) {
        let body = json!({ "subnet_id": subnet }).to_string();
        let joined = self.as_admin_of("", |neutron| {
            neutron.act(router, "add_router_interface", body.as_bytes())
        });
        joined.unwrap_or_else(|refused| panic!("joining {subnet} to {router}: {refused:?}"));
    }

    /// Joins a port to a router as an admin would: so a second router gets into a subnet.
    ///
    /// # Panics
    /// If Neutron refuses it.
    pub fn join_port(&mut self, router: &str, port: &str) {
        let body = json!({ "port_id": port }).to_string();
        let joined = self.as_admin_of("", |neutron| {
            neutron.act(router, "add_router_interface", body.as_bytes())
        });
        joined.unwrap_or_else(|refused| panic!("joining {port} to {router}: {refused:?}"));
    }

    /// Takes a subnet from a router as an admin would.
    ///
    /// # Panics
    /// If Neutron refuses it.
    pub fn part(&mut self, router: &str, subnet: &str) {
        let body = json!({ "subnet_id": subnet }).to_string();
        let parted = self.as_admin_of("", |neutron| {
            neutron.act(router, "remove_router_interface", body.as_bytes())
        });
        parted.unwrap_or_else(|refused| panic!("parting {subnet} from {router}: {refused:?}"));
    }

    /// The id of a project.
    ///
    /// # Panics
    /// If it is not configured.
    pub fn project_id(&self, name: &str) -> String {
        let found = self
            .config
            .projects
            .iter()
            .find(|project| project.name == name);
        found
            .unwrap_or_else(|| panic!("no project {name}"))
            .id
            .clone()
    }

    /// What [`Config`](crate::Config) says is there from the beginning.
    pub(crate) fn furnish(&mut self) {
        let (networks, pools) = (
            self.config.external_networks.clone(),
            self.config.subnet_pools.clone(),
        );
        for network in networks {
            let external = json!({
                "name": network.name,
                "router:external": true,
                "provider:network_type": "flat",
                "provider:physical_network": network.name,
            });
            let id = self.make("admin", "networks", external);
            for cidr in network.cidrs {
                let version = if cidr.contains(':') { 6 } else { 4 };
                let subnet = json!({
                    "network_id": id, "cidr": cidr, "ip_version": version, "enable_dhcp": false,
                });
                self.make("admin", "subnets", subnet);
            }
        }
        for pool in pools {
            let body = json!({
                "name": pool.name,
                "prefixes": pool.prefixes,
                "default_prefixlen": pool.default_prefixlen,
                "is_default": pool.is_default,
                "shared": pool.shared,
            });
            self.make("admin", "subnetpools", body);
        }
    }

    fn as_admin_of<R>(
        &mut self,
        project: &str,
        work: impl FnOnce(&mut Neutron<'_>) -> Answer<R>,
    ) -> Answer<R> {
        let project = match project {
            "" => String::new(),
            name => self.project_id(name),
        };
        let caller = Caller {
            project,
            admin: true,
            reader: false,
        };
        self.by_hand(|cloud| work(&mut cloud.neutron(caller, BASE)))
    }
}

fn known(kind: &str) -> Resource {
    Resource::by_plural(kind).unwrap_or_else(|| panic!("Neutron has no collection {kind}"))
}
