//! From bytes to text: what is not UTF-8 is refused with a reason.

use super::{limits::SOURCE_BYTES_MAX, tree::Place};
use crate::{Finding, Location, codes};

/// The text of a source. A byte-order mark before it is the parser's to skip.
pub(super) fn text<'a>(name: &str, bytes: &'a [u8]) -> Result<&'a str, Finding> {
    if bytes.len() > SOURCE_BYTES_MAX {
        return Err(too_large(name));
    }
    if is_utf16(bytes) {
        let message = "the file is UTF-16, but documents are read as UTF-8";
        return Err(encoding(name, bytes, 0, message).remedy("save it as UTF-8"));
    }
    let text = std::str::from_utf8(bytes).map_err(|fault| {
        let message = "the file is not UTF-8 text: the byte at this place is not part of any";
        encoding(name, bytes, fault.valid_up_to(), message).remedy("save it as UTF-8")
    })?;
    if let Some(at) = text.find('\0') {
        let message = "the file holds a NUL character, which neither YAML nor JSON allows";
        return Err(encoding(name, bytes, at, message).remedy("remove it"));
    }
    Ok(text)
}

/// By its byte-order mark, or by the zero beside each of the first characters.
fn is_utf16(bytes: &[u8]) -> bool {
    let marked = bytes.starts_with(&[0xfe, 0xff]) || bytes.starts_with(&[0xff, 0xfe]);
    let zero_at = |offset: usize| {
        bytes.len() >= 4
            && bytes[..4].iter().skip(offset).step_by(2).all(|b| *b == 0)
            && bytes[..4]
                .iter()
                .skip(1 - offset)
                .step_by(2)
                .all(|b| *b != 0)
    };
    marked || zero_at(0) || zero_at(1)
}

fn too_large(name: &str) -> Finding {
    let message = format!(
        "the file is larger than {} MiB, and no more is read",
        SOURCE_BYTES_MAX >> 20
    );
    let mut finding =
        Finding::error(codes::DOCUMENT_SIZE, message).remedy("split it into several files");
    finding.location = Some(Location {
        source: name.to_owned(),
        line: 1,
        column: 1,
    });
    finding
}

fn encoding(name: &str, bytes: &[u8], at: usize, message: &str) -> Finding {
    let mut finding = Finding::error(codes::DOCUMENT_ENCODING, message);
    let Place { line, column } = place(&bytes[..at]);
    finding.location = Some(Location {
        source: name.to_owned(),
        line,
        column,
    });
    finding
}

/// Where the byte behind `before` stands.
fn place(before: &[u8]) -> Place {
    let line = before.iter().filter(|b| **b == b'\n').count() + 1;
    let start = before
        .iter()
        .rposition(|b| *b == b'\n')
        .map_or(0, |at| at + 1);
    let column = String::from_utf8_lossy(&before[start..]).chars().count() + 1;
    Place {
        line: saturate(line),
        column: saturate(column),
    }
}

pub(super) fn saturate(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
