//! What may not be in the dependency tree, whoever asks for it.

use anyhow::{Result, bail};

use crate::command;

/// TLS here is rustls with ring: the others need a C toolchain or the system's libraries.
const FORBIDDEN: [&str; 4] = ["aws-lc-sys", "native-tls", "openssl", "openssl-sys"];

/// Looks for them in the locked tree, all targets and features of ours included.
pub(crate) fn check() -> Result<()> {
    let arguments = [
        "tree",
        "--workspace",
        "--locked",
        "--target",
        "all",
        "--prefix",
        "none",
    ];
    let output = command::output(command::cargo(arguments).args(["--format", "{p}"]))?;
    if !output.status.success() {
        bail!(
            "cargo tree failed:\n{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    let found = forbidden_in(&String::from_utf8(output.stdout)?);
    if !found.is_empty() {
        bail!(
            "in the dependency tree: {}; `cargo tree --invert NAME` says whose",
            found.join(", ")
        );
    }
    Ok(())
}

fn forbidden_in(tree: &str) -> Vec<&'static str> {
    let names: Vec<&str> = tree
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    FORBIDDEN
        .into_iter()
        .filter(|name| names.contains(name))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forbidden_crate_is_named_and_a_similar_one_is_not() {
        assert_eq!(forbidden_in("openssl-probe v0.1\nserde v1"), [""; 0]);
        assert_eq!(forbidden_in("serde v1\naws-lc-sys v0.30\n"), ["aws-lc-sys"]);
    }
}
