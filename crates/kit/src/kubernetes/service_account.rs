//! The service account of a pod: how a program in a cluster reaches the API server.

use std::path::Path;

use groundwork_provider::Environment;

use super::{Entrance, Token};

/// Where a kubelet lays the token and the certificate of the authority down.
const FOLDER: &str = "/var/run/secrets/kubernetes.io/serviceaccount";

/// The entrance of the pod that this runs in; none where it runs in no pod.
pub fn service_account(environment: &Environment) -> Option<Entrance> {
    let variable = |name| environment.variable(name).map(|text| text.expose());
    let host = variable("KUBERNETES_SERVICE_HOST")?;
    let port = variable("KUBERNETES_SERVICE_PORT").unwrap_or("443");
    let folder = Path::new(FOLDER);
    let authority = environment.file(&folder.join("ca.crt")).ok()?;
    let host = match host.contains(':') {
        true => format!("[{host}]"),
        false => host.to_owned(),
    };
    Some(Entrance {
        server: format!("https://{host}:{port}"),
        authority: Some(authority),
        token: Some(Token::File(folder.join("token"))),
        identity: None,
    })
}
