//! What keeps a resource from being deleted, and how many there may be.

use crate::cloud::{Azure, items};
use crate::ids::{key, name_of};
use crate::kind::Kind;
use crate::refused::{Answer, Refused};

impl Azure {
    /// Nothing uses a resource, nor a part of it.
    pub(crate) fn unused(&self, kind: Kind, id: &str) -> Answer<()> {
        match kind {
            Kind::ResourceGroup => self.unused_group(id),
            Kind::VirtualNetwork => {
                let mut subnets = self.within(Kind::Subnet, id).into_iter();
                subnets.try_for_each(|subnet| self.unused(Kind::Subnet, &subnet.id))
            }
            Kind::Subnet => self.unused_subnet(id),
            Kind::NatGateway
            | Kind::NetworkSecurityGroup
            | Kind::PublicIpAddress
            | Kind::PublicIpPrefix
            | Kind::RouteTable => match self.users(kind, id).as_slice() {
                [] => Ok(()),
                users => Err(in_use(kind, id, users)),
            },
            Kind::LoadBalancer
            | Kind::NetworkInterface
            | Kind::Peering
            | Kind::Route
            | Kind::SecurityRule => Ok(()),
        }
    }

    /// The ids of what uses a resource.
    pub(crate) fn users(&self, kind: Kind, id: &str) -> Vec<String> {
        let users = self.referring(kind, id).into_iter();
        let mut users: Vec<String> = users.map(|(_, id)| id).collect();
        if kind == Kind::PublicIpAddress {
            users.extend(self.configurations("publicIPAddress", id));
        }
        users
    }

    fn unused_subnet(&self, id: &str) -> Answer<()> {
        let inside = self.configurations("subnet", id);
        let found = self.find(Kind::Subnet, id);
        let links = found
            .iter()
            .flat_map(|found| items(&found.body, "serviceAssociationLinks"));
        let links = links.filter_map(|link| link["id"].as_str().map(str::to_owned));
        let inside: Vec<String> = inside.into_iter().chain(links).collect();
        match inside.is_empty() {
            true => Ok(()),
            false => Err(in_use(Kind::Subnet, id, &inside)),
        }
    }

    /// Nothing outside of a resource group uses what is inside.
    fn unused_group(&self, id: &str) -> Answer<()> {
        let inside = format!("{}/", key(id));
        for (kind, own) in self.whole(Kind::ResourceGroup, id) {
            let users = match kind {
                Kind::Subnet => self.configurations("subnet", &own),
                Kind::Peering | Kind::ResourceGroup | Kind::VirtualNetwork => Vec::new(),
                Kind::LoadBalancer
                | Kind::NatGateway
                | Kind::NetworkInterface
                | Kind::NetworkSecurityGroup
                | Kind::PublicIpAddress
                | Kind::PublicIpPrefix
                | Kind::Route
                | Kind::RouteTable
                | Kind::SecurityRule => self.users(kind, &own),
            };
            let mut users = users
                .into_iter()
                .filter(|user| !key(user).starts_with(&inside));
            if let Some(user) = users.next() {
                let blocked = in_use(kind, &own, &[user]);
                let message = format!(
                    "Deletion of resource group '{}' failed as resources with identifiers '{}/{}' could \
                     not be deleted. The provisioning state of the resource group will be rolled back.",
                    name_of(id),
                    kind.type_name(),
                    name_of(&own)
                );
                let refused = Refused::new(409, "ResourceGroupDeletionBlocked", message);
                return Err(refused.because(vec![(blocked.code, blocked.message)]));
            }
        }
        Ok(())
    }

    /// One more of a kind may be in a region.
    pub(crate) fn within_limit(&self, kind: Kind, region: &str) -> Answer<()> {
        let most = kind.usage().and_then(|usage| self.config.quotas.get(usage));
        match most {
            Some(most) if self.count(kind, region) >= *most => {
                Err(limit_reached(kind, *most, region))
            }
            Some(_) | None => Ok(()),
        }
    }

    /// How many of a kind are in a region.
    pub(crate) fn count(&self, kind: Kind, region: &str) -> usize {
        let all = self.store.list(kind.plural());
        all.filter(|object| object.text("location") == region)
            .count()
    }
}

fn in_use(kind: Kind, id: &str, users: &[String]) -> Refused {
    let name = name_of(id);
    let users = users.join(", ");
    let (code, message) = match kind {
        Kind::Subnet => (
            "InUseSubnetCannotBeDeleted",
            format!(
                "Subnet {name} is in use by {users} and cannot be deleted. In order to delete the subnet, \
                 delete all the resources within the subnet. See aka.ms/deletesubnet."
            ),
        ),
        Kind::NetworkSecurityGroup => (
            "InUseNetworkSecurityGroupCannotBeDeleted",
            format!(
                "Network security group {id} cannot be deleted because it is in use by the following \
                 resources: {users}. In order to delete the Network security group, remove the association \
                 with the resource(s). To learn how to do this, see aka.ms/deletensg."
            ),
        ),
        Kind::RouteTable => (
            "InUseRouteTableCannotBeDeleted",
            format!(
                "Route table {name} is in use and cannot be deleted. It is associated with the following \
                 resources: {users}."
            ),
        ),
        Kind::NatGateway => (
            "InUseNatGatewayCannotBeDeleted",
            format!("NAT gateway {id} cannot be deleted because it is in use by {users}."),
        ),
        Kind::LoadBalancer
        | Kind::NetworkInterface
        | Kind::Peering
        | Kind::PublicIpAddress
        | Kind::PublicIpPrefix
        | Kind::ResourceGroup
        | Kind::Route
        | Kind::SecurityRule
        | Kind::VirtualNetwork => (
            "PublicIPAddressCannotBeDeleted",
            format!(
                "{} {id} can not be deleted since it is still allocated to resource {users}. In order to \
                 delete it, disassociate it from the resource.",
                kind.word()
            ),
        ),
    };
    Refused::new(400, code, message)
}

pub(crate) fn limit_reached(kind: Kind, most: usize, region: &str) -> Refused {
    if kind == Kind::ResourceGroup {
        let message =
            format!("The limit of '{most}' resource groups of the subscription has been reached.");
        return Refused::front(409, "ResourceGroupQuotaExceeded", message);
    }
    let code = format!("{}CountLimitReached", kind.word());
    let message = format!(
        "Cannot create more than {most} resources of type {} for this subscription in region {region}.",
        kind.type_name()
    );
    Refused::new(400, &code, message)
}
