//! `clouds.yaml`, as OpenStack's own clients find and read it.

use std::path::{Path, PathBuf};

use groundwork_kit::credentials::Fields;
use groundwork_model::Secret;
use groundwork_provider::{Environment, Error, ErrorKind, Result};
use serde_json::Value;

/// The credentials of one cloud in the first `clouds.yaml` there is; what `secure.yaml` beside it
/// says is added.
pub(crate) fn cloud(environment: &Environment, name: &str) -> Result<Fields> {
    let places = places(environment);
    for place in &places {
        match environment.file(place) {
            Ok(bytes) => return named(environment, place, &bytes, name),
            Err(why) if why.kind() == std::io::ErrorKind::NotFound => {}
            Err(why) => return Err(fault(format!("{}: {why}", place.display()))),
        }
    }
    let places: Vec<_> = places.iter().map(|place| place.to_string_lossy()).collect();
    let places = places.join(", no ");
    Err(fault(format!(
        "OS_CLOUD is {name}, but there is no {places}"
    )))
}

fn fault(message: String) -> Error {
    Error::new(ErrorKind::Denied, "read clouds.yaml", message)
        .remedy("name the file in OS_CLIENT_CONFIG_FILE, and the cloud in OS_CLOUD")
}

fn places(environment: &Environment) -> Vec<PathBuf> {
    if let Some(file) = environment.variable("OS_CLIENT_CONFIG_FILE") {
        return vec![PathBuf::from(file.expose())];
    }
    let home = environment.variable("HOME");
    let homely = home.map(|home| Path::new(home.expose()).join(".config/openstack/clouds.yaml"));
    let (here, etc) = ("clouds.yaml".into(), "/etc/openstack/clouds.yaml".into());
    let places = [Some(here), homely, Some(etc)];
    places.into_iter().flatten().collect()
}

fn named(environment: &Environment, place: &Path, bytes: &[u8], name: &str) -> Result<Fields> {
    let clouds = read(place, bytes)?;
    let cloud = &clouds["clouds"][name];
    if !cloud.is_object() {
        let known = clouds["clouds"].as_object().into_iter().flatten();
        let known: Vec<&str> = known.map(|(name, _)| name.as_str()).collect();
        let (place, known) = (place.display(), known.join(", "));
        return Err(fault(format!(
            "{place} has no cloud {name}; it has {known}"
        )));
    }
    let mut fields = Fields::default();
    take(&mut fields, cloud);
    let secure = place.with_file_name("secure.yaml");
    if let Ok(bytes) = environment.file(&secure) {
        take(&mut fields, &read(&secure, &bytes)?["clouds"][name]);
    }
    Ok(fields)
}

fn read(place: &Path, bytes: &[u8]) -> Result<Value> {
    let unfit = |why| fault(format!("{} is not {why}", place.display()));
    let text = std::str::from_utf8(bytes).map_err(|_| unfit("UTF-8 text"))?;
    // The parser's words may quote the line, and the line may be the password.
    serde_saphyr::from_str(text).map_err(|_| unfit("YAML that can be read"))
}

fn take(fields: &mut Fields, cloud: &Value) {
    let of = |section: &Value| section.as_object().cloned().unwrap_or_default();
    for (name, value) in of(cloud).into_iter().chain(of(&cloud["auth"])) {
        let text = match value {
            Value::String(text) => text,
            Value::Number(number) => number.to_string(),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => continue,
        };
        fields.put(&name, Secret::new(text));
    }
}
