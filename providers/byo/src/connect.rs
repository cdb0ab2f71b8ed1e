//! Which kubeconfig is used.

use std::path::{Path, PathBuf};

use groundwork_kit::document::given;
use groundwork_model::Secret;
use groundwork_provider::{Access, Result};

use crate::{
    kubeconfig::{Text, invalid},
    spec::{Datacenter, Spec},
};

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
        Some(files) if !lists_nodes => of_files(access, files.expose()),
        Some(_) | None => Ok(Vec::new()),
    }
}

fn of_files(access: &Access<Spec, Datacenter>, files: &str) -> Result<Vec<Text>> {
    let paths = files.split(SEPARATOR).filter(|path| !path.is_empty());
    paths.map(|path| of_file(access, Path::new(path))).collect()
}

const SEPARATOR: char = if cfg!(windows) { ';' } else { ':' };

fn of_file(access: &Access<Spec, Datacenter>, path: &Path) -> Result<Text> {
    let told = |why: String| invalid(format!("{} of KUBECONFIG {why}", path.display()));
    let bytes = access.environment.file(path);
    let bytes = bytes.map_err(|why| told(format!("cannot be read: {why}")))?;
    let text = String::from_utf8(bytes).map_err(|_| told("is not text".to_owned()))?;
    Ok(Text {
        content: Secret::new(text),
        folder: Some(path.parent().map_or_else(PathBuf::new, Path::to_owned)),
    })
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
