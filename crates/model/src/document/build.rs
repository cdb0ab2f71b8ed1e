//! From YAML (and so from JSON) to located trees, within limits.

use std::borrow::Cow;

use serde_saphyr::granit_parser::{
    ErrorKind, Event, Options, Parser, ScalarStyle, ScanError, Span, StrInput, Tag,
};

use super::{
    draft::{Budget, Draft, Scalar},
    limits::{DEPTH_MAX, DOCUMENTS_MAX},
    places::location,
    scalar,
    text::saturate,
    tree::{Content, Place, Tree},
};
use crate::{Finding, codes};

/// Reads every document of one text, one after the other. One that is malformed is a finding, and the
/// next is read.
pub(super) fn read(source: &str, text: &str, each: &mut dyn FnMut(Tree)) -> Vec<Finding> {
    let mut options = Options::default();
    options.set_emit_comments(false);
    let parser = Parser::new_from_str_with_options(text, options);
    let mut reader = Reader {
        source,
        parser,
        budget: Budget::default(),
    };
    let (mut trees, mut findings) = (0, Vec::new());
    loop {
        let (tree, faults) = reader.document();
        findings.extend(faults);
        trees += usize::from(tree.is_some());
        tree.into_iter().for_each(&mut *each);
        if !reader.parser.proceed_next_document().unwrap_or(false) {
            break;
        }
        // Of too many documents that can be read, whoever counts all sources speaks.
        if trees + findings.len() > DOCUMENTS_MAX {
            let message = "the rest of the file is not read: too much of it is malformed";
            let rest = Finding::error(codes::DOCUMENT_SIZE, message);
            findings.extend((trees <= DOCUMENTS_MAX).then_some(rest));
            break;
        }
    }
    findings
}

struct Reader<'a> {
    source: &'a str,
    parser: Parser<'a, StrInput<'a>>,
    budget: Budget,
}

impl Reader<'_> {
    /// The next document, unless it is empty or malformed, and what is wrong with it.
    fn document(&mut self) -> (Option<Tree>, Vec<Finding>) {
        let mut draft = Draft::new(self.source, &mut self.budget);
        let end = loop {
            match self.parser.next_event() {
                None => break Ok(()),
                Some(Err(error)) => break Err(syntax(&draft, &error)),
                Some(Ok((Event::DocumentEnd, _))) => break Ok(()),
                Some(Ok((event, span))) => {
                    if let Err(fatal) = take(&mut draft, event, span) {
                        break Err(fatal);
                    }
                }
            }
        };
        let (tree, mut faults) = draft.finish();
        let tree = tree.filter(|tree| end.is_ok() && faults.is_empty() && !tree.is_null());
        faults.extend(end.err());
        (tree, faults)
    }
}

#[allow(
    clippy::wildcard_enum_match_arm,
    reason = "of the parser's events only nodes matter"
)]
fn take(draft: &mut Draft<'_>, event: Event<'_>, span: Span) -> Result<(), Finding> {
    let place = Place {
        line: saturate(span.start.line()),
        column: saturate(span.start.col() + 1),
    };
    let range = span.byte_range().unwrap_or_default();
    match event {
        Event::Scalar(text, style, anchor, tag) => {
            check_tag(draft, tag.as_deref(), place)?;
            let merge = style == ScalarStyle::Plain && text == "<<";
            let plain = style == ScalarStyle::Plain && tag.is_none();
            let otherwise = scalar::in_yaml_1_1(&text).filter(|_| plain);
            let (content, other) = meaning(text, style, tag.as_deref());
            let tree = Tree {
                otherwise,
                ..Tree::scalar(content, place, range.len())
            };
            draft.complete(tree, anchor, Some(Scalar { other, merge }))
        }
        Event::Alias(anchor) => draft.alias(anchor, place, range.len()),
        Event::SequenceStart(_, anchor, tag) => {
            check_tag(draft, tag.as_deref(), place)?;
            draft.open_list(place, range.start, anchor);
            Ok(())
        }
        Event::MappingStart(_, anchor, tag) => {
            check_tag(draft, tag.as_deref(), place)?;
            draft.open_object(place, range.start, anchor);
            Ok(())
        }
        Event::SequenceEnd | Event::MappingEnd => draft.close(range.end),
        _ => Ok(()),
    }
}

/// What a scalar means; and how it is written, where it means anything but that text.
fn meaning(text: Cow<'_, str>, style: ScalarStyle, tag: Option<&Tag>) -> (Content, Option<String>) {
    let text_by_tag =
        tag.is_some_and(|tag| tag.core_suffix() == Some("str") || tag.suffix().is_empty());
    let quoted = style != ScalarStyle::Plain && tag.is_none();
    match scalar::plain(&text).filter(|_| !text_by_tag && !quoted) {
        Some(other) => (other, Some(text.into_owned())),
        None => (Content::Text(text.into_owned()), None),
    }
}

/// Tags of the core schema say what is known anyway; any other is refused.
fn check_tag(draft: &Draft<'_>, tag: Option<&Tag>, place: Place) -> Result<(), Finding> {
    const CORE: [&str; 7] = ["str", "int", "float", "bool", "null", "seq", "map"];
    let Some(tag) = tag else { return Ok(()) };
    let core = tag
        .core_suffix()
        .is_some_and(|suffix| CORE.contains(&suffix));
    if core || (tag.handle() == "!" && tag.suffix().is_empty()) {
        return Ok(());
    }
    // What follows the mark may be a password that nobody has put in quotes.
    let message =
        "the value begins with an exclamation mark, which makes its first word a YAML tag";
    let finding = Finding::error(codes::DOCUMENT_TAG, message)
        .remedy("write a text that begins with ! in quotes; remove a tag");
    Err(draft.at(finding, place))
}

fn syntax(draft: &Draft<'_>, error: &ScanError) -> Finding {
    let marker = error.marker();
    let place = Place {
        line: saturate(marker.line()),
        column: saturate(marker.col() + 1),
    };
    if matches!(error.kind(), ErrorKind::RecursionLimitExceeded) {
        return draft.too_deep(place);
    }
    draft.at(Finding::error(codes::DOCUMENT_SYNTAX, error.info()), place)
}

/// The depth limit is ours, and lower than the parser's: its own is never met first.
const _: () = assert!(DEPTH_MAX < 255);

pub(super) fn at(source: &str, mut finding: Finding, place: Place) -> Finding {
    finding.location = Some(location(source, place));
    finding
}
