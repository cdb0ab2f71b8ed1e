//! Log lines, on standard error.

use std::io::{self, Write};

use tracing::{Level, Metadata};
use tracing_subscriber::{
    EnvFilter, filter::filter_fn, layer::SubscriberExt, util::SubscriberInitExt,
};

use crate::{Surroundings, args::LogFormat, clean};

/// What a person hears who did not ask for a log: what is waited for, and what is tried again. What
/// a run does and what of it fails, the progress shows; what AWS's SDK has to say about a failure, the
/// error says.
const QUIET: &str = "warn,groundwork_engine::session=info,groundwork_engine::shell=error,aws_config=off,aws_smithy_runtime=off";

/// Begins to write log lines. A second call, in tests, changes nothing.
pub(crate) fn start(format: LogFormat, around: &Surroundings) {
    let asked = around.environment.variable("GROUNDWORK_LOG");
    let filter = asked.map_or(QUIET, |value| value.expose());
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new(QUIET));
    let lively = around.lively;
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        // A colour in a line could as well come from outside.
        .with_ansi(false)
        .with_writer(move || Beside { lively, format });
    let discreet = filter_fn(is_discreet);
    let _ = match (format, asked) {
        (LogFormat::Json, _) => subscriber.json().finish().with(discreet).try_init(),
        (LogFormat::Text, Some(_)) => subscriber.finish().with(discreet).try_init(),
        (LogFormat::Text, None) => {
            let brief = subscriber.without_time().with_target(false);
            brief.finish().with(discreet).try_init()
        }
    };
}

/// What libraries trace may hold what they send and get, keys and tokens included, whatever the user
/// asks for: of TRACE only our own lines are written. AWS's SDK and HTTP/2 do so at DEBUG too.
fn is_discreet(line: &Metadata<'_>) -> bool {
    let target = line.target();
    let of = |names: &[&str]| names.iter().any(|name| target.starts_with(name));
    let most = match (of(&["groundwork", "mock_"]), of(&["aws_", "h2"])) {
        (true, _) => Level::TRACE,
        (false, true) => Level::INFO,
        (false, false) => Level::DEBUG,
    };
    *line.level() <= most
}

/// Standard error, on which something may move.
struct Beside {
    lively: bool,
    format: LogFormat,
}

impl Write for Beside {
    /// One call is one line; what moves comes back by itself.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        const CLEAR_LINE: &[u8] = b"\r\x1b[2K";
        let mut stderr = io::stderr().lock();
        if self.lively {
            stderr.write_all(CLEAR_LINE)?;
        }
        let clean = match self.format {
            LogFormat::Text => clean::log_line(&String::from_utf8_lossy(line)),
            LogFormat::Json => clean::json(&String::from_utf8_lossy(line)),
        };
        stderr.write_all(clean.as_bytes())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}
