//! What a look at many clusters costs each of them.

use std::time::Duration;

use groundwork_engine::Request;

use crate::{cloud::Cloud, subject::Subject};

/// How many calls a cluster may cost in a sweep of a thousand.
const EACH_MAX: f64 = 0.05;

/// Sweeps over that many clusters, and prints the calls. Fails where there are too many: a count is the same on any
/// machine.
pub(crate) async fn measure(subject: &dyn Subject, clusters: usize) {
    let cloud = Cloud::open(subject, Duration::ZERO);
    cloud.populate(clusters).await;
    let requests: Vec<Request> = (0..clusters).map(|number| cloud.request(number)).collect();
    cloud.mock.clear_calls();
    let mut drifted = 0;
    let mut swept = |swept: groundwork_engine::Swept| {
        let is_empty = swept.plan.as_ref().is_ok_and(|plan| plan.is_empty());
        if !is_empty && drifted == 0 {
            eprintln!("{swept:#?}");
        }
        drifted += usize::from(!is_empty);
    };
    cloud.engine(0).sweep(&requests, &mut swept).await;
    assert_eq!(drifted, 0, "every cluster is as it was made");
    let writes = cloud.mock.mutating_calls();
    assert!(
        writes.iter().all(|call| subject.is_login(call)),
        "{writes:#?}"
    );
    let calls = cloud.mock.calls().len();
    let each = calls as f64 / clusters as f64;
    println!("{clusters:>9} {calls:>9} {each:>15.3}");
    assert!(
        clusters < 1_000 || each <= EACH_MAX,
        "a cluster of a thousand costs more than {EACH_MAX} calls"
    );
}
