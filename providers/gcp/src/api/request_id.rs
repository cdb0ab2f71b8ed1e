//! The id by which the cloud knows a request that is sent again.

use groundwork_provider::IdempotencyToken;
use ring::digest::{SHA256, digest};

/// A UUID (RFC 9562, version 8) of a journalled token and of what is asked for: the same request has
/// the same one, and another request of the same step has another.
pub(super) fn request_id(token: &IdempotencyToken, asked: &str) -> String {
    let digest = digest(&SHA256, format!("{}\n{asked}", token.as_str()).as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest.as_ref()[..16]);
    let bits = u128::from_be_bytes(bytes);
    let version = bits & !(0xf << 76) | (0x8 << 76);
    let bits = version & !(0x3 << 62) | (0x2 << 62);
    let text = format!("{bits:032x}");
    let parts = [
        &text[..8],
        &text[8..12],
        &text[12..16],
        &text[16..20],
        &text[20..],
    ];
    parts.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_request_has_the_same_id_and_another_one_another() {
        let (one, two) = (
            IdempotencyToken::from_bits(1),
            IdempotencyToken::from_bits(2),
        );
        let id = request_id(&one, "POST /networks {}");
        assert_eq!(id, request_id(&one, "POST /networks {}"));
        assert_ne!(id, request_id(&two, "POST /networks {}"));
        assert_ne!(id, request_id(&one, "POST /networks {\"mtu\":1500}"));
        let shape: Vec<usize> = id.split('-').map(str::len).collect();
        assert_eq!(shape, [8, 4, 4, 4, 12]);
        assert_eq!(id.as_bytes()[14], b'8', "{id}");
        assert!(b"89ab".contains(&id.as_bytes()[19]), "{id}");
    }
}
