//! Breaks of the driver for DigitalOcean.

use super::{Break, shared};

const API: &str = "providers/digitalocean/src/api/mod.rs";
const VPC: &str = "providers/digitalocean/src/object/vpc.rs";
const SUBNET: &str = "providers/digitalocean/src/object/subnet.rs";
const FIREWALL: &str = "providers/digitalocean/src/object/firewall.rs";
const RULES: &str = "providers/digitalocean/src/object/rules.rs";
const TAG: &str = "providers/digitalocean/src/object/tag.rs";
const APPLIED: &str = "providers/digitalocean/src/watched/applied.rs";
const MEMBER: &str = "providers/digitalocean/src/watched/member.rs";
const COMPILE: &str = "providers/digitalocean/src/compile.rs";
const SURVEY: &str = "providers/digitalocean/src/survey.rs";
const EXISTING: &str = "providers/digitalocean/src/assess/existing.rs";
const PROVIDER: &str = "providers/digitalocean/src/provider.rs";

pub(super) const BREAKS: &[Break] = &[
    Break::new(
        "no-label",
        "a VPC carries no label",
        VPC,
        r#""description": cx.label().to_string(), "ip_range": range,"#,
        r#""description": "", "ip_range": range,"#,
    ),
    Break::new(
        "no-label-in-name",
        "the name of a firewall has no label",
        FIREWALL,
        r#"body["name"] = format!("{}{}", self.name, cx.label().suffix()).into();"#,
        r#"body["name"] = self.name.clone().into();"#,
    ),
    Break::new(
        "first-page-only",
        "a listing ends with its first page",
        API,
        r#"at: "/links/pages/next","#,
        r#"at: "/nowhere","#,
    ),
    shared::UNREADABLE_HAD_NO_EFFECT,
    Break::new(
        "strangers-are-ours",
        "every subnet of a VPC of ours is ours",
        SUBNET,
        "Owner::Unlabelled, state)",
        "Owner::Within, state)",
    ),
    Break::new(
        "everything-is-ours",
        "a VPC without a label is ours",
        VPC,
        "Found::labelled(state.id.clone(), Label::parse(&state.description), state)",
        "Found::natural(
                state.id.clone(),
                state.id.clone(),
                Label::parse(&state.description)
                    .map_or(groundwork_provider::Owner::Within, groundwork_provider::Owner::Label),
                state,
            )",
    ),
    Break::new(
        "joins-forgotten",
        "a droplet does not say which VPC it is in",
        MEMBER,
        ".joining([ObjectRef::of::<Vpc>(vpc)])",
        ".joining([ObjectRef::of::<Vpc>(vpc); 0])",
    ),
    Break::new(
        "protected-not-seen",
        "what others put behind our firewall is not seen",
        APPLIED,
        ".applied_by_others()",
        ".applied_by_others().into_iter().take(0).collect::<Vec<_>>()",
    ),
    Break::new(
        "deletes-what-is-inside",
        "a VPC is deleted without a look at what is inside now",
        VPC,
        "if let Some(held_by) = inside(cx.api, &state.id).await? {",
        "if let Some(held_by) = inside(cx.api, &state.id).await?.filter(|_| false) {",
    ),
    Break::new(
        "droplets-lose-their-firewall",
        "a firewall is deleted without a look at whom it protects now",
        FIREWALL,
        "if let Some(other) = now.applied_by_others().into_iter().next() {",
        "if let Some(other) = now.applied_by_others().into_iter().take(0).next() {",
    ),
    Break::new(
        "tag-stays",
        "the tag of the cluster is not removed with the firewall",
        FIREWALL,
        "tag::forgotten(cx.api, &now.own_tag(), &now.id).await?;",
        "drop(tag::forgotten(cx.api, &now.own_tag(), &now.id));",
    ),
    Break::new(
        "tag-of-others-removed",
        "the tag of the cluster is removed from what others have given it to",
        TAG,
        "tag.as_ref().is_none_or(|tag| tag.resources.count > 0)",
        "tag.as_ref().is_none_or(|tag| tag.resources.count > 1000)",
    ),
    Break::new(
        "foreign-rules-dropped",
        "rules of somebody else in our firewall are taken for ours",
        RULES,
        "self.peers().tags.iter().any(|own| own == tag)",
        "self.peers().tags.iter().any(|own| own == tag) || self.sources.is_some()",
    ),
    Break::new(
        "drift-not-seen",
        "a rule that somebody took away is not missed",
        FIREWALL,
        "let added = told(wanted.difference(&ours)).into_iter();",
        "let added = told(wanted.difference(wanted)).into_iter();",
    ),
    Break::new(
        "missing-rules-not-added",
        "rules that are missing are not added",
        FIREWALL,
        "if !missing.is_empty() {",
        "if missing.len() > 1000 {",
    ),
    Break::new(
        "ipv6-rules-never-removed",
        "rules that nobody wants any more stay",
        FIREWALL,
        "if !stale.is_empty() {",
        "if stale.len() > 1000 {",
    ),
    Break::new(
        "default-compared",
        "what a firewall of ours would have is compared with one that the document names",
        COMPILE,
        "true => Want::Chosen(rules),",
        "true => Want::Asked(rules),",
    ),
    Break::new(
        "taken-names-not-told",
        "an object of somebody else with our name is not seen before it is in the way",
        SURVEY,
        ".filter(|found| found.owner == Owner::Foreign)",
        ".filter(|found| found.owner == Owner::Within)",
    ),
    Break::new(
        "overlaps-not-judged",
        "what is peered with a VPC that the document names is not judged",
        EXISTING,
        "overlaps(peers, &self.target.addressing)",
        "overlaps(peers.take(0), &self.target.addressing)",
    ),
    Break::new(
        "firewall-of-nobody-passes",
        "a firewall that applies to no node passes",
        EXISTING,
        "(!by_tag && !by_other).then(|| {",
        "(!by_tag && !by_other && tag.is_empty()).then(|| {",
    ),
    Break::new(
        "conflict-is-final",
        "what another writer has done meanwhile ends the run",
        API,
        r#"        _ => None,
    }
}

fn remedy"#,
        r#"        404 | 409 => Some(ErrorKind::Invalid),
        _ => None,
    }
}

fn remedy"#,
    ),
    Break::new(
        "in-use-is-final",
        "an object that is still in use ends a destroy",
        API,
        "403 | 409 if is_delete => Some(ErrorKind::InUse),",
        "403 | 409 if is_delete => Some(ErrorKind::Invalid),",
    ),
    Break::new(
        "throttle-is-final",
        "too many requests end the run",
        API,
        r#"403 if says(&["permission", "scope"]) => Some(ErrorKind::Denied),"#,
        r#"429 => Some(ErrorKind::Invalid),
        403 if says(&["permission", "scope"]) => Some(ErrorKind::Denied),"#,
    ),
    shared::operations(PROVIDER),
    shared::features(PROVIDER),
];
