//! SSH keys of machines.

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use ring::digest;
use serde_json::{Value, json};

use super::{Ec2, Kind, Params};
use crate::refused::{Answer, Refused};

const NAME_MAX: usize = 255;

impl Ec2<'_> {
    pub(super) fn describe_key_pairs(&mut self, asked: Params<'_>) -> Answer<Value> {
        let names = asked.texts("KeyNames");
        for name in &names {
            self.key_pair(name)?;
        }
        let ids = asked.texts("KeyPairIds");
        for id in &ids {
            self.find(Kind::KeyPair, id)?;
        }
        let is_shown = asked.flag("IncludePublicKey") == Some(true);
        let named = |object: &&std::sync::Arc<mock_cloud::Object>| {
            let is_asked =
                ids.contains(&object.id.as_str()) || names.contains(&object.text("KeyName"));
            (ids.is_empty() && names.is_empty()) || is_asked
        };
        let mut all: Vec<Value> = self
            .visible(Kind::KeyPair)
            .filter(named)
            .map(|object| self.shown(Kind::KeyPair, &object.body))
            .collect();
        for pair in all.iter_mut().filter_map(Value::as_object_mut) {
            if !is_shown {
                pair.remove("PublicKey");
            }
        }
        self.page_of(asked, "KeyPairs", all, KEY_PAIR_FILTERS)
    }

    pub(super) fn import_key_pair(&mut self, asked: Params<'_>) -> Answer<Value> {
        let name = asked.must("KeyName")?;
        if name.len() > NAME_MAX {
            return Err(Refused::value("keyName", name, ""));
        }
        if self.key_pair(name).is_ok() {
            let message = format!("The keypair '{name}' already exists.");
            return Err(Refused::new("InvalidKeyPair.Duplicate", message));
        }
        let tags = self.specified(asked, &[Kind::KeyPair])?;
        let (key, kind) = public_key(asked.must("PublicKeyMaterial")?)?;
        let print = fingerprint(&key);
        let body = json!({
            "CreateTime": self.stamp(), "KeyFingerprint": print, "KeyName": name, "KeyType": kind,
            "PublicKey": key,
        });
        let id = self.insert(Kind::KeyPair, &tags, body);
        let mut answer = self.made(Kind::KeyPair, &id)?;
        if let Some(answer) = answer.as_object_mut() {
            answer.retain(|name, _| {
                ["KeyFingerprint", "KeyName", "KeyPairId", "Tags"].contains(&name.as_str())
            });
        }
        Ok(answer)
    }

    /// A key that does not exist is no error to delete by its name.
    pub(super) fn delete_key_pair(&mut self, asked: Params<'_>) -> Answer<Value> {
        let id = match (asked.text("KeyPairId"), asked.text("KeyName")) {
            (Some(id), _) => Some(self.find(Kind::KeyPair, id)?.id.clone()),
            (None, Some(name)) => self.key_pair(name).ok(),
            (None, None) => return Err(Refused::missing_parameter("KeyName")),
        };
        let mut answer = json!({ "Return": true });
        if let Some(id) = id {
            self.remove(Kind::KeyPair, &id);
            answer["KeyPairId"] = json!(id);
        }
        Ok(answer)
    }

    fn key_pair(&self, name: &str) -> Answer<String> {
        let mut all = self.visible(Kind::KeyPair);
        let found = all.find(|pair| pair.text("KeyName") == name);
        found.map(|pair| pair.id.clone()).ok_or_else(|| {
            let message = format!("The key pair '{name}' does not exist");
            Refused::new("InvalidKeyPair.NotFound", message)
        })
    }
}

const KEY_PAIR_FILTERS: &[(&str, &str)] = &[
    ("fingerprint", "KeyFingerprint"),
    ("key-name", "KeyName"),
    ("key-pair-id", "KeyPairId"),
];

/// A key in OpenSSH's form, and its type. Clients send it in base64 once more.
fn public_key(material: &str) -> Answer<(String, &'static str)> {
    let invalid = || {
        let message = "Key is not in valid OpenSSH public key format";
        Refused::new("InvalidKey.Format", message)
    };
    let bytes = BASE64.decode(material).map_err(|_| invalid())?;
    let key = String::from_utf8(bytes).map_err(|_| invalid())?;
    let kind = match key.split_whitespace().next() {
        Some("ssh-rsa") => "rsa",
        Some("ssh-ed25519") => "ed25519",
        Some(_) | None => return Err(invalid()),
    };
    Ok((key, kind))
}

fn fingerprint(key: &str) -> String {
    let digest = digest::digest(&digest::SHA256, key.as_bytes());
    BASE64.encode(digest)
}
