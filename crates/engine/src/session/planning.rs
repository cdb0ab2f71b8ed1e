//! Making a plan: look until all that may be there shows, then judge it once.

use std::{collections::BTreeSet, sync::Arc};

use groundwork_model::{Address, Finding};
use groundwork_provider::{
    Fields, Graph, LookCache, ObjectRef, Plan, States, Topology, erased::AnyTarget,
};

use super::{Moment, Patience, Planned, Session, Usage, settle::Waits};
use crate::{
    Observation, Purpose, Recall, Trouble, codes,
    engine::Connection,
    namesakes::{self, Names, namesakes},
    observe::warm,
    plan::{asked, draft, seal, teardown},
};

/// What is to be there in the end.
#[derive(Clone, Copy)]
enum Aim<'a> {
    /// What the document asks for.
    Document(&'a AnyTarget),
    /// Nothing that is ours.
    Nothing,
}

/// What a look showed, and what would be done about it.
struct Sight {
    plan: Plan,
    states: States,
    observation: Observation,
    /// What the document asks for, and the facts that it was made from.
    asked: Option<(Graph, Fields)>,
}

impl Session {
    /// Looks, compiles, plans, judges. Reads only.
    ///
    /// # Errors
    /// [`Trouble::Unfit`] where the documents cannot be compiled for what is there.
    pub async fn plan(&self, patience: Patience) -> Result<Planned, Trouble> {
        let target = self.target.as_ref().ok_or_else(|| self.no_document())?;
        if self.findings.iter().any(Finding::is_error) {
            return Err(self.unfit(Vec::new()));
        }
        self.planned(Aim::Document(target), patience).await
    }

    /// Plans the removal of all that is ours. Reads only; needs no document.
    pub async fn teardown(&self, patience: Patience) -> Result<Planned, Trouble> {
        self.planned(Aim::Nothing, patience).await
    }

    async fn planned(&self, aim: Aim<'_>, patience: Patience) -> Result<Planned, Trouble> {
        self.refuse_leased(patience).await?;
        let (mut recall, moment) = self.read(patience).await?;
        let until = self.quiet_until(patience, &recall);
        let (mut ended, mut waits) = (BTreeSet::new(), Waits::new(until, self.limits().look_pause));
        let began = self.now();
        loop {
            let look = self.look(&recall);
            let sight = self.sight(aim, &look, &recall).await?;
            let observation = &sight.observation;
            if self.awaits_answer(&recall, observation, &mut waits).await {
                continue;
            }
            let overlooked = self.hidden(aim, &sight, &recall).await?;
            if !overlooked.is_empty() {
                let told = &mut waits.told_doubt;
                self.distrust(&overlooked, began, told).await?;
                continue;
            }
            let told = &mut waits.told_lag;
            if patience == Patience::Now
                || self
                    .shows_all(aim, &sight, &mut recall, &mut ended, told)
                    .await?
            {
                // The journal was read before the look.
                let moment = Moment {
                    at: self.now(),
                    ..moment
                };
                return Ok(self.judged(aim, sight, look, &recall, moment, ended).await);
            }
        }
    }

    /// The plan of one of an account's clusters, whose documents are fit: for reading only.
    pub(crate) async fn swept(&self, recall: &Recall) -> Result<Plan, Trouble> {
        let target = self.target.as_ref().ok_or_else(|| self.no_document())?;
        let (aim, look) = (Aim::Document(target), self.look(recall));
        let mut sight = self.sight(aim, &look, recall).await?;
        self.judge(aim, &mut sight, &look, recall).await;
        Ok(sight.plan)
    }

    /// Looks, and compares with what is to be.
    async fn sight(
        &self,
        aim: Aim<'_>,
        look: &Arc<LookCache>,
        recall: &Recall,
    ) -> Result<Sight, Trouble> {
        let Connection { provider, account } = &self.connection;
        let Aim::Document(target) = aim else {
            let (plan, observation) = self.going(look, recall).await?;
            return Ok(Sight {
                plan,
                states: States::default(),
                observation,
                asked: None,
            });
        };
        let (kinds, purpose) = (provider.kinds(), self.purpose());
        let surveyed = self.patiently(|| account.survey(look, target));
        let survey = match purpose {
            // Whoever looks at the account for all of its clusters makes the listings.
            Purpose::Sweep => surveyed.await?,
            Purpose::Compare | Purpose::Remove => {
                let warmed = warm(&**account, look, &kinds, purpose);
                futures::join!(surveyed, warmed).0?
            }
        };
        let graph = provider
            .compile(target, &survey)
            .map_err(|findings| self.unfit(findings))?;
        let (plan, states, observation) = self.matched(look, recall, &graph).await?;
        Ok(Sight {
            plan,
            states,
            observation,
            asked: Some((graph, survey)),
        })
    }

    /// What is wanted and what is there. What else hangs on it matters, and is looked at, only where
    /// something goes; a sweep does not ask for it.
    async fn matched(
        &self,
        look: &LookCache,
        recall: &Recall,
        graph: &Graph,
    ) -> Result<(Plan, States, Observation), Trouble> {
        let purpose = self.purpose();
        let observation = self.observed(look, recall, Some(graph), purpose).await?;
        let (found, states, observation) = self.claimed(recall, graph, observation);
        if purpose == Purpose::Sweep || !found.items.iter().any(|item| item.action.deletes()) {
            return Ok((found, states, observation));
        }
        let Connection { provider, account } = &self.connection;
        warm(&**account, look, &provider.kinds(), Purpose::Remove).await;
        let observation = self
            .observed(look, recall, Some(graph), Purpose::Remove)
            .await?;
        Ok(self.claimed(recall, graph, observation))
    }

    /// The plan for what was observed. What carries no label, and a node asks for, is ours from
    /// then on: it is not in the way of what goes.
    fn claimed(
        &self,
        recall: &Recall,
        graph: &Graph,
        mut observation: Observation,
    ) -> (Plan, States, Observation) {
        let (found, states) = draft(self.basis(recall, &observation), graph);
        let asked = asked(&found, &observation);
        if asked.is_empty() {
            return (found, states, observation);
        }
        observation.claim(asked);
        let (found, states) = draft(self.basis(recall, &observation), graph);
        (found, states, observation)
    }

    /// What is to go. An object without a label that only the document knows to be ours is looked
    /// for there: a state file that was lost says nothing of it.
    async fn going(
        &self,
        look: &Arc<LookCache>,
        recall: &Recall,
    ) -> Result<(Plan, Observation), Trouble> {
        let Connection { provider, account } = &self.connection;
        warm(&**account, look, &provider.kinds(), Purpose::Remove).await;
        let mut observation = self.observed(look, recall, None, Purpose::Remove).await?;
        if let (true, Some(target)) = (observation.has_unclaimed(), &self.target)
            && let Ok(survey) = self.patiently(|| account.survey(look, target)).await
            && let Ok(graph) = provider.compile(target, &survey)
        {
            let seen = self
                .observed(look, recall, Some(&graph), Purpose::Remove)
                .await?;
            let (found, _) = draft(self.basis(recall, &seen), &graph);
            observation.claim(asked(&found, &seen));
        }
        Ok((teardown(self.basis(recall, &observation)), observation))
    }

    /// What the look leaves out although it is there. A sweep, which changes nothing, asks nobody.
    async fn hidden(
        &self,
        aim: Aim<'_>,
        sight: &Sight,
        recall: &Recall,
    ) -> Result<Vec<ObjectRef>, Trouble> {
        let Sight {
            plan, observation, ..
        } = sight;
        match self.usage {
            Usage::Sweep(_) => Ok(Vec::new()),
            Usage::Run | Usage::Look => {
                let removing = matches!(aim, Aim::Nothing);
                let hidden = self.overlooked(plan, observation, recall, removing).await?;
                Ok(hidden)
            }
        }
    }

    /// Whether a look shows everything that an earlier run did. If not, it is waited for: what the
    /// cloud still makes, and nobody will ask about, until it has ended; a listing that lags, for
    /// a while.
    async fn shows_all(
        &self,
        aim: Aim<'_>,
        sight: &Sight,
        recall: &mut Recall,
        ended: &mut BTreeSet<Address>,
        told: &mut bool,
    ) -> Result<bool, Trouble> {
        // The run asks about what is wanted.
        let asks = |address: &Address| {
            matches!(aim, Aim::Document(_)) && sight.plan.item(address.as_str()).is_some()
        };
        let more = self.await_creates(recall, |address| !asks(address)).await?;
        if !more.is_empty() {
            ended.extend(more);
            return Ok(false);
        }
        let lag = self.lags(recall, &sight.observation);
        if lag.is_none() && !self.is_contended(&sight.plan, &sight.observation) {
            return Ok(true);
        }
        if !std::mem::replace(told, true) {
            match lag {
                Some(lag) => self.tell_lag(&lag),
                None => tracing::info!(
                    until = %format!("{:.0}", self.now() + self.limits().settle_window),
                    "waiting until two writers stand still, who have made objects of one label"
                ),
            }
        }
        self.pause().await;
        Ok(false)
    }

    /// A plan with what a person should know of it, and with its hash.
    async fn judged(
        &self,
        aim: Aim<'_>,
        mut sight: Sight,
        look: Arc<LookCache>,
        recall: &Recall,
        moment: Moment,
        ended: BTreeSet<Address>,
    ) -> Planned {
        self.judge(aim, &mut sight, &look, recall).await;
        let Sight {
            plan,
            states,
            asked,
            observation: _,
        } = sight;
        let network = match aim {
            Aim::Document(target) => self.connection.provider.network(target, &states).ok(),
            Aim::Nothing => None,
        };
        let mut topology = match (aim, &asked) {
            (Aim::Document(target), Some((graph, survey))) => {
                let provider = &self.connection.provider;
                provider.topology(target, survey, graph, &states)
            }
            (Aim::Document(_) | Aim::Nothing, _) => Topology::default(),
        };
        match (topology.is_empty(), &network) {
            (true, Some(network)) => topology = Topology::of(network),
            (true, None) | (false, _) => topology.complete(&plan.items),
        }
        Planned {
            plan: seal(plan),
            topology,
            graph: asked.map(|(graph, _)| graph),
            states,
            network,
            look,
            moment,
            ended,
        }
    }

    /// What a person should know of it: once, since questions to the cloud are a part of that.
    async fn judge(&self, aim: Aim<'_>, sight: &mut Sight, look: &Arc<LookCache>, recall: &Recall) {
        let Connection { provider, account } = &self.connection;
        let Sight {
            plan,
            states,
            asked,
            observation,
        } = sight;
        let mut findings = std::mem::take(&mut plan.findings);
        findings.extend(self.namesakes(recall, observation));
        if let (Aim::Document(target), Some((_, survey))) = (aim, asked) {
            findings.extend(provider.assess(target, survey, states));
        }
        if let (Aim::Document(target), Some(said), false) = (aim, &recall.said, recall.destroyed) {
            findings.extend(said.held_against(target, &self.options));
        }
        // Permissions and quotas matter only to a run that follows.
        if matches!(self.usage, Usage::Run) {
            findings.extend(account.checks(look, plan).await);
        }
        findings.extend(self.unknown_replaces(plan));
        plan.findings = self.all_findings(findings, recall);
        self.tell(plan);
        if matches!(aim, Aim::Nothing) {
            plan.findings
                .retain(|finding| self.matters_to_the_end(finding));
        }
    }

    /// A cluster of which nothing is there, and which this state has never seen, may be there under
    /// another key.
    fn namesakes(&self, recall: &Recall, observation: &Observation) -> Vec<Finding> {
        if recall.is_known() || !observation.mine().is_empty() {
            return Vec::new();
        }
        let (name, installation) = (self.name(recall), &self.engine.0.installation);
        let (whose, provider) = (
            (installation, &self.cluster, name.as_str()),
            &*self.connection.provider,
        );
        let fresh = || Names::of(provider, observation, installation);
        let own;
        let names = match &self.usage {
            Usage::Sweep(shared) => shared.names.get_or_init(fresh),
            Usage::Run | Usage::Look => {
                own = fresh();
                &own
            }
        };
        let namesakes = namesakes((provider, observation), names, whose);
        namesakes::told(&name, &self.cluster, &namesakes)
    }

    /// Gives each item what people are told of it. Of a cluster that is as its document says, a
    /// sweep tells nothing.
    fn tell(&self, plan: &mut Plan) {
        if matches!(self.usage, Usage::Sweep(_)) && plan.is_empty() {
            return;
        }
        for item in &mut plan.items {
            let desired = item.node.as_ref().map(|node| &*node.desired);
            let state = item.found.as_ref().map(|found| &found.state);
            item.told = self.connection.provider.told(&item.kind, desired, state);
        }
    }

    /// Addresses that the caller allows to be replaced, and that the plan does not have.
    fn unknown_replaces(&self, plan: &Plan) -> Vec<Finding> {
        let known: BTreeSet<&Address> = plan.items.iter().map(|item| &item.address).collect();
        let unknown = |address: &&Address| !known.contains(address);
        let finding = |address: &Address| {
            let names: Vec<&str> = known.iter().map(|address| address.as_str()).collect();
            let message = format!("--replace names {address}, and the plan has no such object");
            let finding = Finding::warning(codes::REPLACE_UNKNOWN, message);
            match names.is_empty() {
                true => finding,
                false => finding.remedy(format!("name one of: {}", names.join(", "))),
            }
        };
        let all = self.options.replace.iter().filter(unknown);
        all.map(finding).collect()
    }

    /// What the document asks for is no matter where all of it goes; its own life is.
    fn matters_to_the_end(&self, finding: &Finding) -> bool {
        let life = [codes::PAUSED.id, codes::DELETING.id];
        life.contains(&finding.code.as_ref()) || !self.findings.contains(finding)
    }
}
