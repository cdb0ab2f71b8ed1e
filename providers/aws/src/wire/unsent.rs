//! Why nothing could be sent.

use std::error::Error as StdError;

use aws_smithy_types::error::ErrorMetadata;
use groundwork_provider::{Error, ErrorKind};

use crate::wire::causes;

/// What to do where nobody says who asks.
pub(crate) const CREDENTIALS: &str = "give accessKeyID and secretAccessKey, a credentialsReference, or set up the environment as for \
                                      the AWS command line";

/// Without a request nothing was sent: there are no credentials, or no place to send it to. The
/// last error of the chain says it in words; those above it are the SDK's own layers.
pub(crate) fn unsent(operation: &str, error: &(dyn StdError + 'static)) -> Error {
    let layers: Vec<String> = std::iter::once(error)
        .chain(causes(error))
        .map(words)
        .collect();
    let (why, remedy) = match layers.iter().any(|layer| is_of_a_place(layer)) {
        true => (
            "there is no such place",
            "correct the datacenter's region, or AWS_ENDPOINT_URL",
        ),
        false => ("there are no credentials that can be used", CREDENTIALS),
    };
    let last = layers.last().map_or("", String::as_str);
    Error::new(ErrorKind::Denied, operation, format!("{why}: {last}")).remedy(remedy)
}

/// A layer's own words. A service's refusal has none, and shows its fields instead.
fn words(layer: &(dyn StdError + 'static)) -> String {
    let said = layer.downcast_ref::<ErrorMetadata>().map(|refusal| {
        let parts = [refusal.code(), refusal.message()];
        parts.into_iter().flatten().collect::<Vec<_>>().join(": ")
    });
    said.unwrap_or_else(|| layer.to_string())
}

/// By whole words: `security` has a `uri` in it.
fn is_of_a_place(layer: &str) -> bool {
    let mut words = layer.split(|letter: char| !letter.is_alphanumeric());
    words.any(|word| {
        ["endpoint", "uri", "authority"]
            .iter()
            .any(|place| word.eq_ignore_ascii_case(place))
    })
}

#[cfg(test)]
mod tests {
    use std::{fmt, io};

    use super::*;

    #[derive(Debug)]
    struct Layer(Box<dyn StdError>);

    impl fmt::Display for Layer {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("dispatch failure")
        }
    }

    impl StdError for Layer {
        fn source(&self) -> Option<&(dyn StdError + 'static)> {
            Some(&*self.0)
        }
    }

    fn said(last: impl Into<Box<dyn StdError>>) -> Error {
        unsent("DescribeVpcs", &Layer(last.into()))
    }

    #[test]
    fn a_place_is_told_by_its_words() {
        for place in ["invalid uri character", "no Endpoint for region `x`"] {
            assert_eq!(
                said(io::Error::other(place)).message,
                format!("there is no such place: {place}")
            );
        }
        let keys = said(io::Error::other("the security token is invalid"));
        assert_eq!(keys.remedy.as_deref(), Some(CREDENTIALS));
    }

    #[test]
    fn a_refusal_is_told_by_its_code_and_message() {
        let refusal = ErrorMetadata::builder()
            .code("UnauthorizedException")
            .message("Session token not found")
            .build();
        let expected = "there are no credentials that can be used: UnauthorizedException: \
                        Session token not found";
        assert_eq!(said(refusal).message, expected);
    }
}
