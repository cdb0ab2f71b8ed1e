//! Copies of bytes that are not quite what they were.

use proptest::prelude::*;

/// What is written into copies: what parsers have stumbled over.
const TOKENS: &[&[u8]] = &[
    b"null",
    b"true",
    b"~",
    b"[]",
    b"{}",
    b"\"\"",
    b"-1",
    b"0",
    b"1e999",
    b"NaN",
    b"18446744073709551616",
    b"\0",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xc3\x28",
    b"\t",
    b"\r",
    b"&a ",
    b"*a",
    b"!!binary ",
    b"<<: ",
    b"---\n",
    b"...\n",
    b"? ",
    b": ",
    b"- ",
    b"|\n",
    b">\n",
    b"%YAML 1.1\n",
    b"::",
    b"/129",
    b"/-1",
    b"0x10",
    b"010.0.0.1/8",
    b"fe80::1%eth0/64",
    b"::ffff:10.0.0.0/112",
    b"0/0",
    b"\\u0000",
    b"\xe2\x80\xae",
    b"<!--",
    b"]]>",
    b"&#0;",
];

/// One change of a copy. Places are fractions of its length, so that they fit every length.
#[derive(Clone, Debug)]
enum Change {
    Byte(u16, u8),
    Token(u16, usize),
    Cut(u16, u16),
    Twice(u16, u16),
    End(u16),
}

fn change() -> impl Strategy<Value = Change> {
    let short = 0..4096_u16;
    prop_oneof![
        (any::<u16>(), any::<u8>()).prop_map(|(at, byte)| Change::Byte(at, byte)),
        (any::<u16>(), 0..TOKENS.len()).prop_map(|(at, token)| Change::Token(at, token)),
        (any::<u16>(), short.clone()).prop_map(|(at, length)| Change::Cut(at, length)),
        (any::<u16>(), short).prop_map(|(at, length)| Change::Twice(at, length)),
        any::<u16>().prop_map(Change::End),
    ]
}

/// Damaged copies of one of these.
pub(crate) fn damaged(seeds: Vec<Vec<u8>>) -> impl Strategy<Value = Vec<u8>> {
    let changes = prop::collection::vec(change(), 1..8);
    (prop::sample::select(seeds), changes).prop_map(|(mut bytes, changes)| {
        for change in changes {
            apply(&change, &mut bytes);
        }
        bytes
    })
}

fn apply(change: &Change, bytes: &mut Vec<u8>) {
    let place = |at: u16| usize::from(at) * bytes.len() / (usize::from(u16::MAX) + 1);
    let span = |at: u16, length: u16| {
        let (from, length) = (place(at), usize::from(length) * bytes.len() / 65_536);
        from..(from + length).min(bytes.len())
    };
    match *change {
        Change::Byte(at, byte) => {
            let at = place(at);
            if let Some(there) = bytes.get_mut(at) {
                *there = byte;
            }
        }
        Change::Token(at, token) => {
            let at = place(at);
            bytes.splice(at..at, TOKENS[token].iter().copied());
        }
        Change::Cut(at, length) => {
            bytes.drain(span(at, length));
        }
        Change::Twice(at, length) => {
            let span = span(at, length);
            let (end, copy) = (span.end, bytes[span].to_vec());
            bytes.splice(end..end, copy);
        }
        Change::End(at) => bytes.truncate(place(at)),
    }
}
