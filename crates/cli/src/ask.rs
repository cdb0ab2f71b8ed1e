//! The question before anything is changed.

use std::{io, mem};

use crate::{Surroundings, beside::beside, clean, render::style, stop::Stop};

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
        let why = "the input is not a terminal, so nobody can be asked";
        return Err(Stop::Usage(format!(
            "{why}; say --yes to go on without a question"
        )));
    }
    let question = style::strong(clean::text(question));
    around
        .err
        .write_all(format!("\n{question} [y/N] ").as_bytes())?;
    around.err.flush()?;
    let mut input = mem::replace(&mut around.input, Box::new(io::empty()));
    let read = beside(move || {
        let mut answer = String::new();
        input.read_line(&mut answer).map(|_| (input, answer))
    });
    let (input, answer) = read.await??;
    around.input = input;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}
