//! Nodes that the user brings, which documents call `bringyourown`.

use super::{Cloud, Policies, policy::PolicyText};
use crate::args::Purpose;

pub(super) const CLOUD: Cloud = Cloud {
    name: "bringyourown",
    title: "BYO/kubeadm",
    codes: groundwork_byo::codes::ALL,
    policies: Policies::Texts {
        texts: || {
            vec![PolicyText::of(
                Purpose::Verify,
                "byo-verify.yaml",
                CLUSTER_ROLE.to_owned(),
            )]
        },
        goes: "kubectl apply -f FILE, and a ClusterRoleBinding to whom the kubeconfig is",
    },
    register: |registry| registry.with(groundwork_byo::Byo),
    #[cfg(feature = "mock")]
    mock: mock::MOCK,
};

/// Nodes and the version, which the driver reads with a kubeconfig, and nothing else.
const CLUSTER_ROLE: &str = include_str!("../../../../docs/policies/byo-verify.yaml");

#[cfg(feature = "mock")]
mod mock {
    use std::sync::Arc;

    use groundwork_model::{Addressing, Cluster, Documents, cidr};
    use groundwork_provider::Clock;
    use jiff::Timestamp;
    use mock_byo::{Apiserver, Config, Joined};
    use mock_cloud::{Mock, Options};
    use serde_json::Value;

    use crate::{
        args::MockOptions,
        clouds::{
            InProcess,
            embedded::{MockOf, Variables, text},
        },
    };

    const HOST: &str = "kubernetes.mock.invalid";

    pub(super) const MOCK: MockOf = MockOf {
        host: Some(HOST),
        embedded,
        options: &[],
        served,
    };

    fn served(_: &MockOptions, _: Timestamp) -> Box<dyn mock_cloud::Cloud> {
        let mut apiserver = Apiserver::new(Config::default());
        let ranges = [
            ["172.25.0.0/24", "fd01::/64"],
            ["172.25.1.0/24", "fd01:0:0:1::/64"],
        ];
        let ranges = ranges.map(|both| both.map(str::to_owned));
        join_usual(&mut apiserver, |number| ranges[number].to_vec());
        Box::new(apiserver)
    }

    /// An API server that any token opens, and that the nodes of the documents have joined.
    fn embedded(documents: &Documents, clock: &Arc<dyn Clock>) -> (InProcess, Variables) {
        let own = |cluster: &&Arc<Cluster>| section(cluster).is_some();
        let clusters: Vec<&Arc<Cluster>> = documents.clusters.iter().filter(own).collect();
        let versions = clusters.iter().filter_map(|cluster| cluster.spec.version);
        let usual = Config::default();
        let mut apiserver = Apiserver::new(Config {
            is_open: true,
            version: versions
                .map(|version| format!("v{version}"))
                .next()
                .unwrap_or(usual.version.clone()),
            ..usual
        });
        for cluster in clusters {
            furnish(&mut apiserver, cluster);
        }
        let mock = Mock::new(Box::new(apiserver), Options::default());
        let variables = mock.environment(&format!("https://{HOST}"));
        let wire = InProcess::new(mock, clock).at(hosts(documents));
        (wire, variables)
    }

    fn section(cluster: &Cluster) -> Option<&Value> {
        let section = cluster.spec.cloud.clouds.get("bringyourown");
        section.map(|section| section.value())
    }

    /// Where the kubeconfigs of the Secrets say that a cluster is.
    fn hosts(documents: &Documents) -> Vec<String> {
        let texts = documents.secrets.iter();
        let texts = texts.filter_map(|secret| secret.values.get("kubeconfig"));
        let lines = texts.flat_map(|text| text.expose().lines());
        let servers = lines.filter_map(|line| {
            let (_, server) = line.split_once("server:")?;
            let server: http::Uri = server.trim().trim_matches(['"', '\'']).parse().ok()?;
            server.host().map(str::to_owned)
        });
        servers.collect()
    }

    /// The nodes that the document lists, each with a range of the pods; two where it lists none.
    fn furnish(apiserver: &mut Apiserver, cluster: &Cluster) {
        let addressing = Addressing::readable(cluster);
        let nodes = section(cluster).and_then(|section| section["nodes"].as_array());
        let nodes = nodes.map(Vec::as_slice).unwrap_or_default();
        if nodes.is_empty() {
            return join_usual(apiserver, |number| ranges(&addressing, number));
        }
        for (number, node) in nodes.iter().enumerate() {
            let texts = |field: &str| -> Vec<&str> {
                let texts = node[field].as_array().into_iter().flatten();
                texts.filter_map(Value::as_str).collect()
            };
            let bare = |text: &'_ str| text.split('/').next().unwrap_or_default().to_owned();
            let addresses: Vec<String> = texts("addresses").into_iter().map(bare).collect();
            let given = texts("podCIDRs").into_iter().map(str::to_owned).collect();
            let ranges = match texts("podCIDRs").is_empty() {
                true => ranges(&addressing, number),
                false => given,
            };
            join(apiserver, text(Some(node), "name"), &addresses, &ranges);
        }
    }

    fn join(
        apiserver: &mut Apiserver,
        name: Option<String>,
        addresses: &[String],
        ranges: &[String],
    ) {
        let addresses = addresses.iter().map(String::as_str);
        let joined = Joined::new(addresses, ranges.iter().map(String::as_str));
        apiserver.join(&name.unwrap_or_default(), &joined);
    }

    fn join_usual(apiserver: &mut Apiserver, ranges: impl Fn(usize) -> Vec<String>) {
        for (number, name) in ["node-a", "node-b"].into_iter().enumerate() {
            let host = number + 5;
            let addresses = [format!("10.100.0.{host}"), format!("fd00:100::{host}")];
            join(
                apiserver,
                Some(name.to_owned()),
                &addresses,
                &ranges(number),
            );
        }
    }

    /// The pods' ranges of the node of that number.
    fn ranges(addressing: &Addressing, number: usize) -> Vec<String> {
        let lengths = [Some(addressing.node_mask_v4), addressing.node_mask_v6];
        let pods = addressing.pods.iter().zip(lengths.into_iter().flatten());
        let ranges =
            pods.filter_map(|(pods, length)| cidr::nth_subnet(pods, length, number as u128));
        ranges.map(|range| range.to_string()).collect()
    }
}
