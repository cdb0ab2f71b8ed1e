//! Kubeconfigs: which server, and what opens it. As far as `kubectl` itself needs no other program.

use std::path::{Path, PathBuf};

use base64::{Engine, prelude::BASE64_STANDARD};
use groundwork_model::Secret;
use groundwork_provider::{Environment, Error, ErrorKind, Result};
use groundwork_transport::Identity;
use serde::Deserialize;

/// A server, and what opens it.
#[derive(Debug)]
pub struct Entrance {
    /// The address of the API server.
    pub server: String,
    /// The certificate of its authority, PEM.
    pub authority: Option<Vec<u8>>,
    /// A bearer token.
    pub token: Option<Token>,
    /// A client's certificate with its key.
    pub identity: Option<Identity>,
}

/// A bearer token.
#[derive(Clone, Debug)]
pub enum Token {
    /// The token itself.
    Given(Secret),
    /// A file that holds it. Somebody renews it.
    File(PathBuf),
}

impl Token {
    /// The token as it is now.
    ///
    /// # Errors
    /// `Invalid` where its file cannot be read.
    pub fn read(&self, environment: &Environment) -> Result<Secret> {
        match self {
            Self::Given(token) => Ok(token.clone()),
            Self::File(path) => {
                let told = |why: &dyn std::fmt::Display| {
                    invalid(format!("{} cannot be read: {why}", path.display()))
                };
                let bytes = environment.file(path).map_err(|why| told(&why))?;
                let text = String::from_utf8(bytes).map_err(|_| told(&"it is not text"))?;
                Ok(Secret::new(text.trim()))
            }
        }
    }
}

/// A kubeconfig, as text.
#[derive(Clone, Debug)]
pub struct Text {
    /// The text.
    pub content: Secret,
    /// The folder of its file; none where it is no file, and may name no others.
    pub folder: Option<PathBuf>,
}

const SEPARATOR: char = if cfg!(windows) { ';' } else { ':' };

/// The texts of some files, as the variable `KUBECONFIG` lists them. `named` says where they are named.
///
/// # Errors
/// `Invalid` where a file cannot be read.
pub fn texts(files: &str, named: &str, environment: &Environment) -> Result<Vec<Text>> {
    let paths = files.split(SEPARATOR).filter(|path| !path.is_empty());
    let read = |path: &str| {
        let path = Path::new(path);
        let told = |why: String| invalid(format!("{} of {named} {why}", path.display()));
        let bytes = environment.file(path);
        let bytes = bytes.map_err(|why| told(format!("cannot be read: {why}")))?;
        let text = String::from_utf8(bytes).map_err(|_| told("is not text".to_owned()))?;
        Ok(Text {
            content: Secret::new(text),
            folder: Some(path.parent().map_or_else(PathBuf::new, Path::to_owned)),
        })
    };
    paths.map(read).collect()
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
struct Kubeconfig {
    current_context: Option<String>,
    clusters: Vec<Named<Cluster>>,
    users: Vec<Named<User>>,
    contexts: Vec<Named<Pair>>,
}

/// An entry: its name, and what it holds under the name of its kind.
#[derive(Deserialize)]
struct Named<T> {
    name: String,
    #[serde(alias = "cluster", alias = "user", alias = "context")]
    of: T,
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct Pair {
    cluster: String,
    user: String,
}

#[derive(Clone, Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
struct Cluster {
    server: String,
    certificate_authority: Option<String>,
    certificate_authority_data: Option<String>,
    insecure_skip_tls_verify: bool,
    tls_server_name: Option<String>,
    proxy_url: Option<String>,
}

#[derive(Clone, Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
struct User {
    token: Option<Secret>,
    #[serde(rename = "tokenFile")]
    token_file: Option<String>,
    client_certificate: Option<String>,
    client_certificate_data: Option<String>,
    client_key: Option<String>,
    client_key_data: Option<Secret>,
    username: Option<String>,
    exec: Option<serde_json::Value>,
    auth_provider: Option<serde_json::Value>,
    #[serde(rename = "as")]
    impersonate: Option<String>,
}

/// The server of a context in some texts: what stands in an earlier one counts.
///
/// # Errors
/// `Invalid` where a text cannot be read, names what does not exist, or asks for what is not done
/// here; `Denied` where nothing opens the server. No error quotes a text.
pub fn entrance(
    texts: &[Text],
    context: Option<&str>,
    environment: &Environment,
) -> Result<Entrance> {
    let mut all = Vec::new();
    for text in texts {
        all.push((read(text)?, text.folder.as_deref()));
    }
    let mut current = all.iter().filter_map(|(config, _)| {
        let name = config.current_context.as_deref();
        name.filter(|name| !name.is_empty())
    });
    let name = context.or_else(|| current.next()).ok_or_else(|| {
        invalid("the kubeconfig has no current context")
            .remedy("name one with --context, or in the field context of the document")
    })?;
    let pair = find(&all, "context", name, |config| &config.contexts)?.0;
    let (cluster, folder) = find(&all, "cluster", &pair.cluster, |config| &config.clusters)?;
    let (user, home) = find(&all, "user", &pair.user, |config| &config.users)?;
    let of_cluster = Files {
        environment,
        folder,
    };
    let of_user = Files {
        environment,
        folder: home,
    };
    opened(cluster, &of_cluster, user, &of_user, environment)
}

fn read(text: &Text) -> Result<Kubeconfig> {
    serde_saphyr::from_str(text.content.expose()).map_err(|_| {
        invalid("the kubeconfig is not YAML of that form")
            .remedy("write it anew with kubectl config view --raw --flatten --minify")
    })
}

type Read<'a> = (Kubeconfig, Option<&'a Path>);

fn find<'a, T>(
    all: &'a [Read<'a>],
    what: &str,
    name: &str,
    of: impl Fn(&Kubeconfig) -> &Vec<Named<T>>,
) -> Result<(&'a T, Option<&'a Path>)>
where
    T: 'a,
{
    let mut found = all.iter().flat_map(|(config, folder)| {
        let entries = of(config).iter();
        entries.map(move |entry| (entry, *folder))
    });
    let found = found.find(|(entry, _)| entry.name == name);
    let found = found.map(|(entry, folder)| (&entry.of, folder));
    found.ok_or_else(|| {
        invalid(format!("the kubeconfig has no {what} {name:?}"))
            .remedy("kubectl config get-contexts shows what it has")
    })
}

fn opened(
    cluster: &Cluster,
    of_cluster: &Files<'_>,
    user: &User,
    of_user: &Files<'_>,
    environment: &Environment,
) -> Result<Entrance> {
    possible(cluster, user)?;
    let authority = of_cluster.bytes(
        cluster.certificate_authority_data.as_deref(),
        cluster.certificate_authority.as_deref(),
    )?;
    let certificate = of_user.bytes(
        user.client_certificate_data.as_deref(),
        user.client_certificate.as_deref(),
    )?;
    let key = user.client_key_data.as_ref().map(Secret::expose);
    let key = of_user.bytes(key, user.client_key.as_deref())?;
    let identity = match (certificate, key) {
        (Some(certificate), Some(key)) => Some(Identity::new([certificate, key].join(&b'\n'))),
        (None, None) => None,
        (Some(_), None) | (None, Some(_)) => {
            return Err(denied(
                "the user has a certificate without its key, or the reverse",
            ));
        }
    };
    let token = match (&user.token, &user.token_file) {
        (Some(token), _) if !token.is_empty() => Some(Token::Given(token.clone())),
        (_, Some(file)) => {
            let file = Token::File(of_user.path(file)?);
            // What cannot be read is told now, with the file that names it.
            file.read(environment)?;
            Some(file)
        }
        (_, None) => None,
    };
    if token.is_none() && identity.is_none() {
        return Err(denied("the user has neither a token nor a certificate"));
    }
    Ok(Entrance {
        server: cluster.server.clone(),
        authority,
        token,
        identity,
    })
}

/// What is not done here is said, never left out: another server would be asked, or as another user.
fn possible(cluster: &Cluster, user: &User) -> Result<()> {
    const TOKEN: &str =
        "use a token: kubectl create token, of a ServiceAccount that may list nodes";
    let named = |text: &Option<String>| text.as_deref().is_some_and(|text| !text.is_empty());
    let refusals = [
        (
            cluster.insecure_skip_tls_verify,
            "insecure-skip-tls-verify: the server is always verified",
            "write the certificate of its authority into certificate-authority-data",
        ),
        (
            named(&cluster.tls_server_name),
            "tls-server-name: the server is known by its address",
            "write an address into server that its certificate has",
        ),
        (
            named(&cluster.proxy_url),
            "proxy-url: proxies come from HTTPS_PROXY",
            "set HTTPS_PROXY instead",
        ),
        (user.exec.is_some(), "exec: no other program is run", TOKEN),
        (
            user.auth_provider.is_some(),
            "auth-provider: no other program is run",
            TOKEN,
        ),
        (
            named(&user.username),
            "username and password, which API servers no longer take",
            TOKEN,
        ),
        (
            named(&user.impersonate),
            "as: nobody is impersonated here",
            TOKEN,
        ),
    ];
    match refusals.into_iter().find(|(is_asked, ..)| *is_asked) {
        None => Ok(()),
        Some((_, what, remedy)) => {
            Err(invalid(format!("the kubeconfig asks for {what}")).remedy(remedy))
        }
    }
}

/// What a kubeconfig names, relative to its own file.
struct Files<'a> {
    environment: &'a Environment,
    folder: Option<&'a Path>,
}

impl Files<'_> {
    /// What stands in the kubeconfig itself (base64), or in a file.
    fn bytes(&self, data: Option<&str>, file: Option<&str>) -> Result<Option<Vec<u8>>> {
        let given = |text: &&str| !text.is_empty();
        if let Some(data) = data.filter(given) {
            let decoded = BASE64_STANDARD.decode(data.trim());
            return decoded
                .map(Some)
                .map_err(|_| invalid("the kubeconfig has data that is not base64"));
        }
        file.filter(given).map(|file| self.file(file)).transpose()
    }

    fn file(&self, file: &str) -> Result<Vec<u8>> {
        let path = self.path(file)?;
        self.environment
            .file(&path)
            .map_err(|why| invalid(format!("{} cannot be read: {why}", path.display())))
    }

    fn path(&self, file: &str) -> Result<PathBuf> {
        let Some(folder) = self.folder else {
            let message = format!("the kubeconfig names the file {file}, and is no file itself");
            return Err(invalid(message)
                .remedy("put everything into it: kubectl config view --raw --flatten --minify"));
        };
        Ok(folder.join(file))
    }
}

pub(super) fn invalid(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Invalid, "connect", message)
}

fn denied(message: &str) -> Error {
    let message = format!("the kubeconfig opens nothing: {message}");
    Error::new(ErrorKind::Denied, "connect", message)
        .remedy("use a token: kubectl create token, of a ServiceAccount that may list nodes")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(user: &str, cluster: &str) -> Text {
        let content = format!(
            "current-context: one\n\
             clusters: [{{name: c, cluster: {{server: 'https://k.example.org', {cluster}}}}}]\n\
             users: [{{name: u, user: {{{user}}}}}]\n\
             contexts: [{{name: one, context: {{cluster: c, user: u, namespace: x}}}}]\n"
        );
        Text {
            content: Secret::new(content),
            folder: None,
        }
    }

    fn opened(texts: &[Text], context: Option<&str>) -> Result<Entrance> {
        entrance(texts, context, &Environment::default())
    }

    fn read(token: Option<Token>) -> String {
        let token = token.expect("there is a token");
        let text = token.read(&Environment::default());
        text.unwrap().expose().to_owned()
    }

    fn refused(user: &str, cluster: &str) -> Error {
        opened(&[text(user, cluster)], None).expect_err(user)
    }

    #[test]
    fn a_token_or_a_certificate_opens_the_server() {
        let token = opened(&[text("token: hunter2", "")], None).unwrap();
        assert_eq!(token.server, "https://k.example.org");
        assert_eq!(read(token.token), "hunter2");
        assert!(token.identity.is_none() && token.authority.is_none());
        let user = "client-certificate-data: YQ==, client-key-data: Yg==";
        let certificate = opened(&[text(user, "certificate-authority-data: Yw==")], None).unwrap();
        assert!(certificate.identity.is_some() && certificate.token.is_none());
        assert_eq!(certificate.authority.as_deref(), Some(&b"c"[..]));
        assert!(!format!("{certificate:?}").contains("Yg"));
    }

    #[test]
    fn the_context_that_is_named_counts_and_the_first_file_that_has_something() {
        let both = [text("token: first", ""), text("token: second", "")];
        assert_eq!(read(opened(&both, None).unwrap().token), "first");
        let missing = opened(&both, Some("two")).unwrap_err();
        assert!(
            missing.to_string().contains("no context \"two\""),
            "{missing}"
        );
    }

    #[test]
    fn what_is_not_done_here_is_said() {
        for (user, cluster, part) in [
            ("exec: {command: aws}", "", "exec"),
            ("auth-provider: {name: oidc}", "", "auth-provider"),
            ("username: me, password: hunter2", "", "username"),
            ("token: t, as: root", "", "as:"),
            ("token: t", "insecure-skip-tls-verify: true", "insecure"),
            ("token: t", "tls-server-name: other", "tls-server-name"),
            ("token: t", "proxy-url: 'http://p'", "proxy-url"),
            ("", "", "neither a token nor a certificate"),
            ("client-certificate-data: YQ==", "", "without its key"),
            ("token: t", "certificate-authority-data: '%'", "base64"),
            ("tokenFile: token", "", "is no file itself"),
        ] {
            let told = refused(user, cluster);
            let text = format!("{told} {:?}", told.remedy);
            assert!(text.contains(part), "{part}: {text}");
            assert!(!text.contains("hunter2"), "{text}");
        }
    }

    #[test]
    fn a_text_that_is_no_kubeconfig_is_not_quoted() {
        let content = Secret::new("users: hunter2");
        let text = Text {
            content,
            folder: None,
        };
        let told = opened(&[text], None).unwrap_err();
        assert!(!format!("{told} {told:?}").contains("hunter2"), "{told:?}");
    }

    #[test]
    fn files_are_found_beside_the_kubeconfig() {
        let folder = std::env::temp_dir().join(format!("kubeconfig-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("token"), "hunter2\n").unwrap();
        let text = Text {
            folder: Some(folder.clone()),
            ..text("tokenFile: token", "")
        };
        let token = opened(&[text], None).unwrap().token.unwrap();
        let now = || token.read(&Environment::default()).unwrap();
        assert_eq!(now().expose(), "hunter2");
        std::fs::write(folder.join("token"), "renewed").unwrap();
        assert_eq!(now().expose(), "renewed");
        std::fs::remove_dir_all(&folder).unwrap();
        assert!(token.read(&Environment::default()).is_err());
    }
}
