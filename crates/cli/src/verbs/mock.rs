//! `mock`: a mock cloud on a port of this machine.

use std::collections::BTreeMap;

use mock_cloud::{Faults, Mock, Options, serve};
use tokio::net::TcpListener;

use crate::{Exit, args::MockOptions, context::Context, lines::Body, render::style, stop::Stop};

/// Serves until Ctrl-C, after printing the environment to use.
pub(super) async fn run(context: &mut Context<'_>, options: &MockOptions) -> Result<Exit, Stop> {
    let faults = faults(options)?;
    check(options)?;
    let behaviour = Options {
        seed: options.seed,
        latency: options.latency,
        faults,
        ..Options::default()
    };
    let now = context.around.world.clock.now();
    let mock = Mock::new((options.cloud.mock.served)(options, now), behaviour);
    let listener = TcpListener::bind(("127.0.0.1", options.port))
        .await
        .map_err(|error| Stop::failed(format!("port {} cannot be used: {error}", options.port)))?;
    let address = listener.local_addr()?;
    let variables: BTreeMap<_, _> = mock
        .environment(&format!("http://{address}"))
        .into_iter()
        .collect();
    let lines = variables
        .iter()
        .map(|(key, value)| format!("export {key}={}\n", quoted(value)));
    let text: String = lines.collect();
    context.result(&text, || Body::Environment { variables })?;
    let hint = "Serving until Ctrl-C. Give these lines to the shell that runs groundwork.\n";
    context
        .around
        .err
        .write_all(style::quiet(hint).as_bytes())?;
    context.around.err.flush()?;
    context.busy.set(true);
    tokio::select! {
        ended = serve(mock, listener) => ended.map(|()| Exit::Well).map_err(Stop::from),
        () = context.around.stop.cancelled() => Ok(Exit::Well),
    }
}

/// A value as a shell takes it: in quotes where it has more than letters, digits and marks that mean
/// nothing to a shell.
fn quoted(value: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-./:@=,+%".contains(c);
    match value.chars().all(is_plain) {
        true => value.to_owned(),
        false => format!("'{}'", value.replace('\'', r"'\''")),
    }
}

/// An option that another cloud has is a mistake of whoever typed it.
fn check(options: &MockOptions) -> Result<(), Stop> {
    let cloud = options.cloud;
    let foreign = |option: &&str| !cloud.mock.options.contains(option);
    match options.of_one_cloud().find(foreign) {
        Some(option) => Err(Stop::Usage(format!(
            "the mock of {} has no option {option}",
            cloud.title
        ))),
        None => Ok(()),
    }
}

fn faults(options: &MockOptions) -> Result<Faults, Stop> {
    let Some(path) = &options.faults else {
        return Ok(Faults::default());
    };
    let text = std::fs::read_to_string(path)
        .map_err(|error| Stop::Usage(format!("{} cannot be read: {error}", path.display())))?;
    // JSON is YAML.
    serde_saphyr::from_str(&text)
        .map_err(|error| Stop::Usage(format!("{} is no list of faults: {error}", path.display())))
}
