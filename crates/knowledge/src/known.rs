//! Everything that is known: our files, and above them one that a user brings.

use std::collections::BTreeSet;

use groundwork_model::{Finding, Source, codes, document::One};

use crate::{
    Cell, Entry, LoadBalancer, Named, NetworkForm, NodeFile, ProxyDefault, SystemProfile, Touches,
    file::KnowledgeFile, schema,
};

/// Files with their texts.
macro_rules! texts {
    ($($path:literal),* $(,)?) => { [$(($path, include_str!($path))),*] };
}

/// Our files, in the order in which entries are shown.
const FILES: [(&str, &str); 14] = texts![
    "../data/matrix.yaml",
    "../data/kubernetes.yaml",
    "../data/systems.yaml",
    "../data/aws.yaml",
    "../data/azure.yaml",
    "../data/byo.yaml",
    "../data/digitalocean.yaml",
    "../data/equinix.yaml",
    "../data/gcp.yaml",
    "../data/hetzner.yaml",
    "../data/openstack.yaml",
    "../data/vsphere.yaml",
    "../data/profiles.yaml",
    "../data/issues.yaml",
];

/// Everything that is known.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// The clouds, in the order of the matrix. The last ones may have no cells.
    pub providers: Vec<Named>,
    /// The operating systems, in the order of the matrix.
    pub systems: Vec<Named>,
    /// The cells of the matrix, by cloud and then by operating system.
    pub matrix: Vec<Cell>,
    /// The entries that are notes of the matrix as a whole.
    pub notes: Vec<String>,
    /// How services are forwarded where the document does not say it; the first that fits counts.
    pub proxy_defaults: Vec<ProxyDefault>,
    /// What Services of type LoadBalancer need, by cloud; the first that fits counts.
    pub load_balancers: Vec<LoadBalancer>,
    /// Which operating systems are told of their network in which form.
    pub profiles: Vec<SystemProfile>,
    /// The forms.
    pub forms: Vec<NetworkForm>,
    /// The kernel's settings on nodes.
    pub sysctls: Option<NodeFile>,
    /// Everything else.
    pub entries: Vec<Entry>,
}

impl Known {
    /// What this program brings.
    pub fn ours() -> Self {
        Self::with(&[]).expect("our own files are well formed, says a test")
    }

    /// What this program brings, and above it the files of a user: an entry, a cell or a name that
    /// they have too is theirs, as a whole.
    ///
    /// # Errors
    /// Everything that is wrong with one of the files, each finding with its place.
    pub fn with(brought: &[Source]) -> Result<Self, Vec<Finding>> {
        let ours = FILES.map(|(name, text)| Source {
            name: name.trim_start_matches("../").to_owned(),
            bytes: text.into(),
        });
        let schema = schema();
        let mut files = Vec::new();
        let mut faults = Vec::new();
        for source in ours.iter().chain(brought) {
            match KnowledgeFile::read(source, &schema) {
                Ok(file) => files.push(file),
                Err(found) => faults.extend(found),
            }
        }
        let mut known = Self::default();
        for file in &files {
            known.take(&file.value);
        }
        if faults.is_empty() {
            faults.extend(files.iter().flat_map(|file| known.strangers(file)));
        }
        if faults.is_empty() {
            Ok(known)
        } else {
            Err(faults)
        }
    }

    /// The entry of that name.
    pub fn entry(&self, id: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.id == id)
    }

    /// The cell of that name, such as `MATRIX-AWS-UBUNTU`.
    pub fn cell(&self, id: &str) -> Option<&Cell> {
        self.matrix.iter().find(|cell| cell.id() == id)
    }

    /// The cell of a cloud and an operating system.
    pub fn cell_of(&self, provider: &str, system: &str) -> Option<&Cell> {
        let is = |cell: &&Cell| cell.provider == provider && cell.system == system;
        self.matrix.iter().find(is)
    }

    /// The entries that say more of a finding.
    pub fn about_finding<'a>(&'a self, code: &'a str) -> impl Iterator<Item = &'a Entry> {
        let says = move |entry: &&Entry| entry.findings.iter().any(|one| one == code);
        self.entries.iter().filter(says)
    }

    /// The entries that stand below the matrix: those that say why a cell is as it is, and the notes.
    pub fn below_matrix(&self) -> impl Iterator<Item = &Entry> {
        let because = self.matrix.iter().flat_map(|cell| &cell.because);
        let named: BTreeSet<&String> = because.chain(&self.notes).collect();
        let is_named = move |entry: &&Entry| named.contains(&entry.id);
        self.entries.iter().filter(is_named)
    }

    /// The entries that say why a cell is as it is.
    pub fn reasons<'a>(&'a self, cell: &'a Cell) -> impl Iterator<Item = &'a Entry> {
        cell.because.iter().filter_map(|id| self.entry(id))
    }

    fn take(&mut self, file: &KnowledgeFile) {
        let KnowledgeFile {
            providers,
            systems,
            matrix,
            notes,
            proxy_defaults,
            load_balancers,
            profiles,
            forms,
            sysctls,
            entries,
            ..
        } = file;
        if !proxy_defaults.is_empty() {
            self.proxy_defaults.clone_from(proxy_defaults);
        }
        let is_replaced = |one: &LoadBalancer| {
            load_balancers
                .iter()
                .any(|new| new.provider == one.provider)
        };
        self.load_balancers.retain(|one| !is_replaced(one));
        self.load_balancers.extend_from_slice(load_balancers);
        let is_replaced = |one: &SystemProfile| profiles.iter().any(|new| new.system == one.system);
        self.profiles.retain(|one| !is_replaced(one));
        self.profiles.extend_from_slice(profiles);
        put(&mut self.forms, forms, |one, other| one.name == other.name);
        if sysctls.is_some() {
            self.sysctls.clone_from(sysctls);
        }
        put(&mut self.providers, providers, |one, other| {
            one.name == other.name
        });
        put(&mut self.systems, systems, |one, other| {
            one.name == other.name
        });
        put(&mut self.matrix, matrix, |one, other| {
            one.id() == other.id()
        });
        put(&mut self.notes, notes, |one, other| one == other);
        put(&mut self.entries, entries, |one, other| one.id == other.id);
    }

    /// Names in a file that nothing has.
    fn strangers(&self, file: &One<KnowledgeFile>) -> Vec<Finding> {
        let mut named = Vec::new();
        for (at, cell) in file.value.matrix.iter().enumerate() {
            let place = format!("matrix[{at}]");
            named.push((
                format!("{place}.provider"),
                self.knows_provider(&cell.provider),
            ));
            named.push((format!("{place}.system"), self.knows_system(&cell.system)));
            for (at, id) in cell.because.iter().enumerate() {
                named.push((format!("{place}.because[{at}]"), self.entry(id).is_some()));
            }
        }
        for (at, id) in file.value.notes.iter().enumerate() {
            named.push((format!("notes[{at}]"), self.entry(id).is_some()));
        }
        for (at, one) in file.value.load_balancers.iter().enumerate() {
            let place = format!("loadBalancers[{at}].provider");
            named.push((place, self.knows_provider(&one.provider)));
        }
        for (at, one) in file.value.profiles.iter().enumerate() {
            let place = format!("profiles[{at}]");
            let form = self.forms.iter().any(|form| form.name == one.form);
            named.push((format!("{place}.form"), form));
            named.push((format!("{place}.system"), self.knows_system(&one.system)));
        }
        for (at, entry) in file.value.entries.iter().enumerate() {
            let place = format!("entries[{at}].touches");
            let Touches {
                providers, systems, ..
            } = &entry.touches;
            for (at, name) in providers.iter().enumerate() {
                named.push((
                    format!("{place}.providers[{at}]"),
                    self.knows_provider(name),
                ));
            }
            for (at, name) in systems.iter().enumerate() {
                named.push((format!("{place}.systems[{at}]"), self.knows_system(name)));
            }
        }
        let strangers = named.into_iter().filter(|(_, known)| !known);
        let finding = |(field, _): (String, bool)| {
            let message = "nothing of that name is known";
            let finding = Finding::error(codes::DOCUMENT_REFERENCE, message).at(field);
            file.place(finding.remedy("groundwork matrix --output json shows the names"))
        };
        strangers.map(finding).collect()
    }

    fn knows_provider(&self, name: &str) -> bool {
        self.providers.iter().any(|one| one.name == name)
    }

    fn knows_system(&self, name: &str) -> bool {
        self.systems.iter().any(|one| one.name == name)
    }
}

/// Puts things into a list: in the place of the same, or at the end.
fn put<T: Clone>(list: &mut Vec<T>, things: &[T], is_same: impl Fn(&T, &T) -> bool) {
    for thing in things {
        match list.iter_mut().find(|other| is_same(other, thing)) {
            Some(other) => *other = thing.clone(),
            None => list.push(thing.clone()),
        }
    }
}
