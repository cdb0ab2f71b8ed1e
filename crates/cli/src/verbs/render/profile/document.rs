//! An Operating System Profile: the part that is ours, alone or in a whole one.

use std::path::PathBuf;

use groundwork_knowledge::{Interface, Ipv6Method, Known, NetworkForm, NodeFile};
use serde_json::{Value, json};

use crate::{context::Context, documents, stop::Stop};

/// The kind that seeds hand on to clusters.
pub(super) const KIND: &str = "CustomOperatingSystemProfile";

/// Files and commands.
pub(super) struct Part {
    files: Vec<Value>,
    commands: Vec<String>,
}

/// The part of one interface.
pub(super) fn part(
    known: &Known,
    form: &NetworkForm,
    method: Ipv6Method,
    interface: &Interface,
) -> Result<Part, Stop> {
    let lacking = || Stop::Usage(format!("{} cannot say {method}", form.name));
    let file = |file: &NodeFile| {
        let text = file.texts.get(&method)?;
        Some(json!({
            "path": interface.fill(&file.path),
            "permissions": file.permissions,
            "content": { "inline": { "encoding": "b64", "data": interface.fill(text) } },
        }))
    };
    let mut part = Part {
        files: Vec::new(),
        commands: Vec::new(),
    };
    if let Some(sysctls) = &known.sysctls {
        part.files.extend(file(sysctls));
        part.commands
            .push(format!("sysctl --load={}", sysctls.path));
    }
    part.files.push(file(&form.file).ok_or_else(lacking)?);
    let apply = form.apply.iter().map(|command| interface.fill(command));
    part.commands.extend(apply);
    Ok(part)
}

/// What a profile is made of.
pub(super) struct Parts<'a> {
    pub(super) name: &'a str,
    pub(super) os_name: &'a str,
    pub(super) release: &'a str,
    pub(super) clouds: &'a [String],
    pub(super) part: &'a Part,
    pub(super) whole: Option<Value>,
}

/// The profile. In a whole one, what is ours goes first: KKP's own command waits for the end of the
/// bootstrap, which needs the address.
pub(super) fn document(parts: Parts<'_>) -> Value {
    let Parts {
        name,
        os_name,
        release,
        clouds,
        part,
        whole,
    } = parts;
    let clouds: Vec<Value> = clouds.iter().map(|name| json!({ "name": name })).collect();
    let mut spec = match whole {
        Some(whole) => whole,
        None => json!({
            "osName": os_name,
            "osVersion": release,
            "version": "v1.0.0",
            "supportedCloudProviders": clouds,
            "bootstrapConfig": {},
            "provisioningConfig": {},
        }),
    };
    let bootstrap = &mut spec["bootstrapConfig"];
    let is_ours = |file: &Value| part.files.iter().any(|ours| ours["path"] == file["path"]);
    let files = bootstrap["files"].as_array().cloned().unwrap_or_default();
    let files = files.into_iter().filter(|file| !is_ours(file));
    bootstrap["files"] = part.files.iter().cloned().chain(files).collect();
    let commands = bootstrap["modules"]["runcmd"].as_array().cloned();
    let ours: Vec<Value> = part.commands.iter().map(|command| json!(command)).collect();
    let others = commands.unwrap_or_default().into_iter();
    let others: Vec<Value> = others.filter(|command| !ours.contains(command)).collect();
    bootstrap["modules"]["runcmd"] = ours.into_iter().chain(others).collect();
    json!({
        "apiVersion": "operatingsystemmanager.k8c.io/v1alpha1",
        "kind": KIND,
        "metadata": { "name": name, "namespace": "kubermatic" },
        "spec": spec,
    })
}

/// The `spec` of a profile that somebody has.
pub(super) async fn whole(
    context: &mut Context<'_>,
    file: PathBuf,
    os_name: &str,
) -> Result<Value, Stop> {
    let source = documents::source(context, file).await?;
    let name = &source.name;
    let text = std::str::from_utf8(&source.bytes)
        .map_err(|_| Stop::Usage(format!("{name} is not text in UTF-8")))?;
    let mut profile: Value = serde_saphyr::from_str(text)
        .map_err(|fault| Stop::Usage(format!("{name} is not YAML: {fault}")))?;
    let kind = profile["kind"].as_str().unwrap_or_default();
    if !["OperatingSystemProfile", KIND].contains(&kind) {
        let message = format!("{name} holds no OperatingSystemProfile");
        return Err(Stop::Usage(message));
    }
    let theirs = profile["spec"]["osName"].as_str().unwrap_or_default();
    if theirs != os_name {
        let message = format!("{name} is of {theirs:?}, and --system asks for {os_name:?}");
        return Err(Stop::Usage(message));
    }
    if let Some(field) = unfit(&profile["spec"]["bootstrapConfig"]) {
        let message = format!("{name}: spec.bootstrapConfig{field} is not what KKP has there");
        return Err(Stop::Usage(message));
    }
    Ok(profile["spec"].take())
}

/// The field of a bootstrap configuration that nothing can be put into.
fn unfit(bootstrap: &Value) -> Option<&'static str> {
    let modules = &bootstrap["modules"];
    let is_list = |value: &Value| value.is_array() || value.is_null();
    match () {
        () if !bootstrap.is_object() => Some(""),
        () if !is_list(&bootstrap["files"]) => Some(".files"),
        () if !(modules.is_object() || modules.is_null()) => Some(".modules"),
        () if !is_list(&modules["runcmd"]) => Some(".modules.runcmd"),
        () => None,
    }
}
