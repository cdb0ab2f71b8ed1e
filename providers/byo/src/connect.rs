//! Which kubeconfig is used.

use groundwork_kit::{
    document::given,
    kubernetes::{Text, texts},
};
use groundwork_model::Secret;
use groundwork_provider::{Access, Result};

use crate::spec::{Datacenter, Spec};

/// The key of the Secret that the document refers to.
const KEY: &str = "kubeconfig";
/// A kubeconfig itself, for where no file can be laid down.
const CONTENT: &str = "GROUNDWORK_KUBECONFIG";
/// The files of kubectl.
const FILES: &str = "KUBECONFIG";

/// The texts of the kubeconfig: the Secret's, or that of `GROUNDWORK_KUBECONFIG`, or the files of
/// `KUBECONFIG`. Those are asked only where the document lists no nodes: they may be of another cluster.
///
/// # Errors
/// `Invalid` where a file cannot be read.
pub(crate) fn kubeconfig(access: &Access<Spec, Datacenter>) -> Result<Vec<Text>> {
    let environment = &access.environment;
    let secret = access.secrets.get(KEY);
    let content = secret.or_else(|| environment.variable(CONTENT));
    if let Some(content) = content.filter(|content| !content.is_empty()) {
        return Ok(vec![Text {
            content: content.clone(),
            folder: None,
        }]);
    }
    let lists_nodes = access
        .spec
        .as_ref()
        .is_some_and(|spec| !spec.nodes.is_empty());
    match environment.variable(FILES) {
        Some(files) if !lists_nodes => texts(files.expose(), FILES, environment),
        Some(_) | None => Ok(Vec::new()),
    }
}

/// What decides who asks where.
pub(crate) fn identity(access: &Access<Spec, Datacenter>) -> Option<Secret> {
    let texts = kubeconfig(access).ok()?;
    let spec = access.spec.as_ref();
    let context = spec
        .and_then(|spec| given(&spec.context))
        .unwrap_or_default();
    let texts: Vec<&str> = texts.iter().map(|text| text.content.expose()).collect();
    Some(Secret::new(format!("{context:?} {texts:?}")))
}
