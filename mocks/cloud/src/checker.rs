use std::sync::Arc;

use crate::store::{Author, Object, Touch, Verb};

/// What the client under test must never do, whatever the faults were.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Breach {
    /// An attribute of an object that another hand made is different: these ones.
    ForeignChanged(Vec<String>),
    /// An object that another hand made is gone.
    ForeignDeleted,
}

/// One breach, with the call that did it.
#[derive(Clone, Debug)]
pub struct Violation {
    /// The number of the [`Call`](crate::Call).
    pub call: u64,
    /// Method and path of that call.
    pub line: String,
    /// The object as it was before.
    pub object: Arc<Object>,
    /// What happened to it.
    pub breach: Breach,
}

/// Reads what one call of the API has touched.
pub(crate) fn violations(call: u64, line: &str, touches: Vec<Touch>) -> Vec<Violation> {
    let foreign = |touch: &Touch| touch.object.author == Author::Hand;
    touches
        .into_iter()
        .filter(foreign)
        .filter_map(|touch| violation(call, line, touch))
        .collect()
}

fn violation(call: u64, line: &str, touch: Touch) -> Option<Violation> {
    let breach = match touch.verb {
        Verb::Created => return None,
        Verb::Changed => Breach::ForeignChanged(touch.attributes),
        Verb::Deleted => Breach::ForeignDeleted,
    };
    Some(Violation {
        call,
        line: line.to_owned(),
        object: touch.object,
        breach,
    })
}
