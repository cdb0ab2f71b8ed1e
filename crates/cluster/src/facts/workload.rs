//! DaemonSets and Deployments: what their containers are told.

use serde::Deserialize;

use super::metadata::Metadata;

/// A DaemonSet or a Deployment, as far as its containers and what they mount.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
pub struct Workload {
    metadata: Metadata,
    #[serde(default)]
    spec: Spec,
}

#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
struct Spec {
    template: Template,
}

#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
struct Template {
    spec: PodSpec,
}

#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default, rename_all = "camelCase")]
struct PodSpec {
    host_network: bool,
    init_containers: Vec<Container>,
    containers: Vec<Container>,
    volumes: Vec<Volume>,
}

#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default, rename_all = "camelCase")]
struct Volume {
    config_map: Option<Named>,
}

#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
struct Named {
    name: String,
}

/// A container: its program and arguments as they are at last.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(from = "Written")]
pub struct Container {
    name: String,
    image: String,
    arguments: Vec<String>,
    env: Vec<Variable>,
}

/// A container as it is written.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Written {
    name: String,
    image: String,
    command: Vec<String>,
    args: Vec<String>,
    env: Vec<Variable>,
}

/// What KKP lets its own program start, once the API server answers.
#[derive(Deserialize)]
struct Wrapped {
    command: String,
    #[serde(default)]
    args: Vec<String>,
}

impl From<Written> for Container {
    fn from(written: Written) -> Self {
        let Written {
            name,
            image,
            command,
            args,
            env,
        } = written;
        let is_wrapped = command
            .first()
            .is_some_and(|one| one.ends_with("/http-prober"));
        let arguments: Vec<String> = command.into_iter().chain(args).collect();
        let wrapped = is_wrapped.then(|| unwrapped(&arguments)).flatten();
        Self {
            name,
            image,
            arguments: wrapped.unwrap_or(arguments),
            env,
        }
    }
}

/// The command in the argument `-command`, as JSON, that KKP's http-prober starts in its own place
/// (kubermatic, `pkg/resources/apiserver/is-running.go`).
fn unwrapped(arguments: &[String]) -> Option<Vec<String>> {
    let at = arguments
        .iter()
        .position(|one| one.trim_start_matches('-') == "command")?;
    let Wrapped { command, args } = serde_json::from_str(arguments.get(at + 1)?).ok()?;
    Some([command].into_iter().chain(args).collect())
}

#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(from = "WrittenVariable")]
struct Variable {
    name: String,
    value: Option<String>,
    is_from_elsewhere: bool,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct WrittenVariable {
    name: String,
    value: Option<String>,
    value_from: Option<serde_json::Value>,
}

impl From<WrittenVariable> for Variable {
    /// Some write credentials where their variable stands. They are nobody's business here.
    fn from(written: WrittenVariable) -> Self {
        const SECRET: [&str; 4] = ["TOKEN", "SECRET", "PASSWORD", "KEY"];
        let WrittenVariable {
            name,
            value,
            value_from,
        } = written;
        let is_secret = SECRET.iter().any(|part| name.contains(part));
        Self {
            is_from_elsewhere: value_from.is_some() || is_secret,
            value: value.filter(|_| !is_secret),
            name,
        }
    }
}

/// What an environment variable of a container is set to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Value<'a> {
    /// It is not set.
    Unset,
    /// It is set to this.
    Set(&'a str),
    /// It comes from a Secret or a config map, and cannot be seen.
    Hidden,
}

impl Workload {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.metadata.name
    }

    /// Whether its name or an image of it holds the text.
    pub fn runs(&self, part: &str) -> bool {
        let mut containers = self.spec.template.spec.containers.iter();
        self.metadata.name.contains(part) || containers.any(|one| one.image.contains(part))
    }

    /// Whether its pods use the nodes' own network.
    pub fn is_on_host(&self) -> bool {
        self.spec.template.spec.host_network
    }

    /// Every argument of its containers, those that run first among them.
    pub fn arguments(&self) -> impl Iterator<Item = &str> {
        let PodSpec {
            init_containers,
            containers,
            ..
        } = &self.spec.template.spec;
        let all = init_containers.iter().chain(containers);
        all.flat_map(|one| one.arguments.iter().map(String::as_str))
    }

    /// The container of that name.
    pub fn container(&self, name: &str) -> Option<&Container> {
        let mut all = self.spec.template.spec.containers.iter();
        all.find(|container| container.name == name)
    }

    /// What a flag is set to in any container: `--cluster-cidr`.
    pub fn flag(&self, name: &str) -> Option<&str> {
        let mut all = self.spec.template.spec.containers.iter();
        all.find_map(|container| container.flag(name))
    }

    /// What a variable is set to in any container.
    pub fn variable(&self, name: &str) -> Value<'_> {
        let mut all = self.spec.template.spec.containers.iter();
        let found = all.find_map(|container| {
            let mut all = container.env.iter();
            all.find(|variable| variable.name == name)
        });
        match found {
            None => Value::Unset,
            Some(variable) => match (&variable.value, variable.is_from_elsewhere) {
                (Some(value), _) => Value::Set(value),
                (None, true) => Value::Hidden,
                (None, false) => Value::Set(""),
            },
        }
    }

    /// The names of the config maps that it mounts.
    pub fn configs(&self) -> impl Iterator<Item = &str> {
        let volumes = self.spec.template.spec.volumes.iter();
        volumes.filter_map(|volume| volume.config_map.as_ref().map(|named| named.name.as_str()))
    }
}

impl Container {
    /// What a flag is set to: `--name=value`, or `--name` and the value after it. The last one counts.
    pub fn flag(&self, name: &str) -> Option<&str> {
        let all: Vec<&str> = self.arguments.iter().map(String::as_str).collect();
        all.iter().enumerate().rev().find_map(|(at, text)| {
            let text = text.trim_start_matches('-');
            let rest = text.strip_prefix(name)?;
            match rest.strip_prefix('=') {
                Some(value) => Some(value),
                None if rest.is_empty() => {
                    let next = all.get(at + 1).copied();
                    Some(next.filter(|next| !next.starts_with('-')).unwrap_or("true"))
                }
                None => None,
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_read_in_both_spellings() {
        let container: Container = serde_json::from_value(serde_json::json!({
            "command": ["/bin/manager", "--a=1", "-b", "2", "--c", "--d=x=y"],
            "args": ["--a=3"],
        }))
        .unwrap();
        assert_eq!(container.flag("a"), Some("3"));
        assert_eq!(container.flag("b"), Some("2"));
        assert_eq!(container.flag("c"), Some("true"));
        assert_eq!(container.flag("d"), Some("x=y"));
        assert_eq!(container.flag("e"), None);
    }

    /// As KKP writes its controller manager.
    #[test]
    fn the_command_that_kkps_prober_starts_is_what_counts() {
        let container: Container = serde_json::from_value(serde_json::json!({
            "name": "controller-manager",
            "command": ["/http-prober-bin/http-prober"],
            "args": [
                "-endpoint", "https://apiserver/healthz", "-retries", "100", "-command",
                "{\"command\":\"/usr/local/bin/kube-controller-manager\",\"args\":[\"--allocate-node-cidrs\",\"--cluster-cidr\",\"172.25.0.0/16,fd01::/48\"]}",
                "--crd-to-wait-for", "Machine,cluster.k8s.io/v1alpha1",
            ],
        }))
        .unwrap();
        assert_eq!(
            container.flag("cluster-cidr"),
            Some("172.25.0.0/16,fd01::/48")
        );
        assert_eq!(container.flag("allocate-node-cidrs"), Some("true"));
        assert_eq!(container.flag("retries"), None);
    }

    #[test]
    fn credentials_in_variables_are_not_kept() {
        let workload: Workload = serde_json::from_value(serde_json::json!({
            "metadata": { "name": "m" },
            "spec": { "template": { "spec": { "containers": [{
                "env": [{ "name": "HCLOUD_TOKEN", "value": "s3cret" }, { "name": "HCLOUD_NETWORK", "value": "7" }],
            }] } } },
        }))
        .unwrap();
        assert_eq!(workload.variable("HCLOUD_TOKEN"), Value::Hidden);
        assert_eq!(workload.variable("HCLOUD_NETWORK"), Value::Set("7"));
        assert!(!format!("{workload:?}").contains("s3cret"));
    }
}
