//! Why nothing could be sent.

use groundwork_provider::{Error, ErrorKind};

/// What to do where nobody says who asks.
pub(crate) const CREDENTIALS: &str = "give accessKeyID and secretAccessKey, a credentialsReference, or set up the environment as for \
                                      the AWS command line";

/// Without a request nothing was sent: there are no credentials, or no place to send it to. The
/// last error of the chain says it in words; those above it are the SDK's own layers.
pub(crate) fn unsent(operation: &str, error: &(dyn std::error::Error + 'static)) -> Error {
    let mut layers = vec![error.to_string()];
    let mut below = error.source();
    while let Some(layer) = below {
        layers.push(layer.to_string());
        below = layer.source();
    }
    let last = layers.pop().unwrap_or_default();
    let is_place = layers.iter().chain([&last]).any(|layer| {
        let layer = layer.to_lowercase();
        ["endpoint", "uri", "authority"]
            .iter()
            .any(|word| layer.contains(word))
    });
    let (why, remedy) = match is_place {
        true => (
            "there is no such place",
            "correct the datacenter's region, or AWS_ENDPOINT_URL",
        ),
        false => ("there are no credentials that can be used", CREDENTIALS),
    };
    Error::new(ErrorKind::Denied, operation, format!("{why}: {last}")).remedy(remedy)
}
