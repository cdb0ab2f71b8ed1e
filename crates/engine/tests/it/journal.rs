//! One suite for every journal.

#![allow(clippy::unwrap_used, reason = "a test may")]

use std::{future::Future, sync::Arc, time::Duration};

use groundwork_engine::{
    Entry, Fact, Finish, Journal, JournalError, MemoryJournal, Recall, SqliteJournal, Verb,
    journal::condense,
};
use groundwork_model::{ClusterKey, RunId};
use groundwork_provider::{Account, Goal, IdempotencyToken, Operation};
use jiff::Timestamp;
use serde_json::json;

const TTL: Duration = Duration::from_secs(30);

fn cluster() -> ClusterKey {
    ClusterKey::new("b1f2").unwrap()
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

fn entry(second: i64, fact: Fact) -> Entry {
    let run = RunId::new("run-1").unwrap();
    Entry {
        version: Entry::VERSION,
        at: at(second),
        cluster: cluster(),
        run,
        fact,
    }
}

fn account() -> Account {
    Account {
        provider: "toy".to_owned(),
        endpoint: "toy://here".to_owned(),
        project: Some("p1".to_owned()),
        region: String::new(),
    }
}

fn started() -> Fact {
    begun(Goal::Apply)
}

fn begun(goal: Goal) -> Fact {
    let (name, plan) = ("demo".to_owned(), "00".to_owned());
    Fact::RunStarted {
        goal,
        name,
        account: account(),
        plan,
        steps: 2,
        said: None,
    }
}

fn intent(address: &str, incarnation: u32) -> Fact {
    Fact::Intent {
        address: address.parse().unwrap(),
        kind: "toy.net/1".to_owned(),
        incarnation,
        token: Some(IdempotencyToken::from_bits(7)),
        natural: Some("router/subnet".to_owned()),
    }
}

fn created(address: &str, id: &str, incarnation: u32) -> Fact {
    let (address, kind) = (address.parse().unwrap(), "toy.net/1".to_owned());
    Fact::Created {
        address,
        kind,
        id: id.to_owned(),
        incarnation,
    }
}

fn deleted(address: &str, id: &str) -> Fact {
    let (address, kind) = (address.parse().unwrap(), "toy.net/1".to_owned());
    Fact::Deleted {
        address,
        kind,
        id: id.to_owned(),
    }
}

fn history() -> Vec<Entry> {
    let address = |text: &str| text.parse().unwrap();
    let kind = || "toy.net/1".to_owned();
    let facts = vec![
        started(),
        intent("net", 1),
        Fact::Absent {
            address: address("net"),
            incarnation: 1,
        },
        intent("net", 2),
        created("net", "id-2", 2),
        Fact::Claimed {
            address: address("a"),
            pool: "p".to_owned(),
            value: "1".to_owned(),
        },
        intent("a", 1),
        created("a", "id-a", 1),
        deleted("a", "id-a"),
        Fact::RunFinished {
            outcome: Finish::Done,
        },
        started(),
        Fact::Claimed {
            address: address("b"),
            pool: "p".to_owned(),
            value: "2".to_owned(),
        },
        intent("b", 3),
        Fact::Pending {
            address: address("b"),
            kind: kind(),
            what: Verb::Create,
            operation: Some(Operation(json!({"url": "signed"}))),
        },
        intent("c", 1),
        // Removed by another hand, and under way again.
        intent("net", 3),
        deleted("d", "id-d"),
        intent("d", 2),
    ];
    facts
        .into_iter()
        .enumerate()
        .map(|(n, fact)| entry(n as i64, fact))
        .collect()
}

async fn append_and_load(journal: Arc<dyn Journal>) {
    let fence = journal.lease(&cluster(), "me", at(0), TTL).await.unwrap();
    journal.append(&cluster(), fence, &history()).await.unwrap();
    assert_eq!(journal.load(&cluster()).await.unwrap(), history());
    assert_eq!(journal.clusters().await.unwrap(), vec![cluster()]);
    let condensed = condense(&history());
    journal
        .compact(&cluster(), fence, &condensed)
        .await
        .unwrap();
    assert_eq!(journal.load(&cluster()).await.unwrap(), condensed);
}

async fn a_lease_is_exclusive_until_it_ends(journal: Arc<dyn Journal>) {
    let first = journal.lease(&cluster(), "a", at(0), TTL).await.unwrap();
    let refused = journal
        .lease(&cluster(), "b", at(29), TTL)
        .await
        .unwrap_err();
    assert!(matches!(refused, JournalError::Leased { ref holder, .. } if holder == "a"));
    let renewed = journal.lease(&cluster(), "a", at(20), TTL).await.unwrap();
    assert_eq!(renewed, first, "a renewal keeps its fence");
    let second = journal.lease(&cluster(), "b", at(51), TTL).await.unwrap();
    assert!(second > first);
    let late = journal
        .append(&cluster(), first, &history())
        .await
        .unwrap_err();
    assert!(
        matches!(late, JournalError::Fenced),
        "an old fence is refused: {late}"
    );
    assert!(journal.load(&cluster()).await.unwrap().is_empty());
    journal
        .append(&cluster(), second, &history())
        .await
        .unwrap();
}

async fn a_released_lease_is_free_at_once(journal: Arc<dyn Journal>) {
    let first = journal.lease(&cluster(), "a", at(0), TTL).await.unwrap();
    journal.release(&cluster(), first).await.unwrap();
    let refused = journal
        .append(&cluster(), first, &history())
        .await
        .unwrap_err();
    assert!(matches!(refused, JournalError::Fenced));
    let second = journal.lease(&cluster(), "b", at(1), TTL).await.unwrap();
    journal.release(&cluster(), first).await.unwrap();
    journal
        .append(&cluster(), second, &history())
        .await
        .unwrap();
}

async fn many_are_loaded_as_each_by_itself(journal: Arc<dyn Journal>) {
    let key = |number: usize| ClusterKey::new(format!("c{number}")).unwrap();
    let asked: Vec<_> = (0..250).map(key).collect();
    for (number, cluster) in asked
        .iter()
        .enumerate()
        .filter(|(number, _)| number % 3 > 0)
    {
        let fence = journal.lease(cluster, "me", at(0), TTL).await.unwrap();
        let entries = &history()[..=number % 3];
        journal.append(cluster, fence, entries).await.unwrap();
    }
    let another = journal.lease(&cluster(), "me", at(0), TTL).await.unwrap();
    journal
        .append(&cluster(), another, &history())
        .await
        .unwrap();
    let mut all = journal.load_all(&asked).await.unwrap();
    for cluster in &asked {
        let alone = journal.load(cluster).await.unwrap();
        assert_eq!(all.remove(cluster).unwrap_or_default(), alone, "{cluster}");
    }
    assert!(all.is_empty(), "nothing else was asked for: {all:?}");
}

async fn on_each<F: Future<Output = ()>>(test: impl Fn(Arc<dyn Journal>) -> F) {
    test(Arc::new(MemoryJournal::default())).await;
    let folder = tempfile::tempdir().unwrap();
    test(Arc::new(
        SqliteJournal::open(&folder.path().join("state.db"))
            .await
            .unwrap(),
    ))
    .await;
}

#[tokio::test]
async fn what_is_appended_is_loaded() {
    on_each(append_and_load).await;
}

#[tokio::test]
async fn journals_of_many_clusters_are_loaded_at_once() {
    on_each(many_are_loaded_as_each_by_itself).await;
}

#[tokio::test]
async fn of_two_holders_one_can_append() {
    on_each(a_lease_is_exclusive_until_it_ends).await;
}

#[tokio::test]
async fn a_lease_can_be_given_back() {
    on_each(a_released_lease_is_free_at_once).await;
}

#[tokio::test]
async fn a_file_is_read_by_the_next_process_and_a_newer_one_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.db");
    let journal = SqliteJournal::open(&path).await.unwrap();
    let fence = journal.lease(&cluster(), "a", at(0), TTL).await.unwrap();
    let mut newer = history();
    journal.append(&cluster(), fence, &newer).await.unwrap();
    drop(journal);
    let again = SqliteJournal::open(&path).await.unwrap();
    assert_eq!(again.load(&cluster()).await.unwrap(), history());
    newer[0].version = Entry::VERSION + 1;
    again.append(&cluster(), fence, &newer[..1]).await.unwrap();
    let refused = again.load(&cluster()).await.unwrap_err();
    assert!(
        matches!(
            refused,
            JournalError::Newer {
                format: 2,
                known: 1
            }
        ),
        "{refused}"
    );
}

/// The holder of a lease that a state file's journal gave, or whom it named as its holder.
async fn taken(journal: &SqliteJournal, holder: &str) -> String {
    match journal.lease(&cluster(), holder, at(1), TTL).await {
        Ok(_) => holder.to_owned(),
        Err(JournalError::Leased { holder, .. }) => holder,
        Err(other) => panic!("{other}"),
    }
}

/// Names of containers are long and begin alike.
#[tokio::test]
async fn a_holder_that_lives_keeps_its_lease_and_one_that_is_gone_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.db");
    let open = async || SqliteJournal::open(&path).await.unwrap();
    let name = |end: &str| format!("{}/{end}", "groundwork-controller".repeat(5));
    let (one, two, asker) = (open().await, open().await, open().await);
    // Another process with a name like it is there before, and gone before.
    two.lease(&ClusterKey::new("other").unwrap(), &name("two"), at(0), TTL)
        .await
        .unwrap();
    assert_eq!(taken(&one, &name("one")).await, name("one"));
    drop(two);
    assert_eq!(taken(&asker, "asker").await, name("one"));
    drop(one);
    assert_eq!(taken(&asker, "asker").await, "asker");
}

/// A process that was killed takes nothing away itself.
#[tokio::test]
async fn what_shows_a_dead_holder_goes_when_another_takes_over_however_late() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.db");
    let journal = SqliteJournal::open(&path).await.unwrap();
    journal.lease(&cluster(), "a", at(0), TTL).await.unwrap();
    let signs = || {
        let files = std::fs::read_dir(folder.path()).unwrap();
        let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
        let mut signs: Vec<String> = names.filter(|name| name.ends_with(".alive")).collect();
        signs.sort();
        signs
    };
    let of_the_dead = signs().remove(0);
    drop(journal);
    std::fs::write(folder.path().join(&of_the_dead), "").unwrap();
    let journal = SqliteJournal::open(&path).await.unwrap();
    journal.lease(&cluster(), "b", at(99), TTL).await.unwrap();
    assert!(!signs().contains(&of_the_dead), "{:?}", signs());
}

/// Two engines of one process may have its name.
#[tokio::test]
async fn a_name_lives_as_long_as_one_of_those_that_show_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.db");
    let open = async || SqliteJournal::open(&path).await.unwrap();
    let (one, two, asker) = (open().await, open().await, open().await);
    for journal in [&one, &two] {
        assert_eq!(taken(journal, "shared").await, "shared");
    }
    drop(one);
    assert_eq!(taken(&asker, "asker").await, "shared");
    drop(two);
    assert_eq!(taken(&asker, "asker").await, "asker");
}

/// Operation handles may be signed addresses.
#[cfg(unix)]
async fn who_else_holds_a_lease_can_be_asked(journal: Arc<dyn Journal>) {
    let ttl = Duration::from_secs(60);
    let other = |second| {
        let journal = journal.clone();
        async move { journal.leased(&cluster(), "b", at(second)).await.unwrap() }
    };
    assert_eq!(other(0).await, None);
    journal.lease(&cluster(), "a", at(0), ttl).await.unwrap();
    assert_eq!(other(1).await, Some(("a".to_owned(), at(60))));
    let own = journal.leased(&cluster(), "a", at(1)).await.unwrap();
    assert_eq!(own, None, "one's own is nobody else's");
    assert_eq!(other(60).await, None, "it has ended");
}

#[tokio::test]
async fn a_lease_of_another_can_be_seen() {
    on_each(who_else_holds_a_lease_can_be_asked).await;
}

/// A file that was removed goes on taking what nobody will ever read.
#[tokio::test]
async fn a_state_file_that_vanishes_is_noticed() {
    let ttl = Duration::from_secs(60);
    type Harm = fn(&std::path::Path);
    let harms: [Harm; 2] = [
        |folder| std::fs::remove_dir_all(folder).unwrap(),
        |folder| {
            std::fs::remove_file(folder.join("state.db")).unwrap();
            std::fs::write(folder.join("state.db"), "").unwrap();
        },
    ];
    for harm in harms {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("state");
        std::fs::create_dir(&folder).unwrap();
        let path = folder.join("state.db");
        let journal = SqliteJournal::open(&path).await.unwrap();
        let fence = journal.lease(&cluster(), "a", at(0), ttl).await.unwrap();
        journal
            .append(&cluster(), fence, &[entry(0, started())])
            .await
            .unwrap();
        harm(&folder);
        let error = journal
            .append(&cluster(), fence, &[entry(1, started())])
            .await
            .unwrap_err();
        assert!(matches!(error, JournalError::Store { .. }), "{error}");
        assert!(error.to_string().contains("while it was in use"), "{error}");
        assert!(journal.close().await.is_err(), "it is said at the end too");
    }
}

#[tokio::test]
async fn a_state_file_is_whole_once_it_is_closed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.db");
    let journal = SqliteJournal::open(&path).await.unwrap();
    let ttl = Duration::from_secs(60);
    let fence = journal.lease(&cluster(), "a", at(0), ttl).await.unwrap();
    let entries = [entry(0, started())];
    journal.append(&cluster(), fence, &entries).await.unwrap();
    journal.close().await.unwrap();
    // As somebody copies it who knows of no other file.
    let copy = folder.path().join("copy.db");
    std::fs::copy(&path, &copy).unwrap();
    let copied = SqliteJournal::open(&copy).await.unwrap();
    assert_eq!(copied.load(&cluster()).await.unwrap(), entries);
}

#[tokio::test]
async fn a_state_file_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let journal = SqliteJournal::open(&folder.path().join("state.db")).await;
    let journal = journal.unwrap();
    let fence = journal.lease(&cluster(), "a", at(0), TTL).await.unwrap();
    journal.append(&cluster(), fence, &history()).await.unwrap();
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let file = file.unwrap();
        let mode = file.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{}", file.path().display());
    }
}

#[test]
fn condensing_loses_nothing_that_counts() {
    let history = history();
    for end in 0..=history.len() {
        let (whole, condensed) = (&history[..end], condense(&history[..end]));
        let (mut expected, mut recall) = (Recall::of(whole), Recall::of(&condensed));
        // Which run wrote last is not remembered for an empty frame.
        (expected.last_run, recall.last_run) = (None, None);
        assert_eq!(recall, expected, "of the first {end} entries");
        assert!(
            condensed.len() <= whole.len() + 2,
            "{end}: {}",
            condensed.len()
        );
    }
}

#[test]
fn a_duplicate_that_goes_takes_no_claim_from_the_one_that_stays() {
    let claimed = Fact::Claimed {
        address: "net".parse().unwrap(),
        pool: "p".to_owned(),
        value: "1".to_owned(),
    };
    let facts = vec![
        started(),
        claimed,
        created("net", "one", 1),
        created("net", "two", 1),
        deleted("net", "two"),
    ];
    let mut recall = Recall::default();
    facts
        .into_iter()
        .for_each(|fact| recall.take(&entry(0, fact)));
    assert_eq!(recall.claims["p"].0.len(), 1);
    recall.take(&entry(1, deleted("net", "one")));
    assert!(recall.claims.is_empty(), "{:?}", recall.claims);
}

#[test]
fn a_new_create_is_not_confused_with_an_operation_before_it() {
    let pending = Fact::Pending {
        address: "net".parse().unwrap(),
        kind: "toy.net/1".to_owned(),
        what: Verb::Delete,
        operation: Some(Operation(json!("old"))),
    };
    let entries = [
        entry(0, started()),
        entry(1, pending),
        entry(2, intent("net", 2)),
    ];
    let recall = Recall::of(&entries);
    assert!(recall.operations.is_empty());
    assert!(recall.intents.contains_key(&"net".parse().unwrap()));
}

#[test]
fn what_was_destroyed_to_the_end_is_bound_to_no_account_until_it_is_applied_again() {
    let ended = |start: Fact, outcome: Finish| {
        let entries = [
            entry(0, started()),
            entry(1, start),
            entry(2, Fact::RunFinished { outcome }),
        ];
        let condensed = Recall::of(&condense(&entries)).destroyed;
        assert_eq!(condensed, Recall::of(&entries).destroyed);
        condensed
    };
    assert!(ended(begun(Goal::Destroy), Finish::Done));
    assert!(
        !ended(begun(Goal::Destroy), Finish::Failed),
        "something is left"
    );
    assert!(!ended(started(), Finish::Done));
}

/// A part goes with its whole, without an entry of its own: nobody waits for it to show itself.
#[test]
fn a_part_is_made_no_more_once_its_whole_is_gone() {
    let made = |entries: &[Entry]| -> Vec<String> {
        let whole = Recall::of(entries);
        assert_eq!(whole.created, Recall::of(&condense(entries)).created);
        whole.created.into_keys().map(|object| object.id).collect()
    };
    let mut entries = vec![
        entry(0, started()),
        entry(1, created("table", "id-1", 1)),
        entry(2, created("default", "id-1/::/0", 1)),
        entry(3, created("other", "id-10/::/0", 1)),
        entry(4, deleted("table", "id-1")),
    ];
    assert_eq!(made(&entries[..4]), ["id-1", "id-1/::/0", "id-10/::/0"]);
    assert_eq!(made(&entries), ["id-10/::/0"]);
    entries.push(entry(5, deleted("default", "id-1/::/0")));
    assert_eq!(made(&entries), ["id-10/::/0"]);
}

#[test]
fn events_carry_no_operation_handles_and_no_tokens() {
    for entry in history() {
        let text = serde_json::to_string(&entry.published()).unwrap();
        assert!(
            !text.contains("signed") && !text.contains("token"),
            "{text}"
        );
    }
}

/// The first format, as it was written: every later release reads it.
#[test]
fn entries_of_format_1_are_read() {
    let text = r#"{"version":1,"at":"2027-01-15T08:00:04Z","cluster":"b1f2","run":"run-1",
        "event":"created","address":"net","kind":"toy.net/1","id":"id-2","incarnation":2}"#;
    assert_eq!(
        serde_json::from_str::<Entry>(text).unwrap(),
        entry(4, created("net", "id-2", 2))
    );
}

#[tokio::test]
async fn a_lease_of_a_process_that_has_ended_is_free_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.db");
    let (dying, living) = (
        SqliteJournal::open(&path).await.unwrap(),
        SqliteJournal::open(&path).await.unwrap(),
    );
    let first = dying
        .lease(&cluster(), "process 1", at(0), TTL)
        .await
        .unwrap();
    let refused = living
        .lease(&cluster(), "process 2", at(1), TTL)
        .await
        .unwrap_err();
    assert!(
        matches!(refused, JournalError::Leased { .. }),
        "it lives: {refused}"
    );
    drop(dying);
    let second = living
        .lease(&cluster(), "process 2", at(1), TTL)
        .await
        .unwrap();
    assert!(
        second > first,
        "what the first may still have under way is fenced off"
    );
}
