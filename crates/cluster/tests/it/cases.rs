//! Clusters as data, each with everything that is to be said of it: `tests/cases`. Those that a real API
//! server takes are shown to one as well, in `tests/real`.

use serde_json::Value;

use crate::common::{Lab, told};

async fn hold(text: &str) {
    let cases: Vec<Value> = serde_saphyr::from_str(text).expect("the cases are a list");
    assert!(!cases.is_empty());
    let mut wrong = Vec::new();
    for case in &cases {
        let lab = Lab::of(case);
        let findings = lab.findings_of(case).await;
        let said = told(&findings);
        let wanted = case["findings"]
            .as_array()
            .expect("each says what is found");
        let fits = |(said, wanted): (&String, &Value)| {
            let part = |at: usize| wanted[at].as_str().expect("a code and a part of its text");
            said.contains(part(0)) && said.contains(part(1))
        };
        if said.len() != wanted.len() || !said.iter().zip(wanted).all(fits) {
            wrong.push(format!("{}:\n  {}", case["name"], said.join("\n  ")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

macro_rules! files {
    ($($name:ident $file:literal)*) => {
        $(#[tokio::test(start_paused = true)]
        async fn $name() {
            hold(include_str!(concat!("../cases/", $file, ".yaml"))).await;
        })*
    };
}

files! {
    what_hetzners_controller_does_has_its_finding "hetzner"
    what_digitaloceans_controller_does_has_its_finding "digitalocean"
    what_openstacks_controller_does_has_its_finding "openstack"
    what_awss_controller_does_has_its_finding "aws"
    what_vspheres_controller_does_has_its_finding "vsphere"
    what_other_clouds_and_none_do_has_its_finding "others"
    what_the_control_plane_does_has_its_finding "ranges"
    what_is_wrong_with_services_has_its_finding "services"
    what_is_wrong_with_plugins_and_pods_has_its_finding "plugins"
    what_is_wrong_in_kkps_seed_has_its_finding "seed"
    what_the_cloud_has_otherwise_has_its_finding "machines"
    what_calicos_pools_are_has_its_finding "pools"
    what_workloads_set_in_the_kernel_has_its_finding "kernel"
}
