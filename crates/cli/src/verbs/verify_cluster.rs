//! `verify-cluster`: prove that a cluster that runs is dual-stack.

use groundwork_cluster::{Facts, codes, families, judge, probe, rbac, read};
use groundwork_kit::{
    client::Client,
    kubernetes::{self, Bearer},
};
use groundwork_model::{Cluster, Documents, Family, Finding, Secret, Severity};
use groundwork_provider::{Access, Environment, Error};
use groundwork_transport::Connector;

use super::{machines, seed::Seed, session::shown, until_fit::until_fit};
use crate::{
    Exit,
    args::VerifyClusterOptions,
    clean,
    context::Context,
    documents, known,
    lines::Body,
    render::{counted, findings, next, style},
    report::Report,
    stop::{Stop, chain},
};

/// Reads the cluster, judges it, and says what is to be known; waits until it is fit where that is asked for.
pub(super) async fn run(
    context: &mut Context<'_>,
    options: &VerifyClusterOptions,
) -> Result<Exit, Stop> {
    if options.print_rbac {
        let role = match &options.seed_namespace {
            Some(namespace) => rbac::seed_role(namespace),
            None => roles(options),
        };
        context.say(&role)?;
        return Ok(Exit::Well);
    }
    bounded(options)?;
    let known = known::read(context).await?;
    let given = documents::read(context).await?;
    let cluster = match context.common.files.is_empty() {
        true => None,
        false => Some(given.cluster(context)?.clone()),
    };
    // What else its documents lack is not asked here.
    let request = cluster
        .as_ref()
        .and_then(|own| given.bare_request(context, own, &mut Vec::new()));
    let of_document = OfDocument {
        kubeconfig: request.and_then(|request| request.secrets.get("kubeconfig").cloned()),
        context: cluster.as_deref().and_then(context_of),
    };
    let servers = Servers {
        client: client(context, options, &given.documents, of_document)?,
        seed: Seed::of(context, options, &given.documents)?,
    };
    let client = &servers.client;
    let server = client.authenticate().server().to_owned();
    let mut facts = match options.wait {
        Some(deadline) => until_fit(context, &servers, cluster.as_deref(), deadline).await??,
        None => look(context, &servers).await?,
    };
    let of_cloud = match cluster.as_deref() {
        Some(cluster) => machines::read(context, &given, cluster, &mut facts).await,
        None => None,
    };
    let mut findings = judge(&facts, cluster.as_deref());
    findings.extend(of_cloud);
    if options.probe {
        let families = families(&facts, cluster.as_deref());
        let plan = plan(options, &facts, &families);
        findings.extend(probed(context, client, &plan).await?);
    }
    findings.splice(0..0, given.findings.iter().cloned());
    let exit = exit(&findings);
    let text = text(context, &server, &facts, &findings, exit);
    let report = |context: &Context<'_>| Report::new(context, exit, findings.clone(), &known);
    context.reported(report, &text, || Body::Findings {
        findings: findings.clone(),
    })?;
    Ok(exit)
}

/// Who is asked: the cluster's API server, and its seed's where that is named.
pub(super) struct Servers {
    pub(super) client: Client<Bearer>,
    pub(super) seed: Option<Seed>,
}

/// What one look sees.
async fn look(context: &mut Context<'_>, servers: &Servers) -> Result<Facts, Error> {
    let mut facts = shown(context, "reading the cluster", read(&servers.client)).await?;
    if let Some(seed) = &servers.seed {
        shown(context, "reading the seed", seed.read(&mut facts)).await;
    }
    Ok(facts)
}

/// The roles that the verb needs with these options.
fn roles(options: &VerifyClusterOptions) -> String {
    let services = if options.probe { rbac::PROBE } else { &[] };
    let pods = match options.probe_image {
        Some(_) => rbac::PROBE_PODS,
        None => &[],
    };
    rbac::role(services.iter().chain(pods), options.wait.is_some())
}

/// The most destinations outside: what a pod says of them has to fit into 4 KiB.
const OUTSIDE_MAX: usize = 8;
/// The most nodes for pods of a probe.
const NODES_MAX: usize = 2;

fn bounded(options: &VerifyClusterOptions) -> Result<(), Stop> {
    let counts = [
        ("--probe-outside", options.probe_outside.len(), OUTSIDE_MAX),
        ("--probe-node", options.probe_node.len(), NODES_MAX),
    ];
    match counts.into_iter().find(|(_, count, most)| count > most) {
        Some((option, count, most)) => Err(Stop::Usage(format!(
            "{option} is given {count} times, and may be given {most} times"
        ))),
        None => Ok(()),
    }
}

fn plan<'a>(
    options: &'a VerifyClusterOptions,
    facts: &'a Facts,
    families: &'a [Family],
) -> probe::Probe<'a> {
    let pods = options.probe_image.as_deref().map(|image| probe::Pods {
        image,
        nodes: &facts.nodes,
        on: &options.probe_node,
        outside: &options.probe_outside,
    });
    probe::Probe { families, pods }
}

/// Whoever wants to stop waits until the probe has removed what it made.
async fn probed(
    context: &mut Context<'_>,
    client: &Client<Bearer>,
    plan: &probe::Probe<'_>,
) -> Result<Vec<Finding>, Stop> {
    context.busy.set(true);
    let stop = context.around.stop.clone();
    let probe = probe::probe(client, plan, stop.cancelled());
    let probed = shown(context, "probing", probe).await;
    context.busy.set(false);
    match context.around.stop.is_cancelled() {
        true => Err(Stop::failed("stopped; what the probe made is removed")),
        false => Ok(probed?),
    }
}

/// An error is unfit. What was not asked is not known to be right, so nobody is told that it is.
fn exit(findings: &[Finding]) -> Exit {
    match (
        findings.iter().any(Finding::is_error),
        findings.iter().any(is_not_asked),
    ) {
        (true, _) => Exit::Unfit,
        (false, true) => Exit::Failed,
        (false, false) => Exit::Well,
    }
}

/// A note is about what the cloud cannot answer: no permission would change that.
fn is_not_asked(finding: &Finding) -> bool {
    finding.code == codes::NOT_ASKED.id && finding.severity != Severity::Note
}

fn text(context: &Context<'_>, server: &str, facts: &Facts, all: &[Finding], exit: Exit) -> String {
    let mut text = format!(
        "{}\n",
        style::strong(format!("Cluster at {}", clean::text(server)))
    );
    text += &format!("{}\n\n", style::quiet(read_of(facts)));
    text += &findings::findings(all, context.around.page.width);
    if !all.is_empty() {
        text += &style::quiet("\ngroundwork explain CODE says more of each.\n\n");
    }
    let counts = findings::counted(all);
    text += &match exit {
        Exit::Well => style::good(format!(
            "Fit ({counts}): what was asked is as it has to be.\n"
        )),
        Exit::Unfit => {
            style::bad(format!("Unfit: {counts}.\n"))
                + &next("correct what is marked as an error, then verify again")
        }
        Exit::Failed | Exit::Differs | Exit::Usage | Exit::Unread => {
            let count = all.iter().filter(|one| is_not_asked(one)).count();
            let asked = counted(count, "question");
            let todo = match facts.not_asked.is_empty() {
                true => "correct what CLUSTER-NOT-ASKED names, then verify again",
                false => "give the permissions that are missing, then verify again",
            };
            style::bad(format!("Not known: {asked} could not be asked.\n")) + &next(todo)
        }
    };
    text
}

/// What was read, in one line.
fn read_of(facts: &Facts) -> String {
    let some = |count: Option<usize>, word: &str| count.map(|count| counted(count, word));
    let parts = [
        Some(format!("Kubernetes {}", clean::text(&facts.version))),
        some(Some(facts.nodes.len()), "node"),
        some(facts.services.as_ref().map(Vec::len), "service"),
        some(facts.pods.as_ref().map(Vec::len), "pod"),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    parts.join(", ")
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        let message = chain(&error);
        match error.remedy {
            Some(remedy) => Self::failed_with(message, remedy),
            None => Self::failed(message),
        }
    }
}

/// What a document says of how its cluster is entered.
struct OfDocument {
    /// The kubeconfig of its Secret.
    kubeconfig: Option<Secret>,
    /// The context of that kubeconfig.
    context: Option<String>,
}

/// The context that a document of nodes that the user brings names.
fn context_of(cluster: &Cluster) -> Option<String> {
    let section = cluster.spec.cloud.clouds.get(cluster.provider().ok()?)?;
    let context = section.value().get("context")?.as_str()?;
    Some(context.to_owned()).filter(|context| !context.is_empty())
}

/// The client of the cluster that the arguments, the environment or the pod name.
fn client(
    context: &Context<'_>,
    options: &VerifyClusterOptions,
    documents: &Documents,
    of_document: OfDocument,
) -> Result<Client<Bearer>, Stop> {
    let (_, environment) = surroundings(context, documents);
    let entrance = entrance(options, of_document, &environment)?;
    opened(context, documents, entrance)
}

/// The client of a cluster that was named.
pub(super) fn opened(
    context: &Context<'_>,
    documents: &Documents,
    entrance: kubernetes::Entrance,
) -> Result<Client<Bearer>, Stop> {
    let (connector, environment) = surroundings(context, documents);
    let access: Access<(), ()> = Access {
        spec: None,
        cloud: None,
        secrets: Default::default(),
        account: None,
        environment,
        connector,
        world: context.around.world.clone(),
    };
    Ok(kubernetes::connect(entrance, &access)?)
}

#[cfg_attr(
    not(feature = "mock"),
    expect(unused_variables, reason = "only mocks are made after the documents")
)]
pub(super) fn surroundings(
    context: &Context<'_>,
    documents: &Documents,
) -> (std::sync::Arc<dyn Connector>, Environment) {
    #[cfg(feature = "mock")]
    if context.common.mock {
        return crate::clouds::embedded(documents, &context.around.world.clock);
    }
    let around = &context.around;
    (around.connector.clone(), around.environment.clone())
}

/// The kubeconfig that is named, or that of the document's Secret, or that of the environment, or the pod's
/// service account, or kubectl's own.
fn entrance(
    options: &VerifyClusterOptions,
    document: OfDocument,
    environment: &Environment,
) -> Result<kubernetes::Entrance, Stop> {
    let variable = |name| environment.variable(name).map(Secret::expose);
    let context = options.context.as_deref();
    let of_files = |files: &str, named: &str| -> Result<kubernetes::Entrance, Stop> {
        let texts = kubernetes::texts(files, named, environment)?;
        Ok(kubernetes::entrance(&texts, context, environment)?)
    };
    let of_text = |content: Secret, context: Option<&str>| -> Result<kubernetes::Entrance, Stop> {
        let text = kubernetes::Text {
            content,
            folder: None,
        };
        Ok(kubernetes::entrance(&[text], context, environment)?)
    };
    if let Some(file) = &options.kubeconfig {
        return of_files(&file.display().to_string(), "--kubeconfig");
    }
    if let Some(content) = document.kubeconfig {
        return of_text(content, context.or(document.context.as_deref()));
    }
    if let Some(content) = environment.variable("GROUNDWORK_KUBECONFIG") {
        return of_text(content.clone(), context);
    }
    if let Some(files) = variable("KUBECONFIG") {
        return of_files(files, "KUBECONFIG");
    }
    if let Some(entrance) = kubernetes::service_account(environment) {
        return match context {
            None => Ok(entrance),
            Some(_) => Err(Stop::Usage(
                "--context is one of a kubeconfig, and this pod enters with its service account: name the \
                 kubeconfig with --kubeconfig"
                    .to_owned(),
            )),
        };
    }
    let usual = variable("HOME").map(|home| format!("{home}/.kube/config"));
    match usual.filter(|file| std::path::Path::new(file).exists()) {
        Some(file) => of_files(&file, "your home folder"),
        None => Err(Stop::Usage(nowhere(environment).to_owned())),
    }
}

fn nowhere(environment: &Environment) -> &'static str {
    match environment.variable("KUBERNETES_SERVICE_HOST") {
        None => "which cluster: give its kubeconfig with --kubeconfig, or name it in KUBECONFIG",
        Some(_) => {
            "which cluster: this pod has no token of a service account. Set automountServiceAccountToken \
             in its specification, or give a kubeconfig with --kubeconfig"
        }
    }
}
