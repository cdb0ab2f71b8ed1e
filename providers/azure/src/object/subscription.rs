//! The subscription: what everything is paid with. One that is disabled can be read, and no more
//! (<https://learn.microsoft.com/azure/cost-management-billing/manage/subscription-states>).

use async_trait::async_trait;
use groundwork_provider::{Found, Listing, Result, Scope, Told};
use serde::{Deserialize, Serialize};

use crate::api::Api;

/// The subscription of the account.
#[derive(Clone, Copy, Debug)]
pub struct Subscription;

/// What the API says of a subscription.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, rename_all = "camelCase")]
pub struct SubscriptionState {
    /// Its id, without the path.
    pub subscription_id: String,
    /// What people call it.
    pub display_name: String,
    /// `Enabled`, `Warned`, `PastDue`, `Disabled` or `Deleted`.
    pub state: String,
}

impl SubscriptionState {
    /// Whether nothing can be made in it.
    pub(crate) fn is_read_only(&self) -> bool {
        matches!(
            self.state.as_str(),
            "Disabled" | "Deleted" | "Warned" | "Expired"
        )
    }
}

#[async_trait]
impl Listing for Subscription {
    const KIND: &'static str = "azure.subscription/1";
    type Api = Api;
    type State = SubscriptionState;

    fn told(state: &Self::State) -> Told {
        Told::named(&state.display_name)
    }

    async fn list(api: &Api, _scope: &Scope) -> Result<Vec<Found<SubscriptionState>>> {
        let state: SubscriptionState = api.own("").await?;
        Ok(vec![Found::foreign(api.subscription(), state)])
    }
}
