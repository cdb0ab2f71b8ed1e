//! The question before anything is changed.

use std::{
    io::{self, Write},
    mem,
};

use crate::{Surroundings, render::style, stop::Stop};

/// Asks whether to go on. Refuses where nobody is there to answer.
pub(crate) async fn consent(
    around: &mut Surroundings,
    yes: bool,
    question: &str,
) -> Result<bool, Stop> {
    if yes {
        return Ok(true);
    }
    if !around.interactive {
        let why = "nobody is there to be asked: the input is not a terminal";
        return Err(Stop::Usage(format!(
            "{why}; say --yes to go on without a question"
        )));
    }
    write!(around.err, "\n{} [y/N] ", style::strong(question))?;
    around.err.flush()?;
    // Beside the runtime, which has to hear Ctrl-C meanwhile.
    let mut input = mem::replace(&mut around.input, Box::new(io::empty()));
    let read = tokio::task::spawn_blocking(move || {
        let mut answer = String::new();
        input.read_line(&mut answer).map(|_| (input, answer))
    });
    let (input, answer) = read
        .await
        .map_err(|_| Stop::failed("the answer cannot be read"))??;
    around.input = input;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}
