//! DOT: what Graphviz draws.

use std::fmt::Write;

use super::picture::{Picture, colours};

/// The picture as a directed graph of Graphviz.
pub(crate) fn dot(picture: &Picture) -> String {
    let mut text = format!(
        "digraph {} {{\n  rankdir=BT;\n  node [shape=box style=\"rounded,filled\" fontname=\"sans-serif\"];\n",
        quoted(&picture.title)
    );
    for (place, one) in picture.boxes.iter().enumerate() {
        let mut label = one.heading();
        for line in &one.lines {
            label.push('\n');
            label += line;
        }
        let (fill, stroke) = colours(one.action);
        let label = quoted(&label);
        let _ = writeln!(
            text,
            "  n{place} [label={label} fillcolor=\"{fill}\" color=\"{stroke}\"];"
        );
    }
    for (from, to) in &picture.arrows {
        let _ = writeln!(text, "  n{from} -> n{to};");
    }
    text + "}\n"
}

fn quoted(text: &str) -> String {
    format!(
        "\"{}\"",
        text.replace('\\', "\\\\")
            .replace('"', "\\\"")
            .replace('\n', "\\n")
    )
}
