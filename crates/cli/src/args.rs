//! What may be written on the command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use groundwork_model::{Address, InstallationId};

use crate::clouds::{CLOUDS, Cloud, names};

mod render;

#[cfg(feature = "byo")]
pub(crate) use render::JoinOptions;
pub(crate) use render::{PolicyOptions, ProfileOptions, Purpose, Render, ServiceOptions};

const EXITS: &str = "\
Exit codes:
  0   all well
  1   unfit: there is a finding of severity error
  2   differences (verify, drift, sweep, and plan --detailed-exitcode)
  3   the operation failed: unreachable, denied, stale, interrupted
  64  wrong usage
  141 whoever read the output has gone away";

/// Dual-stack networks under Kubernetes clusters: planned, made, proven and removed.
#[derive(Debug, Parser)]
#[command(name = "groundwork", version, after_help = EXITS, max_term_width = 100)]
#[command(disable_help_subcommand = true)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) common: Common,
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

/// What every verb takes.
#[derive(Args, Debug)]
pub(crate) struct Common {
    /// A file of documents, YAML or JSON; - is standard input. May be given several times.
    #[arg(short = 'f', long = "file", value_name = "FILE", global = true)]
    pub(crate) files: Vec<PathBuf>,
    /// The cluster, by name, where the files hold several.
    #[arg(long, value_name = "NAME", global = true)]
    pub(crate) cluster: Option<String>,
    /// The driver, where neither a document nor the state says which cloud it is.
    #[arg(long, value_name = "NAME", global = true, help = provider_help())]
    pub(crate) provider: Option<String>,
    /// The state file [default: groundwork/groundwork.db in the user's state directory].
    #[arg(long, value_name = "FILE", env = "GROUNDWORK_STATE", global = true)]
    pub(crate) state: Option<PathBuf>,
    /// The name on the labels of our objects: two installations leave each other's alone.
    #[arg(
        long,
        value_name = "NAME",
        env = "GROUNDWORK_INSTALLATION",
        global = true
    )]
    #[arg(default_value = "groundwork")]
    pub(crate) installation: InstallationId,
    /// Text for people, JSON, one object a line, Markdown (of matrix and explain), or a report (of
    /// preflight, plan, verify and drift): JUnit for CI systems, SARIF for code forges, HTML to send on.
    #[arg(long, value_name = "FORM", default_value = "text", global = true)]
    pub(crate) output: Output,
    /// A file of knowledge that goes before what this program knows, entry by entry (preflight,
    /// matrix, explain, render, availability).
    #[arg(long, value_name = "FILE", global = true)]
    pub(crate) knowledge: Option<PathBuf>,
    /// Use an embedded mock cloud instead of the real one. It lasts as long as the command, and so
    /// does its state: the state file is neither read nor written.
    #[cfg_attr(feature = "mock", arg(long, global = true))]
    #[cfg_attr(not(feature = "mock"), arg(skip))]
    pub(crate) mock: bool,
    /// A field that does not exist is an error, not a warning.
    #[arg(long, global = true)]
    pub(crate) strict: bool,
    /// Take over objects without our label that the reference system (KKP) made for this cluster, and
    /// objects with our label that this state file does not have.
    #[arg(long, global = true)]
    pub(crate) adopt: bool,
    /// Change a network even though ports of somebody else are on it.
    #[arg(long, global = true)]
    pub(crate) allow_shared_network: bool,
    /// Objects that the state knows, and that the cloud does not show, were deleted by somebody: a
    /// cloud that does not say which project a token belongs to could have hidden them.
    #[arg(long, global = true)]
    pub(crate) gone: bool,
    /// Allow this object to be replaced, or deleted with the workloads on it. May be given
    /// several times.
    #[arg(long, value_name = "ADDRESS", global = true)]
    pub(crate) replace: Vec<Address>,
    /// Go on although the document no longer has this field of ours, which the last apply had. May
    /// be given several times.
    #[arg(long, value_name = "FIELD", global = true)]
    pub(crate) lost: Vec<String>,
    /// How log lines are written to standard error; the filter is GROUNDWORK_LOG.
    #[arg(long, value_name = "FORM", default_value = "text", global = true)]
    pub(crate) log_format: LogFormat,
}

/// For people, for programs, for pages, or for readers that are not there.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Output {
    Text,
    Json,
    Markdown,
    Junit,
    Sarif,
    Html,
}

impl Output {
    /// Whether it is a report: one document, written at the end.
    pub(crate) const fn is_report(self) -> bool {
        match self {
            Self::Text | Self::Json | Self::Markdown => false,
            Self::Junit | Self::Sarif | Self::Html => true,
        }
    }
}

/// For people or for programs.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum LogFormat {
    Text,
    Json,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Report everything that would stop an apply. Changes nothing.
    Preflight,
    /// Show what an apply would do. Changes nothing.
    Plan(PlanOptions),
    /// Create and change the network as the document says, after showing the plan and asking.
    Apply(ApplyOptions),
    /// Check that the network that exists fits the document. Changes nothing.
    Verify,
    /// Check that a cluster that runs is dual-stack, and say what is the cause where it is not. Changes
    /// nothing, but for what --probe makes and removes.
    VerifyCluster(VerifyClusterOptions),
    /// Show how an applied network differs from its document. Changes nothing.
    Drift,
    /// Check every cluster in the files for drift, with one look per account. Changes nothing.
    Sweep,
    /// Delete everything that Groundwork made for a cluster, after showing the plan and asking. Needs
    /// no document.
    Destroy(Yes),
    /// Finish an apply or a destroy that was interrupted.
    Resume(Yes),
    /// Print the ids and CIDRs of the network.
    Output(OutputOptions),
    /// List the objects that carry our label, by cluster, and the clusters that this state file does
    /// not have.
    Inventory,
    /// Draw the network with its CIDRs and the planned changes.
    Graph(GraphOptions),
    /// Follow a packet through the network, as it is or is planned: what it passes, and where it ends.
    /// Changes nothing.
    Trace(TraceOptions),
    /// Say for each datacenter whether IPv4 and IPv6 is offered there, why not, the defaults, and how
    /// many nodes they hold. Asks no cloud.
    Availability,
    /// Render a text that has to be pasted or laid down somewhere else. Asks no cloud.
    Render {
        /// What.
        #[command(subcommand)]
        what: Render,
    },
    /// Print what each driver can do, the calls that it makes, and the permissions that they need.
    /// Asks no cloud.
    Capabilities(CapabilitiesOptions),
    /// Show which operating systems nodes of dual-stack clusters run on, by cloud, and why not. Asks
    /// no cloud.
    Matrix,
    /// Say what a finding means, or what is known of a cloud, a system or a version. Asks no cloud.
    Explain(ExplainOptions),
    /// Print a JSON schema, or the list of findings.
    Schema(SchemaOptions),
    /// Serve a mock cloud on a port of this machine.
    #[cfg(feature = "mock")]
    Mock(MockOptions),
    /// Walk through an example on the embedded mock.
    #[cfg(all(feature = "mock", feature = "openstack"))]
    Demo,
    /// Print completions for a shell.
    Completions {
        /// Which shell.
        shell: clap_complete::Shell,
    },
}

impl Verb {
    /// Whether it writes pages.
    pub(crate) const fn has_markdown(&self) -> bool {
        matches!(self, Self::Matrix | Self::Explain(_))
    }

    /// What its report is called; nothing where it has none.
    pub(crate) fn report(&self) -> Option<&'static str> {
        let named = [
            ("preflight", matches!(self, Self::Preflight)),
            ("plan", matches!(self, Self::Plan(_))),
            ("verify", matches!(self, Self::Verify)),
            ("verify-cluster", matches!(self, Self::VerifyCluster(_))),
            ("drift", matches!(self, Self::Drift)),
        ];
        named.into_iter().find_map(|(name, is)| is.then_some(name))
    }
}

#[derive(Args, Debug)]
pub(crate) struct PlanOptions {
    /// Write the plan to a file, for `apply --plan`.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// Exit with 2 if something would be done.
    #[arg(long)]
    pub(crate) detailed_exitcode: bool,
}

#[derive(Args, Debug)]
pub(crate) struct ApplyOptions {
    /// Apply this plan and nothing else. Refused if the file, the documents or the cloud have changed.
    #[arg(long, value_name = "FILE")]
    pub(crate) plan: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) consent: Yes,
}

#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct Yes {
    /// Do not ask.
    #[arg(long)]
    pub(crate) yes: bool,
}

#[derive(Args, Debug)]
pub(crate) struct VerifyClusterOptions {
    /// The kubeconfig of the cluster [default: KUBECONFIG, or in a pod its service account, or
    /// ~/.kube/config].
    #[arg(long, value_name = "FILE")]
    pub(crate) kubeconfig: Option<PathBuf>,
    /// The context of the kubeconfig, where it is not its current one.
    #[arg(long, value_name = "NAME")]
    pub(crate) context: Option<String>,
    /// The kubeconfig of KKP's seed, where the control plane runs.
    #[arg(long, value_name = "FILE", requires = "seed_namespace")]
    pub(crate) seed_kubeconfig: Option<PathBuf>,
    /// The context of the seed's kubeconfig, where it is not its current one.
    #[arg(long, value_name = "NAME", requires = "seed_kubeconfig")]
    pub(crate) seed_context: Option<String>,
    /// The namespace of the cluster in the seed: cluster- and the cluster's id. With --print-rbac, print the role for it.
    #[arg(long, value_name = "NAMESPACE", value_parser = namespace)]
    pub(crate) seed_namespace: Option<String>,
    /// Watch the cluster until nothing is wrong, at most so long.
    #[arg(long, value_name = "TIME", value_parser = duration)]
    #[arg(num_args = 0..=1, default_missing_value = "15m")]
    pub(crate) wait: Option<std::time::Duration>,
    /// Make services of each policy in a namespace of its own, look at their addresses, and remove it.
    #[arg(long)]
    pub(crate) probe: bool,
    /// Have pods of this image on two nodes try to reach each other, the services and what --probe-outside
    /// names. It needs busybox, which the images busybox, alpine and agnhost have.
    #[arg(long, value_name = "IMAGE", requires = "probe", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub(crate) probe_image: Option<String>,
    /// What those pods have to reach outside of the cluster: a name in both families, an address in its own;
    /// by TCP, at port 443 where none is named. May be repeated, up to eight times.
    #[arg(long, value_name = "HOST[:PORT]", requires = "probe_image")]
    pub(crate) probe_outside: Vec<groundwork_cluster::probe::Outside>,
    /// The node for those pods, whatever keeps other pods away from it; twice for two [default: two nodes that
    /// take pods].
    #[arg(long, value_name = "NAME", requires = "probe_image")]
    pub(crate) probe_node: Vec<String>,
    /// Print the roles that this needs, for kubectl apply; with --probe, --probe-image and --wait, those that
    /// they need too. Asks nobody.
    #[arg(long)]
    pub(crate) print_rbac: bool,
}

#[derive(Args, Debug)]
pub(crate) struct OutputOptions {
    /// Only the ids in the document's own field names, as YAML to merge into it.
    #[arg(long)]
    pub(crate) patch: bool,
}

#[derive(Args, Debug)]
pub(crate) struct GraphOptions {
    /// In which language; the topology is SVG.
    #[arg(long)]
    pub(crate) format: Option<GraphFormat>,
    /// Of what: objects and what they need, or what is inside of what, and each family's way out.
    #[arg(long, default_value = "dependencies")]
    pub(crate) picture: GraphPicture,
}

/// What is drawn.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum GraphPicture {
    Dependencies,
    Topology,
}

/// Languages for pictures.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum GraphFormat {
    Mermaid,
    Dot,
    Svg,
}

#[derive(Args, Debug)]
pub(crate) struct TraceOptions {
    /// Where the packet comes from: node, a node's name, a subnet's address or id, pod, internet, or an
    /// address.
    #[arg(long, value_name = "END")]
    pub(crate) from: String,
    /// Where it is to go, in the same words.
    #[arg(long, value_name = "END")]
    pub(crate) to: String,
    /// Of which family; without it, each of the cluster's.
    #[arg(long, value_name = "FAMILY")]
    pub(crate) family: Option<TraceFamily>,
    /// Of which protocol.
    #[arg(long, default_value = "tcp")]
    pub(crate) protocol: Protocol,
    /// To which port.
    #[arg(long, default_value_t = 443)]
    pub(crate) port: u16,
}

/// A family, as it is typed.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum TraceFamily {
    #[value(name = "ipv4")]
    V4,
    #[value(name = "ipv6")]
    V6,
}

/// A protocol, as it is typed.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Protocol {
    Tcp,
    Udp,
    Icmp,
}

#[derive(Args, Debug)]
pub(crate) struct ExplainOptions {
    /// The code of a finding or of an entry, or a cell of the matrix: MATRIX-AWS-UBUNTU.
    pub(crate) code: String,
}

#[derive(Args, Debug)]
pub(crate) struct SchemaOptions {
    /// Of what.
    #[arg(default_value = "documents")]
    pub(crate) of: SchemaOf,
}

#[derive(Args, Debug)]
pub(crate) struct CapabilitiesOptions {
    /// Which cloud; without it, every one.
    #[arg(value_parser = clouds())]
    pub(crate) cloud: Option<&'static Cloud>,
}

/// What a schema is printed of.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum SchemaOf {
    /// The documents that -f reads.
    Documents,
    /// The lines that --output json writes.
    Output,
    /// The files that --knowledge reads.
    Knowledge,
    /// Every finding by its code, as a page.
    Findings,
}

#[cfg(feature = "mock")]
#[derive(Args, Debug)]
pub(crate) struct MockOptions {
    /// Which cloud.
    #[arg(value_parser = clouds())]
    pub(crate) cloud: &'static Cloud,
    /// The port on 127.0.0.1; 0 takes a free one.
    #[arg(long, default_value_t = 0)]
    pub(crate) port: u16,
    /// How long every reply takes: 50ms, 1s.
    #[arg(long, default_value = "0s", value_parser = duration)]
    pub(crate) latency: std::time::Duration,
    /// What everything random comes from.
    #[arg(long, default_value_t = 0)]
    pub(crate) seed: u64,
    /// What goes wrong, YAML or JSON.
    #[arg(long, value_name = "FILE")]
    pub(crate) faults: Option<PathBuf>,
    /// With an IPv6 default subnet pool (OpenStack).
    #[arg(long)]
    pub(crate) default_pool: bool,
    /// As which release it answers: zed, 2026.2 (OpenStack).
    #[arg(long)]
    pub(crate) release: Option<mock_openstack::Release>,
    /// How long ranges, routes and internet gateways take to come and go (AWS).
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub(crate) association_delay: Option<std::time::Duration>,
    /// How long a NAT gateway takes to come or go (AWS).
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub(crate) nat_delay: Option<std::time::Duration>,
    /// How long an action takes (Hetzner), or a task (vSphere).
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub(crate) action_delay: Option<std::time::Duration>,
    /// How long an operation takes (Azure, Google Cloud).
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub(crate) operation_delay: Option<std::time::Duration>,
}

#[cfg(feature = "mock")]
impl MockOptions {
    /// The given options that only one cloud has.
    pub(crate) fn of_one_cloud(&self) -> impl Iterator<Item = &'static str> {
        let given = [
            ("--default-pool", self.default_pool),
            ("--release", self.release.is_some()),
            ("--association-delay", self.association_delay.is_some()),
            ("--nat-delay", self.nat_delay.is_some()),
            ("--action-delay", self.action_delay.is_some()),
            ("--operation-delay", self.operation_delay.is_some()),
        ];
        given
            .into_iter()
            .filter_map(|(option, is_given)| is_given.then_some(option))
    }
}

/// Reads the name of a cloud.
fn clouds() -> impl clap::builder::TypedValueParser<Value = &'static Cloud> {
    use clap::builder::{PossibleValuesParser, TypedValueParser};
    let names = PossibleValuesParser::new(CLOUDS.iter().map(|cloud| cloud.name));
    names.try_map(|name| {
        let named = CLOUDS.iter().find(|cloud| cloud.name == name);
        named.ok_or_else(|| format!("no cloud is called {name}"))
    })
}

fn provider_help() -> String {
    format!(
        "The driver ({}), where neither a document nor the state says which cloud it is",
        names()
    )
}

fn duration(text: &str) -> Result<std::time::Duration, String> {
    let signed: jiff::SignedDuration = text
        .parse()
        .map_err(|_| "write it like 50ms, 1s or 2m".to_owned())?;
    std::time::Duration::try_from(signed).map_err(|_| "it cannot be negative".to_owned())
}

/// A namespace stands in a path: it is a label of DNS (RFC 1123), as Kubernetes asks.
fn namespace(text: &str) -> Result<String, String> {
    let is_inner = |one: char| one.is_ascii_lowercase() || one.is_ascii_digit() || one == '-';
    let is_label = (1..=63).contains(&text.len())
        && text.chars().all(is_inner)
        && !text.starts_with('-')
        && !text.ends_with('-');
    match is_label {
        true => Ok(text.to_owned()),
        false => Err("a namespace has lower-case letters, digits and hyphens inside".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_arguments_do_not_contradict_each_other() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn a_namespace_is_a_label() {
        assert_eq!(namespace("cluster-abcdef"), Ok("cluster-abcdef".to_owned()));
        for odd in ["", "a/b", "A", "-a", "a-", "a.b"] {
            assert!(namespace(odd).is_err(), "{odd}");
        }
    }

    #[test]
    fn a_latency_is_written_as_people_do() {
        assert_eq!(duration("50ms"), Ok(std::time::Duration::from_millis(50)));
        assert!(duration("-1s").is_err());
        assert!(duration("soon").is_err());
    }
}
