//! KKP's seed: another cluster, in which the control plane of the one that is verified runs.

use groundwork_cluster::{Facts, read_seed};
use groundwork_kit::{
    client::Client,
    kubernetes::{self, Bearer},
};
use groundwork_model::Documents;

use super::verify_cluster::{opened, surroundings};
use crate::{args::VerifyClusterOptions, context::Context, stop::Stop};

/// The cluster's namespace in its seed.
pub(super) struct Seed {
    client: Client<Bearer>,
    namespace: String,
}

impl Seed {
    /// The seed that the arguments name.
    pub(super) fn of(
        context: &Context<'_>,
        options: &VerifyClusterOptions,
        documents: &Documents,
    ) -> Result<Option<Self>, Stop> {
        let Some(namespace) = &options.seed_namespace else {
            return Ok(None);
        };
        let Some(file) = &options.seed_kubeconfig else {
            return Err(Stop::Usage(
                "which seed: give its kubeconfig with --seed-kubeconfig".to_owned(),
            ));
        };
        let (_, environment) = surroundings(context, documents);
        let file = file.display().to_string();
        let texts = kubernetes::texts(&file, "--seed-kubeconfig", &environment)?;
        let entrance = kubernetes::entrance(&texts, options.seed_context.as_deref(), &environment)?;
        Ok(Some(Self {
            client: opened(context, documents, entrance)?,
            namespace: namespace.clone(),
        }))
    }

    /// Adds what the seed says to the facts.
    pub(super) async fn read(&self, facts: &mut Facts) {
        read_seed(facts, &self.client, &self.namespace).await;
    }
}
