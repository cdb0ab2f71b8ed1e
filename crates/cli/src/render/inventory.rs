//! What carries our label, as text.

use groundwork_engine::Inventory;
use groundwork_model::InstallationId;

use super::{
    counted, style,
    table::{Fit, fitting},
};
use crate::{Page, clean};

/// Every labelled object by cluster; a cluster that no state knows is marked. A driver that `creates`
/// nothing has none.
pub(crate) fn inventory(
    inventory: &Inventory,
    creates: bool,
    installation: &InstallationId,
    page: Page,
) -> String {
    let Inventory { account, clusters } = inventory;
    let heading = style::strong(format!("Installation {installation}"));
    let account = textwrap::fill(&clean::text(&account.to_string()), page.width);
    let mut text = format!("{heading}\n{}\n", style::quiet(account));
    for cluster in clusters {
        let known = if cluster.known {
            String::new()
        } else {
            style::bad("  not in this state file")
        };
        let count = style::quiet(format!("  {}", counted(cluster.objects.len(), "object")));
        text += &format!("\n  {}{count}{known}\n", style::strong(&cluster.cluster));
        let rows: Vec<Vec<String>> = cluster
            .objects
            .iter()
            .map(|object| {
                vec![
                    object.address.to_string(),
                    clean::text(&object.id),
                    style::quiet(clean::text(&object.kind)),
                ]
            })
            .collect();
        let fit = Fit {
            width: page.table(),
            keep: 2,
            cut: None,
        };
        text += &fitting("    ", &rows, fit);
    }
    if clusters.is_empty() {
        text += match creates {
            true => "\n  nothing carries its label here\n",
            false => "\n  nothing carries its label here: this driver creates nothing\n",
        };
    }
    text
}
