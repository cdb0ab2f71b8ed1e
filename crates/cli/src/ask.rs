//! The question before anything is changed.

use std::io::Write;

use crate::{Surroundings, render::style, stop::Stop};

/// Asks whether to go on. Refuses where nobody is there to answer.
pub(crate) fn consent(around: &mut Surroundings, yes: bool, question: &str) -> Result<bool, Stop> {
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
    let mut answer = String::new();
    around.input.read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}
