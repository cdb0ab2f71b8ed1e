//! `schema`: what documents may say, what output says, what findings there are.

use groundwork_knowledge::Known;
use groundwork_model::document::schema;

use crate::{
    Exit,
    args::{SchemaOf, SchemaOptions},
    catalogue::{Explained, catalogue},
    clouds::drivers,
    context::Context,
    lines::Line,
    stop::Stop,
};

/// Prints a JSON schema, or the page of findings.
pub(super) fn run(context: &mut Context<'_>, options: &SchemaOptions) -> Result<Exit, Stop> {
    let text = match options.of {
        SchemaOf::Documents => pretty(&schema(&drivers().schemas())),
        SchemaOf::Output => pretty(&schemars::schema_for!(Line).into()),
        SchemaOf::Knowledge => pretty(&groundwork_knowledge::schema()),
        SchemaOf::Findings => page(),
    };
    context.say(&text)?;
    Ok(Exit::Well)
}

fn pretty(schema: &serde_json::Value) -> String {
    serde_json::to_string_pretty(schema).expect("a schema is plain data") + "\n"
}

fn page() -> String {
    let mut text = "# Findings\n\n\
        Everything that Groundwork may tell you about a document or a network, by its stable code. The message of\n\
        a finding says what exactly is the matter, and where; its remedy says what to do.\n\n\
        `groundwork explain CODE` says more of each.\n\n\
        This page is generated: `groundwork schema findings`.\n"
        .to_owned();
    for (heading, codes) in catalogue(&Known::ours()) {
        text += &format!("\n## {heading}\n\n| Code | What it means |\n| --- | --- |\n");
        text += &codes.iter().map(row).collect::<String>();
    }
    text
}

fn row(explained: &Explained) -> String {
    let Explained {
        code,
        title,
        reference,
        formerly,
        ..
    } = explained;
    let more = match reference {
        Some(page) => format!(" ([why]({page}))"),
        None => String::new(),
    };
    let former: Vec<String> = formerly.iter().map(|code| format!("`{code}`")).collect();
    let formerly = match former.as_slice() {
        [] => String::new(),
        former => format!("; formerly {}", former.join(", ")),
    };
    format!("| `{code}` | {title}{more}{formerly} |\n")
}
