//! A plan, acted out step by step where nothing comes of it.

use std::collections::BTreeMap;

use async_trait::async_trait;
use groundwork_model::{Address, Label};
use groundwork_provider::{
    Action, ClaimBook, Claims, Cx, Facts, IdempotencyToken, Item, Known, Look, Plan, Result, States,
};

use crate::{
    api::{Answer, Api, Rehearsal},
    provider::kinds,
};

/// Where a plan is acted out.
pub(crate) struct Stage<'a> {
    look: &'a Look<'a, Api>,
    plan: &'a Plan,
    states: States,
    rehearsal: Rehearsal,
    token: IdempotencyToken,
}

impl<'a> Stage<'a> {
    pub(crate) fn new(look: &'a Look<'a, Api>, plan: &'a Plan) -> Self {
        Self {
            look,
            plan,
            states: states(plan),
            rehearsal: look.api().rehearsal(),
            token: IdempotencyToken::from_bits(0),
        }
    }

    /// Says whether it came to a call. Where it does not, it is mostly about something that does
    /// not exist yet.
    pub(crate) async fn act(&self, item: &Item) -> bool {
        let before = self.rehearsal.calls();
        let label = self.label(item);
        kinds().act(item, self.cx(&label)).await;
        self.rehearsal.calls() > before
    }

    /// What EC2 says to the calls that it came to.
    pub(crate) async fn ask(&self) -> BTreeMap<String, Answer> {
        self.rehearsal.ask().await
    }

    fn label(&self, item: &Item) -> Label {
        Label {
            installation: self.plan.installation.clone(),
            cluster: self.plan.cluster.clone(),
            address: item.address.clone(),
            incarnation: item.incarnation,
        }
    }

    fn cx<'b>(&'b self, label: &'b Label) -> Cx<'b, Api> {
        let facts = Facts::new(label, &self.states);
        Cx::new(facts, &self.rehearsal.api, *self.look, &self.token, &Loose)
    }
}

/// Claims that nobody keeps.
struct Loose;

#[async_trait]
impl ClaimBook for Loose {
    async fn claim(
        &self,
        _: &str,
        _: &Address,
        pick: &mut (dyn for<'c> FnMut(&'c Claims) -> Result<String> + Send),
    ) -> Result<String> {
        pick(&Claims::default())
    }
}

/// What exists, and will not be made anew.
fn states(plan: &Plan) -> States {
    let mut states = States::default();
    for item in &plan.items {
        let stays = match item.action {
            Action::Keep | Action::Update | Action::Verified | Action::Violated => true,
            Action::Ambiguous
            | Action::Create
            | Action::Delete
            | Action::Discard
            | Action::Replace => false,
        };
        if let Some(found) = item.found.as_ref().filter(|_| stays) {
            let known = Known {
                kind: item.kind.clone(),
                id: found.id.clone(),
                managed: true,
                state: found.clone().into(),
            };
            states.insert(item.address.clone(), known);
        }
    }
    states
}
