//! Whose token, and where the cloud is.

use groundwork_kit::credentials::Fields;
use groundwork_provider::Access;

use super::{Datacenter, Spec};

const ENDPOINT: &str = "endpoint";
const TOKEN: &str = "token";

/// The endpoint of the datacenter and the token of the cluster; what they do not give, from the
/// Secret that the document refers to, or from the environment.
pub(super) fn credentials(access: &Access<Spec, Datacenter>) -> Fields {
    let mut fields = Fields::default();
    if let Some(spec) = &access.spec {
        fields.put(TOKEN, spec.token.clone());
    }
    if let Some(cloud) = &access.cloud {
        fields.put_text(ENDPOINT, &Some(cloud.endpoint.clone()));
    }
    let referred = Fields::of_secrets(&access.secrets, &[("token", TOKEN)]);
    let variables = [("TOY_ENDPOINT", ENDPOINT), ("TOY_TOKEN", TOKEN)];
    let variables = Fields::of_environment(&access.environment, &variables);
    fields.complete(&referred, [TOKEN]);
    fields.complete(&variables, [ENDPOINT, TOKEN]);
    fields
}
