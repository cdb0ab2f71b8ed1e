//! Plays a chapter on a stage.

use anyhow::{Context, Result};
use serde_json::{Map, Value};

use crate::http::Answer;
use crate::normal::Names;
use crate::recording::Exchange;
use crate::script::{Chapter, Step};
use crate::stage::Stage;

/// Asks everything in order, whatever the answers are.
///
/// # Errors
/// No answer, or one that lacks what a later step needs.
pub async fn play(chapter: &Chapter, mut stage: Stage) -> Result<Vec<Exchange>> {
    let mut names = Names::default();
    names.base(&stage.network, "$NETWORK");
    names.base(&stage.identity, "$IDENTITY");
    // An administrator's name is a word that also means other things.
    for (name, value) in stage
        .variables
        .iter()
        .filter(|(name, _)| *name != "admin_project_name" && *name != "admin_user_name")
    {
        names.name(value, name);
    }
    let mut exchanges = Vec::new();
    for step in &chapter.steps {
        let exchange = ask(step, &mut stage, &mut names).await;
        exchanges.push(exchange.with_context(|| format!("{}: {}", chapter.name, step.why))?);
    }
    Ok(exchanges)
}

async fn ask(step: &Step, stage: &mut Stage, names: &mut Names) -> Result<Exchange> {
    let asked = fill(&step.ask, stage);
    let (method, path) = asked
        .split_once(' ')
        .context("`ask` is a method and a path")?;
    let body = step
        .send
        .as_ref()
        .map(Value::to_string)
        .or_else(|| step.raw.clone());
    let body = body.map(|body| fill(&body, stage));
    let mut headers: std::collections::BTreeMap<String, String> = step
        .headers
        .iter()
        .map(|(name, value)| (name.clone(), fill(value, stage)))
        .collect();
    if let Some(token) = stage.token(step.actor) {
        headers.insert("X-Auth-Token".to_owned(), token.to_owned());
    }
    let url = format!("{}{path}", stage.base(step.to));
    let answer = stage
        .http
        .send(method, &url, &headers, body.clone())
        .await?;
    keep(step, &answer, stage, names);
    let asked = format!("{path} {}", body.unwrap_or_default());
    let body = names.normal(&only(step, &answer), &asked, step.ordered);
    Ok(Exchange {
        why: step.why.clone(),
        ask: step.ask.clone(),
        status: answer.status,
        body,
    })
}

/// A part that is missing keeps the name unknown: the next request shows it as `$name`, and so does the comparison.
fn keep(step: &Step, answer: &Answer, stage: &mut Stage, names: &mut Names) {
    for (name, part) in &step.keep {
        if let Some(value) =
            part_of(answer, part).and_then(|value| value.as_str().map(str::to_owned))
        {
            names.name(&value, name);
            stage.variables.insert(name.clone(), value);
        }
    }
}

fn only(step: &Step, answer: &Answer) -> Value {
    if answer.body.is_string() {
        // A page for people, from a layer below Neutron.
        return Value::from("<text>");
    }
    if step.only.is_empty() {
        return answer.body.clone();
    }
    let parts = step
        .only
        .iter()
        .map(|part| (part.clone(), part_of(answer, part).unwrap_or_default()));
    Value::Object(parts.collect::<Map<_, _>>())
}

/// `network.id`, `ports.0.id`, `header x-subject-token`.
fn part_of(answer: &Answer, part: &str) -> Option<Value> {
    match part.strip_prefix("header ") {
        Some(header) => answer.headers.get(header).cloned().map(Value::String),
        None => answer
            .body
            .pointer(&format!("/{}", part.replace('.', "/")))
            .cloned(),
    }
}

/// Puts values for `$names`, the longest names first.
fn fill(text: &str, stage: &Stage) -> String {
    let mut names: Vec<&String> = stage.variables.keys().collect();
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    let mut text = text.to_owned();
    for name in names {
        text = text.replace(&format!("${name}"), &stage.variables[name]);
    }
    text
}
