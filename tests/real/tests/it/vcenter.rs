//! The life of a folder with its tags in govmomi's simulator, an old release and today's.

use anyhow::Result;
use real::vcenter::{Place, on_each_release};

#[tokio::test]
async fn a_folder_from_its_beginning_to_its_end() -> Result<()> {
    on_each_release("life", async |place: Place| {
        let owner = &place.owner;
        let category = owner.make_category(&place.name).await?;
        let somebodys = owner.make_tag(&category, "two").await?;
        let (seat, document) = (place.seat()?, place.document(&category));
        seat.run(&document, &["preflight"])?.ended(0)?;
        seat.run(&document, &["apply", "--yes"])?.ended(0)?;
        let folder = owner.find(&format!("{0}/{0}", place.name)).await?;
        assert_eq!(
            owner.tags_of(&folder).await?,
            owner.tags_in(&category).await?
        );
        assert_eq!(owner.tags_of(&folder).await?.len(), 2);
        seat.run(&document, &["plan", "--detailed-exitcode"])?
            .ended(0)?;
        seat.run(&document, &["verify"])?.ended(0)?;
        seat.run(&document, &["destroy", "--yes"])?.ended(0)?;
        expect_clean(&place, &category, &[somebodys]).await
    })
    .await
}

/// Dead after so many lines of the event stream, or some more: the next run finishes it.
async fn killed_after(lines: usize) -> Result<()> {
    on_each_release(&format!("killed-{lines}"), async |place: Place| {
        let category = place.owner.make_category(&place.name).await?;
        let (seat, document) = (place.seat()?, place.document(&category));
        seat.kill_after(&document, &["apply", "--yes"], lines)?;
        seat.run(&document, &["resume", "--yes"])?.ended(0)?;
        seat.run(&document, &["plan", "--detailed-exitcode"])?
            .ended(0)?;
        let room = place.owner.find(&place.name).await?;
        let folders = place.owner.count_in(&room).await?;
        assert_eq!(folders, 1, "one folder, and no twin");
        assert_eq!(place.owner.tags_in(&category).await?.len(), 2);
        seat.run(&document, &["destroy", "--yes"])?.ended(0)?;
        expect_clean(&place, &category, &[]).await
    })
    .await
}

#[tokio::test]
async fn killed_at_its_beginning_it_is_finished_by_the_next_run() -> Result<()> {
    killed_after(2).await
}

#[tokio::test]
async fn killed_in_the_middle_it_is_finished_by_the_next_run() -> Result<()> {
    killed_after(4).await
}

#[tokio::test]
async fn killed_near_its_end_it_is_finished_by_the_next_run() -> Result<()> {
    killed_after(7).await
}

/// Nothing is in the folder that was there before, and the category has the tags that somebody made.
async fn expect_clean(place: &Place, category: &str, tags: &[String]) -> Result<()> {
    let room = place.owner.find(&place.name).await?;
    assert_eq!(place.owner.count_in(&room).await?, 0);
    assert_eq!(place.owner.tags_in(category).await?, tags);
    Ok(())
}
