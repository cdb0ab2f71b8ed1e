//! Reading: the listings of each question, all at once, each paged and bounded.

use std::collections::BTreeSet;

use groundwork_kit::{client::Client, kubernetes::Bearer};
use groundwork_model::Finding;
use groundwork_provider::{Error, ErrorKind, Result};
use serde::Deserialize;

use crate::{
    Facts, codes, controller,
    facts::{ConfigMap, JUDGED, Workload},
    rbac::{self, Question},
    retry::again,
    source::{ConfigName, Object, Source},
};

/// Reads what [`judge`](crate::judge) judges. A listing that is refused is not asked, and that is a finding.
///
/// # Errors
/// The server cannot be reached, or refuses to list the nodes.
pub async fn read(client: &Client<Bearer>) -> Result<Facts> {
    let reader = Reader { client };
    let version = again(client.wire().clock(), || reader.version()).await?;
    let nodes = reader.all(&Source::nodes()).await?;
    let listings = [Source::services(), Source::pods(), Source::events()];
    let [services, pods, events] = &listings;
    let workloads = [Source::daemon_sets(), Source::deployments()];
    let [daemon_sets, deployments] = &workloads;
    let names = Source::config_names();
    let (services, ranges, pods, names, daemon_sets, deployments, events, pools) = tokio::join!(
        reader.all(services),
        reader.first_of(Source::service_cidrs()),
        reader.all(pods),
        reader.all::<ConfigName>(&names),
        reader.all(daemon_sets),
        reader.all(deployments),
        reader.all(events),
        reader.first_of(Source::ip_pools()),
    );
    let mut asked = Asked::default();
    let daemon_sets: Option<Vec<_>> = asked.answer(rbac::DAEMON_SETS, daemon_sets);
    let deployments = asked.answer(rbac::DEPLOYMENTS, deployments);
    let workloads = together(daemon_sets, deployments);
    let configs = match names {
        Ok(names) => {
            let wanted = wanted(&names, workloads.as_deref().unwrap_or_default());
            reader.configs(wanted).await
        }
        Err(error) => Err(error),
    };
    Ok(Facts {
        version,
        nodes,
        services: asked.answer(rbac::SERVICES, services),
        service_cidrs: asked.answer(rbac::SERVICE_CIDRS, ranges).flatten(),
        pods: asked.answer(rbac::PODS, pods),
        configs: asked.answer(rbac::CONFIGS, configs),
        workloads,
        events: asked.answer(rbac::EVENTS, events),
        ip_pools: asked.answer(rbac::IP_POOLS, pools).flatten(),
        seed: None,
        machines: None,
        not_asked: asked.not,
    })
}

/// Both kinds of workloads as one list; nothing where neither could be read.
pub(crate) fn together(
    daemon_sets: Option<Vec<Workload>>,
    deployments: Option<Vec<Workload>>,
) -> Option<Vec<Workload>> {
    match (daemon_sets, deployments) {
        (None, None) => None,
        (one, other) => Some(one.into_iter().chain(other).flatten().collect()),
    }
}

/// The config maps whose contents are judged, of those that exist.
pub(crate) fn wanted(names: &[ConfigName], workloads: &[Workload]) -> BTreeSet<String> {
    let mounted: BTreeSet<&str> = controller::mounted(workloads).collect();
    let keys = names.iter().map(|name| name.key().into_owned());
    keys.filter(|name| JUDGED.contains(&name.as_str()) || mounted.contains(name.as_str()))
        .collect()
}

#[derive(Clone, Copy)]
pub(crate) struct Reader<'a> {
    pub(crate) client: &'a Client<Bearer>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Version {
    git_version: String,
}

impl Reader<'_> {
    pub(crate) async fn version(self) -> Result<String> {
        let version = self.client.get::<Version>("/version").await?;
        Ok(version
            .map(|version| version.git_version)
            .unwrap_or_default())
    }

    async fn all<T: Object>(self, source: &Source) -> Result<Vec<T>> {
        let clock = self.client.wire().clock();
        let listing = again(clock, || source.list::<T>(self.client)).await?;
        Ok(listing.objects)
    }

    /// What is in one of these places; none where it is in no one.
    async fn first_of<T: Object>(self, sources: [Source; 2]) -> Result<Option<Vec<T>>> {
        for source in sources {
            if let Some(all) = self.all_if_any(&source).await? {
                return Ok(Some(all));
            }
        }
        Ok(None)
    }

    /// None where the server has no such objects, which is an answer, and not asked again.
    async fn all_if_any<T: Object>(self, source: &Source) -> Result<Option<Vec<T>>> {
        let ask = || async {
            match source.list::<T>(self.client).await {
                Ok(listing) => Ok(Some(listing.objects)),
                Err(error) if error.kind == ErrorKind::Conflict => Ok(None),
                Err(error) => Err(error),
            }
        };
        again(self.client.wire().clock(), ask).await
    }

    /// The contents of config maps. One that was deleted meanwhile is left out.
    pub(crate) async fn configs(
        self,
        names: impl IntoIterator<Item = String>,
    ) -> Result<Vec<ConfigMap>> {
        let mut all = Vec::new();
        for name in names {
            all.extend(self.all::<ConfigMap>(&Source::config(&name)).await?);
        }
        Ok(all)
    }
}

/// What was not asked.
#[derive(Default)]
struct Asked {
    not: Vec<Finding>,
}

impl Asked {
    /// An answer; `None` where there is none, and then that is to be said.
    fn answer<T>(&mut self, question: Question, answer: Result<T>) -> Option<T> {
        match answer {
            Ok(answer) => Some(answer),
            Err(error) => {
                self.not.push(not_asked(question, &error));
                None
            }
        }
    }
}

/// What was not asked of the cluster, and why.
pub(crate) fn not_asked(question: Question, error: &Error) -> Finding {
    not_asked_with(question, error, "--print-rbac")
}

/// The same of a server whose role these options print.
pub(crate) fn not_asked_with(question: Question, error: &Error, options: &str) -> Finding {
    let message = format!(
        "{} were not read, so nothing is known of {}: {error}",
        question.what, question.unknown
    );
    let remedy = match error.kind == ErrorKind::Denied {
        true => format!(
            "give the user the role that `groundwork verify-cluster {options}` prints, and a token that has not \
             expired"
        ),
        false => "run it again when the API server answers".to_owned(),
    };
    Finding::warning(codes::NOT_ASKED, message).remedy(remedy)
}
