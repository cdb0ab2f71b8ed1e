//! Whether there is anywhere to make it: the subscription, the region, the names.

use groundwork_kit::document::listed;
use groundwork_model::Finding;

use super::Draft;
use crate::{codes, spec::field};

impl Draft<'_> {
    /// One that is disabled can be read, and no more.
    pub(super) fn subscription(&mut self) {
        let subscription = &self.survey.subscription;
        if !subscription.is_read_only() {
            return;
        }
        let (name, state) = (&subscription.display_name, &subscription.state);
        let id = &self.survey.subscription_id;
        let message = format!("subscription {name} ({id}) is {state}: nothing can be made in it");
        let finding = Finding::error(codes::SUBSCRIPTION, message).at(field("subscriptionID"));
        self.findings.push(finding.about(id).remedy(
            "have whoever pays for it enable it again (Azure portal, Subscriptions), or name another one",
        ));
    }

    pub(super) fn region(&mut self) {
        let (known, name) = (&self.survey.locations, &self.location);
        if name.is_empty() || known.iter().any(|one| one.name == *name) {
            return;
        }
        let physical = known
            .iter()
            .filter(|one| one.metadata.region_type != "Logical");
        let all = listed(physical.map(|one| one.name.clone()));
        let message = format!("there is no region {name} for this subscription; there are {all}");
        let place = self.target.datacenter.field("spec.azure.location");
        let finding = Finding::error(codes::LOCATION, message).at(place);
        self.findings
            .push(finding.remedy("set location to one of them"));
    }

    /// Names are unique in a resource group, and that of a group in the subscription.
    pub(super) fn names_taken(&mut self) {
        for (kind, id) in &self.survey.taken {
            let message =
                format!("{kind} {id} is somebody else's, and has the name that is needed");
            let finding = Finding::error(codes::NAME_TAKEN, message).about(format!("{kind} {id}"));
            self.findings.push(finding.remedy(
                "take it over with --adopt if KKP made it for this cluster; name it in the document if the \
                 cluster is to use it; or delete it",
            ));
        }
    }
}
