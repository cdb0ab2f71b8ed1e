//! `render loadbalancer-annotations`: what a Service of type LoadBalancer needs in both families.

use std::collections::BTreeMap;

use groundwork_knowledge::{LoadBalancer, ServiceShape};
use groundwork_model::{Addressing, Cluster, Datacenter};
use serde::Serialize;

use super::{Rendered, print, tell};
use crate::{
    Exit,
    args::ServiceOptions,
    context::Context,
    documents::{self, Given},
    known,
    lines::Artefact,
    render::{capital, yaml::yaml},
    stop::Stop,
};

/// What stands where the document does not say where the datacenter is.
const PLACEHOLDER: &str = "LOCATION";

/// Prints the Service, or one a family.
pub(super) async fn run(context: &mut Context<'_>, options: &ServiceOptions) -> Result<Exit, Stop> {
    let known = known::read(context).await?;
    let given = documents::read(context).await?;
    let cluster = given.cluster(context)?.clone();
    let found = given.findings_for(&cluster);
    let provider = cluster
        .provider()
        .map_err(|finding| Stop::Unfit(vec![finding]))?;
    if !Addressing::readable(&cluster).family.is_dual_stack() {
        let message = "the cluster has IPv4 alone: its Services need nothing for a second family";
        return Err(Stop::Usage(message.to_owned()));
    }
    let Some(known) = known.load_balancer(provider, cluster.spec.version) else {
        let message = format!("nothing is known of Services of type LoadBalancer on {provider}");
        return Err(Stop::Usage(message));
    };
    if known.services.is_empty() {
        return Err(refusal(known));
    }
    tell(context, &found)?;
    let location = location(&given, &cluster);
    let several = known.services.len() > 1;
    let rendered = known.services.iter().enumerate().map(|(number, shape)| {
        let name = match shape.families.as_slice() {
            [only] if several => format!("{}-{}", options.service, only.to_string().to_lowercase()),
            _ => options.service.clone(),
        };
        let goes = format!("Service {name}, beside its selector and its ports");
        let mut notes = vec![format!("Goes to {goes}.")];
        if number == 0 {
            notes.push(capital(&known.says) + ".");
            notes.extend(known.sources.first().cloned());
        }
        Rendered {
            what: Artefact::LoadbalancerAnnotations,
            text: yaml(&Service::of(shape, &name, &location)),
            name,
            goes,
            notes,
        }
    });
    print(context, rendered.collect())?;
    Ok(Exit::Well)
}

fn refusal(known: &LoadBalancer) -> Stop {
    let remedy = known.remedy.iter().map(|remedy| format!("; {remedy}"));
    Stop::Usage(format!(
        "there is no load balancer of both families here: {}{}",
        known.says,
        remedy.collect::<String>()
    ))
}

/// Where a cluster's datacenter is, by the name that its cloud gives that.
fn location(given: &Given, cluster: &Cluster) -> String {
    let datacenter = given.documents.datacenter_of(cluster).ok();
    let said = datacenter.and_then(|datacenter| said(datacenter, cluster.provider().ok()?));
    said.unwrap_or_else(|| PLACEHOLDER.to_owned())
}

fn said(datacenter: &Datacenter, provider: &str) -> Option<String> {
    let section = datacenter.spec.clouds.get(provider)?.value();
    let text = |field: &str| section.get(field)?.as_str().filter(|text| !text.is_empty());
    let older = || text("datacenter").and_then(|text| text.split("-dc").next());
    text("location").or_else(older).map(str::to_owned)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Service<'a> {
    api_version: &'a str,
    kind: &'a str,
    metadata: Metadata<'a>,
    spec: Spec<'a>,
}

#[derive(Serialize)]
struct Metadata<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    annotations: BTreeMap<&'a str, String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Spec<'a> {
    r#type: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    load_balancer_class: Option<&'a str>,
    ip_family_policy: &'a str,
    ip_families: Vec<String>,
}

impl<'a> Service<'a> {
    fn of(shape: &'a ServiceShape, name: &'a str, location: &str) -> Self {
        let annotations = shape.annotations.iter();
        let annotations = annotations
            .map(|(key, value)| (key.as_str(), value.replace("{location}", location)))
            .collect();
        let is_single = shape.families.len() < 2;
        Self {
            api_version: "v1",
            kind: "Service",
            metadata: Metadata { name, annotations },
            spec: Spec {
                r#type: "LoadBalancer",
                load_balancer_class: shape.class.as_deref(),
                ip_family_policy: if is_single {
                    "SingleStack"
                } else {
                    "RequireDualStack"
                },
                ip_families: shape.families.iter().map(ToString::to_string).collect(),
            },
        }
    }
}
