//! `inventory`: what carries our label.

use groundwork_engine::Inventory;

use super::session::{open, open_without_document, shown};
use crate::{Exit, context::Context, lines::Body, render::inventory::inventory, stop::Stop};

/// Lists everything of this installation in the account of the cluster.
pub(super) async fn run(context: &mut Context<'_>) -> Result<Exit, Stop> {
    let opened = match (context.common.files.is_empty(), &context.common.provider) {
        // Any cluster of the account leads there.
        (true, Some(_)) => open_without_document(context, "any").await?,
        (true, None) | (false, _) => open(context).await?,
    };
    let found = shown(context, "looking", opened.session.inventory()).await?;
    if !context.json() {
        let creates = opened.session.creates();
        context.say(&inventory(
            &found,
            creates,
            &context.common.installation,
            context.around.page,
        ))?;
        return Ok(Exit::Well);
    }
    let Inventory { account, clusters } = found;
    for cluster in clusters {
        for object in cluster.objects {
            context.line(Body::Object {
                account: account.clone(),
                cluster: cluster.cluster.clone(),
                address: object.address,
                kind: object.kind,
                id: object.id,
                known: cluster.known,
            })?;
        }
    }
    Ok(Exit::Well)
}
