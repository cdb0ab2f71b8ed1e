//! The operations of the API that this driver uses, with the permissions that each needs: the one table for
//! the custom role and the preflight
//! (<https://learn.microsoft.com/azure/role-based-access-control/permissions/networking>).

use std::sync::LazyLock;

use groundwork_provider::{ApiOperation, Listing, Use, operations};

use crate::{
    machines,
    object::{
        Address, LoadBalancer, Location, NatGateway, Network, NetworkIpv6, Resource, ResourceGroup,
        RouteTable, SecurityGroup, Subnet, Subscription,
    },
};

/// Every one. A call that needs two permissions stands there twice: what is attached to a subnet has to
/// allow that as well.
pub(crate) fn operations() -> &'static [ApiOperation] {
    static ALL: LazyLock<Vec<ApiOperation>> = LazyLock::new(all);
    &ALL
}

/// By which quotas are read.
pub(crate) const USAGES: &str = "Microsoft.Network/locations/usages/read";

/// The path of resources of `Microsoft.Network` in a group.
macro_rules! in_group {
    ($method:literal, $($rest:literal),+) => {
        concat!(
            $method,
            " /subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Network/",
            $($rest),+
        )
    };
}

/// What is done with resources of a kind.
macro_rules! resources {
    ($kind:ty, $plural:literal) => {
        [
            ApiOperation::new(
                concat!(
                    "GET /subscriptions/{subscription}/providers/Microsoft.Network/",
                    $plural
                ),
                <$kind>::KIND,
                Use::List,
                concat!("Microsoft.Network/", $plural, "/read"),
            ),
            ApiOperation::new(
                in_group!("GET", $plural, "/{name}"),
                <$kind>::KIND,
                Use::List,
                concat!("Microsoft.Network/", $plural, "/read"),
            ),
            ApiOperation::new(
                in_group!("PUT", $plural, "/{name}"),
                <$kind>::KIND,
                Use::Create,
                concat!("Microsoft.Network/", $plural, "/write"),
            ),
            ApiOperation::new(
                in_group!("PUT", $plural, "/{name}"),
                <$kind>::KIND,
                Use::Update,
                concat!("Microsoft.Network/", $plural, "/write"),
            ),
            ApiOperation::new(
                in_group!("DELETE", $plural, "/{name}"),
                <$kind>::KIND,
                Use::Delete,
                concat!("Microsoft.Network/", $plural, "/delete"),
            ),
        ]
    };
}

fn all() -> Vec<ApiOperation> {
    let resources = [
        resources!(Network, "virtualNetworks"),
        resources!(SecurityGroup, "networkSecurityGroups"),
        resources!(RouteTable, "routeTables"),
        resources!(NatGateway, "natGateways"),
        resources!(Address, "publicIPAddresses"),
    ];
    let mut all = AROUND.to_vec();
    all.extend(resources.into_iter().flatten());
    all.extend(subnets());
    all
}

/// The subscription, its resource groups, and what operations are asked by.
const AROUND: &[ApiOperation] = operations! {
    Connect _ "POST /{tenant}/oauth2/v2.0/token" ""
    List Subscription "GET /subscriptions/{subscription}" "Microsoft.Resources/subscriptions/read"
    List Location "GET /subscriptions/{subscription}/locations"
        "Microsoft.Resources/subscriptions/locations/read"
    Connect _ "GET /subscriptions/{subscription}/providers/Microsoft.Network/locations/{location}/operations/{operation}"
        "Microsoft.Network/locations/operations/read"
    Delete ResourceGroup "GET /subscriptions/{subscription}/operationresults/{operation}"
        "Microsoft.Resources/subscriptions/operationresults/read"
    List _ "GET /{place}/providers/Microsoft.Authorization/permissions"
        "Microsoft.Authorization/permissions/read"
    List _ "GET /subscriptions/{subscription}/providers/Microsoft.Network/locations/{location}/usages" USAGES
    List LoadBalancer "GET /subscriptions/{subscription}/providers/Microsoft.Network/loadBalancers"
        "Microsoft.Network/loadBalancers/read"
    // Of a cluster that runs, the addresses of its machines.
    List [machines::KIND] "GET /subscriptions/{subscription}/providers/Microsoft.Network/networkInterfaces"
        "Microsoft.Network/networkInterfaces/read"
    List LoadBalancer "GET /subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Network/publicIPPrefixes/{name}"
        "Microsoft.Network/publicIPPrefixes/read"
    List ResourceGroup "GET /subscriptions/{subscription}/resourcegroups"
        "Microsoft.Resources/subscriptions/resourceGroups/read"
    List ResourceGroup "GET /subscriptions/{subscription}/resourceGroups/{group}"
        "Microsoft.Resources/subscriptions/resourceGroups/read"
    Delete Resource "GET /subscriptions/{subscription}/resourceGroups/{group}/resources"
        "Microsoft.Resources/subscriptions/resourceGroups/resources/read"
    Create ResourceGroup "PUT /subscriptions/{subscription}/resourceGroups/{group}"
        "Microsoft.Resources/subscriptions/resourceGroups/write"
    Update ResourceGroup "PUT /subscriptions/{subscription}/resourceGroups/{group}"
        "Microsoft.Resources/subscriptions/resourceGroups/write"
    Delete ResourceGroup "DELETE /subscriptions/{subscription}/resourceGroups/{group}"
        "Microsoft.Resources/subscriptions/resourceGroups/delete"
};

/// A subnet, and what is attached to it. Its network is changed where it gets another range.
fn subnets() -> Vec<ApiOperation> {
    const ONE: &str = in_group!("PUT", "virtualNetworks/{name}/subnets/{subnet}");
    let of = |method: &'static str, used_for, permission| {
        ApiOperation::new(method, Subnet::KIND, used_for, permission)
    };
    let attached = [
        "Microsoft.Network/virtualNetworks/subnets/write",
        "Microsoft.Network/networkSecurityGroups/join/action",
        "Microsoft.Network/routeTables/join/action",
        "Microsoft.Network/natGateways/join/action",
    ];
    let attached = attached.into_iter().flat_map(|permission| {
        [
            of(ONE, Use::Create, permission),
            of(ONE, Use::Update, permission),
        ]
    });
    let network = in_group!("PUT", "virtualNetworks/{name}");
    let write = "Microsoft.Network/virtualNetworks/write";
    let addresses = in_group!("PUT", "natGateways/{name}");
    let join = "Microsoft.Network/publicIPAddresses/join/action";
    let rest = [
        of(
            in_group!("GET", "virtualNetworks/{name}/subnets/{subnet}"),
            Use::Create,
            "Microsoft.Network/virtualNetworks/subnets/read",
        ),
        of(
            in_group!("DELETE", "virtualNetworks/{name}/subnets/{subnet}"),
            Use::Delete,
            "Microsoft.Network/virtualNetworks/subnets/delete",
        ),
        ApiOperation::new(network, NetworkIpv6::KIND, Use::Create, write),
        ApiOperation::new(network, NetworkIpv6::KIND, Use::Delete, write),
        ApiOperation::new(addresses, NatGateway::KIND, Use::Create, join),
        ApiOperation::new(addresses, NatGateway::KIND, Use::Update, join),
    ];
    attached.chain(rest).collect()
}
