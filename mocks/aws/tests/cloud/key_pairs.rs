//! SSH keys of machines.

use crate::client::Client;

/// `ssh-ed25519 AAAA demo` in base64.
const KEY: &str = "c3NoLWVkMjU1MTkgQUFBQSBkZW1v";

#[test]
fn a_key_is_imported_once_under_a_name_and_deleted_by_it() {
    let client = Client::new();
    let import = [("KeyName", "demo"), ("PublicKeyMaterial", KEY)];
    let id = client.call("ImportKeyPair", &import).first("keyPairId");
    let refused = client.refused("ImportKeyPair", &import);
    assert_eq!(refused, "InvalidKeyPair.Duplicate");
    let shown = client.call("DescribeKeyPairs", &[("KeyName.1", "demo")]);
    assert_eq!(shown.first("keyPairId"), id);
    assert_eq!(shown.first("keyType"), "ed25519");
    assert!(shown.all("publicKey").is_empty());
    let whole = client.call("DescribeKeyPairs", &[("IncludePublicKey", "true")]);
    assert_eq!(whole.first("publicKey"), "ssh-ed25519 AAAA demo");
    client.call("DeleteKeyPair", &[("KeyName", "demo")]);
    // EC2 takes it for done.
    client.call("DeleteKeyPair", &[("KeyName", "demo")]);
    let refused = client.refused("DescribeKeyPairs", &[("KeyName.1", "demo")]);
    assert_eq!(refused, "InvalidKeyPair.NotFound");
    let nonsense = [("KeyName", "x"), ("PublicKeyMaterial", "bm9uc2Vuc2U=")];
    let refused = client.refused("ImportKeyPair", &nonsense);
    assert_eq!(refused, "InvalidKey.Format");
}
