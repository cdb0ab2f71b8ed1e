//! `availability`: what each datacenter offers.

use groundwork_model::Finding;

use crate::{
    Exit,
    availability::offers,
    context::Context,
    documents, known,
    lines::Body,
    render::{availability, findings},
    stop::Stop,
};

/// Prints what each datacenter of the Seeds offers.
pub(super) async fn run(context: &mut Context<'_>) -> Result<Exit, Stop> {
    if context.common.files.is_empty() {
        return Err(Stop::Usage("give the Seeds with -f".to_owned()));
    }
    let known = known::read(context).await?;
    let given = documents::read(context).await?;
    let is_unfit = given.findings.iter().any(Finding::is_error);
    if given.documents.datacenters.is_empty() && !is_unfit {
        return Err(Stop::Usage("the files hold no datacenter".to_owned()));
    }
    let engine = context.engine_without_state(&given.documents);
    let mut between = "";
    for datacenter in offers(&engine, &known, &given.documents) {
        let text = availability::offer(&datacenter, context.around.page.width);
        let text = format!("{between}{text}");
        context.result(&text, || Body::Availability { datacenter })?;
        between = "\n";
    }
    if is_unfit {
        return Err(Stop::Unfit(given.findings));
    }
    if !given.findings.is_empty() {
        context.aside(&findings::findings(
            &given.findings,
            context.around.page.width,
        ))?;
    }
    Ok(Exit::Well)
}
