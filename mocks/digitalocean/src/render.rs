//! Objects as the API shows them: what is stored, and what follows from other objects.

use mock_cloud::Body;
use serde_json::{Value, json};

use crate::api::text;
use crate::cloud::{DigitalOcean, Said};
use crate::resource::Resource;

impl DigitalOcean {
    /// The reply about one object.
    pub(crate) fn shown_alone(&self, status: u16, resource: Resource, id: &str) -> Said {
        let shown = self.shown(resource, id);
        Said::new(status, json!({ resource.singular(): shown }))
    }

    /// The object; `null` where it does not exist.
    pub(crate) fn shown(&self, resource: Resource, id: &str) -> Value {
        let Some(object) = self.store.find(resource.plural(), id) else {
            return Value::Null;
        };
        let mut shown = object.body.clone();
        shown.retain(|name, _| !name.starts_with('_'));
        match resource {
            Resource::Firewall => self.show_firewall(id, &mut shown),
            Resource::Tag => self.show_tag(id, &mut shown),
            Resource::Vpc => put(&mut shown, "urn", json!(resource.urn(id))),
            Resource::Subnet => {
                shown.remove("vpc_uuid");
                let members = self.members_of_subnet(id).len();
                put(&mut shown, "urn", json!(resource.urn(id)));
                put(
                    &mut shown,
                    "meta",
                    json!({ "stats": { "members": members } }),
                );
            }
            Resource::Droplet => show_droplet(&mut shown),
            Resource::Region => {
                let slug = text(&shown, "name").to_owned();
                put(&mut shown, "slug", json!(slug));
            }
            Resource::LoadBalancer => {
                let region = json!({ "slug": text(&shown, "region") });
                put(&mut shown, "region", region);
            }
            Resource::NatGateway | Resource::Peering => {}
        }
        Value::Object(shown)
    }

    fn show_firewall(&self, id: &str, shown: &mut Body) {
        let is_waiting = text(shown, "status") == "waiting";
        let behind = self.droplets_behind(id).into_iter();
        let pending = behind.filter(|_| is_waiting).map(|id| {
            json!({ "droplet_id": id.parse::<u64>().ok(), "removing": false, "status": "waiting" })
        });
        let pending: Vec<Value> = pending.collect();
        put(shown, "pending_changes", json!(pending));
    }

    fn show_tag(&self, id: &str, shown: &mut Body) {
        let droplets = self.tagged(id);
        let last = droplets
            .last()
            .map(|id| format!("https://api.digitalocean.com/v2/droplets/{id}"));
        let mut of_droplets = json!({ "count": droplets.len() });
        if let Some(last) = last {
            of_droplets["last_tagged_uri"] = json!(last);
        }
        let none = json!({ "count": 0 });
        let resources = json!({
            "count": droplets.len(), "droplets": of_droplets, "images": none, "volumes": none,
            "volume_snapshots": none, "databases": none,
        });
        put(shown, "resources", resources);
    }
}

fn show_droplet(shown: &mut Body) {
    let region = json!({ "slug": text(shown, "region"), "name": "", "available": true, "features": [], "sizes": [] });
    let size = text(shown, "size").to_owned();
    let image = shown.get("image").cloned().unwrap_or_default();
    let distribution = image.as_str().and_then(|slug| slug.split('-').next());
    let image = json!({ "slug": image, "distribution": distribution.map(named) });
    for (name, value) in [
        ("region", region),
        ("size_slug", json!(size)),
        ("size", a_size(&size)),
        ("image", image),
        ("memory", json!(2048)),
        ("vcpus", json!(2)),
        ("disk", json!(60)),
        ("locked", json!(false)),
        ("backup_ids", json!([])),
        ("snapshot_ids", json!([])),
        ("volume_ids", json!([])),
        ("next_backup_window", Value::Null),
    ] {
        put(shown, name, value);
    }
    for name in [
        "ssh_keys",
        "user_data",
        "backups",
        "monitoring",
        "private_networking",
    ] {
        shown.remove(name);
    }
}

fn a_size(slug: &str) -> Value {
    json!({
        "slug": slug, "available": true, "description": "Basic", "disk": 60, "memory": 2048,
        "price_hourly": 0.02, "price_monthly": 12.0, "regions": [], "transfer": 3.0, "vcpus": 2,
    })
}

/// The distribution of an image, as images name it.
fn named(slug: &str) -> String {
    match slug {
        "rockylinux" => "Rocky Linux".to_owned(),
        "almalinux" => "AlmaLinux".to_owned(),
        other => {
            let mut letters = other.chars();
            let first = letters.next().map(|letter| letter.to_ascii_uppercase());
            first.into_iter().chain(letters).collect()
        }
    }
}

fn put(body: &mut Body, name: &str, value: Value) {
    body.insert(name.to_owned(), value);
}
