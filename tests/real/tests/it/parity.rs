//! The mock answers as the real Neutron does: the same requests, the same statuses, fields and values.

use anyhow::Result;
use real::access::{Clouds, Release};
use real::default_pool;
use real::recording::{self, Recording};
use real::script::{self, Chapter};
use real::stage::Stage;
use real::{player, recording::differences};
use tokio::task::JoinSet;

/// At least so many requests, or the suite has lost something.
const REQUESTS_MIN: usize = 60;

#[tokio::test]
async fn the_mock_answers_as_zed_did() -> Result<()> {
    mocked(Release::Zed).await
}

#[tokio::test]
async fn the_mock_answers_as_2026_2_did() -> Result<()> {
    mocked(Release::V2026_2).await
}

#[tokio::test]
async fn neutron_zed_still_answers_as_recorded() -> Result<()> {
    recorded(Release::Zed).await
}

#[tokio::test]
async fn neutron_2026_2_still_answers_as_recorded() -> Result<()> {
    recorded(Release::V2026_2).await
}

async fn mocked(release: Release) -> Result<()> {
    let mut answers = Recording::new();
    for chapter in script::chapters()? {
        let stage = Stage::mock(release).await?;
        answers.insert(chapter.name.clone(), player::play(&chapter, stage).await?);
    }
    expect_same(&recording::load(release)?, &answers);
    Ok(())
}

/// Chapters have projects of their own, so they are played all at once.
async fn recorded(release: Release) -> Result<()> {
    let Some(clouds) = Clouds::real(release) else {
        return Ok(());
    };
    let _turn = default_pool::take_turn(&clouds).await?;
    let mut playing = JoinSet::new();
    for chapter in script::chapters()? {
        let clouds = clouds.clone();
        playing.spawn(async move {
            let stage = Stage::real(&clouds, &chapter.name).await?;
            anyhow::Ok((chapter.name.clone(), player::play(&chapter, stage).await?))
        });
    }
    let answers = playing
        .join_all()
        .await
        .into_iter()
        .collect::<Result<Recording>>()?;
    if recording::is_renewed() {
        return recording::store(release, &answers);
    }
    expect_same(&recording::load(release)?, &answers);
    Ok(())
}

#[test]
fn the_suite_is_as_large_as_promised_and_every_request_says_why() -> Result<()> {
    let chapters = script::chapters()?;
    let requests: usize = chapters.iter().map(|chapter| chapter.steps.len()).sum();
    assert!(requests >= REQUESTS_MIN, "{requests} requests");
    for chapter in &chapters {
        assert_eq!(repeated(chapter), None, "in {}", chapter.name);
    }
    Ok(())
}

fn repeated(chapter: &Chapter) -> Option<&str> {
    let mut whys: Vec<&str> = chapter.steps.iter().map(|step| step.why.as_str()).collect();
    whys.sort_unstable();
    whys.windows(2)
        .find(|pair| pair[0] == pair[1])
        .map(|pair| pair[0])
}

fn expect_same(recorded: &Recording, answered: &Recording) {
    let names: Vec<&String> = recorded.keys().collect();
    assert_eq!(
        names,
        answered.keys().collect::<Vec<_>>(),
        "chapters; renew the recording"
    );
    let lines: Vec<String> = recorded
        .iter()
        .flat_map(|(name, exchanges)| differences(name, exchanges, &answered[name]))
        .collect();
    assert!(
        lines.is_empty(),
        "{} differences:\n{}",
        lines.len(),
        lines.join("\n")
    );
}
