//! JUnit's XML, in the form that Jenkins's schema (xUnit plugin, `junit-10.xsd`) and GitLab read.
//!
//! An error is a failed test, and everything else that was found a passed one whose output says it: what
//! does not stop an apply does not stop a pipeline. Each object is a test as well.

use std::{collections::BTreeMap, io};

use groundwork_model::{Finding, Severity};
use groundwork_provider::{Action, Item};
use quick_xml::{
    Writer,
    events::{BytesDecl, BytesText, Event},
};

use super::Report;
use crate::Exit;

/// One test.
struct Case {
    name: String,
    outcome: Outcome,
    /// More of it, for whoever opens it.
    text: String,
}

/// How a test ended.
enum Outcome {
    Passed,
    /// What is judged is not as it has to be: code and message.
    Failed(String, String),
    /// It could not be judged: why.
    Broken(String),
}

/// A report as a file for CI systems.
pub(crate) fn junit(report: &Report) -> String {
    let mut suites = vec![("findings", findings(report))];
    if let Some(plan) = &report.plan {
        let differs = report.exit == Exit::Differs;
        let objects = plan.items.iter().map(|item| object(item, differs));
        suites.push(("objects", objects.collect()));
    }
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    written(&mut writer, report, &suites).expect("memory takes everything");
    String::from_utf8_lossy(&writer.into_inner()).into_owned() + "\n"
}

fn findings(report: &Report) -> Vec<Case> {
    let mut cases: Vec<Case> = report.findings.iter().map(finding).collect();
    if let Some(trouble) = &report.trouble {
        cases.push(Case {
            name: report.title(),
            outcome: Outcome::Broken(trouble.message.clone()),
            text: trouble.remedy.clone().unwrap_or_default(),
        });
    }
    tell_apart(&mut cases);
    if cases.is_empty() {
        cases.push(Case {
            name: "nothing was found".to_owned(),
            outcome: Outcome::Passed,
            text: String::new(),
        });
    }
    cases
}

/// Readers follow a test by its name: two of one name would be one.
fn tell_apart(cases: &mut [Case]) {
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    for case in cases {
        let count = seen.entry(case.name.clone()).or_default();
        *count += 1;
        if *count > 1 {
            case.name += &format!(" ({count})");
        }
    }
}

fn finding(finding: &Finding) -> Case {
    let Finding {
        code,
        severity,
        subject,
        field,
        location,
        message,
        remedy,
        reference,
    } = finding;
    let about = [subject, field].into_iter().flatten();
    let name = about.fold(code.to_string(), |name, about| format!("{name} {about}"));
    let word = match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    let place = location
        .as_ref()
        .map(|at| format!("{}:{}:{}: ", at.source, at.line, at.column));
    let mut text = format!("{}{word}: {message}", place.unwrap_or_default());
    for (mark, more) in [
        ("What to do: ", remedy.as_deref()),
        ("See ", reference.as_deref()),
    ] {
        text += &more.map_or_else(String::new, |more| format!("\n{mark}{more}"));
    }
    let outcome = match finding.is_error() {
        true => Outcome::Failed(code.to_string(), message.clone()),
        false => Outcome::Passed,
    };
    Case {
        name,
        outcome,
        text,
    }
}

/// An object is judged by what would be done to it; that something is missing fails only where nothing
/// may be (verify, drift).
fn object(item: &Item, differs: bool) -> Case {
    let Item {
        address,
        action,
        changes,
        reason,
        ..
    } = item;
    let wrong = match action {
        Action::Ambiguous | Action::Violated => true,
        Action::Keep | Action::Verified => false,
        Action::Create | Action::Delete | Action::Discard | Action::Replace | Action::Update => {
            differs
        }
    };
    let fields = changes.iter().map(|change| change.field.as_str());
    let what = match action {
        Action::Create => "does not exist".to_owned(),
        Action::Update | Action::Replace | Action::Violated => {
            format!("differs: {}", fields.collect::<Vec<_>>().join(", "))
        }
        Action::Delete => "is not asked for".to_owned(),
        Action::Discard | Action::Ambiguous => "exists more than once".to_owned(),
        Action::Keep | Action::Verified => "is as it should be".to_owned(),
    };
    let message = reason.clone().unwrap_or(what);
    let outcome = match wrong {
        true => Outcome::Failed(action.to_string(), message.clone()),
        false => Outcome::Passed,
    };
    Case {
        name: address.to_string(),
        outcome,
        text: format!("{action}: {message}"),
    }
}

fn written(
    writer: &mut Writer<Vec<u8>>,
    report: &Report,
    suites: &[(&str, Vec<Case>)],
) -> io::Result<()> {
    let at = report.at.to_string();
    let class = format!(
        "groundwork.{}.{}",
        report.verb,
        report.cluster.as_deref().unwrap_or("documents")
    );
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let all = suites.iter().flat_map(|(_, cases)| cases);
    writer
        .create_element("testsuites")
        .with_attribute(("name", &*legal(&format!("groundwork {}", report.title()))))
        .with_attributes(counts(all).iter().map(|(key, count)| (*key, &**count)))
        .write_inner_content(|writer| {
            for (name, cases) in suites {
                writer
                    .create_element("testsuite")
                    .with_attribute(("name", &*legal(&format!("{}: {name}", report.title()))))
                    .with_attributes(counts(cases).iter().map(|(key, count)| (*key, &**count)))
                    .with_attribute(("timestamp", &*at))
                    .write_inner_content(|writer| {
                        cases.iter().try_for_each(|one| case(writer, one, &class))
                    })?;
            }
            Ok(())
        })?;
    Ok(())
}

/// How many tests there are, by how they ended.
fn counts<'a>(cases: impl IntoIterator<Item = &'a Case>) -> [(&'static str, String); 3] {
    let [mut tests, mut failures, mut errors] = [0, 0, 0];
    for case in cases {
        tests += 1;
        failures += u32::from(matches!(case.outcome, Outcome::Failed(..)));
        errors += u32::from(matches!(case.outcome, Outcome::Broken(_)));
    }
    [("tests", tests), ("failures", failures), ("errors", errors)]
        .map(|(key, count)| (key, count.to_string()))
}

fn case(writer: &mut Writer<Vec<u8>>, case: &Case, class: &str) -> io::Result<()> {
    let Case {
        name,
        outcome,
        text,
    } = case;
    let text = BytesText::new(&legal(text)).into_owned();
    let element = writer
        .create_element("testcase")
        .with_attribute(("name", &*legal(name)))
        .with_attribute(("classname", &*legal(class)));
    if let (Outcome::Passed, true) = (outcome, text.is_empty()) {
        element.write_empty()?;
        return Ok(());
    }
    element.write_inner_content(|writer| {
        let element = match outcome {
            Outcome::Passed => writer.create_element("system-out"),
            Outcome::Failed(kind, message) => writer
                .create_element("failure")
                .with_attribute(("type", &*legal(kind)))
                .with_attribute(("message", &*legal(message))),
            Outcome::Broken(message) => writer
                .create_element("error")
                .with_attribute(("type", "groundwork"))
                .with_attribute(("message", &*legal(message))),
        };
        element.write_text_content(text)?;
        Ok(())
    })?;
    Ok(())
}

/// Without the two characters that XML 1.0 does not have, and that the output seam lets through.
fn legal(text: &str) -> String {
    text.replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}
