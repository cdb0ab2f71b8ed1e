use mock_rest::pages::{Marker, Numbered, Token, link};
use mock_rest::{Query, SortKey, fits, segments, sort};
use serde_json::{Value, json};

fn letters() -> Vec<&'static str> {
    vec!["a", "b", "c", "d", "e"]
}

fn same<'a>(letter: &'a &'static str) -> Option<&'a str> {
    Some(letter)
}

#[test]
fn a_query_is_decoded_and_a_link_repeats_it() {
    let query = Query::parse("name=a%26b&tag=x&tag=y+z&page=2");
    assert_eq!(query.one("name"), Some("a&b"));
    assert_eq!(query.all("tag").collect::<Vec<_>>(), ["x", "y z"]);
    let next = query.with("page", "3");
    assert_eq!(
        link("http://host", "/things", &next),
        "http://host/things?name=a%26b&tag=x&tag=y+z&page=3"
    );
}

#[test]
fn a_slash_inside_a_part_of_a_path_stays_there_and_so_does_a_plus() {
    assert_eq!(segments("/v1/tags/a%2Fb+c%20d"), ["v1", "tags", "a/b+c d"]);
    assert_eq!(segments("/v1/"), ["v1", ""]);
}

#[test]
fn numbers_are_sorted_as_numbers() {
    let mut items: Vec<Value> = [(10, "b"), (9, "b"), (10, "a")]
        .iter()
        .map(|(id, name)| json!({ "id": id, "name": name }))
        .collect();
    let key = |name: &str, is_descending| SortKey {
        name: name.to_owned(),
        is_descending,
    };
    sort(&mut items, &[key("id", true), key("name", false)]);
    let shown: Vec<String> = items
        .iter()
        .map(|item| format!("{}{}", item["id"], item["name"].as_str().unwrap()))
        .collect();
    assert_eq!(shown, ["10a", "10b", "9b"]);
}

#[test]
fn a_filter_reads_switches_numbers_and_lists() {
    assert!(fits(&json!(true), "True"));
    assert!(fits(&json!(7), "7"));
    assert!(!fits(&json!("7 "), "7"));
    assert!(fits(&json!(["a", "b"]), "b"));
    assert!(fits(&json!(null), ""));
}

#[test]
fn pages_by_marker_go_forth_and_back() {
    let page = |marker, is_reverse| {
        let limit = Some(2);
        let marker = Marker {
            marker,
            limit,
            is_reverse,
        };
        marker.cut(letters(), same)
    };
    assert_eq!(page(None, false), Some(vec!["a", "b"]));
    assert_eq!(page(Some("b"), false), Some(vec!["c", "d"]));
    assert_eq!(page(Some("e"), true), Some(vec!["c", "d"]));
    assert_eq!(page(Some("z"), false), None);
}

#[test]
fn pages_by_number_end_with_the_last() {
    let of = |text, is_strict| Numbered::of(&Query::parse(text), 25, 50, is_strict);
    let page = of("page=3&per_page=2", true).unwrap();
    assert_eq!(page.cut(letters()), ["e"]);
    assert_eq!(
        (page.previous(), page.next(5), page.last(5)),
        (Some(2), None, 3)
    );
    assert_eq!(of("", true).unwrap().per_page, 25);
    assert_eq!(of("per_page=80", false).unwrap().per_page, 50);
    assert_eq!(
        of("per_page=80", true).unwrap_err().to_string(),
        "per_page is more than 50"
    );
    assert_eq!(
        of("page=0", false).unwrap_err().to_string(),
        "page is not a number from 1"
    );
}

#[test]
fn pages_by_token_refuse_the_token_of_somebody_else() {
    let tokens = Token { prefix: "eyJ" };
    let (first, next) = tokens.cut(letters(), 0, 3);
    assert_eq!(first, ["a", "b", "c"]);
    let place = tokens.place(next.as_deref()).unwrap();
    assert_eq!(tokens.cut(letters(), place, 3), (vec!["d", "e"], None));
    assert_eq!(tokens.place(Some("3")), None);
}
