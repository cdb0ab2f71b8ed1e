//! Reading: eight listings, all at once, each paged and bounded.

use groundwork_kit::{
    client::Client,
    kubernetes::{Bearer, listing},
};
use groundwork_model::{Finding, Severity};
use groundwork_provider::{Error, ErrorKind, Result};
use serde::{Deserialize, de::DeserializeOwned};

use crate::{
    Facts, codes,
    rbac::{self, Question},
    retry::again,
};

/// More than Kubernetes is built for (5,000 nodes, 10,000 services, 150,000 pods), and still bounded.
const NODES_MAX: usize = 20_000;
const SERVICES_MAX: usize = 50_000;
const PODS_MAX: usize = 200_000;
const OTHERS_MAX: usize = 20_000;
/// A page is read into memory whole: nodes have 10 to 20 KiB, config maps up to 1 MiB.
const PAGE: &str = "500";
const PAGE_OF_LARGE: &str = "50";

/// Reads what [`judge`](crate::judge) judges. A listing that is refused is not asked, and that is a finding.
///
/// # Errors
/// The server cannot be reached, or refuses to list the nodes.
pub async fn read(client: &Client<Bearer>) -> Result<Facts> {
    let reader = Reader { client };
    let version = reader.version().await?;
    let nodes = reader.all("/api/v1/nodes", PAGE, NODES_MAX).await?;
    let system = "/apis/apps/v1/namespaces/kube-system";
    let daemon_sets = format!("{system}/daemonsets");
    let deployments = format!("{system}/deployments");
    let configs = "/api/v1/namespaces/kube-system/configmaps";
    let (services, ranges, pods, configs, daemon_sets, deployments, events) = tokio::join!(
        reader.all("/api/v1/services", PAGE, SERVICES_MAX),
        reader.service_cidrs(),
        reader.all("/api/v1/pods", PAGE, PODS_MAX),
        reader.all(configs, PAGE_OF_LARGE, OTHERS_MAX),
        reader.all(&daemon_sets, PAGE, OTHERS_MAX),
        reader.all(&deployments, PAGE, OTHERS_MAX),
        reader.events(),
    );
    let mut asked = Asked::default();
    let daemon_sets: Option<Vec<_>> = asked.answer(rbac::DAEMON_SETS, daemon_sets);
    let deployments = asked.answer(rbac::DEPLOYMENTS, deployments);
    let workloads = match (daemon_sets, deployments) {
        (None, None) => None,
        (one, other) => Some(one.into_iter().chain(other).flatten().collect()),
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
        seed: None,
        machines: None,
        not_asked: asked.not,
    })
}

#[derive(Clone, Copy)]
struct Reader<'a> {
    client: &'a Client<Bearer>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Version {
    git_version: String,
}

impl Reader<'_> {
    async fn version(self) -> Result<String> {
        let clock = self.client.wire().clock();
        let version = again(clock, || self.client.get::<Version>("/version")).await?;
        Ok(version
            .map(|version| version.git_version)
            .unwrap_or_default())
    }

    async fn all<T: DeserializeOwned>(self, path: &str, page: &str, most: usize) -> Result<Vec<T>> {
        let pages = listing(path, page, most);
        again(self.client.wire().clock(), || self.client.list(&pages)).await
    }

    /// The ranges of services: since 1.33 as `v1`, before as `v1beta1`, before 1.31 not at all.
    async fn service_cidrs<T: DeserializeOwned>(self) -> Result<Option<Vec<T>>> {
        for version in ["v1", "v1beta1"] {
            let path = format!("/apis/networking.k8s.io/{version}/servicecidrs");
            match self.all(&path, PAGE, OTHERS_MAX).await {
                // There are no such objects.
                Err(error) if error.kind == ErrorKind::Conflict => {}
                other => return other.map(Some),
            }
        }
        Ok(None)
    }

    async fn events<T: DeserializeOwned>(self) -> Result<Vec<T>> {
        let pages = listing("/api/v1/namespaces/default/events", PAGE, OTHERS_MAX)
            .only([("fieldSelector", "involvedObject.kind=Node")]);
        again(self.client.wire().clock(), || self.client.list(&pages)).await
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

pub(crate) fn not_asked(question: Question, error: &Error) -> Finding {
    let message = format!(
        "{} were not read, so nothing is known of {}: {error}",
        question.what, question.unknown
    );
    let finding = Finding::new(Severity::Warning, codes::NOT_ASKED, message);
    match error.kind {
        ErrorKind::Denied => finding.remedy(
            "give the user the role that `groundwork verify-cluster --print-rbac` prints, and a token \
             that has not expired",
        ),
        ErrorKind::Ambiguous
        | ErrorKind::Conflict
        | ErrorKind::InUse
        | ErrorKind::Invalid
        | ErrorKind::Quota
        | ErrorKind::Throttled
        | ErrorKind::Unavailable
        | ErrorKind::Unexpected
        | ErrorKind::Unsupported => finding.remedy("run it again when the API server answers"),
    }
}
