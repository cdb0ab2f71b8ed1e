//! Who asks.

use crate::client::Client;

#[test]
fn a_signature_is_held_against_the_secret() {
    let mut client = Client::new();
    client.secret.push('x');
    assert_eq!(client.refused("DescribeVpcs", &[]), "SignatureDoesNotMatch");
}

#[test]
fn an_unknown_key_is_not_believed() {
    let mut client = Client::new();
    client.key.push('X');
    assert_eq!(client.refused("DescribeVpcs", &[]), "AuthFailure");
}

#[test]
fn a_clock_may_be_off_by_a_quarter_of_an_hour() {
    let mut client = Client::new();
    for (ahead_s, served) in [(899, true), (-899, true), (901, false), (-901, false)] {
        client.ahead_s = ahead_s;
        if served {
            client.call("DescribeVpcs", &[]);
        } else {
            assert_eq!(client.refused("DescribeVpcs", &[]), "RequestExpired");
        }
    }
}
