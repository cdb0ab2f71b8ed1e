//! The way of a packet as text.

use groundwork_engine::trace::{Hop, Trace, Verdict};
use groundwork_provider::rule::Traffic;
use textwrap::{Options, WordSplitter, fill};

use super::style;
use crate::clean;

/// Each way, hop by hop, and what comes of it.
pub(crate) fn traces(traces: &[Trace], traffic: Traffic, width: usize) -> String {
    let what = match traffic {
        Traffic::Tcp(ports) => format!("TCP {ports}"),
        Traffic::Udp(ports) => format!("UDP {ports}"),
        Traffic::All | Traffic::Icmp(_) | Traffic::Other(_) => "ICMP".to_owned(),
    };
    let texts: Vec<String> = traces.iter().map(|one| way(one, &what, width)).collect();
    texts.join("\n")
}

fn way(trace: &Trace, what: &str, width: usize) -> String {
    let Trace {
        family,
        from,
        to,
        hops,
        verdict,
    } = trace;
    let title = format!(
        "{family} {what} from {} to {}",
        clean::text(from),
        clean::text(to)
    );
    let mut text = format!("{}\n", style::strong(title));
    text += &hops.iter().map(|one| hop(one, width)).collect::<String>();
    let end = match verdict {
        Verdict::Arrives => style::good("It arrives."),
        Verdict::Planned => style::strong("It arrives once the plan is carried out."),
        Verdict::Unknown => style::strong("Whether it arrives cannot be told from here."),
        Verdict::Stops => style::bad("It does not arrive."),
    };
    text + &format!("{end}\n")
}

fn hop(hop: &Hop, width: usize) -> String {
    let Hop {
        kind: _,
        part,
        text,
        passes,
    } = hop;
    let mark = match passes {
        Some(true) => style::good("✓"),
        Some(false) => style::bad("✕"),
        None => style::strong("?"),
    };
    let planned = part.as_ref().is_some_and(|part| part.planned);
    let planned = if planned { " (planned)" } else { "" };
    let told = part.as_ref().map(|part| clean::text(&part.told()));
    let line = format!(
        "{}{planned} {}",
        told.unwrap_or_default(),
        clean::text(text)
    );
    let options = Options::new(width.max(40))
        .initial_indent("    ")
        .subsequent_indent("    ")
        .break_words(false)
        .word_splitter(WordSplitter::NoHyphenation);
    let filled = fill(line.trim(), options);
    format!("  {mark} {}\n", filled.trim_start())
}
