//! The DNS cache of the nodes and the address that kubelets give to pods, against the DNS service.

use std::net::IpAddr;

use groundwork_model::{Family, Finding, Severity};

use super::Scene;
use crate::{
    codes,
    facts::{Service, Workload, families, named},
};

pub(super) fn judge(scene: &Scene<'_>) -> Vec<Finding> {
    let cache = scene.facts.workload("node-local-dns");
    let mut findings = Vec::new();
    if let Some(cache) = cache {
        findings.extend(listens(cache, scene));
    }
    findings.extend(kubelet(cache, scene));
    findings
}

fn about(finding: Finding) -> Finding {
    finding.about("DNS cache of the nodes")
}

/// What the cache listens on, as far as these are addresses.
fn local(cache: &Workload) -> Vec<IpAddr> {
    addresses(cache.flag("localip").unwrap_or_default())
}

fn addresses(text: &str) -> Vec<IpAddr> {
    let parts = text.split([',', ' ']).map(str::trim);
    parts.filter_map(|part| part.parse().ok()).collect()
}

/// The service that answers names, in every cluster under this name.
fn service<'a>(scene: &'a Scene<'_>) -> Option<&'a Service> {
    let mut all = scene.facts.services.iter().flatten();
    all.find(|service| service.name() == "kube-system/kube-dns")
}

/// The cache takes addresses of one family alone (kubernetes/dns, `cmd/node-cache/main.go`).
fn listens(cache: &Workload, scene: &Scene<'_>) -> Option<Finding> {
    let own = local(cache);
    let has = families(&own);
    if has.len() > 1 {
        let message = format!(
            "-localip of {} names IPv4 and IPv6: the cache takes one family alone, and ends when it starts",
            cache.name()
        );
        let remedy = "leave one family in -localip, that of the kubelets' clusterDNS, and restart its pods; a \
                      second DaemonSet can serve the other family";
        return Some(about(Finding::error(codes::DNS, message).remedy(remedy)));
    }
    let cached = *has.first()?;
    let asked = families(&service(scene)?.cluster_ips());
    let missed: Vec<Family> = asked.into_iter().filter(|one| *one != cached).collect();
    if missed.is_empty() {
        return None;
    }
    let (severity, remedy) = match missed.first() == Some(&scene.expected.primary()) {
        true => (
            Severity::Warning,
            "give the cache an address of the cluster's first family in -localip (of fd00::/8 for IPv6), and \
             kubelets the same in clusterDNS",
        ),
        false => (
            Severity::Note,
            "nothing, as long as clusterDNS of the kubelets names the cache",
        ),
    };
    let message = format!(
        "the cache listens on {cached} alone, and the service kube-system/kube-dns has {} too: what is asked \
         there goes past the cache",
        named(&missed)
    );
    Some(about(
        Finding::new(severity, codes::DNS, message).remedy(remedy),
    ))
}

/// What kubeadm's kubelets write into `/etc/resolv.conf` of pods. KKP's have it from the machine's user data, which is not
/// seen here.
fn kubelet(cache: Option<&Workload>, scene: &Scene<'_>) -> Option<Finding> {
    let text = scene.facts.config("kubelet-config")?.text("kubelet");
    let config: serde_json::Value = serde_saphyr::from_str(text).ok()?;
    let list = config["clusterDNS"].as_array()?;
    let asked: Vec<IpAddr> = list
        .iter()
        .filter_map(|one| one.as_str()?.parse().ok())
        .collect();
    let mut answers = cache.map(local).unwrap_or_default();
    let dns = service(scene);
    answers.extend(dns.into_iter().flat_map(Service::cluster_ips));
    // Neither can be seen where these were not read.
    scene.facts.workloads.as_ref()?;
    dns?;
    let lost = asked.iter().find(|ip| !answers.contains(ip))?;
    let answers: Vec<String> = answers.iter().map(IpAddr::to_string).collect();
    let message = format!(
        "clusterDNS of kubelet-config is {lost}, which is neither an address of the service \
         kube-system/kube-dns nor of a DNS cache ({} are): pods of nodes with it resolve no name",
        answers.join(", ")
    );
    let finding = Finding::error(codes::DNS, message).about("kubelet-config");
    Some(finding.remedy(
        "correct clusterDNS in the config map kubelet-config, then kubeadm upgrade node and restart the \
         kubelet on each node, or install node-local-dns with that address in -localip",
    ))
}
