//! Whose token, and where the API is.

use groundwork_kit::credentials::Fields;
use groundwork_provider::Access;

use crate::spec::{Datacenter, Spec};

pub(crate) const ENDPOINT: &str = "endpoint";
pub(crate) const TOKEN: &str = "token";

/// The variables of the vendor's own tools.
const VARIABLES: &[(&str, &str)] = &[("HCLOUD_ENDPOINT", ENDPOINT), ("HCLOUD_TOKEN", TOKEN)];

/// The token of the cluster, else of the Secret that it refers to, else of the environment. Where
/// the API is says the environment, else the journal.
pub(crate) fn credentials(access: &Access<Spec, Datacenter>) -> Fields {
    let mut fields = Fields::default();
    let inline = access.spec.as_ref().and_then(|spec| spec.token.clone());
    fields.put(TOKEN, inline);
    let referred = Fields::of_secrets(&access.secrets, &[("token", TOKEN)]);
    fields.complete(&referred, [TOKEN]);
    let variables = Fields::of_environment(&access.environment, VARIABLES);
    fields.complete(&variables, [ENDPOINT, TOKEN]);
    let before = Fields::of_account(&access.account, [ENDPOINT, "region", "project"]);
    fields.complete(&before, [ENDPOINT]);
    fields
}
