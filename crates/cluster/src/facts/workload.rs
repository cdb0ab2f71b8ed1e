//! DaemonSets and Deployments: what their containers are told.

use serde::Deserialize;

/// A DaemonSet or a Deployment, as far as its containers and what they mount.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Workload {
    metadata: Metadata,
    #[serde(default)]
    spec: Spec,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Metadata {
    name: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Spec {
    template: Template,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Template {
    spec: PodSpec,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct PodSpec {
    containers: Vec<Container>,
    volumes: Vec<Volume>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Volume {
    config_map: Option<Named>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Named {
    name: String,
}

/// A container.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Container {
    image: String,
    command: Vec<String>,
    args: Vec<String>,
    env: Vec<Variable>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Variable {
    name: String,
    value: Option<String>,
    value_from: Option<serde_json::Value>,
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
            Some(variable) => match (&variable.value, &variable.value_from) {
                (Some(value), _) => Value::Set(value),
                (None, Some(_)) => Value::Hidden,
                (None, None) => Value::Set(""),
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
        let all: Vec<&str> = self
            .command
            .iter()
            .chain(&self.args)
            .map(String::as_str)
            .collect();
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
}
