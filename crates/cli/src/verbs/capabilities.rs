//! `capabilities`: what each driver can do, and with which calls.

use groundwork_provider::erased::AnyProvider;

use crate::{
    Exit,
    args::CapabilitiesOptions,
    clouds::{CLOUDS, Cloud, drivers},
    context::Context,
    lines::Body,
    render::capabilities::capabilities,
    stop::Stop,
};

/// Prints the tables of one driver, or of every one.
pub(super) fn run(context: &mut Context<'_>, options: &CapabilitiesOptions) -> Result<Exit, Stop> {
    let registry = drivers();
    let chosen = |cloud: &&Cloud| options.cloud.is_none_or(|only| only.name == cloud.name);
    let mut before = "";
    for cloud in CLOUDS.iter().filter(chosen) {
        let mut drivers = registry.iter();
        let driver = drivers.find(|driver| driver.name() == cloud.name);
        let driver: &dyn AnyProvider = &**driver.expect("every cloud has its driver");
        let text = capabilities(cloud.title, driver, context.around.page);
        context.result(&format!("{before}{text}"), || Body::Capabilities {
            cloud: cloud.name.to_owned(),
            features: driver.capabilities().features.to_vec(),
            operations: driver.operations().to_vec(),
        })?;
        before = "\n";
    }
    Ok(Exit::Well)
}
