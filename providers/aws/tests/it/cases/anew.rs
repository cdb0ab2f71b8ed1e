//! What cannot be changed: a network that has to be made anew, if somebody allows it.

use conformance::{Lab, own, subjects::AwsSubject};
use groundwork_engine::{Finish, Trouble};
use groundwork_provider::Action;
use serde_json::json;

use crate::cases::site::{assert_says, document};

/// Behaviour 30: another range of the VPC is another VPC, and everything in it.
#[tokio::test(start_paused = true)]
async fn another_range_of_the_vpc_is_a_network_made_anew() {
    for subject in [AwsSubject::default(), AwsSubject::private()] {
        let lab = Lab::open(&subject);
        let process = lab.process();
        let of = |cidr: &str| lab.request(&document(&subject, &json!({ "vpcCidr": cidr })));
        let ran = process.apply(&of("10.1.0.0/16")).await.expect("it ran");
        assert_eq!(ran.applied.finish, Finish::Done, "{:#?}", ran.applied);
        lab.quiet().await;
        let (shape, vpc) = (lab.shape(), own(&lab.mock, "vpc").id);
        lab.mock.clear_calls();

        let mut request = of("10.2.0.0/16");
        let plan = process.plan(&request).await.expect("it looks").plan;
        let refused = plan.findings.iter().find(|f| f.code == "ENGINE-REPLACE");
        assert_says(refused.expect("it is refused"), &vpc, "--replace vpc");
        let tried = process.apply(&request).await;
        assert!(
            matches!(tried, Err(Trouble::Unfit(_))),
            "{:#?}",
            tried.err()
        );
        assert_eq!(lab.mock.mutating_calls(), [], "nothing is changed unasked");

        request.options.replace = ["vpc".parse().unwrap()].into();
        let ran = process.apply(&request).await;
        let ran = ran.unwrap_or_else(|why| panic!("{why:#?}"));
        let (finish, failures) = (ran.applied.finish, ran.applied.failures);
        assert_eq!(finish, Finish::Done, "{failures:#?}");
        let item = ran.planned.plan.item("subnet/public/eu-central-1a");
        assert_eq!(item.expect("it hangs on it").action, Action::Replace);
        lab.quiet().await;
        assert_ne!(own(&lab.mock, "vpc").id, vpc);
        assert!(!own(&lab.mock, "vpc").text.contains("10.1.0.0/16"));
        request.options.replace.clear();
        lab.assert_converged(&process, &request, &shape, "anew")
            .await;
    }
}
