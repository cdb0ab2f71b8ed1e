//! What a driver can do, as text.

use groundwork_provider::{ApiOperation, Capability, Feature, Support, Use, erased::AnyProvider};

use super::{
    style,
    table::{Fit, fitting, table},
};
use crate::Page;

/// The features of a driver, and its calls with their permissions.
pub(crate) fn capabilities(title: &str, driver: &dyn AnyProvider, page: Page) -> String {
    let features: String = driver
        .capabilities()
        .features
        .iter()
        .map(|of| feature(of, page))
        .collect();
    let heading = ["Call", "To", "Permission", "Kind"].map(style::quiet);
    let operations = driver.operations().iter().map(operation);
    let rows: Vec<Vec<String>> = [heading.to_vec()].into_iter().chain(operations).collect();
    let fit = Fit {
        width: page.table(),
        keep: 3,
        cut: None,
    };
    format!(
        "{}\n\n{features}\n{}",
        style::strong(title),
        fitting("  ", &rows, fit)
    )
}

/// One feature: how far it is supported, why, and where that is written.
fn feature(of: &Capability, page: Page) -> String {
    let Capability {
        feature,
        support,
        reason,
        reference,
    } = of;
    let support = match support {
        Support::Native => style::good("yes"),
        Support::VerifyOnly => "checked only".to_owned(),
        Support::NodeLevel => "on the machines".to_owned(),
        Support::Unsupported => style::bad("no"),
        Support::Sunset => style::bad("the cloud has ended"),
    };
    let head = table("  ", &[vec![name(*feature).to_owned(), support]]);
    let indent = "    ";
    let options = textwrap::Options::new(page.width)
        .initial_indent(indent)
        .subsequent_indent(indent)
        .break_words(false);
    let why = textwrap::fill(reason, &options);
    format!(
        "{head}{}\n{indent}{}\n",
        style::quiet(why),
        style::quiet(reference)
    )
}

/// What people call a feature.
fn name(feature: Feature) -> &'static str {
    match feature {
        Feature::Create => "creates the network:",
        Feature::Verify => "verifies an existing network:",
        Feature::DualStack => "both address families:",
        Feature::InPlaceDualStack => "IPv4 becomes dual-stack in place:",
        Feature::Adopt => "takes over what KKP created:",
        Feature::DualStackLoadBalancer => "load balancers of both families:",
    }
}

fn operation(of: &ApiOperation) -> Vec<String> {
    let ApiOperation {
        name,
        kind,
        used_for,
        permission,
    } = of;
    let purpose = match used_for {
        Use::Connect => "connect",
        Use::List => "list",
        Use::Create => "create",
        Use::Update => "update",
        Use::Delete => "delete",
    };
    let needs = if permission.is_empty() {
        "–"
    } else {
        permission
    };
    [name, purpose, needs, kind].map(str::to_owned).to_vec()
}
