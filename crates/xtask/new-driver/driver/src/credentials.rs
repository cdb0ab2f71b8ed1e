//! Whose token, and where the cloud is.

use groundwork_kit::credentials::Fields;
use groundwork_provider::Access;

use crate::spec::{Datacenter, Spec};

/// Where the cloud is.
pub(crate) const ENDPOINT: &str = "endpoint";
/// What opens it.
pub(crate) const TOKEN: &str = "token";

/// The token of the cluster and the endpoint of the datacenter; what they do not give, from the
/// Secret that the document refers to, then from the environment.
pub(crate) fn credentials(access: &Access<Spec, Datacenter>) -> Fields {
    let mut fields = Fields::default();
    if let Some(spec) = &access.spec {
        fields.put(TOKEN, spec.token.clone());
    }
    if let Some(cloud) = &access.cloud {
        fields.put_text(ENDPOINT, &cloud.endpoint);
    }
    let referred = Fields::of_secrets(&access.secrets, &[("token", TOKEN)]);
    let variables = [("ACORN_ENDPOINT", ENDPOINT), ("ACORN_TOKEN", TOKEN)];
    let variables = Fields::of_environment(&access.environment, &variables);
    fields.complete(&referred, [TOKEN]);
    fields.complete(&variables, [ENDPOINT, TOKEN]);
    fields
}
