//! Google Cloud.

use super::{Cloud, Policies, policy::PolicyText};
use crate::args::Purpose;

pub(super) const CLOUD: Cloud = Cloud {
    name: "gcp",
    title: "Google Cloud",
    codes: groundwork_gcp::codes::ALL,
    policies: Policies::Texts {
        texts: || groundwork_gcp::Role::ALL.map(role).into(),
        goes: "gcloud iam roles create NAME --project=PROJECT --file=FILE",
    },
    register: |registry| registry.with(groundwork_gcp::Gcp),
    #[cfg(feature = "mock")]
    mock: mock::MOCK,
};

fn role((role, file): (groundwork_gcp::Role, &'static str)) -> PolicyText {
    use groundwork_gcp::Role;
    let purpose = match role {
        Role::Verify => Purpose::Verify,
        Role::Provision => Purpose::Provision,
        Role::Destroy => Purpose::Destroy,
    };
    PolicyText::json(purpose, file, &role.document())
}

#[cfg(feature = "mock")]
mod mock {
    use std::{collections::BTreeSet, sync::Arc};

    use groundwork_model::{Documents, Sections};
    use groundwork_provider::Clock;
    use jiff::Timestamp;
    use mock_cloud::{Calendar, Mock, Options};
    use mock_gcp::{Config, Gcp};
    use serde_json::{Value, json};

    use crate::{
        args::MockOptions,
        clouds::{
            InProcess,
            embedded::{MockOf, Variables, text},
        },
    };

    pub(super) const MOCK: MockOf = MockOf {
        host: Some(HOST),
        embedded,
        options: &["--operation-delay"],
        served,
    };

    const HOST: &str = "gcp.mock.invalid";
    /// Where the key of a real service account gets its tokens.
    const TOKENS: &str = "oauth2.googleapis.com";

    fn served(options: &MockOptions, now: Timestamp) -> Box<dyn mock_cloud::Cloud> {
        let usual = Config::default();
        let config = Config {
            seed: options.seed,
            // What a service account signs has the real time.
            calendar: Calendar { epoch: now },
            operation_delay: options.operation_delay.unwrap_or(usual.operation_delay),
            ..usual
        };
        Box::new(Gcp::new(config))
    }

    /// A project that has what the documents name, and the environment to enter it.
    fn embedded(documents: &Documents, clock: &Arc<dyn Clock>) -> (InProcess, Variables) {
        let mut cloud = Gcp::new(Config {
            calendar: Calendar { epoch: clock.now() },
            // Whoever the documents say: the key of a real account opens this project too.
            is_open: true,
            ..Config::default()
        });
        for section in sections(documents) {
            furnish(&mut cloud, &section);
        }
        let mock = Mock::new(Box::new(cloud), Options::default());
        let variables = mock.environment(&format!("http://{HOST}"));
        let hosts = vec![TOKENS.to_owned()];
        (InProcess::new(mock, clock).at(hosts), variables)
    }

    /// What each cluster says of Google Cloud, with the fields of the Network beside it.
    fn sections(documents: &Documents) -> Vec<Value> {
        let of = |clouds: &Sections| clouds.get("gcp").map(|section| section.value().clone());
        let clusters = documents.clusters.iter();
        clusters
            .filter_map(|one| of(&one.spec.cloud.clouds))
            .collect()
    }

    /// Makes what a cluster names: its network, its subnetwork, and the pool of its addresses.
    fn furnish(cloud: &mut Gcp, section: &Value) {
        let named = |field: &str| text(Some(section), field);
        let subnetwork = named("subnetwork");
        let network = named("network").or_else(|| subnetwork.clone());
        if let Some(network) = network {
            let network = last(&network);
            let body = json!({
                "name": network, "autoCreateSubnetworks": false, "enableUlaInternalIpv6": true,
            });
            cloud.make_if_allowed("networks", body);
            if let Some(subnetwork) = subnetwork {
                let taken = taken(cloud);
                let body = json!({
                    "name": last(&subnetwork), "region": region(&subnetwork), "stackType": "IPV4_IPV6",
                    "network": format!("global/networks/{network}"), "ipv6AccessType": "EXTERNAL",
                    "ipCidrRange": format!("10.{}.0.0/20", taken % 128),
                });
                cloud.make_if_allowed("subnetworks", body);
            }
        }
        if let Some(pool) = named("ipCollection") {
            let body = json!({
                "name": last(&pool), "region": region(&pool), "ipCidrRange": "2001:db8:100::/40",
                "mode": "EXTERNAL_IPV6_SUBNETWORK_CREATION",
            });
            cloud.make_if_allowed("publicDelegatedPrefixes", body);
        }
    }

    /// How many subnetworks there are, so that no two have one range.
    fn taken(cloud: &Gcp) -> usize {
        let all = mock_cloud::Cloud::store(cloud).list("subnetworks");
        let names: BTreeSet<&str> = all.map(|one| one.id.as_str()).collect();
        names.len()
    }

    fn last(link: &str) -> &str {
        link.rsplit('/').next().unwrap_or(link)
    }

    /// The region of `projects/p/regions/r/subnetworks/s`.
    fn region(link: &str) -> &str {
        let mut parts = link.split('/').skip_while(|part| *part != "regions");
        parts.nth(1).unwrap_or("europe-west3")
    }
}
