//! A preset as the source of credentials.

use crate::common::{SEED, Seat, cluster, ready};

const PRESET: &str = "
apiVersion: kubermatic.k8c.io/v1
kind: Preset
metadata: {name: NAME}
spec:
  openstack: {username: demo, password: PASSWORD, project: demo, domain: Default}
";

fn preset(name: &str, password: &str) -> String {
    PRESET.replace("NAME", name).replace("PASSWORD", password)
}

fn documents(seat: &Seat, annotation: &str, presets: &[String]) {
    let text = cluster("demo");
    let text = match annotation {
        "" => text,
        name => text.replacen(
            "metadata: {",
            &format!("metadata: {{annotations: {{presetName: {name}}}, "),
            1,
        ),
    };
    assert!(
        annotation.is_empty() || text.contains("presetName"),
        "{text}"
    );
    seat.write("cluster.yaml", &text);
    seat.write("seed.yaml", SEED);
    seat.write("presets.yaml", &presets.join("---"));
}

const LINE: &str = "plan -f cluster.yaml -f seed.yaml -f presets.yaml";

/// The environment would do: it is the preset's wrong password that counts.
#[test]
fn the_preset_of_the_cluster_is_used() {
    let (_cloud, seat) = ready("");
    let presets = [preset("right", "secret"), preset("wrong", "another")];
    documents(&seat, "right", &presets);
    seat.run(LINE).ended(0);
    documents(&seat, "wrong", &presets);
    seat.run(LINE).ended(3);
    documents(&seat, "", &presets);
    seat.run(LINE).ended(0);
}

#[test]
fn the_only_preset_for_the_cloud_is_used() {
    let (_cloud, seat) = ready("");
    documents(&seat, "", &[preset("wrong", "another")]);
    seat.run(LINE).ended(3);
    let disabled = preset("wrong", "another").replace("spec:", "spec:\n  enabled: false");
    documents(&seat, "", &[disabled]);
    seat.run(LINE).ended(0);
}

#[test]
fn a_preset_that_was_not_given_is_said() {
    let (_cloud, seat) = ready("");
    documents(&seat, "absent", &[preset("right", "secret")]);
    let ran = seat.run(LINE).ended(0);
    assert!(
        ran.out.contains("Preset absent was not given"),
        "{}",
        ran.out
    );
}
