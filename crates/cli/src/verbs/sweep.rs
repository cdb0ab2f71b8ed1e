//! `sweep`: drift of every cluster in the files.

use groundwork_engine::{Swept, Trouble};
use groundwork_model::Finding;

use crate::{
    Exit, clean,
    context::Context,
    documents,
    lines::{Body, Line, PlanLine},
    render::{counted, findings, next, plan, style},
    stop::{Stop, chain},
};

/// How many clusters ended how.
#[derive(Default)]
struct Count {
    same: usize,
    differ: usize,
    unfit: usize,
    failed: usize,
}

/// Plans every cluster over shared looks; one line each as it comes.
pub(super) async fn run(context: &mut Context<'_>) -> Result<Exit, Stop> {
    if context.common.files.is_empty() {
        return Err(Stop::Usage("give the documents with -f".to_owned()));
    }
    let given = documents::read(context).await?;
    let engine = context.engine(&given.documents).await?;
    let mut findings = given.findings.clone();
    let named = context.common.cluster.as_deref();
    let clusters = given.documents.clusters.iter();
    let clusters =
        clusters.filter(|cluster| named.is_none_or(|name| cluster.metadata.name == name));
    let requests: Vec<_> = clusters
        .filter_map(|cluster| given.bare_request(context, cluster, &mut findings))
        .collect();
    documents_as_such(context, &findings)?;
    let mut count = Count {
        unfit: usize::from(findings.iter().any(Finding::is_error)),
        ..Count::default()
    };
    let json = context.json();
    let width = requests
        .iter()
        .map(|request| request.cluster.metadata.name.chars().count())
        .max();
    let (out, columns) = (&mut context.around.out, context.around.page.width);
    let mut swept = |swept: Swept| {
        count.take(&swept);
        let text = if json {
            Line::text(line(&swept)) + "\n"
        } else {
            text(&swept, width.unwrap_or(0), columns)
        };
        // A reader that has gone away ends the process at its next line.
        let _ = out.write_all(clean::page(&text).as_bytes());
        let _ = out.flush();
    };
    engine.sweep(&requests, &mut swept).await;
    if !json {
        context.say(&count.summary(requests.len()))?;
    }
    Ok(count.exit())
}

/// Findings of documents that no cluster's line would show.
fn documents_as_such(context: &mut Context<'_>, all: &[Finding]) -> Result<(), Stop> {
    if all.is_empty() {
        return Ok(());
    }
    let text = findings::findings(all, context.around.page.width) + "\n";
    context.result(&text, || Body::Findings {
        findings: all.to_vec(),
    })
}

impl Count {
    fn take(&mut self, swept: &Swept) {
        match &swept.plan {
            Ok(plan) if plan.is_blocked() => self.unfit += 1,
            Ok(plan) if plan.is_empty() => self.same += 1,
            Ok(_) => self.differ += 1,
            Err(Trouble::Unfit(_)) => self.unfit += 1,
            Err(Trouble::Stale(_) | Trouble::Cloud(_) | Trouble::Journal(_)) => self.failed += 1,
        }
    }

    /// The worst that happened: what could not be looked at, then what is unfit, then drift.
    fn exit(&self) -> Exit {
        match self {
            Self { failed: 1.., .. } => Exit::Failed,
            Self { unfit: 1.., .. } => Exit::Unfit,
            Self {
                same: _,
                differ,
                unfit: 0,
                failed: 0,
            } => Exit::of_differences(*differ > 0),
        }
    }

    fn summary(&self, all: usize) -> String {
        let Self {
            same,
            differ,
            unfit,
            failed,
        } = self;
        let words = [
            (*same, "as the documents say"),
            (*differ, "with differences"),
            (*unfit, "unfit"),
            (*failed, "not reached"),
        ];
        let words = words.iter().filter(|(count, _)| *count > 0);
        let words: Vec<String> = words
            .map(|(count, word)| format!("{count} {word}"))
            .collect();
        let text = format!(
            "\n{} {}: {}.\n",
            style::strong("Sweep:"),
            counted(all, "cluster"),
            words.join(", ")
        );
        if *differ + *unfit + *failed == 0 {
            return text;
        }
        text + &next("groundwork drift -f FILE --cluster NAME shows one of them whole")
    }
}

pub(crate) fn text(swept: &Swept, name_width: usize, width: usize) -> String {
    let name = format!("{:name_width$}", clean::text(&swept.name));
    match &swept.plan {
        Ok(plan) if plan.is_empty() => format!("  {}  {name}\n", style::good("=")),
        Ok(plan) => {
            let mark = if plan.is_blocked() {
                style::bad("!")
            } else {
                style::strong("~")
            };
            format!("  {mark}  {name}  {}\n", plan::counts(plan))
        }
        Err(Trouble::Unfit(all)) => {
            format!(
                "  {}  {name}  {}\n{}",
                style::bad("!"),
                findings::counted(all),
                findings::findings(all, width)
            )
        }
        Err(trouble @ (Trouble::Stale(_) | Trouble::Cloud(_) | Trouble::Journal(_))) => {
            format!(
                "  {}  {name}  {}\n",
                style::bad("?"),
                clean::text(&chain(trouble))
            )
        }
    }
}

fn line(swept: &Swept) -> Body {
    let Swept {
        cluster,
        name,
        plan,
        ..
    } = swept;
    let (cluster, name) = (cluster.clone(), name.clone());
    match plan {
        Ok(plan) => {
            let differs = !plan.is_empty();
            Body::Swept {
                name,
                cluster,
                differs,
                plan: Some(PlanLine::from(plan)),
                trouble: None,
            }
        }
        Err(trouble) => Body::Swept {
            name,
            cluster,
            differs: false,
            plan: None,
            trouble: Some(chain(trouble)),
        },
    }
}
