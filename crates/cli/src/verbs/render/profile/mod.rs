//! `render operating-system-profile`: how nodes of an operating system get their IPv6 address.

mod document;

use groundwork_knowledge::{Interface, Ipv6Method, Known, NetworkForm, Sign};
use groundwork_model::Finding;

use self::document::{KIND, Parts, document, part, whole};
use super::{Rendered, print, tell};
use crate::{
    Exit,
    args::ProfileOptions,
    clouds::ended,
    context::Context,
    documents, known,
    lines::Artefact,
    render::{capital, yaml::yaml},
    stop::Stop,
};

/// Prints the part of a profile, or the whole profile that it becomes a part of.
pub(super) async fn run(context: &mut Context<'_>, options: &ProfileOptions) -> Result<Exit, Stop> {
    let known = known::read(context).await?;
    let (profile, form) = known
        .profile(&options.system, options.release.as_deref())
        .map_err(Stop::Usage)?;
    let method = options.ipv6.method();
    let interface = interface(options, method)?;
    let Clouds {
        names: clouds,
        findings,
        untested,
    } = clouds(context, &known, &options.system).await?;
    let part = part(&known, form, method, &interface)?;
    let release = options.release.as_ref().or(profile.releases.first());
    let name = format!("osp-{}-{method}", options.system);
    let whole = match &options.onto {
        None => None,
        Some(file) => Some(whole(context, file.clone(), &profile.os_name).await?),
    };
    let is_whole = whole.is_some();
    let text = yaml(&document(Parts {
        name: &name,
        os_name: &profile.os_name,
        release: release.map_or("any", String::as_str),
        clouds: &clouds,
        part: &part,
        whole,
    }));
    tell(context, &findings)?;
    let goes = goes(&name, &profile.os_name, is_whole);
    let mut notes = notes(form, method, &interface, &goes);
    notes.extend(untested);
    let rendered = Rendered {
        what: Artefact::OperatingSystemProfile,
        goes,
        notes,
        name,
        text,
    };
    print(context, vec![rendered])?;
    Ok(Exit::Well)
}

fn goes(name: &str, os_name: &str, is_whole: bool) -> String {
    match is_whole {
        true => format!(
            "{KIND} {name} in namespace kubermatic of the seed; MachineDeployments name it in the \
             annotation k8c.io/operating-system-profile"
        ),
        false => format!(
            "{KIND} {name} in namespace kubermatic of the seed, its files and commands before those of \
             osp-{os_name}, whose copy it is (--onto makes the whole)"
        ),
    }
}

/// What stands above the text.
fn notes(form: &NetworkForm, method: Ipv6Method, interface: &Interface, goes: &str) -> Vec<String> {
    let mut notes = vec![
        format!("Goes to {goes}."),
        format!(
            "Interface {}, IPv6: {method}. {}.",
            interface.name,
            capital(&interface.fill(&form.says))
        ),
        format!("Proof: {}.", form.proven),
    ];
    if method == Ipv6Method::Static {
        notes.push("The address is one machine's: use it with one replica.".to_owned());
    }
    notes.extend(form.sources.first().cloned());
    notes
}

/// The interface, with what is written down of it.
fn interface(options: &ProfileOptions, method: Ipv6Method) -> Result<Interface, Stop> {
    let fixed = options.address.zip(options.gateway);
    let said = options.address.is_some() || options.gateway.is_some();
    if said && method != Ipv6Method::Static {
        let message = format!(
            "--address and --gateway are for --ipv6 static: by {method} they come by themselves"
        );
        return Err(Stop::Usage(message));
    }
    let interface = Interface {
        name: options.interface.clone(),
        fixed,
    };
    match interface.fault() {
        Some(fault) => Err(Stop::Usage(fault)),
        None => Ok(interface),
    }
}

/// The clouds that a profile is for.
#[derive(Default)]
struct Clouds {
    /// Their names in documents of machines.
    names: Vec<String>,
    /// What is to be said of the documents.
    findings: Vec<Finding>,
    /// That nobody has tested it, or that it has ended; a sentence.
    untested: Option<String>,
}

/// The cloud that is asked about, or all on which the operating system runs.
async fn clouds(context: &mut Context<'_>, known: &Known, system: &str) -> Result<Clouds, Stop> {
    let mut clouds = Clouds::default();
    let asked = match (context.common.files.is_empty(), &context.common.provider) {
        (true, said) => said.clone(),
        (false, _) => {
            let given = documents::read(context).await?;
            let cluster = given.cluster(context)?;
            clouds.findings = given.findings_for(cluster);
            let provider = cluster.provider();
            Some(
                provider
                    .map_err(|finding| Stop::Unfit(vec![finding]))?
                    .to_owned(),
            )
        }
    };
    let sign = |provider: &str| known.cell_of(provider, system).map(|cell| cell.today);
    let Some(asked) = asked else {
        let runs = known.providers.iter().filter(|one| {
            let runs = [Some(Sign::Works), Some(Sign::Issue)].contains(&sign(&one.name));
            runs && ended(&one.name).is_none()
        });
        clouds.names = runs
            .filter_map(|one| one.machines.first().cloned())
            .collect();
        if clouds.names.is_empty() {
            let told = format!("{system} works on no cloud any more: groundwork matrix says why.");
            clouds.untested = Some(told);
        }
        return Ok(clouds);
    };
    let refused = match sign(&asked) {
        _ if ended(&asked).is_some() => Some("the cloud has ended".to_owned()),
        Some(Sign::Fails) => Some(format!(
            "{system} does not work there: groundwork explain MATRIX-{}",
            format!("{asked}-{system}").to_uppercase()
        )),
        None if !known.providers.iter().any(|one| one.name == asked) => {
            Some("no cloud is called so".to_owned())
        }
        None => Some("KKP makes no machines there, so lay the files down yourself".to_owned()),
        Some(Sign::Untested) => {
            clouds.untested = Some(format!(
                "{system} on {asked} is not available or not tested."
            ));
            None
        }
        Some(Sign::Works | Sign::Issue) => None,
    };
    if let Some(why) = refused {
        return Err(Stop::Usage(format!("no profile for {asked}: {why}")));
    }
    let named = known.providers.iter().find(|one| one.name == asked);
    clouds.names = named
        .and_then(|one| one.machines.first().cloned())
        .into_iter()
        .collect();
    Ok(clouds)
}
