//! A network judged by what keeps its nodes from working: the kit's questions, as EC2 answers them.
//! Pure.

use groundwork_kit::existing::{Answer, Existing};
use groundwork_model::Finding;

use crate::{
    assess::{Judge, groups, overlaps, own_subnets, owners},
    object::vpc::VpcState,
    survey::{Named, Survey},
};

impl<'a> Judge<'a> {
    /// A VPC that is somebody else's.
    fn named_vpc(&self) -> Option<&'a VpcState> {
        let survey: &'a Survey = self.survey;
        survey.vpc.external()
    }

    /// What a part of the judgement finds.
    fn found_by(&mut self, part: impl FnOnce(&mut Self)) -> Vec<Finding> {
        let before = std::mem::take(&mut self.findings);
        part(self);
        std::mem::replace(&mut self.findings, before)
    }
}

impl Existing for Judge<'_> {
    fn told(&self) -> Option<String> {
        self.named_vpc().map(VpcState::told)
    }

    fn port_security(&mut self) -> Answer {
        Answer::NotAsked("every network interface of EC2 has security groups")
    }

    fn devices(&mut self) -> Answer {
        Answer::NotAsked("a subnet of EC2 gives addresses to whatever is made in it")
    }

    fn room(&mut self) -> Answer {
        Answer::NotAsked("it is asked with the ways out: of a whole VPC, one subnet has to be fit")
    }

    fn gateway_address(&mut self) -> Answer {
        Answer::NotAsked(
            "EC2 keeps the second address of each subnet for the router of the VPC \
             (https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html)",
        )
    }

    /// Another account that shares the VPC, and other clusters and controllers that have tagged it.
    fn owner(&mut self) -> Answer {
        Answer::Judged(self.found_by(|judge| {
            if let Some(vpc) = judge.named_vpc() {
                judge.shared(vpc);
            }
            owners::judge(judge);
        }))
    }

    /// With all that subnets are judged by: their families, their room, their routes and ACLs.
    fn ways_out(&mut self) -> Answer {
        Answer::Judged(self.found_by(|judge| {
            if let Some(vpc) = judge.named_vpc() {
                judge.vpc(vpc);
                judge.subnets(vpc);
                judge.table();
            }
            own_subnets::judge(judge);
        }))
    }

    fn packet_size(&mut self) -> Answer {
        Answer::NotAsked(
            "a VPC carries 1500 bytes and more everywhere, which holds IPv6 in every overlay \
             (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/network_mtu.html)",
        )
    }

    fn routed(&mut self) -> Answer {
        Answer::Judged(self.found_by(|judge| {
            let survey = judge.survey;
            match &survey.vpc {
                Named::External(vpc) => overlaps::judge(judge, vpc),
                Named::Ours(vpc) => overlaps::judge_ours(judge, vpc),
                Named::Unnamed | Named::Missing(_) | Named::NoDefault => {
                    if let Some(vpc) = &survey.our_vpc {
                        overlaps::judge_ours(judge, vpc);
                    }
                }
            }
        }))
    }

    /// A group of ours gets the rules that it lacks; those of somebody else's are told.
    fn group(&mut self) -> Answer {
        Answer::Judged(self.found_by(|judge| {
            let survey = judge.survey;
            match survey.security_group.external() {
                Some(group) => groups::judge(judge, group),
                None => judge.own_group(),
            }
        }))
    }
}
