//! `render`: texts to paste or to lay down somewhere else.

mod cluster_network;
#[cfg(feature = "byo")]
mod join;
mod policy;
mod profile;
mod service;

use groundwork_model::Finding;

use crate::{
    Exit,
    args::Render,
    context::Context,
    lines::{Artefact, Body},
    render::findings,
    stop::Stop,
};

/// Renders what is asked for.
pub(super) async fn run(context: &mut Context<'_>, what: &Render) -> Result<Exit, Stop> {
    match what {
        Render::ClusterNetwork => cluster_network::run(context).await,
        #[cfg(feature = "byo")]
        Render::Join(options) => join::run(context, options).await,
        Render::LoadbalancerAnnotations(options) => service::run(context, options).await,
        Render::OperatingSystemProfile(options) => profile::run(context, options).await,
        Render::Policy(options) => policy::run(context, options).await,
    }
}

/// A text, and where it goes.
struct Rendered {
    what: Artefact,
    name: String,
    goes: String,
    /// What stands above the text as comments of YAML, line by line.
    notes: Vec<String>,
    text: String,
}

/// Prints texts. In YAML they are documents of one stream, with their notes above them.
fn print(context: &mut Context<'_>, all: Vec<Rendered>) -> Result<(), Stop> {
    for (number, one) in all.into_iter().enumerate() {
        let Rendered {
            what,
            name,
            goes,
            notes,
            text,
        } = one;
        let between = if number > 0 { "---\n" } else { "" };
        let notes: String = notes.iter().map(|note| comment(note)).collect();
        context.result(&format!("{between}{notes}{text}"), || Body::Rendered {
            what,
            name,
            goes,
            text,
        })?;
    }
    Ok(())
}

/// A sentence as lines of comment.
fn comment(text: &str) -> String {
    const WIDTH: usize = 100;
    let options = textwrap::Options::new(WIDTH)
        .initial_indent("# ")
        .subsequent_indent("# ")
        .break_words(false)
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    textwrap::fill(text, &options) + "\n"
}

/// What is to be said of the documents goes beside the texts.
fn tell(context: &mut Context<'_>, found: &[Finding]) -> Result<(), Stop> {
    match found.is_empty() {
        true => Ok(()),
        false => context.aside(&findings::findings(found, context.around.page.width)),
    }
}
