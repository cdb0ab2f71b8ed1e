use std::fmt::Write as _;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// What a token says. It carries this itself, as real (Fernet) tokens do: nothing is stored, and a
/// copy of the cloud knows the tokens of the original.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Token {
    pub(crate) user: String,
    /// The name of the project; a token without one opens nothing of Neutron.
    pub(crate) project: Option<String>,
    pub(crate) roles: Vec<String>,
    pub(crate) methods: Vec<String>,
    /// Id and name of the application credential that opened it.
    pub(crate) credential: Option<(String, String)>,
    pub(crate) issued: Duration,
    pub(crate) expires: Duration,
    pub(crate) serial: u64,
}

const PREFIX: &str = "gAAAAAB";

impl Token {
    /// As a header value: letters and digits.
    pub(crate) fn encode(&self) -> String {
        let plain = serde_json::to_string(self).expect("a token is JSON");
        let mut text = PREFIX.to_owned();
        for byte in plain.bytes() {
            write!(text, "{byte:02x}").expect("writing to a text does not fail");
        }
        text
    }

    /// The contrary; `None` for what is no token of ours.
    pub(crate) fn decode(text: &str) -> Option<Self> {
        let digits = text.strip_prefix(PREFIX)?.as_bytes();
        let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
        let plain: Option<Vec<u8>> = digits.chunks(2).map(byte).collect();
        serde_json::from_slice(&plain?).ok()
    }
}
