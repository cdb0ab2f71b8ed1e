//! Lives and races over the toy and the real drivers.

#[cfg(feature = "aws")]
use conformance::subjects::AwsSubject;
#[cfg(feature = "azure")]
use conformance::subjects::AzureSubject;
use conformance::subjects::{
    DigitalOceanSubject, GcpSubject, HetznerSubject, OpenStackSubject, ToySubject, VsphereSubject,
};
use simulation::{live, race, seeds};

#[tokio::test(start_paused = true)]
async fn lives_in_the_toy_cloud_come_right() {
    for seed in seeds(150) {
        live(&ToySubject::default(), seed).await;
    }
}

#[tokio::test(start_paused = true)]
async fn lives_in_openstack_come_right() {
    for seed in seeds(40) {
        live(&OpenStackSubject::default(), seed).await;
    }
}

#[tokio::test(start_paused = true)]
async fn lives_in_digitalocean_come_right() {
    for seed in seeds(40) {
        live(&DigitalOceanSubject::default(), seed).await;
    }
}

#[tokio::test(start_paused = true)]
async fn lives_in_gcp_come_right() {
    for seed in seeds(30) {
        live(&GcpSubject::default(), seed).await;
        live(&GcpSubject::internal(), seed).await;
    }
}

#[tokio::test(start_paused = true)]
async fn lives_in_hetzner_come_right() {
    for seed in seeds(40) {
        live(&HetznerSubject::default(), seed).await;
    }
}

#[tokio::test(start_paused = true)]
async fn lives_in_vsphere_come_right() {
    for seed in seeds(40) {
        live(&VsphereSubject::default(), seed).await;
    }
}

#[cfg(feature = "aws")]
#[tokio::test(start_paused = true)]
async fn lives_in_aws_come_right() {
    for seed in seeds(30) {
        live(&AwsSubject::default(), seed).await;
        live(&AwsSubject::private(), seed).await;
    }
}

#[cfg(feature = "azure")]
#[tokio::test(start_paused = true)]
async fn lives_in_azure_come_right() {
    for seed in seeds(30) {
        live(&AzureSubject::default(), seed).await;
        live(&AzureSubject::with_nat_gateway(), seed).await;
    }
}

#[tokio::test(start_paused = true)]
async fn races_in_the_toy_cloud_come_right() {
    for seed in seeds(80) {
        race(&ToySubject::default(), seed).await;
    }
}

#[tokio::test(start_paused = true)]
async fn races_in_openstack_come_right() {
    for seed in seeds(20) {
        race(&OpenStackSubject::default(), seed).await;
    }
}

#[tokio::test(start_paused = true)]
async fn races_in_digitalocean_come_right() {
    for seed in seeds(20) {
        race(&DigitalOceanSubject::default(), seed).await;
    }
}

#[tokio::test(start_paused = true)]
async fn races_in_gcp_come_right() {
    for seed in seeds(20) {
        race(&GcpSubject::default(), seed).await;
    }
}

#[tokio::test(start_paused = true)]
async fn races_in_hetzner_come_right() {
    for seed in seeds(20) {
        race(&HetznerSubject::default(), seed).await;
    }
}

#[tokio::test(start_paused = true)]
async fn races_in_vsphere_come_right() {
    for seed in seeds(20) {
        race(&VsphereSubject::default(), seed).await;
    }
}

#[cfg(feature = "aws")]
#[tokio::test(start_paused = true)]
async fn races_in_aws_come_right() {
    for seed in seeds(20) {
        race(&AwsSubject::default(), seed).await;
        race(&AwsSubject::private(), seed).await;
    }
}

#[cfg(feature = "azure")]
#[tokio::test(start_paused = true)]
async fn races_in_azure_come_right() {
    for seed in seeds(20) {
        race(&AzureSubject::default(), seed).await;
    }
}

/// A create whose reply was lost took another writer's subnet, in the other network, for its own.
/// When its own appeared, no journal knew whose it was, and the two networks stayed.
#[tokio::test(start_paused = true)]
async fn seed_103_a_lost_create_is_not_what_another_writer_made_elsewhere() {
    race(&OpenStackSubject::default(), 103).await;
}

#[tokio::test(start_paused = true)]
async fn the_same_seed_gives_the_same_events() {
    for seed in seeds(10) {
        let events = live(&ToySubject::default(), seed).await;
        assert!(!events.is_empty(), "seed {seed}");
        assert_eq!(
            events,
            live(&ToySubject::default(), seed).await,
            "seed {seed}"
        );
        let events = live(&OpenStackSubject::default(), seed).await;
        assert_eq!(
            events,
            live(&OpenStackSubject::default(), seed).await,
            "seed {seed}"
        );
    }
}

#[cfg(feature = "aws")]
#[tokio::test(start_paused = true)]
async fn the_same_seed_gives_the_same_events_in_aws() {
    for seed in seeds(10) {
        let events = live(&AwsSubject::default(), seed).await;
        assert_eq!(
            events,
            live(&AwsSubject::default(), seed).await,
            "seed {seed}"
        );
    }
}
