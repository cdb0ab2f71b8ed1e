//! A plan, acted out step by step where nothing comes of it.

use std::collections::BTreeMap;

use async_trait::async_trait;
use groundwork_model::{Address, Label};
use groundwork_provider::{
    Action, ClaimBook, Claims, Cx, Facts, IdempotencyToken, Item, Known, Listing, Look, Plan,
    Resource, Result, States,
};

use super::read;
use crate::{
    api::{Answer, Api, Rehearsal},
    object::{
        address::ElasticAddress,
        egress_only_gateway::EgressOnlyGateway,
        internet_gateway::{Attachment, InternetGateway},
        nat_gateway::NatGateway,
        route::Route,
        route_table::RouteTable,
        route_table_association::RouteTableAssociation,
        security_group::SecurityGroup,
        shared_tag::SharedTag,
        subnet::Subnet,
        vpc::Vpc,
        vpc_attributes::VpcAttributes,
        vpc_ipv6::VpcIpv6,
    },
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
        self.item(item).await;
        self.rehearsal.calls() > before
    }

    /// What EC2 says to the calls that it came to.
    pub(crate) async fn ask(&self) -> BTreeMap<String, Answer> {
        self.rehearsal.ask().await
    }

    async fn item(&self, item: &Item) {
        match item.kind.as_str() {
            Vpc::KIND => self.steps::<Vpc>(item).await,
            VpcAttributes::KIND => self.steps::<VpcAttributes>(item).await,
            VpcIpv6::KIND => self.steps::<VpcIpv6>(item).await,
            InternetGateway::KIND => self.steps::<InternetGateway>(item).await,
            Attachment::KIND => self.steps::<Attachment>(item).await,
            EgressOnlyGateway::KIND => self.steps::<EgressOnlyGateway>(item).await,
            Subnet::KIND => self.steps::<Subnet>(item).await,
            ElasticAddress::KIND => self.steps::<ElasticAddress>(item).await,
            NatGateway::KIND => self.steps::<NatGateway>(item).await,
            RouteTable::KIND => self.steps::<RouteTable>(item).await,
            Route::KIND => self.steps::<Route>(item).await,
            RouteTableAssociation::KIND => self.steps::<RouteTableAssociation>(item).await,
            SecurityGroup::KIND => self.steps::<SecurityGroup>(item).await,
            SharedTag::KIND => self.steps::<SharedTag>(item).await,
            // A kind that is only watched is never changed.
            _ => {}
        }
    }

    /// The results do not matter: what was taken down does. Change by change, because no reply
    /// of a rehearsal can be gone on with.
    async fn steps<R: Resource<Api = Api>>(&self, item: &Item) {
        let label = self.label(item);
        let cx = self.cx(&label);
        let desired: Option<R> = item.node.as_ref().and_then(|node| read(&node.desired));
        let state: Option<R::State> = item.found.as_ref().and_then(|found| read(&found.state));
        if let Some(state) = state.as_ref().filter(|_| goes(item.action)) {
            drop(R::delete(&cx, state).await);
        }
        if let Some(desired) = desired.as_ref().filter(|_| comes(item.action)) {
            drop(desired.create(&cx).await);
        }
        if let (Action::Update, Some(desired), Some(state)) = (item.action, desired, state) {
            for change in &item.changes {
                let one = std::slice::from_ref(change);
                drop(desired.update(&cx, &state, one).await);
            }
        }
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

pub(crate) fn goes(action: Action) -> bool {
    match action {
        Action::Delete | Action::Discard | Action::Replace => true,
        Action::Ambiguous
        | Action::Create
        | Action::Keep
        | Action::Update
        | Action::Verified
        | Action::Violated => false,
    }
}

pub(crate) fn comes(action: Action) -> bool {
    match action {
        Action::Create | Action::Replace => true,
        Action::Ambiguous
        | Action::Delete
        | Action::Discard
        | Action::Keep
        | Action::Update
        | Action::Verified
        | Action::Violated => false,
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
                state: found.state.clone(),
            };
            states.insert(item.address.clone(), known);
        }
    }
    states
}
