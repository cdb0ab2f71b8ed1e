//! Whose token, and where the API is.

use groundwork_kit::credentials::Fields;
use groundwork_provider::Access;

use crate::spec::{Datacenter, Spec};

pub(crate) const ENDPOINT: &str = "endpoint";
pub(crate) const TOKEN: &str = "token";

/// The token of the cluster; where it has none, of the Secret that it refers to, or of the
/// environment, under the names that doctl and Terraform know.
pub(crate) fn credentials(access: &Access<Spec, Datacenter>) -> Fields {
    let mut fields = Fields::default();
    if let Some(spec) = &access.spec {
        fields.put(TOKEN, spec.token.clone());
    }
    let referred = Fields::of_secrets(&access.secrets, &[("token", TOKEN)]);
    // A later row overrides an earlier one: Terraform prefers its own variable.
    let variables = [
        ("DIGITALOCEAN_API_URL", ENDPOINT),
        ("DIGITALOCEAN_ACCESS_TOKEN", TOKEN),
        ("DIGITALOCEAN_TOKEN", TOKEN),
    ];
    let variables = Fields::of_environment(&access.environment, &variables);
    fields.complete(&referred, [TOKEN]);
    fields.complete(&variables, [ENDPOINT, TOKEN]);
    fields
}
