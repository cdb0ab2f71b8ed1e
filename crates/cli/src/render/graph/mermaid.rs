//! Mermaid: what code forges draw in Markdown.

use std::fmt::Write;

use super::picture::{Picture, colours};

/// The picture as a Mermaid flowchart.
pub(crate) fn mermaid(picture: &Picture) -> String {
    let mut text = format!(
        "---\ntitle: \"{}\"\n---\nflowchart TD\n",
        escape(&picture.title)
    );
    for (place, one) in picture.boxes.iter().enumerate() {
        let mut label = format!("<b>{}</b>", escape(&one.heading()));
        for line in &one.lines {
            let _ = write!(label, "<br/>{}", escape(line));
        }
        let (fill, stroke) = colours(one.action);
        let _ = writeln!(text, "  n{place}[\"{label}\"]");
        let _ = writeln!(
            text,
            "  style n{place} fill:{fill},stroke:{stroke},color:#202124"
        );
    }
    for (from, to) in &picture.arrows {
        let _ = writeln!(text, "  n{from} --> n{to}");
    }
    text
}

/// What Mermaid would read as its own.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('"', "&quot;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
