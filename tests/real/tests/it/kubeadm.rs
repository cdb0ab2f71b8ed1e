//! What nodes join with, before kubeadm itself.

use anyhow::{Context, Result, ensure};
use real::binary::Seat;
use real::document::Document;
use real::kubeadm::{Kubeadm, each_release};
use serde_json::{Value, json};

const TOKEN: &str = "9xwn14.ktdfg3s3fqyj0dr9";
const HASH: &str = "sha256:b36ebfbcf51e019e6c763dd95bbc307ee4e96e9534d3133a65cf185c0dd74551";

fn document(release: &'static str, endpoint: &str) -> Document {
    let section = json!({
        "apiServerEndpoint": endpoint,
        "caCertHashes": [HASH],
        "nodes": [
            { "name": "worker-1", "addresses": ["10.0.6.11/24", "fd0a:6::11/64"] },
            { "name": "worker-2.example.org", "addresses": ["10.0.6.12", "fd0a:6::12"] },
        ],
    });
    Document::new("bringyourown", "own", section, json!({})).of_version(release)
}

/// Every file that is rendered for a release passes there, whatever the endpoint is.
#[test]
fn kubeadm_takes_every_file_that_is_rendered() -> Result<()> {
    let seat = Seat::with_environment(&[("GROUNDWORK_BOOTSTRAP_TOKEN", TOKEN)])?;
    for kubeadm in each_release() {
        for endpoint in ["k.example.org:30038", "10.0.0.1:6443", "[fd0a::1]:6443"] {
            let document = document(kubeadm.release, endpoint);
            let arguments = ["render", "join", "--show-token", "--output", "json"];
            let run = seat.run(&document, &arguments)?.ended(0)?;
            let lines = run.out.lines().map(serde_json::from_str::<Value>);
            let lines = lines.collect::<Result<Vec<_>, _>>()?;
            ensure!(lines.len() == 2, "{}", run.out);
            for line in lines {
                let text = line["text"].as_str().context("it has a text")?;
                let why = kubeadm.refuses(text)?;
                ensure!(why.is_none(), "{}: {why:?}\n{text}", kubeadm.release);
            }
        }
    }
    Ok(())
}

/// A bad file: what it is, its text, and who refuses it: kubeadm 1.36, kubeadm 1.37, and we for a
/// cluster of each.
struct Bad {
    what: &'static str,
    text: String,
    kubeadm: [bool; 2],
    ours: [bool; 2],
}

impl Bad {
    /// A file that differs from a good one in one place.
    fn new(
        what: &'static str,
        (from, to): (&str, &str),
        kubeadm: [bool; 2],
        ours: [bool; 2],
    ) -> Self {
        let text = GOOD.replace(from, to);
        assert!(
            from.is_empty() || text != GOOD,
            "{what}: nothing is replaced"
        );
        Self {
            what,
            text,
            kubeadm,
            ours,
        }
    }
}

const GOOD: &str = "\
apiVersion: kubeadm.k8s.io/v1beta4
kind: JoinConfiguration
discovery:
  bootstrapToken:
    apiServerEndpoint: k.example.org:30038
    token: 9xwn14.ktdfg3s3fqyj0dr9
    caCertHashes:
    - sha256:b36ebfbcf51e019e6c763dd95bbc307ee4e96e9534d3133a65cf185c0dd74551
nodeRegistration:
  kubeletExtraArgs:
  - name: node-ip
    value: 10.0.6.11,fd0a:6::11
";
const LIST: &str = "  - name: node-ip\n    value: 10.0.6.11,fd0a:6::11\n";
const MAP: &str = "    node-ip: 10.0.6.11,fd0a:6::11\n";
const CLUSTER: &str = "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nkubernetesVersion: v1.36.3\nnetworking:\n";
const IP: &str = "10.0.6.11,fd0a:6::11";

fn table() -> Vec<Bad> {
    const BOTH: [bool; 2] = [true, true];
    const NEITHER: [bool; 2] = [false, false];
    let networking = |what, pods: &str, services: &str| Bad {
        what,
        text: format!("{CLUSTER}  podSubnet: {pods}\n  serviceSubnet: {services}\n"),
        kubeadm: NEITHER,
        ours: BOTH,
    };
    let older = GOOD.replace("v1beta4", "v1beta3");
    vec![
        Bad::new("a good file", ("", ""), NEITHER, NEITHER),
        Bad::new("v1beta4 with the map of v1beta3", (LIST, MAP), BOTH, BOTH),
        Bad {
            what: "v1beta3 with its map",
            text: older.replace(LIST, MAP),
            kubeadm: [false, true],
            ours: [false, true],
        },
        Bad {
            what: "v1beta3 with the list of v1beta4",
            text: older,
            kubeadm: BOTH,
            ours: BOTH,
        },
        Bad::new("v1beta2", ("v1beta4", "v1beta2"), BOTH, BOTH),
        Bad::new("an argument that is a number", (IP, "10"), BOTH, BOTH),
        Bad::new(
            "a token of another form",
            ("9xwn14.", "9XWN14."),
            BOTH,
            BOTH,
        ),
        Bad::new(
            "a hash of another form",
            ("sha256:b3", "sha256:zz"),
            NEITHER,
            BOTH,
        ),
        Bad::new("an endpoint without a port", (":30038", ""), BOTH, BOTH),
        Bad::new(
            "no hash",
            (&format!("    caCertHashes:\n    - {HASH}\n"), ""),
            BOTH,
            BOTH,
        ),
        Bad::new(
            "node-ip that is no address",
            (IP, "not-an-ip,fd0a:6::11"),
            NEITHER,
            BOTH,
        ),
        Bad::new(
            "node-ip with a blank",
            (IP, "10.0.6.11, fd0a:6::11"),
            NEITHER,
            BOTH,
        ),
        Bad::new(
            "node-ip with IPv6 first",
            (IP, "fd0a:6::11,10.0.6.11"),
            NEITHER,
            BOTH,
        ),
        Bad::new("node-ip of one family", (IP, "10.0.6.11"), NEITHER, BOTH),
        Bad::new(
            "node-ip of one family twice",
            (IP, "10.0.6.11,10.0.6.12"),
            NEITHER,
            BOTH,
        ),
        Bad::new(
            "a link-local node-ip",
            (IP, "10.0.6.11,fe80::11"),
            NEITHER,
            BOTH,
        ),
        Bad::new(
            "node-ip inside of services",
            (IP, "10.240.16.9,fd0a:6::11"),
            NEITHER,
            BOTH,
        ),
        networking(
            "pods and services that overlap",
            "10.0.0.0/16,fd01::/48",
            "10.0.9.0/24,fd02::/112",
        ),
        networking(
            "services in another order",
            "10.0.0.0/16,fd01::/48",
            "fd02::/112,10.1.0.0/20",
        ),
        networking(
            "services of one family",
            "10.0.0.0/16,fd01::/48",
            "10.1.0.0/20",
        ),
    ]
}

/// Each bad file is refused by whom the table says: what kubeadm refuses we refuse as well, before it
/// is copied to a node; and what it lets pass and should not.
#[test]
fn who_refuses_what_is_as_the_table_says() -> Result<()> {
    let seat = Seat::new()?;
    let mut wrong = Vec::new();
    for kubeadm in each_release() {
        let release = usize::from(kubeadm.release.starts_with("1.37"));
        for bad in table() {
            let theirs = kubeadm.refuses(&bad.text)?;
            let ours = refused_here(&seat, &kubeadm, &bad.text)?;
            if (theirs.is_some(), ours) != (bad.kubeadm[release], bad.ours[release]) {
                let what = bad.what;
                wrong.push(format!(
                    "{} {what}: {theirs:?}, here {ours}",
                    kubeadm.release
                ));
            }
        }
    }
    ensure!(wrong.is_empty(), "{wrong:#?}");
    Ok(())
}

/// Whether a preflight with the file beside a good cluster of that release is unfit.
fn refused_here(seat: &Seat, kubeadm: &Kubeadm, text: &str) -> Result<bool> {
    let document = document(kubeadm.release, "k.example.org:30038").beside(text);
    let run = seat.run(&document, &["preflight"])?;
    ensure!(matches!(run.code, 0 | 1), "{}", run.text());
    Ok(run.code == 1)
}
