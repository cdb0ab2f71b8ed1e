//! What of all that is known touches one cluster.

use std::{borrow::Cow, collections::BTreeSet};

use groundwork_model::{Finding, MachineDeployment, Severity};

use crate::{Case, Cell, Entry, Kind, Known, Named, Sign, State, Subject};

/// The entry about operating systems that the matrix does not have.
const UNLISTED: &str = "KNOWN-SYSTEM-UNLISTED";

/// Machines whose operating system the matrix has.
struct Pool<'a> {
    machines: &'a MachineDeployment,
    system: &'a Named,
    /// Whether they cannot be used at all: what else is known of them helps nobody.
    fails: bool,
}

impl Known {
    /// Adds to the findings about a cluster what is known of it: of its cloud, its versions, its
    /// network plugin, and the operating systems of its machines.
    ///
    /// What is reported already is not reported twice. Where the documentation says something else
    /// than what is reported, that is added to it.
    pub fn add_to(&self, findings: &mut Vec<Finding>, subject: &Subject<'_>) {
        let (mut pools, mut own) = self.pools(subject);
        let mut told = BTreeSet::new();
        for pool in &mut pools {
            let cell = self.cell_of(subject.provider, &pool.system.name);
            let cell = cell.filter(|_| subject.family.is_dual_stack());
            if let Some((cell, finding)) = cell.and_then(|cell| self.of_cell(cell, pool)) {
                told.extend(cell.because.iter().map(String::as_str));
                pool.fails = finding.is_error();
                own.push(finding);
            }
        }
        for entry in self
            .entries
            .iter()
            .filter(|entry| !told.contains(entry.id.as_str()))
        {
            let told = findings.iter_mut().find(|one| entry.is_told_by(one));
            match (told, entry.case(subject)) {
                (Some(one), Some(_)) => entry.add_documented(one),
                // A default that a finding counts with is not what it is about.
                (Some(one), None) if entry.kind == Kind::Limitation => entry.add_documented(one),
                (Some(_), None) => {}
                (None, Some(case)) => own.extend(entry.findings_about(case, subject, &pools)),
                (None, None) => {}
            }
        }
        findings.append(&mut own);
    }

    /// The machines of the cluster's cloud whose operating system is known, and what is to be said
    /// of the others.
    fn pools<'a>(&'a self, subject: &'a Subject<'_>) -> (Vec<Pool<'a>>, Vec<Finding>) {
        let (mut pools, mut findings) = (Vec::new(), Vec::new());
        let named = |list: &'a [Named], name: &str| {
            let mut list = list.iter();
            list.find(|one| one.machines.iter().any(|other| other == name))
        };
        let is_here = |machines: &&MachineDeployment| {
            let cloud = machines.cloud_provider.as_deref();
            cloud.is_none_or(|cloud| {
                named(&self.providers, cloud).is_some_and(|one| one.name == subject.provider)
            })
        };
        for machines in subject.machines.iter().filter(is_here) {
            let Some(name) = machines.operating_system.as_deref() else {
                continue;
            };
            match named(&self.systems, name) {
                Some(system) => pools.push(Pool {
                    machines,
                    system,
                    fails: false,
                }),
                None if subject.family.is_dual_stack() => {
                    findings.extend(self.unlisted(machines, name));
                }
                None => {}
            }
        }
        (pools, findings)
    }

    fn unlisted(&self, machines: &MachineDeployment, name: &str) -> Option<Finding> {
        let entry = self.entry(UNLISTED)?;
        let message = format!(
            "the compatibility matrix does not have {name}: {}",
            entry.today
        );
        let finding = entry.finding(Severity::Warning, message, None);
        Some(machines.place(finding))
    }

    /// What is to be said of machines with an operating system on a cloud; nothing where it works.
    fn of_cell<'a>(&self, cell: &'a Cell, pool: &Pool<'_>) -> Option<(&'a Cell, Finding)> {
        let severity = match cell.today {
            Sign::Works => return None,
            Sign::Issue => Severity::Note,
            Sign::Fails => Severity::Error,
            Sign::Untested => Severity::Warning,
        };
        let provider = self.providers.iter().find(|one| one.name == cell.provider);
        let mut message = format!(
            "{} on {} {} as the system of dual-stack nodes",
            pool.system.title,
            provider.map_or(cell.provider.as_str(), |one| &one.title),
            match cell.today {
                Sign::Untested => "is not offered, or not tested,",
                Sign::Works | Sign::Issue | Sign::Fails => cell.today.meaning(),
            }
        );
        let reasons: Vec<&str> = self
            .reasons(cell)
            .map(|entry| entry.today.as_str())
            .collect();
        if !reasons.is_empty() {
            message = format!("{message}: {}", reasons.join("; "));
        }
        if cell.documented != cell.today {
            message += &format!(
                "; in the matrix of KKP's documentation of 2.24 it {}",
                cell.documented.said()
            );
        }
        let mut because = self.reasons(cell);
        let first = because.find(|entry| entry.remedy.is_some());
        let finding = Finding {
            code: Cow::Owned(cell.id()),
            severity,
            subject: None,
            field: None,
            location: None,
            message,
            remedy: first.and_then(|entry| entry.remedy.clone()),
            reference: first.and_then(Entry::reference),
        };
        Some((cell, pool.machines.place(finding)))
    }
}

impl Entry {
    /// The case that holds for a cluster which it touches.
    fn case(&self, subject: &Subject<'_>) -> Option<&Case> {
        let touches = &self.touches;
        let family = touches.any_family || subject.family.is_dual_stack();
        let provider = touches.providers.is_empty()
            || touches.providers.iter().any(|one| one == subject.provider);
        let plugin = touches.plugins.is_empty() || touches.plugins.contains(&subject.cluster.cni());
        let holds = |case: &&Case| {
            case.kubernetes
                .is_none_or(|range| range.has(subject.cluster.spec.version))
                && case
                    .plugin
                    .is_none_or(|range| range.has(subject.plugin_version))
        };
        let mut cases = self.cases.iter();
        cases.find(holds).filter(|_| family && provider && plugin)
    }

    fn is_told_by(&self, finding: &Finding) -> bool {
        self.findings.iter().any(|code| *code == finding.code)
    }

    /// Adds to another finding what the documentation says, where that is no longer so.
    fn add_documented(&self, finding: &mut Finding) {
        let documented = match self.state {
            State::Changed | State::Ended => self.documented.as_deref(),
            State::Holds | State::New => None,
        };
        if let Some(documented) = documented {
            finding.message += &format!(". The documentation of KKP 2.24 says that {documented}");
        }
    }

    /// One finding, or one for all machines with such an operating system.
    fn findings_about(
        &self,
        case: &Case,
        subject: &Subject<'_>,
        pools: &[Pool<'_>],
    ) -> Vec<Finding> {
        let finding = self.finding(case.severity, self.message(case), case.remedy.clone());
        let systems = &self.touches.systems;
        if !systems.is_empty() {
            let touched = pools
                .iter()
                .filter(|pool| systems.contains(&pool.system.name));
            return touched
                .filter(|pool| finding.is_error() || !pool.fails)
                .map(|pool| pool.machines.place(finding.clone()))
                .collect();
        }
        // What decides is what may be changed.
        let mut of_cluster = [match (case.kubernetes, case.plugin) {
            (Some(_), _) => finding.at("spec.version"),
            (None, Some(_)) => finding.at("spec.cniPlugin.version"),
            (None, None) => finding,
        }];
        subject.cluster.place(&mut of_cluster);
        of_cluster.into()
    }

    fn message(&self, case: &Case) -> String {
        match (&case.says, &self.documented, self.state) {
            (Some(says), _, _) => says.clone(),
            (None, Some(documented), State::Changed | State::Ended) => format!(
                "the documentation of KKP 2.24 says that {documented}; today: {}",
                self.today
            ),
            (None, _, _) => self.today.clone(),
        }
    }

    fn finding(&self, severity: Severity, message: String, remedy: Option<String>) -> Finding {
        Finding {
            code: Cow::Owned(self.id.clone()),
            severity,
            subject: None,
            field: None,
            location: None,
            message,
            remedy: remedy.or_else(|| self.remedy.clone()),
            reference: self.reference(),
        }
    }

    fn reference(&self) -> Option<Cow<'static, str>> {
        self.sources.first().cloned().map(Cow::Owned)
    }
}
