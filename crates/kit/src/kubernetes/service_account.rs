//! The service account of a pod: how a program in a cluster reaches the API server.

use std::path::Path;

use groundwork_provider::Environment;

use super::{Entrance, Token};

/// Where a kubelet lays the token and the certificate of the authority down.
const FOLDER: &str = "/var/run/secrets/kubernetes.io/serviceaccount";

/// The entrance of the pod that this runs in; none where it runs in no pod, or in one without the token of a
/// service account.
pub fn service_account(environment: &Environment) -> Option<Entrance> {
    laid_down(environment, Path::new(FOLDER))
}

fn laid_down(environment: &Environment, folder: &Path) -> Option<Entrance> {
    let variable = |name| environment.variable(name).map(|text| text.expose());
    let host = variable("KUBERNETES_SERVICE_HOST")?;
    let port = variable("KUBERNETES_SERVICE_PORT").unwrap_or("443");
    let authority = environment.file(&folder.join("ca.crt")).ok()?;
    let token = folder.join("token");
    environment.file(&token).ok()?;
    let host = match host.contains(':') {
        true => format!("[{host}]"),
        false => host.to_owned(),
    };
    Some(Entrance {
        server: format!("https://{host}:{port}"),
        authority: Some(authority),
        token: Some(Token::File(token)),
        identity: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entrance(host: &str, files: &[&str]) -> Option<Entrance> {
        let folder = std::env::temp_dir().join(format!("service-account-{}", std::process::id()));
        let folder = folder.join(host.replace(':', "-")).join(files.join("-"));
        std::fs::create_dir_all(&folder).unwrap();
        for file in files {
            std::fs::write(folder.join(file), format!("{file}\n")).unwrap();
        }
        let variables = [
            ("KUBERNETES_SERVICE_HOST", host),
            ("KUBERNETES_SERVICE_PORT", "6443"),
        ];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
        laid_down(&Environment::new(variables), &folder)
    }

    #[test]
    fn a_pod_enters_with_the_files_of_its_service_account() {
        let files = ["ca.crt", "token"];
        let entered = entrance("10.240.16.1", &files).unwrap();
        assert_eq!(entered.server, "https://10.240.16.1:6443");
        assert_eq!(entered.authority.as_deref(), Some(&b"ca.crt\n"[..]));
        let token = entered.token.unwrap().read(&Environment::default());
        assert_eq!(token.unwrap().expose(), "token");
    }

    #[test]
    fn an_ipv6_address_of_the_api_server_stands_in_brackets() {
        let entered = entrance("fd02::1", &["ca.crt", "token"]).unwrap();
        assert_eq!(entered.server, "https://[fd02::1]:6443");
    }

    #[test]
    fn what_is_no_pod_or_has_no_token_is_not_entered() {
        assert!(entrance("", &["ca.crt", "token"]).is_none());
        assert!(entrance("10.0.0.1", &["ca.crt"]).is_none());
        assert!(entrance("10.0.0.1", &["token"]).is_none());
    }
}
