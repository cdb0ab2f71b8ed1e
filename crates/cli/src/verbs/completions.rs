//! `completions`: for shells.

use clap::CommandFactory;

use crate::{Exit, args::Arguments, context::Context, stop::Stop};

/// Prints the completions for a shell.
pub(super) fn run(context: &mut Context<'_>, shell: clap_complete::Shell) -> Result<Exit, Stop> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "groundwork", &mut text);
    context.around.out.write_all(&text)?;
    Ok(Exit::Well)
}
