//! Ids of Azure's resources: paths below the subscription. Their case means nothing, and the API does not
//! keep it (<https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules>).

/// The words of the paths that are used here, as the references write them.
const WORDS: [&str; 16] = [
    "ipConfigurations",
    "loadBalancers",
    "Microsoft.Compute",
    "Microsoft.Network",
    "natGateways",
    "networkInterfaces",
    "networkSecurityGroups",
    "providers",
    "publicIPAddresses",
    "resourceGroups",
    "routeTables",
    "securityRules",
    "subnets",
    "subscriptions",
    "virtualNetworkPeerings",
    "virtualNetworks",
];

/// The one spelling of an id by which it is compared: names in lower case, words as the references have
/// them.
pub(crate) fn canonical(id: &str) -> String {
    let parts = id.trim_end_matches('/').split('/').map(|part| {
        let word = WORDS.iter().find(|word| word.eq_ignore_ascii_case(part));
        word.map_or_else(|| part.to_ascii_lowercase(), |word| (*word).to_owned())
    });
    parts.collect::<Vec<_>>().join("/")
}

/// The part that follows a word: `part(id, "resourceGroups")`.
pub(crate) fn part<'i>(id: &'i str, word: &str) -> Option<&'i str> {
    let mut parts = id
        .split('/')
        .skip_while(|part| !part.eq_ignore_ascii_case(word));
    parts.nth(1).filter(|part| !part.is_empty())
}

/// The last part: the name of the resource.
pub(crate) fn name(id: &str) -> &str {
    id.rsplit('/').next().unwrap_or(id)
}

/// The resource that another one is inside of: the network of a subnet, the interface of its address.
pub(crate) fn parent(id: &str) -> &str {
    let mut cut = id.rsplitn(3, '/');
    cut.nth(2).unwrap_or_default()
}

/// A resource group.
pub(crate) fn group(subscription: &str, name: &str) -> String {
    canonical(&format!(
        "/subscriptions/{subscription}/resourceGroups/{name}"
    ))
}

/// A resource of `Microsoft.Network` in a group.
pub(crate) fn of_network(group: &str, kind: &str, name: &str) -> String {
    canonical(&format!(
        "{group}/providers/Microsoft.Network/{kind}/{name}"
    ))
}

/// The group that a resource is in, as an id.
pub(crate) fn group_of(id: &str) -> String {
    let subscription = part(id, "subscriptions").unwrap_or_default();
    group(subscription, part(id, "resourceGroups").unwrap_or_default())
}

/// A region's name as ids have it: `West Europe` is `westeurope`.
pub(crate) fn location(text: &str) -> String {
    let letters = text.chars().filter(|c| !c.is_whitespace());
    letters.collect::<String>().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUBNET: &str = "/subscriptions/0A/resourcegroups/RG/providers/microsoft.network/virtualnetworks/Net/subnets/Nodes";

    #[test]
    fn ids_that_differ_in_case_alone_are_one() {
        let expected = "/subscriptions/0a/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/net/subnets/nodes";
        assert_eq!(canonical(SUBNET), expected);
        assert_eq!(canonical(&SUBNET.to_uppercase()), expected);
    }

    #[test]
    fn an_id_says_where_a_resource_is() {
        assert_eq!(part(SUBNET, "resourceGroups"), Some("RG"));
        assert_eq!(name(SUBNET), "Nodes");
        assert_eq!(name(parent(SUBNET)), "Net");
        assert_eq!(group_of(SUBNET), "/subscriptions/0a/resourceGroups/rg");
        assert_eq!(location("West Europe"), "westeurope");
    }
}
