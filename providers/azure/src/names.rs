//! Names of what is made: the reference system's, `kubernetes-<cluster>`, where they fit. The shortest
//! limit is that of a virtual network: 64 letters, digits, underscores, periods and hyphens
//! (<https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftnetwork>).

use ring::digest::{SHA256, digest};

/// The longest name.
const NAME_MAX: usize = 64;
/// Digits that tell one cut name from another.
const DIGITS: usize = 8;
const PREFIX: &str = "kubernetes-";

/// The name of everything that a cluster has once.
pub(crate) fn whole(cluster: &str) -> String {
    with(cluster, "")
}

/// The name of one of several: `kubernetes-<cluster>-ipv6`.
pub(crate) fn with(cluster: &str, after: &str) -> String {
    let room = NAME_MAX - PREFIX.len() - after.len();
    let ends_well = !after.is_empty() || cluster.ends_with(|c: char| c.is_ascii_alphanumeric());
    let is_fit = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-".contains(c);
    if cluster.len() <= room && cluster.chars().all(is_fit) && ends_well {
        return format!("{PREFIX}{cluster}{after}");
    }
    let kept = cluster.chars().map(|c| if is_fit(c) { c } else { '-' });
    let kept: String = kept.take(room - DIGITS - 1).collect();
    format!("{PREFIX}{kept}-{}{after}", short(cluster))
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
        assert_eq!(with("qvj7pkcb9m", "-ipv6"), "kubernetes-qvj7pkcb9m-ipv6");
    }

    #[test]
    fn a_name_that_does_not_fit_is_cut_and_still_one_of_its_own() {
        let long = "a".repeat(200);
        for name in [whole(&long), with(&long, "-ipv6"), whole("ends-in-")] {
            assert!(name.len() <= NAME_MAX, "{name}");
            assert!(
                name.ends_with(|c: char| c.is_ascii_alphanumeric()),
                "{name}"
            );
        }
        assert_ne!(whole(&long), whole(&"a".repeat(201)));
    }
}
