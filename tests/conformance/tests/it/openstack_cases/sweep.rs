//! Clusters of two projects, each with its own credentials.

use conformance::{Lab, Variant, merged, subjects::OpenStackSubject};
use groundwork_engine::{Request, Swept, Trouble};
use serde_json::json;

use super::document;

const PROJECTS: [&str; 2] = ["demo", "other"];

fn request(lab: &Lab<'_>, project: &str, number: usize, password: &str) -> Request {
    let section = json!({ "username": project, "project": project, "password": password });
    let name = json!({ "metadata": {
        "name": format!("{project}-{number}"), "uid": format!("{project}-{number}"),
    } });
    lab.request(&merged(document(Variant::Ipv4, &section), &name))
}

async fn swept(lab: &Lab<'_>, requests: &[Request]) -> Vec<Swept> {
    let mut all = Vec::new();
    lab.mock.clear_calls();
    let process = lab.process();
    process
        .engine
        .sweep(requests, &mut |one| all.push(one))
        .await;
    assert_eq!(lab.mock.mutating_calls(), []);
    all
}

fn listings(lab: &Lab<'_>) -> usize {
    let calls = lab.mock.calls();
    let listings = calls
        .iter()
        .filter(|call| call.method == "GET" && !call.path.ends_with("/extensions"));
    listings.count()
}

#[tokio::test(start_paused = true)]
async fn many_clusters_of_two_projects_cost_the_listings_of_two() {
    let subject = OpenStackSubject::default();
    let lab = Lab::open(&subject);
    let few: Vec<_> = PROJECTS
        .iter()
        .map(|project| request(&lab, project, 1, "secret"))
        .collect();
    for request in &few {
        lab.process().apply(request).await.expect("it is applied");
    }
    lab.quiet().await;
    let one = swept(&lab, &few).await;
    // Of a cluster that is not there, it is also asked what there is to choose from.
    let absent = PROJECTS.map(|project| request(&lab, project, 2, "secret"));
    let both: Vec<_> = few.iter().cloned().chain(absent).collect();
    assert_eq!(swept(&lab, &both).await.len(), 4);
    let cost = listings(&lab);
    let projects: Vec<_> = one
        .iter()
        .map(|swept| {
            let plan = swept.plan.as_ref().unwrap_or_else(|why| panic!("{why:#?}"));
            assert!(plan.is_empty(), "{plan:#?}");
            swept
                .account
                .as_ref()
                .expect("it was reached")
                .project
                .clone()
        })
        .collect();
    assert_eq!(projects, ["d", "e"].map(|digit| Some(digit.repeat(32))));
    let mut many = few;
    for number in 2..6 {
        many.extend(
            PROJECTS
                .iter()
                .map(|project| request(&lab, project, number, "secret")),
        );
    }
    let all = swept(&lab, &many).await;
    assert_eq!(all.len(), 10);
    assert_eq!(listings(&lab), cost, "{:#?}", lab.mock.calls());
}

/// Nobody waits until somebody else's account has been listed.
#[tokio::test(start_paused = true)]
async fn accounts_are_looked_at_side_by_side() {
    let subject = OpenStackSubject::default();
    let lab = Lab::open(&subject);
    let requests = PROJECTS.map(|project| request(&lab, project, 1, "secret"));
    let swept = swept(&lab, &requests).await;
    assert!(swept.iter().all(|swept| swept.plan.is_ok()), "{swept:#?}");
    let calls = lab.mock.calls();
    let is_login: Vec<bool> = calls.iter().map(|call| call.method == "POST").collect();
    assert_eq!(is_login[..3], [true, true, false], "{calls:#?}");
}

#[tokio::test(start_paused = true)]
async fn the_trouble_of_one_account_is_its_own() {
    let subject = OpenStackSubject::default();
    let lab = Lab::open(&subject);
    let requests = [
        request(&lab, "demo", 1, "wrong"),
        request(&lab, "other", 1, "secret"),
    ];
    let swept = swept(&lab, &requests).await;
    assert!(
        matches!(swept[0].plan, Err(Trouble::Cloud(_))),
        "{:?}",
        swept[0].plan
    );
    assert!(swept[1].plan.is_ok(), "{:?}", swept[1].plan);
}
