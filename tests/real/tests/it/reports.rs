//! Reports before those who read them: the schema of Jenkins's plugin and junitparser, OASIS's schema.

use anyhow::Result;
use real::binary::{Run, Seat};
use real::document::Document;
use real::reports::{browser, readers};
use serde_json::json;

/// Nodes that the user brings: nothing of it is asked of a cloud. The second has one address.
fn document(fit: bool) -> Document {
    let second = match fit {
        true => json!(["10.0.6.12", "fd0a:6::12"]),
        false => json!(["10.0.6.12\u{ffff}"]),
    };
    let nodes = json!([
        { "name": "worker-1", "addresses": ["10.0.6.11", "fd0a:6::11"] },
        { "name": "worker-2", "addresses": second },
    ]);
    Document::new("bringyourown", "own", json!({ "nodes": nodes }), json!({}))
}

fn preflight(format: &str, fit: bool) -> Result<Run> {
    let seat = Seat::new()?;
    let run = seat.run(&document(fit), &["preflight", "--output", format])?;
    run.ended(i32::from(!fit))
}

#[test]
fn junit_is_what_jenkins_reads() -> Result<()> {
    let Some(readers) = readers() else {
        return Ok(());
    };
    let fit = readers.read("junit", &preflight("junit", true)?.out)?;
    assert_eq!(
        (&fit["failures"], &fit["errors"]),
        (&json!(0), &json!(0)),
        "{fit}"
    );
    let unfit = readers.read("junit", &preflight("junit", false)?.out)?;
    let cases = unfit["cases"].as_array().into_iter().flatten();
    let failed = cases.filter(|case| case["result"] == "failure").count();
    assert!(failed > 0 && unfit["failures"] == failed, "{unfit}");
    Ok(())
}

#[test]
fn sarif_is_what_the_standard_says() -> Result<()> {
    let Some(readers) = readers() else {
        return Ok(());
    };
    for fit in [true, false] {
        let log = readers.read("sarif", &preflight("sarif", fit)?.out)?;
        let results: Vec<_> = log["results"].as_array().into_iter().flatten().collect();
        let is_error = |result: &&&serde_json::Value| result["level"] == "error";
        let error = results.iter().find(is_error);
        assert_eq!(error.is_some(), !fit, "{log}");
        // The document is one line of JSON: its column says where.
        let column = error.map(|error| error["column"].as_u64());
        assert!(column.is_none_or(|column| column > Some(1)), "{log}");
    }
    Ok(())
}

/// The page is drawn, light and dark, and printed on two pages; nothing of it is fetched.
#[test]
fn a_browser_shows_and_prints_the_page() -> Result<()> {
    let Some(browser) = browser() else {
        return Ok(());
    };
    let page = preflight("html", true)?.out;
    let light = browser.picture(&page, &["--window-size=1000,1400"])?;
    let dark = [
        "--window-size=1000,1400",
        "--blink-settings=preferredColorScheme=0",
    ];
    let dark = browser.picture(&page, &dark)?;
    assert!(
        light.len() > 20_000 && dark.len() > 20_000,
        "something is drawn"
    );
    assert_ne!(light, dark);
    let pages = browser.pages(&page)?;
    assert!((1..=2).contains(&pages), "{pages} pages");
    Ok(())
}
