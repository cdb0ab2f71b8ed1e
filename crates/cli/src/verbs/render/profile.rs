//! `render operating-system-profile`: how nodes of an operating system get their IPv6 address.

use groundwork_knowledge::{Interface, Ipv6Method, Known, NetworkForm, NodeFile, Sign};
use groundwork_model::Finding;
use serde_json::{Value, json};

use super::{Rendered, print, tell};
use crate::{
    Exit,
    args::ProfileOptions,
    clouds::ended,
    context::Context,
    documents, known,
    lines::Artefact,
    render::{capital, yaml::yaml},
    stop::Stop,
};

/// The kind that seeds hand on to clusters.
const KIND: &str = "CustomOperatingSystemProfile";

/// Prints the part of a profile, or the whole profile that it becomes a part of.
pub(super) async fn run(context: &mut Context<'_>, options: &ProfileOptions) -> Result<Exit, Stop> {
    let known = known::read(context).await?;
    let (profile, form) = known
        .profile(&options.system, options.release.as_deref())
        .map_err(Stop::Usage)?;
    let method = options.ipv6.method();
    let interface = interface(options, method)?;
    let Clouds {
        names: clouds,
        findings,
        untested,
    } = clouds(context, &known, &options.system).await?;
    let part = part(&known, form, method, &interface)?;
    let release = options.release.as_ref().or(profile.releases.first());
    let name = format!("osp-{}-{method}", options.system);
    let whole = match &options.onto {
        None => None,
        Some(file) => Some(whole(context, file.clone(), &profile.os_name).await?),
    };
    let is_whole = whole.is_some();
    let text = yaml(&document(Parts {
        name: &name,
        os_name: &profile.os_name,
        release: release.map_or("any", String::as_str),
        clouds: &clouds,
        part: &part,
        whole,
    }));
    tell(context, &findings)?;
    let goes = goes(&name, &profile.os_name, is_whole);
    let mut notes = notes(form, method, &interface, &goes);
    notes.extend(untested);
    let rendered = Rendered {
        what: Artefact::OperatingSystemProfile,
        goes,
        notes,
        name,
        text,
    };
    print(context, vec![rendered])?;
    Ok(Exit::Well)
}

fn goes(name: &str, os_name: &str, is_whole: bool) -> String {
    match is_whole {
        true => format!(
            "{KIND} {name} in namespace kubermatic of the seed; MachineDeployments name it in the \
             annotation k8c.io/operating-system-profile"
        ),
        false => format!(
            "{KIND} {name} in namespace kubermatic of the seed, its files and commands before those of \
             osp-{os_name}, whose copy it is (--onto makes the whole)"
        ),
    }
}

/// What stands above the text.
fn notes(form: &NetworkForm, method: Ipv6Method, interface: &Interface, goes: &str) -> Vec<String> {
    let mut notes = vec![
        format!("Goes to {goes}."),
        format!(
            "Interface {}, IPv6: {method}. {}.",
            interface.name,
            capital(&interface.fill(&form.says))
        ),
        format!("Proof: {}.", form.proven),
    ];
    if method == Ipv6Method::Static {
        notes.push("The address is one machine's: use it with one replica.".to_owned());
    }
    notes.extend(form.sources.first().cloned());
    notes
}

/// The interface, with what is written down of it.
fn interface(options: &ProfileOptions, method: Ipv6Method) -> Result<Interface, Stop> {
    let fixed = options.address.zip(options.gateway);
    let said = options.address.is_some() || options.gateway.is_some();
    if said && method != Ipv6Method::Static {
        let message = format!(
            "--address and --gateway are for --ipv6 static: by {method} they come by themselves"
        );
        return Err(Stop::Usage(message));
    }
    let interface = Interface {
        name: options.interface.clone(),
        fixed,
    };
    match interface.fault() {
        Some(fault) => Err(Stop::Usage(fault)),
        None => Ok(interface),
    }
}

/// The clouds that a profile is for.
#[derive(Default)]
struct Clouds {
    /// Their names in documents of machines.
    names: Vec<String>,
    /// What is to be said of the documents.
    findings: Vec<Finding>,
    /// That nobody has tested it, or that it has ended; a sentence.
    untested: Option<String>,
}

/// The cloud that is asked about, or all on which the operating system runs.
async fn clouds(context: &mut Context<'_>, known: &Known, system: &str) -> Result<Clouds, Stop> {
    let mut clouds = Clouds::default();
    let asked = match (context.common.files.is_empty(), &context.common.provider) {
        (true, said) => said.clone(),
        (false, _) => {
            let given = documents::read(context).await?;
            let cluster = given.cluster(context)?;
            clouds.findings = given.findings_for(cluster);
            let provider = cluster.provider();
            Some(
                provider
                    .map_err(|finding| Stop::Unfit(vec![finding]))?
                    .to_owned(),
            )
        }
    };
    let sign = |provider: &str| known.cell_of(provider, system).map(|cell| cell.today);
    let Some(asked) = asked else {
        let runs = known.providers.iter().filter(|one| {
            let runs = [Some(Sign::Works), Some(Sign::Issue)].contains(&sign(&one.name));
            runs && ended(&one.name).is_none()
        });
        clouds.names = runs
            .filter_map(|one| one.machines.first().cloned())
            .collect();
        if clouds.names.is_empty() {
            let told = format!("{system} works on no cloud any more: groundwork matrix says why.");
            clouds.untested = Some(told);
        }
        return Ok(clouds);
    };
    let refused = match sign(&asked) {
        _ if ended(&asked).is_some() => Some("the cloud has ended".to_owned()),
        Some(Sign::Fails) => Some(format!(
            "{system} does not work there: groundwork explain MATRIX-{}",
            format!("{asked}-{system}").to_uppercase()
        )),
        None if !known.providers.iter().any(|one| one.name == asked) => {
            Some("no cloud is called so".to_owned())
        }
        None => Some("KKP makes no machines there, so lay the files down yourself".to_owned()),
        Some(Sign::Untested) => {
            clouds.untested = Some(format!(
                "{system} on {asked} is not available or not tested."
            ));
            None
        }
        Some(Sign::Works | Sign::Issue) => None,
    };
    if let Some(why) = refused {
        return Err(Stop::Usage(format!("no profile for {asked}: {why}")));
    }
    let named = known.providers.iter().find(|one| one.name == asked);
    clouds.names = named
        .and_then(|one| one.machines.first().cloned())
        .into_iter()
        .collect();
    Ok(clouds)
}

/// Files and commands.
struct Part {
    files: Vec<Value>,
    commands: Vec<String>,
}

fn part(
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
struct Parts<'a> {
    name: &'a str,
    os_name: &'a str,
    release: &'a str,
    clouds: &'a [String],
    part: &'a Part,
    whole: Option<Value>,
}

/// The profile. In a whole one, what is ours goes first: KKP's own command waits for the end of the
/// bootstrap, which needs the address.
fn document(parts: Parts<'_>) -> Value {
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
async fn whole(
    context: &mut Context<'_>,
    file: std::path::PathBuf,
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
