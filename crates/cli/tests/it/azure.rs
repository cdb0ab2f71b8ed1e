//! Azure as its users see it, over HTTP.
#![allow(clippy::unwrap_used, reason = "a test may")]

use crate::common::{Cloud, Ran, Seat};

const FILES: &str = "-f nat-gateway.yaml -f seed.yaml";

/// A user with the example's documents, at a cloud whose operations take so long.
fn ready(operation_delay: &str) -> (Cloud, Seat) {
    let cloud = Cloud::of("azure", &format!("--operation-delay {operation_delay}"));
    let seat = Seat::at(&cloud);
    let examples = [
        (
            "nat-gateway.yaml",
            include_str!("../../../../docs/examples/azure/nat-gateway.yaml"),
        ),
        (
            "seed.yaml",
            include_str!("../../../../docs/examples/azure/seed.yaml"),
        ),
    ];
    for (name, text) in examples {
        seat.write(name, text);
    }
    (cloud, seat)
}

fn run(seat: &Seat, line: &str) -> Ran {
    seat.run(&format!("{line} {FILES}"))
}

#[test]
fn from_preflight_to_destroy() {
    let (_cloud, seat) = ready("20ms");
    run(&seat, "preflight").ended(0);
    run(&seat, "plan --detailed-exitcode").ended(2);
    let applied = run(&seat, "apply --yes").ended(0);
    assert!(applied.err.contains("nat-gateway"), "{}", applied.err);
    let again = run(&seat, "apply --yes").ended(0);
    assert!(again.out.contains("Nothing to do"), "{}", again.out);
    run(&seat, "verify").ended(0);
    run(&seat, "drift").ended(0);
    run(&seat, "sweep").ended(0);
    let output = run(&seat, "output --patch").ended(0).out;
    assert!(output.contains("vnet: kubernetes-private"), "{output}");
    let inventory = run(&seat, "inventory").ended(0).out;
    assert!(inventory.contains("azure.nat-gateway/1"), "{inventory}");
    // No document says where the cloud is, or whose it is.
    seat.run("destroy --cluster private --yes").ended(0);
    let inventory = run(&seat, "inventory").ended(0).out;
    assert!(
        inventory.contains("nothing carries its label"),
        "{inventory}"
    );
}

#[test]
fn a_secret_is_asked_for_and_never_shown() {
    let (_cloud, seat) = ready("0s");
    let seat = seat.with("GROUNDWORK_LOG", "trace");
    let shown = run(&seat, "plan").ended(0);
    let both = format!("{}{}", shown.err, shown.out);
    for secret in ["mock~secret", "eyJ0eXAi", "client_secret="] {
        assert!(!both.contains(secret), "{secret}: {both}");
    }
    let wrong = seat.with("AZURE_CLIENT_SECRET", "another");
    let refused = run(&wrong, "plan");
    assert_ne!(refused.code, 0);
    assert!(refused.err.contains("AADSTS7000215"), "{}", refused.err);
    assert!(!refused.err.contains("another"), "{}", refused.err);
}

/// The token is the one that `az` prints: no endpoint is asked for another one. The mock has not given it,
/// and says so.
#[cfg(unix)]
#[test]
fn who_has_logged_in_with_az_shows_the_token_of_az() {
    use std::os::unix::fs::PermissionsExt as _;
    const AZ: &str = "#!/bin/sh\necho \"$@\" > \"$HOME/asked\"\n\
        echo '{\"accessToken\":\"token-of-az\",\"expires_on\":4102444800,\"tokenType\":\"Bearer\"}'\n";
    let (_cloud, seat) = ready("0s");
    std::fs::create_dir(seat.folder().join("bin")).unwrap();
    let program = seat.write("bin/az", AZ);
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:/usr/bin:/bin", seat.folder().join("bin").display());
    let keys = ["AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET", "AZURE_TENANT_ID"];
    let seat = seat.without(&keys).with("PATH", &path);
    let planned = run(&seat, "plan");
    assert_ne!(planned.code, 0);
    assert!(
        planned.err.contains("InvalidAuthenticationToken"),
        "{}",
        planned.err
    );
    let asked = std::fs::read_to_string(seat.folder().join("asked")).unwrap();
    assert!(asked.contains("account get-access-token"), "{asked}");
    assert!(asked.contains("--subscription"), "{asked}");
    assert!(!planned.err.contains("token-of-az"), "{}", planned.err);
    // Without the program it is said what to do.
    let nobody = run(&seat.with("PATH", "/nowhere"), "plan");
    assert_ne!(nobody.code, 0);
    assert!(nobody.err.contains("az login"), "{}", nobody.err);
}
