//! Names of resources. The API, documents and people write one in many ways:
//! `https://www.googleapis.com/compute/v1/projects/p/global/networks/n`, `projects/p/global/networks/n`,
//! `global/networks/n`, `n`.

use groundwork_kit::client::path_segment;

/// Where a resource is, as its address says it: the id under which graphs, journals and people know it.
/// `projects/p/global/networks/n`, `projects/p/regions/r/subnetworks/s`.
pub(crate) fn relative(link: &str) -> &str {
    link.find("projects/").map_or(link, |at| &link[at..])
}

/// The last part: the resource's own name.
pub(crate) fn name(link: &str) -> &str {
    link.rsplit('/').next().unwrap_or(link)
}

/// What follows a part: the `r` of `regions/r/…`.
pub(crate) fn part<'l>(link: &'l str, of: &str) -> Option<&'l str> {
    let mut parts = link.split('/');
    parts.find(|part| *part == of)?;
    parts.next()
}

/// The path of a resource below the API's address.
pub(crate) fn path(link: &str) -> String {
    let parts = relative(link).split('/').map(path_segment);
    format!("/{}", parts.collect::<Vec<_>>().join("/"))
}

/// The same with the number that the cloud gave the resource instead of its name: it is no other one
/// that was given the name meanwhile.
pub(crate) fn numbered(link: &str, id: &str) -> String {
    let path = path(link);
    let parent = path.rsplit_once('/').map_or("", |(parent, _)| parent);
    format!("{parent}/{}", path_segment(id))
}

/// The id of a network that a document names, in whichever way.
pub(crate) fn network(text: &str, project: &str) -> String {
    let project = part(text, "projects").unwrap_or(project);
    format!("projects/{project}/global/networks/{}", name(text))
}

/// The id of a subnetwork that a document names.
pub(crate) fn subnetwork(text: &str, project: &str, region: &str) -> String {
    let project = part(text, "projects").unwrap_or(project);
    let region = part(text, "regions").unwrap_or(region);
    let name = name(text);
    format!("projects/{project}/regions/{region}/subnetworks/{name}")
}

/// The id of a prefix that a document names.
pub(crate) fn prefix(text: &str, project: &str, region: &str) -> String {
    let project = part(text, "projects").unwrap_or(project);
    let region = part(text, "regions").unwrap_or(region);
    let name = name(text);
    format!("projects/{project}/regions/{region}/publicDelegatedPrefixes/{name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const FULL: &str = "https://www.googleapis.com/compute/v1/projects/p/regions/r/subnetworks/s";

    #[test]
    fn every_way_to_write_a_name_is_one_id() {
        for text in [
            FULL,
            "projects/p/regions/r/subnetworks/s",
            "regions/r/subnetworks/s",
            "s",
        ] {
            assert_eq!(
                subnetwork(text, "p", "r"),
                "projects/p/regions/r/subnetworks/s"
            );
        }
        for text in [
            "projects/host/global/networks/n",
            "projects/host/networks/n",
        ] {
            assert_eq!(network(text, "p"), "projects/host/global/networks/n");
        }
        assert_eq!(
            network("global/networks/n", "p"),
            "projects/p/global/networks/n"
        );
        assert_eq!(relative(FULL), "projects/p/regions/r/subnetworks/s");
        assert_eq!(part(FULL, "regions"), Some("r"));
    }

    #[test]
    fn a_document_cannot_leave_its_place_in_a_path() {
        assert_eq!(
            path("projects/p/global/networks/a?b"),
            "/projects/p/global/networks/a%3Fb"
        );
        assert_eq!(path("projects/p/../x"), "/projects/p/%2E%2E/x");
        assert_eq!(
            numbered("projects/p/global/networks/n", "42"),
            "/projects/p/global/networks/42"
        );
    }
}
