//! `schema`: what documents may say, what output says, what findings there are.

use groundwork_model::{Code, document::schema};

use crate::{
    Exit,
    args::{SchemaOf, SchemaOptions},
    clouds::{CLOUDS, drivers},
    context::Context,
    lines::Line,
    stop::Stop,
};

/// Prints a JSON schema, or the page of findings.
pub(super) fn run(context: &mut Context<'_>, options: &SchemaOptions) -> Result<Exit, Stop> {
    let text = match options.of {
        SchemaOf::Documents => pretty(&schema(&drivers().schemas())),
        SchemaOf::Output => pretty(&schemars::schema_for!(Line).into()),
        SchemaOf::Findings => page(),
    };
    context.say(&text)?;
    Ok(Exit::Well)
}

fn pretty(schema: &serde_json::Value) -> String {
    serde_json::to_string_pretty(schema).expect("a schema is plain data") + "\n"
}

/// Every code of this binary, by where it comes from.
fn tables() -> Vec<(&'static str, Vec<Code>)> {
    let mut tables = vec![
        (
            "Documents and addressing",
            groundwork_model::codes::ALL.to_vec(),
        ),
        ("The engine", groundwork_engine::codes::ALL.to_vec()),
        (
            "Every driver",
            groundwork_provider::erased::codes::ALL.to_vec(),
        ),
    ];
    tables.push(("Every cloud", groundwork_kit::codes::ALL.to_vec()));
    tables.extend(
        CLOUDS
            .iter()
            .map(|cloud| (cloud.title, cloud.codes.to_vec())),
    );
    tables
        .iter_mut()
        .for_each(|(_, codes)| codes.sort_by_key(|code| code.id));
    tables
}

fn page() -> String {
    let mut text = "# Findings\n\n\
        Everything that Groundwork may tell you about a document or a network, by its stable code. The message of\n\
        a finding says what exactly is the matter, and where; its remedy says what to do.\n\n\
        This page is generated: `groundwork schema findings`.\n"
        .to_owned();
    for (heading, codes) in tables() {
        text += &format!("\n## {heading}\n\n| Code | What it means |\n| --- | --- |\n");
        for Code {
            id,
            title,
            reference,
        } in codes
        {
            let more = if reference.is_empty() {
                String::new()
            } else {
                format!(" ([why]({reference}))")
            };
            let former = crate::clouds::FORMER.iter();
            let former = former.filter(|(_, code)| code.id == id);
            let former: Vec<String> = former.map(|(former, _)| format!("`{former}`")).collect();
            let formerly = match former.as_slice() {
                [] => String::new(),
                former => format!("; formerly {}", former.join(", ")),
            };
            text += &format!("| `{id}` | {title}{more}{formerly} |\n");
        }
    }
    text
}
