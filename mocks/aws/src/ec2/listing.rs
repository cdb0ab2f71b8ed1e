//! Describe calls: what is shown, filtered and cut into pages.

use std::collections::BTreeSet;

use mock_cloud::Body;
use mock_rest::pages::Token;
use serde_json::{Value, json};

use super::filters::{FILTERS, Filter};
use super::{Ec2, Kind, Params, items};
use crate::refused::{Answer, Refused};

/// A Describe call over one kind.
pub(super) struct Listing {
    pub(super) kind: Kind,
    /// The list in the response.
    pub(super) member: &'static str,
    /// The list of ids in the request.
    pub(super) ids: &'static str,
}

/// What a filter is called, and where in a shown object its values lie.
pub(super) type Filters = &'static [(&'static str, &'static str)];

const VALUES_MAX: usize = 200;

/// Opaque for clients, and not a number that they could guess.
const TOKENS: Token = Token {
    prefix: "eyJ2IjoiMSIsInMiOi",
};

impl Ec2<'_> {
    pub(super) fn list(&mut self, asked: Params<'_>, listing: &Listing) -> Answer<Value> {
        let Listing { kind, member, ids } = listing;
        let ids = asked.texts(ids);
        let shown = match ids.is_empty() {
            true => self.all(*kind),
            false => self.named(*kind, &ids)?,
        };
        if !ids.is_empty() && asked.has("MaxResults") && *kind != Kind::NatGateway {
            let name = listing.ids;
            let message =
                format!("The parameter {name} cannot be used with the parameter MaxResults");
            return Err(Refused::combination(message));
        }
        let filters = FILTERS.iter().find(|(of, _)| of == kind);
        self.page_of(
            asked,
            member,
            shown,
            filters.map_or(&[], |(_, known)| known),
        )
    }

    fn all(&self, kind: Kind) -> Vec<Value> {
        let here = self
            .visible(kind)
            .map(|object| self.shown(kind, &object.body));
        let gone = self
            .schedule
            .departed
            .iter()
            .filter(|gone| gone.kind == kind);
        here.chain(gone.map(|gone| self.shown(kind, &gone.body)))
            .collect()
    }

    fn named(&self, kind: Kind, ids: &[&str]) -> Answer<Vec<Value>> {
        let departed = &self.schedule.departed;
        let mut seen = BTreeSet::new();
        let mut shown = Vec::new();
        for id in ids.iter().filter(|id| seen.insert(**id)) {
            let gone = departed
                .iter()
                .find(|gone| gone.kind == kind && gone.id == **id);
            shown.push(match gone {
                Some(gone) => self.shown(kind, &gone.body),
                None => self.shown(kind, &self.find(kind, id)?.body),
            });
        }
        Ok(shown)
    }

    /// Filters a listing and cuts it into pages.
    pub(super) fn page_of(
        &self,
        asked: Params<'_>,
        member: &str,
        all: Vec<Value>,
        known: Filters,
    ) -> Answer<Value> {
        let filters = filters(asked, known)?;
        let mut items = all;
        items.retain(|item| filters.iter().all(|filter| filter.fits(item)));
        let token = asked.text("NextToken");
        let begin = TOKENS.place(token).ok_or_else(|| {
            let message = format!("The token '{}' is invalid", token.unwrap_or_default());
            Refused::new("InvalidNextToken", message)
        })?;
        let (page, next) = TOKENS.cut(items, begin, self.page_size(asked)?);
        let mut answer = json!({ member: page });
        if let Some(next) = next {
            answer["NextToken"] = json!(next);
        }
        Ok(answer)
    }

    fn page_size(&self, asked: Params<'_>) -> Answer<usize> {
        // Some listings have no pages, however long they are.
        let Some(max) = asked.number("_MaxResultsMax") else {
            return Ok(usize::MAX);
        };
        let min = asked.number("_MaxResultsMin").unwrap_or(5);
        let Some(size) = asked.number("MaxResults") else {
            let max = usize::try_from(max).unwrap_or(usize::MAX);
            return Ok(self.config.page_max.min(max));
        };
        let expected = match size {
            _ if size < min => format!(" Expecting a value greater than {min}."),
            _ if size > max => format!(" Expecting a value less than {max}."),
            _ => {
                return Ok(usize::try_from(size)
                    .unwrap_or_default()
                    .min(self.config.page_max));
            }
        };
        Err(Refused::value("maxResults", &size.to_string(), &expected))
    }

    /// What the account keeps from the internet, unless an exclusion says something else.
    fn show_block(&self, shown: &mut Body) {
        let mode = json!({ "InternetGatewayBlockMode": self.config.block_public_access });
        let name = "BlockPublicAccessStates".to_owned();
        shown.entry(name).or_insert(mode);
    }

    /// An object as EC2 shows it: what is stored, and what follows from other objects.
    pub(super) fn shown(&self, kind: Kind, body: &Body) -> Value {
        let mut shown = body.clone();
        shown.retain(|name, _| !name.starts_with('_'));
        match kind {
            Kind::Subnet => {
                self.show_subnet(&mut shown);
                self.show_block(&mut shown);
            }
            Kind::Vpc => {
                self.show_block(&mut shown);
                self.show_encryption(&mut shown);
            }
            Kind::RouteTable => self.show_routes(&mut shown),
            Kind::SecurityGroup => self.show_permissions(&mut shown),
            Kind::NetworkInterface => {
                let tags = shown.remove("Tags").unwrap_or_default();
                shown.insert("TagSet".to_owned(), tags);
            }
            Kind::Address
            | Kind::DhcpOptions
            | Kind::EgressOnlyInternetGateway
            | Kind::InternetGateway
            | Kind::IpamPool
            | Kind::Ipv6Pool
            | Kind::KeyPair
            | Kind::NatGateway
            | Kind::NetworkAcl
            | Kind::PrefixList
            | Kind::SecurityGroupRule
            | Kind::SubnetCidrReservation
            | Kind::TransitGateway
            | Kind::TransitGatewayAttachment
            | Kind::VpcEndpoint
            | Kind::VpcPeeringConnection
            | Kind::VpnGateway => {}
        }
        Value::Object(shown)
    }
}

fn filters(asked: Params<'_>, known: Filters) -> Answer<Vec<Filter>> {
    // DescribeNatGateways alone has it in the singular.
    let body = asked.0.as_object();
    let list = |name| body.map_or(&[][..], |body| items(body, name));
    let all = list("Filters").iter().chain(list("Filter"));
    all.map(|filter| one_filter(Params(filter), known))
        .collect()
}

fn one_filter(filter: Params<'_>, known: Filters) -> Answer<Filter> {
    let name = filter.must("Name")?;
    let values: Vec<String> = filter
        .texts("Values")
        .iter()
        .map(|text| (*text).to_owned())
        .collect();
    if values.is_empty() {
        let message = format!("The filter '{name}' requires at least one value");
        return Err(Refused::new("InvalidParameterValue", message));
    }
    if values.len() > VALUES_MAX {
        let message = "The maximum number of filter values specified on a single call is 200";
        return Err(Refused::new("FilterLimitExceeded", message));
    }
    let place = known.iter().find(|(filter, _)| *filter == name);
    match (name, place) {
        (_, Some((_, path))) => Ok(Filter::at(path, values)),
        ("tag-key", None) => Ok(Filter::tag_key(values)),
        ("tag-value", None) => Ok(Filter::tag_value(values)),
        (_, None) if name.starts_with("tag:") => Ok(Filter::tag(&name[4..], values)),
        (_, None) => {
            let message = format!("The filter '{name}' is invalid");
            Err(Refused::new("InvalidParameterValue", message))
        }
    }
}
