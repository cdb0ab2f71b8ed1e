//! What every picture shows: boxes and arrows.

use std::collections::BTreeMap;

use groundwork_provider::{Action, Item, Plan};

use crate::clean::{self, cleaned};

/// The objects of a plan and what refers to what.
#[derive(Clone, Debug)]
pub(crate) struct Picture {
    /// What it is of.
    pub(crate) title: String,
    /// In the order of the plan.
    pub(crate) boxes: Vec<Box>,
    /// From the object that refers to the one that it needs, as places in `boxes`.
    pub(crate) arrows: Vec<(usize, usize)>,
}

/// One object.
#[derive(Clone, Debug)]
pub(crate) struct Box {
    /// Its name in the graph.
    pub(crate) address: String,
    /// What would be done.
    pub(crate) action: Action,
    /// Name, prefixes, changes: one line each.
    pub(crate) lines: Vec<String>,
}

impl Picture {
    /// The picture of a plan.
    pub(crate) fn of(name: &str, plan: &Plan) -> Self {
        let plan = &cleaned(plan);
        let title = format!("{} · {}", clean::text(name), plan.account.provider);
        let boxes = plan.items.iter().map(Box::of).collect();
        Self {
            title,
            boxes,
            arrows: arrows(&plan.items),
        }
    }
}

/// References between nodes; between objects that no node wants, what they join.
fn arrows(items: &[Item]) -> Vec<(usize, usize)> {
    let by_address: BTreeMap<_, _> = items
        .iter()
        .enumerate()
        .map(|(place, item)| (&item.address, place))
        .collect();
    let objects: BTreeMap<_, _> = items
        .iter()
        .enumerate()
        .filter_map(|(place, item)| Some((item.object()?, place)))
        .collect();
    let mut arrows = Vec::new();
    for (from, item) in items.iter().enumerate() {
        match (&item.node, &item.found) {
            (Some(node), _) => {
                let needed = node
                    .after
                    .iter()
                    .filter_map(|address| by_address.get(address));
                arrows.extend(needed.map(|to| (from, *to)));
            }
            (None, Some(found)) => {
                let joined = found.joins.iter().filter_map(|object| objects.get(object));
                arrows.extend(joined.map(|to| (from, *to)));
            }
            (None, None) => {}
        }
    }
    arrows
}

impl Box {
    /// Changes beyond these are counted, not listed.
    const CHANGES_MAX: usize = 3;

    fn of(item: &Item) -> Self {
        let mut lines: Vec<String> = item.told.name.iter().cloned().collect();
        lines.extend(item.told.cidrs.iter().map(ToString::to_string));
        if item.action != Action::Create {
            let fields = item
                .changes
                .iter()
                .map(|change| format!("changes {}", change.field));
            lines.extend(fields.take(Self::CHANGES_MAX));
            let more = item.changes.len().saturating_sub(Self::CHANGES_MAX);
            lines.extend((more > 0).then(|| format!("and {more} more")));
        }
        Self {
            address: item.address.to_string(),
            action: item.action,
            lines,
        }
    }

    /// The first line: what is done, to what.
    pub(crate) fn heading(&self) -> String {
        format!("{} {}", self.action.glyph(), self.address)
    }
}

/// Fill and line of a box, as `#rrggbb`: readable in print and for people who see no green.
pub(crate) fn colours(action: Action) -> (&'static str, &'static str) {
    match action {
        Action::Create => ("#e6f4ea", "#137333"),
        Action::Update => ("#fef7e0", "#b06000"),
        Action::Replace => ("#f3e8fd", "#8430ce"),
        Action::Delete | Action::Discard => ("#fce8e6", "#c5221f"),
        Action::Ambiguous | Action::Violated => ("#fce8e6", "#a50e0e"),
        Action::Keep | Action::Verified => ("#f1f3f4", "#5f6368"),
    }
}
