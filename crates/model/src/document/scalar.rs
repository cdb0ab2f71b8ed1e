//! What a scalar of YAML means: the core schema of YAML 1.2, which JSON is a part of.

use serde_json::Number;

use super::tree::Content;

/// The meaning of a scalar that stands without quotes, where that is not its text.
///
/// A number with leading zeros stays text: readers of YAML 1.1 take it for octal, others do not.
pub(super) fn plain(text: &str) -> Option<Content> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Some(Content::Null),
        "true" | "True" | "TRUE" => Some(Content::Bool(true)),
        "false" | "False" | "FALSE" => Some(Content::Bool(false)),
        _ if is_not_finite(text) => Some(Content::NotFinite),
        _ => number(text).map(|number| Content::Number(number, text.to_owned())),
    }
}

/// What a reader of YAML 1.1 takes a scalar without quotes for, where that is something else than
/// YAML 1.2 says: kubectl is one.
pub(super) fn in_yaml_1_1(text: &str) -> Option<&'static str> {
    match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Some("true"),
        "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => Some("false"),
        _ if is_number_of_old(text) => Some("another number or text"),
        _ => None,
    }
}

/// Octal numbers in either spelling, binary ones, and digits in groups.
fn is_number_of_old(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let all = |digits: &str, radix| {
        digits.chars().any(|c| c.is_digit(radix))
            && digits.chars().all(|c| c.is_digit(radix) || c == '_')
    };
    let octal = unsigned.strip_prefix("0o").is_some_and(|d| all(d, 8));
    let binary = unsigned.strip_prefix("0b").is_some_and(|d| all(d, 2));
    let old_octal = unsigned.len() > 1 && unsigned.starts_with('0') && all(unsigned, 8);
    let grouped = unsigned.starts_with(|c: char| c.is_ascii_digit())
        && unsigned.contains('_')
        && all(unsigned, 10);
    octal || binary || old_octal || grouped
}

fn is_not_finite(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN")
}

fn number(text: &str) -> Option<Number> {
    if let Some(digits) = text.strip_prefix("0x") {
        return digits_of(digits, 16);
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return digits_of(digits, 8);
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let leading_zero =
        unsigned.len() > 1 && unsigned.starts_with('0') && unsigned.as_bytes()[1].is_ascii_digit();
    if leading_zero || !looks_like_number(unsigned) {
        return None;
    }
    let decimal = text.strip_prefix('+').unwrap_or(text);
    decimal
        .parse::<i64>()
        .map(Number::from)
        .or_else(|_| decimal.parse::<u64>().map(Number::from))
        .ok()
        .or_else(|| Number::from_f64(decimal.parse().ok()?))
}

fn digits_of(digits: &str, radix: u32) -> Option<Number> {
    let all = !digits.is_empty() && digits.chars().all(|c| c.is_digit(radix));
    all.then(|| u64::from_str_radix(digits, radix).ok().map(Number::from))?
}

/// Digits with at most one point and one exponent: `parse::<f64>` alone would take `infinity`.
fn looks_like_number(unsigned: &str) -> bool {
    let mut chars = unsigned.bytes();
    let first = chars.next();
    first.is_some_and(|b| b.is_ascii_digit() || b == b'.')
        && unsigned.bytes().any(|b| b.is_ascii_digit())
        && unsigned
            .bytes()
            .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'+' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        match plain(text) {
            None => format!("{text:?}"),
            Some(Content::Null) => "null".to_owned(),
            Some(Content::Bool(value)) => value.to_string(),
            Some(Content::Number(number, _)) => number.to_string(),
            Some(Content::NotFinite) => "not finite".to_owned(),
            Some(Content::Text(_) | Content::List(_) | Content::Object(_)) => {
                unreachable!("a scalar is neither")
            }
        }
    }

    #[test]
    fn what_kubectl_reads_differently_is_known() {
        for text in [
            "no", "Yes", "ON", "y", "0o30", "030", "0b11", "1_000", "-017",
        ] {
            assert!(in_yaml_1_1(text).is_some(), "{text}");
        }
        for text in [
            "true",
            "none",
            "30",
            "0",
            "0x1F",
            "1.30",
            "09",
            "a_1",
            "-",
            "",
            "10.0.0.0/8",
        ] {
            assert_eq!(in_yaml_1_1(text), None, "{text}");
        }
    }

    #[test]
    fn scalars_mean_what_yaml_1_2_says() {
        for (text, meaning) in [
            ("", "null"),
            ("~", "null"),
            ("True", "true"),
            ("yes", "\"yes\""),
            ("NO", "\"NO\""),
            ("12", "12"),
            ("-3", "-3"),
            ("+3", "3"),
            ("0x1F", "31"),
            ("0o17", "15"),
            ("010", "\"010\""),
            ("1.30", "1.3"),
            ("1e3", "1000.0"),
            ("18446744073709551615", "18446744073709551615"),
            ("184467440737095516150", "1.844674407370955e+20"),
            ("1e999", "\"1e999\""),
            (".nan", "not finite"),
            ("-.inf", "not finite"),
            ("infinity", "\"infinity\""),
            ("10.0.0.1", "\"10.0.0.1\""),
            ("1.2.3", "\"1.2.3\""),
            ("2024-01-01", "\"2024-01-01\""),
            (".", "\".\""),
            ("-", "\"-\""),
        ] {
            assert_eq!(shown(text), meaning, "{text}");
        }
    }
}
