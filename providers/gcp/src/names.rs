//! Names of what is made. The reference system's where they fit: at most 63 lower-case letters, digits
//! and hyphens, a letter first (<https://cloud.google.com/compute/docs/naming-resources>).

use ring::digest::{SHA256, digest};

/// The longest name.
const NAME_MAX: usize = 63;
/// Digits that tell one cut name from another.
const DIGITS: usize = 8;

/// The firewall rules of a cluster, by the ends of their names.
pub(crate) const FIREWALLS: [&str; 7] = [
    "self",
    "icmp",
    "icmp-ipv6",
    "nodeport",
    "nodeport-ipv6",
    "ssh",
    "ssh-ipv6",
];

/// Everything that belongs to the whole: network, subnetwork, router.
pub(crate) fn whole(cluster: &str) -> String {
    fitted("kubernetes-", cluster, "")
}

/// A firewall rule: `firewall-<cluster>-self`.
pub(crate) fn firewall(cluster: &str, what: &str) -> String {
    fitted("firewall-", cluster, &format!("-{what}"))
}

/// The network tag that machines of a cluster carry.
pub(crate) fn tag(cluster: &str) -> String {
    fitted("kubernetes-cluster-", cluster, "")
}

/// The cluster's name between two others; cut, and told apart by a digest, where it does not fit.
fn fitted(before: &str, cluster: &str, after: &str) -> String {
    let room = NAME_MAX - before.len() - after.len();
    let is_fit = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let ends_well = !after.is_empty() || !cluster.ends_with('-');
    if cluster.len() <= room && cluster.chars().all(is_fit) && ends_well {
        return format!("{before}{cluster}{after}");
    }
    let kept = cluster.chars().map(|c| if is_fit(c) { c } else { '-' });
    let kept: String = kept.take(room - DIGITS - 1).collect();
    format!(
        "{before}{}-{}{after}",
        kept.trim_matches('-'),
        short(cluster)
    )
}

fn short(text: &str) -> String {
    let digest = digest(&SHA256, text.as_bytes());
    let bytes = digest.as_ref().iter().take(DIGITS / 2);
    bytes.map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_reference_system_stay_as_they_are() {
        assert_eq!(whole("qvj7pkcb9m"), "kubernetes-qvj7pkcb9m");
        assert_eq!(
            firewall("qvj7pkcb9m", "icmp-ipv6"),
            "firewall-qvj7pkcb9m-icmp-ipv6"
        );
        assert_eq!(tag("qvj7pkcb9m"), "kubernetes-cluster-qvj7pkcb9m");
    }

    #[test]
    fn a_name_that_does_not_fit_is_cut_and_still_one_of_its_own() {
        let long = "a".repeat(200);
        for name in [
            whole(&long),
            firewall(&long, "nodeport-ipv6"),
            tag(&long),
            whole("a.b.c"),
        ] {
            assert!(name.len() <= NAME_MAX, "{name}");
            assert!(
                name.chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
            );
            assert!(!name.ends_with('-'), "{name}");
        }
        assert_ne!(
            whole("a.b"),
            whole("a-b"),
            "a period and a hyphen are two clusters"
        );
        assert_ne!(tag(&long), tag(&"a".repeat(201)));
    }
}
