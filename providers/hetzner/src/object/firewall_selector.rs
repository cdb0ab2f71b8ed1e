//! To what a firewall is applied: servers that a label selector chooses, or one server. It has no
//! label, and anybody may apply a firewall of ours to servers of theirs.

use async_trait::async_trait;
use groundwork_kit::client::Call;
use groundwork_provider::{
    Cx, Diff, Error, ErrorKind, Facts, Found, Handle, Key, Later, Listing, Look, ObjectRef,
    Operation, Owner, Progress, Resource, Result, Scope, Told,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::firewall::{Firewall, FirewallId, FirewallState, Target};
use crate::api::{
    Api,
    actions::{self, About},
};

/// The servers of a cluster, chosen by their labels.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct FirewallSelector {
    /// The firewall.
    pub firewall: Handle<Firewall>,
    /// The label selector.
    pub selector: String,
}

/// What the API says of it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct SelectorState {
    /// The firewall.
    pub firewall: FirewallId,
    /// To what it is applied.
    pub target: Target,
}

/// What actions are about: a firewall, and a selector of it.
#[derive(Deserialize, Serialize)]
struct Place {
    firewall: FirewallId,
    selector: String,
}

#[async_trait]
impl About for Place {
    type State = SelectorState;

    async fn read(&self, api: &Api) -> Result<Option<SelectorState>> {
        let firewall = self.firewall.read(api).await?;
        let mut now = firewall.iter().flat_map(targets);
        Ok(now.find(|target| target.text() == self.selector))
    }
}

impl SelectorState {
    /// The selector, or the server.
    fn text(&self) -> String {
        let Target {
            label_selector,
            server,
            ..
        } = &self.target;
        match (label_selector, server) {
            (Some(by_label), _) => by_label.selector.clone(),
            (None, Some(server)) => format!("server/{}", server.id),
            (None, None) => "unknown".to_owned(),
        }
    }
}

/// To what a firewall is applied.
pub(super) fn targets(firewall: &FirewallState) -> impl Iterator<Item = SelectorState> + '_ {
    firewall.applied_to.iter().map(|target| SelectorState {
        firewall: firewall.id,
        target: target.clone(),
    })
}

fn found(state: SelectorState) -> Found<SelectorState> {
    let id = FirewallSelector::id(&state);
    let firewall = ObjectRef::of::<Firewall>(state.firewall.to_string());
    Found::natural(id.clone(), id, Owner::Unlabelled, state).joining([firewall])
}

#[async_trait]
impl Listing for FirewallSelector {
    const KIND: &'static str = "hetzner.firewall-selector/1";
    const PARENTS: &'static [&'static str] = &[Firewall::KIND];
    type Api = Api;
    type State = SelectorState;

    fn told(state: &Self::State) -> Told {
        Told::default().with_detail(&state.text())
    }

    async fn list(api: &Api, scope: &Scope) -> Result<Vec<Found<SelectorState>>> {
        let firewalls = Firewall::list(api, scope).await?;
        let firewalls = firewalls.iter();
        Ok(firewalls
            .flat_map(|one| targets(&one.state))
            .map(found)
            .collect())
    }

    async fn derive(look: &Look<'_, Api>, _: &Scope) -> Result<Vec<Found<SelectorState>>> {
        let firewalls = look.list::<Firewall>(&look.scope()).await?;
        let firewalls = firewalls.iter();
        Ok(firewalls
            .flat_map(|one| targets(&one.state))
            .map(found)
            .collect())
    }
}

/// A selector, as the API wants it.
fn resource(selector: &str) -> Value {
    json!([{ "type": "label_selector", "label_selector": { "selector": selector } }])
}

#[async_trait]
impl Resource for FirewallSelector {
    /// A firewall that an action changes takes no other one.
    const TURNS: Option<&'static str> = Some(Firewall::KIND);

    fn asks_for(&self) -> Told {
        Told::default().with_detail(&self.selector)
    }

    fn id(state: &SelectorState) -> String {
        format!("{}/{}", state.firewall, state.text())
    }

    fn key(&self, facts: &Facts<'_>) -> Result<Key, Later> {
        let firewall = facts.id(&self.firewall.edge())?;
        Ok(Key::Natural(format!("{firewall}/{}", self.selector)))
    }

    fn diff(&self, _facts: &Facts<'_>, _state: &SelectorState) -> Result<Diff, Later> {
        Ok(Diff::Same)
    }

    async fn create(&self, cx: &Cx<'_, Api>) -> Result<Progress<SelectorState>> {
        let firewall = cx.state(&self.firewall)?.id;
        let path = format!("{}/actions/apply_to_resources", firewall.path());
        let body = json!({ "apply_to": resource(&self.selector) });
        let selector = self.selector.clone();
        let call = Call::post(path, body);
        actions::start(cx.api, call, Place { firewall, selector }).await
    }

    /// Servers that it protects would be open to everybody: while there are any, it stays.
    async fn delete(cx: &Cx<'_, Api>, state: &SelectorState) -> Result<Progress<SelectorState>> {
        let (firewall, selector) = (state.firewall, state.text());
        let place = Place { firewall, selector };
        let Some(now) = place.read(cx.api).await? else {
            return Ok(Progress::Gone);
        };
        let path = format!("{}/actions/remove_from_resources", firewall.path());
        if let Some(Target {
            server: Some(server),
            ..
        }) = now.target.applied_to_resources.first()
        {
            let message = format!("server {} has the label {}", server.id, place.selector);
            let error = Error::new(ErrorKind::InUse, format!("POST {path}"), message);
            return Err(error.remedy("delete the server first: without the firewall it is open"));
        }
        let body = json!({ "remove_from": resource(&place.selector) });
        actions::start(cx.api, Call::post(path, body), place).await
    }

    async fn poll(cx: &Cx<'_, Api>, operation: &Operation) -> Result<Progress<SelectorState>> {
        actions::poll::<Place>(cx.api, operation).await
    }
}
