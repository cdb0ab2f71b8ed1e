//! The control plane of a cluster that runs in another cluster, KKP's seed: Deployments of one namespace there.
//!
//! KKP 2.31 calls them `apiserver`, `controller-manager` and after each cloud's own controller, in the namespace
//! `cluster-ID`.

use groundwork_kit::{
    client::Client,
    kubernetes::{Bearer, listing},
};
use groundwork_model::{Finding, Severity};

use crate::{Facts, codes, facts::Workload, rbac, read::not_asked_with, retry::again};

/// Far more than a namespace of KKP holds.
const MOST: usize = 1000;
const PAGE: &str = "50";

/// Reads the control plane's Deployments in the namespace of the seed into the facts. What is refused or is not there is a
/// question that was not asked.
pub async fn read_seed(facts: &mut Facts, client: &Client<Bearer>, namespace: &str) {
    let path = format!("/apis/apps/v1/namespaces/{namespace}/deployments");
    let pages = listing(&path, PAGE, MOST);
    let deployments: Result<Vec<Workload>, _> =
        again(client.wire().clock(), || client.list(&pages)).await;
    match deployments {
        Ok(all) => {
            if !all.iter().any(|one| one.name() == "apiserver") {
                facts.not_asked.push(no_control_plane(namespace));
            }
            facts.seed = Some(all);
        }
        Err(error) => {
            let options = format!("--print-rbac --seed-namespace {namespace}");
            let finding = not_asked_with(rbac::SEED, &error, &options);
            facts.not_asked.push(finding);
        }
    }
}

fn no_control_plane(namespace: &str) -> Finding {
    let message = format!(
        "the namespace {namespace} of the seed has no Deployment apiserver, so nothing is known of {}",
        rbac::SEED.unknown
    );
    let finding = Finding::new(Severity::Warning, codes::NOT_ASKED, message);
    finding.remedy(
        "name the cluster's namespace with --seed-namespace (cluster- and the cluster's id), and its seed with \
         --seed-kubeconfig",
    )
}
