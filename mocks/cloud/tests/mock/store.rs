use mock_cloud::Store;
use serde_json::json;

#[test]
fn what_is_rolled_back_has_never_been() {
    let mut store = Store::new(1, &[], &["name"]);
    let body = |name: &str| json!({ "name": name }).as_object().cloned().unwrap();
    store.insert("things", "a", body("cup"));
    store.insert("things", "b", body("jug"));
    store.take_touches();
    store.begin();
    store.update("things", "a", |it| it["name"] = json!("mug"));
    store.update("things", "a", |it| it["name"] = json!("pot"));
    store.remove("things", "b");
    store.insert("things", "c", body("pan"));
    store.roll_back();
    let named = |name: &str| store.count_by("things", "name", name);
    assert_eq!(
        ["cup", "mug", "pot", "jug", "pan"].map(named),
        [1, 0, 0, 1, 0]
    );
    assert_eq!(
        store
            .list("things")
            .map(|it| it.text("name"))
            .collect::<Vec<_>>(),
        ["cup", "jug"]
    );
    assert!(store.take_touches().is_empty());
}
