//! What a node joins with: kubeadm's `JoinConfiguration`, one for each node of the list. Pure.

use std::{collections::BTreeMap, fmt::Write};

use groundwork_kit::document::given;
use groundwork_model::{
    Cluster, Finding, Secret,
    kubeadm::{KubeadmApi, discovery_faults, token_fault},
};
use groundwork_provider::Environment;

use crate::{
    codes, node,
    spec::{NodeSpec, Spec, field},
};

/// The file of one node.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct JoinFile {
    /// The node that it is for.
    pub node: String,
    /// The file, YAML.
    pub text: String,
}

/// What stands where the token is not to be seen.
const PLACEHOLDER: &str = "TOKEN";
/// The key of the Secret that the document refers to.
const KEY: &str = "token";
const VARIABLE: &str = "GROUNDWORK_BOOTSTRAP_TOKEN";
/// How the user has the three values.
const ASK: &str = "copy it from: kubeadm token create --print-join-command";

/// The files of all nodes that the document lists, for the release that it names. Its nodes were
/// checked before. The token is written only where it is to be shown.
///
/// # Errors
/// Everything that is missing, or of a wrong form.
pub fn join_files(
    cluster: &Cluster,
    secrets: &BTreeMap<String, Secret>,
    environment: &Environment,
    shows_token: bool,
) -> Result<Vec<JoinFile>, Vec<Finding>> {
    let section = cluster.spec.cloud.clouds.get("bringyourown");
    let spec = section.map(|section| serde_json::from_value::<Spec>(section.value().clone()));
    let spec = spec.and_then(Result::ok).unwrap_or_default();
    let mut findings = Vec::new();
    if spec.nodes.is_empty() {
        let message = "no node is listed: there is nothing to join";
        let finding = Finding::error(codes::NODE, message).at(field("nodes"));
        findings.push(finding.remedy("list the nodes, each with its name and its addresses"));
    }
    findings.extend(discovery(&spec));
    let token = match shows_token {
        false => PLACEHOLDER.to_owned(),
        true => token(secrets, environment)
            .map_err(|finding| findings.push(finding))
            .unwrap_or_default(),
    };
    if !findings.is_empty() {
        cluster.place(&mut findings);
        return Err(findings);
    }
    let api = KubeadmApi::of(cluster.spec.version);
    let file = |node: &NodeSpec| JoinFile {
        node: node.name.clone(),
        text: text(&spec, node, api, &token),
    };
    Ok(spec.nodes.iter().map(file).collect())
}

/// The endpoint and the hashes, each by its form.
pub(crate) fn discovery(spec: &Spec) -> Vec<Finding> {
    let endpoint = given(&spec.api_server_endpoint).unwrap_or_default();
    let hashes: Vec<&str> = spec.ca_cert_hashes.iter().map(String::as_str).collect();
    let told = |(name, why): (String, &str)| {
        let finding = Finding::error(codes::JOIN, format!("no node can join with it: {why}"));
        finding.at(field(&name)).remedy(ASK)
    };
    let faults = discovery_faults(endpoint, &hashes);
    faults.into_iter().map(told).collect()
}

/// The token, of the Secret or of the environment: no document of ours holds one.
fn token(secrets: &BTreeMap<String, Secret>, environment: &Environment) -> Result<String, Finding> {
    let given = secrets.get(KEY).filter(|token| !token.is_empty());
    let token = given.or_else(|| environment.variable(VARIABLE));
    let why = match token {
        None => "no bootstrap token is given",
        Some(token) => match token_fault(token.expose()) {
            None => return Ok(token.expose().to_owned()),
            Some(why) => why,
        },
    };
    let finding = Finding::error(codes::JOIN, why).at(field("credentialsReference"));
    Err(finding.remedy(format!(
        "give it in {VARIABLE}, or in the Secret under the key {KEY}; {ASK}"
    )))
}

/// One file. Every value in it was checked: none can end its quotes.
fn text(spec: &Spec, node: &NodeSpec, api: KubeadmApi, token: &str) -> String {
    let addresses = node.addresses.iter().filter_map(|text| node::read(text));
    let addresses: Vec<String> = addresses.map(|(ip, _)| ip.to_string()).collect();
    let node_ip = addresses.join(",");
    let mut hashes = String::new();
    for hash in &spec.ca_cert_hashes {
        // Writing into a text cannot fail.
        let _ = write!(hashes, "\n    - \"{hash}\"");
    }
    let arguments = match api {
        KubeadmApi::V1Beta3 => format!("\n    node-ip: \"{node_ip}\""),
        KubeadmApi::V1Beta4 => format!("\n  - name: node-ip\n    value: \"{node_ip}\""),
    };
    format!(
        "apiVersion: {}\n\
         kind: JoinConfiguration\n\
         discovery:\n\
         \x20 bootstrapToken:\n\
         \x20   apiServerEndpoint: \"{}\"\n\
         \x20   token: \"{token}\"\n\
         \x20   caCertHashes:{hashes}\n\
         nodeRegistration:\n\
         \x20 name: \"{}\"\n\
         \x20 kubeletExtraArgs:{arguments}\n",
        api.version(),
        given(&spec.api_server_endpoint).unwrap_or_default(),
        node.name,
    )
}

#[cfg(test)]
mod tests {
    use groundwork_model::Schemas;

    use super::*;

    const HASH: &str = "sha256:b36ebfbcf51e019e6c763dd95bbc307ee4e96e9534d3133a65cf185c0dd74551";
    const TOKEN: &str = "9xwn14.ktdfg3s3fqyj0dr9";

    fn cluster(version: &str, endpoint: &str, hash: &str) -> Cluster {
        let text = format!(
            "apiVersion: kubermatic.k8c.io/v1\nkind: Cluster\nmetadata: {{name: own}}\n\
             spec:\n  version: '{version}'\n  cloud:\n    bringyourown:\n      \
             apiServerEndpoint: '{endpoint}'\n      caCertHashes: ['{hash}']\n      nodes:\n      \
             - {{name: a, addresses: [10.0.6.11/24, 'fd0a:6::11/64']}}\n"
        );
        Cluster::parse(&text, &Schemas::default()).unwrap()
    }

    fn files(cluster: &Cluster, token: Option<&str>) -> Result<String, Vec<Finding>> {
        let token = token.map(|token| (KEY.to_owned(), Secret::new(token)));
        let secrets = token.clone().into_iter().collect();
        let files = join_files(cluster, &secrets, &Environment::default(), token.is_some());
        files.map(|files| files.into_iter().map(|file| file.text).collect())
    }

    #[test]
    fn the_form_is_that_of_the_release() {
        let of = |version| files(&cluster(version, "k.example.org:6443", HASH), None).unwrap();
        let list = "  kubeletExtraArgs:\n  - name: node-ip\n    value: \"10.0.6.11,fd0a:6::11\"\n";
        let map = "  kubeletExtraArgs:\n    node-ip: \"10.0.6.11,fd0a:6::11\"\n";
        for (version, api, form) in [
            ("1.30.9", "v1beta3", map),
            ("1.31.0", "v1beta4", list),
            ("1.37.2", "v1beta4", list),
        ] {
            let text = of(version);
            assert!(
                text.starts_with(&format!("apiVersion: kubeadm.k8s.io/{api}\n")),
                "{text}"
            );
            assert!(text.ends_with(form), "{text}");
        }
    }

    #[test]
    fn the_token_is_shown_only_where_it_is_asked_for() {
        let cluster = cluster("1.36.3", "k.example.org:6443", HASH);
        let hidden = files(&cluster, None).unwrap();
        assert!(hidden.contains("token: \"TOKEN\""), "{hidden}");
        let shown = files(&cluster, Some(TOKEN)).unwrap();
        assert!(shown.contains(&format!("token: \"{TOKEN}\"")), "{shown}");
    }

    #[test]
    fn what_kubeadm_would_refuse_is_told_with_its_field() {
        let told = |endpoint, hash, token| {
            let findings = files(&cluster("1.36.3", endpoint, hash), token).unwrap_err();
            let texts: Vec<String> = findings.iter().map(Finding::to_string).collect();
            texts.join("\n")
        };
        let all = told("https://k", "sha256:00", Some("hunter2"));
        for part in ["apiServerEndpoint", "caCertHashes[0]", "bootstrap token"] {
            assert!(all.contains(part), "{part}: {all}");
        }
        assert!(!all.contains("hunter2"), "{all}");
    }
}
