//! AWS.

use super::{Cloud, Policies, policy::PolicyText};
use crate::args::Purpose;

pub(super) const CLOUD: Cloud = Cloud {
    name: "aws",
    title: "AWS",
    codes: groundwork_aws::codes::ALL,
    policies: Policies::Texts {
        texts: || groundwork_aws::Policy::ALL.map(policy).into(),
        goes: "aws iam create-policy --policy-name NAME --policy-document file://FILE",
    },
    register: |registry| registry.with(groundwork_aws::Aws),
    #[cfg(feature = "mock")]
    mock: mock::MOCK,
};

fn policy((policy, file): (groundwork_aws::Policy, &'static str)) -> PolicyText {
    use groundwork_aws::Policy;
    let purpose = match policy {
        Policy::Verify => Purpose::Verify,
        Policy::Provision => Purpose::Provision,
        Policy::Destroy => Purpose::Destroy,
    };
    PolicyText::json(purpose, file, &policy.document())
}

#[cfg(feature = "mock")]
mod mock {
    use std::sync::Arc;

    use groundwork_model::Documents;
    use groundwork_provider::Clock;
    use jiff::Timestamp;
    use mock_aws::{Aws, Config, IpamPool, Ipv6Pool, Role, all_allowed};
    use mock_cloud::{Mock, Options};
    use serde_json::Value;

    use crate::{
        args::MockOptions,
        clouds::{
            InProcess,
            embedded::{MockOf, Variables, of_datacenters, text},
        },
    };

    pub(super) const MOCK: MockOf = MockOf {
        host: Some(HOST),
        embedded,
        options: &["--association-delay", "--nat-delay"],
        served,
    };

    const HOST: &str = "aws.mock.invalid";

    fn served(options: &MockOptions, now: Timestamp) -> Box<dyn mock_cloud::Cloud> {
        let usual = Config::default();
        let config = Config {
            seed: options.seed,
            // Clients sign with the real time.
            epoch: now,
            association_delay: options.association_delay.unwrap_or(usual.association_delay),
            nat_delay: options.nat_delay.unwrap_or(usual.nat_delay),
            ..usual
        };
        Box::new(Aws::new(config.furnished()))
    }

    /// An AWS that has what the documents name, and the environment to enter it.
    fn embedded(documents: &Documents, clock: &Arc<dyn Clock>) -> (InProcess, Variables) {
        let mut config = Config::default();
        // The mock has one region.
        if let Some(region) = of_datacenters(documents, "aws", "region").first() {
            config = config.in_region(region);
        }
        config.epoch = clock.now();
        // Whoever the documents say: keys of a real account open this one too.
        config.open = true;
        for cluster in &documents.clusters {
            let section = cluster.spec.cloud.clouds.get("aws");
            furnish(&mut config, section.map(|section| section.value()));
        }
        let mock = Mock::new(Box::new(Aws::new(config)), Options::default());
        let mut variables = mock.environment(&format!("http://{HOST}"));
        variables.retain(|(key, _)| !key.ends_with("_REGION"));
        (InProcess::new(mock, clock), variables)
    }

    /// The pools and the role that a cluster's section names.
    fn furnish(config: &mut Config, section: Option<&Value>) {
        let source = section.and_then(|section| section.get("ipv6Source"));
        let of = |kind: &str, field: &str| text(source.and_then(|source| source.get(kind)), field);
        if let Some(id) = of("ipam", "pool") {
            let cidr = of("ipam", "cidr");
            config.ipam_pools.push(IpamPool {
                id,
                cidrs: vec![cidr.unwrap_or_else(|| "2001:db8::/40".to_owned())],
                default_netmask: None,
                locale: None,
            });
        }
        if let (Some(id), Some(cidr)) = (of("byoip", "pool"), of("byoip", "cidr")) {
            let cidrs = vec![cidr];
            config.ipv6_pools.push(Ipv6Pool { id, cidrs });
        }
        if let Some(name) = text(section, "assumeRoleARN")
            .as_deref()
            .and_then(|arn| arn.rsplit('/').next())
        {
            config.roles.push(Role {
                name: name.to_owned(),
                policies: vec![all_allowed()],
                external_id: None,
                web_identity_token: None,
            });
        }
    }
}
