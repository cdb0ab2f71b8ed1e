//! Whose key, which project, and where the installation is.

use groundwork_kit::credentials::Fields;
use groundwork_model::Secret;
use groundwork_provider::Access;

use crate::spec::{Datacenter, Spec};

pub(crate) const ENDPOINT: &str = "endpoint";
pub(crate) const KEY: &str = "key";
pub(crate) const PROJECT: &str = "project";

/// The vendor's own variables, the older name first: a later row overrides it.
const VARIABLES: [(&str, &str); 4] = [
    ("PACKET_AUTH_TOKEN", KEY),
    ("METAL_AUTH_TOKEN", KEY),
    ("PACKET_PROJECT_ID", PROJECT),
    ("METAL_PROJECT_ID", PROJECT),
];

/// What the cluster's section says; what it does not, from the Secret that it refers to, from the
/// environment, and, for a destroy without a document, from the account of the state.
pub(crate) fn credentials(access: &Access<Spec, Datacenter>) -> Fields {
    let mut fields = Fields::default();
    if let Some(spec) = &access.spec {
        fields.put_text(ENDPOINT, &spec.endpoint);
        fields.put_text(PROJECT, &spec.project_id);
        fields.put(KEY, spec.api_key.clone());
    }
    let keys = [("apiKey", KEY), ("projectID", PROJECT)];
    let referred = Fields::of_secrets(&access.secrets, &keys);
    fields.complete(&referred, [KEY, PROJECT]);
    let before = Fields::of_account(&access.account, [ENDPOINT, "region", PROJECT]);
    fields.complete(&before, [ENDPOINT, PROJECT]);
    let mut around = Fields::of_environment(&access.environment, &VARIABLES);
    // The variable names the host alone, as for the vendor's Terraform provider.
    if let Some(host) = access.environment.variable("EQUINIX_API_ENDPOINT") {
        let host = host.expose().trim_end_matches('/');
        around.put(ENDPOINT, Secret::new(format!("{host}/metal/v1")));
    }
    fields.complete(&around, [ENDPOINT, KEY, PROJECT]);
    fields
}
