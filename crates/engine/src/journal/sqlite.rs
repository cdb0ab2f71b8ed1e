//! The default journal: one SQLite file, written ahead, synced on each append.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::Duration,
};

use async_trait::async_trait;
use groundwork_model::ClusterKey;
use jiff::Timestamp;
use sqlx::{
    QueryBuilder, Row, Sqlite, SqlitePool, Transaction,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use super::{Fence, Journal, JournalError, alive::Signs};
use crate::Entry;

/// A journal in a SQLite file, which several processes of one machine may share.
#[derive(Clone, Debug)]
pub struct SqliteJournal {
    pool: SqlitePool,
    signs: Signs,
    place: Place,
}

/// Where the file is, and which one it was when it was opened: a file that was removed, or replaced
/// by another, goes on taking what nobody will read.
#[derive(Clone, Debug)]
struct Place {
    path: PathBuf,
    identity: Option<Identity>,
}

/// Device and number of a file.
type Identity = (u64, u64);

impl Place {
    fn of(path: &Path) -> std::io::Result<Self> {
        let identity = identity(&std::fs::metadata(path)?);
        Ok(Self {
            path: path.to_owned(),
            identity,
        })
    }

    fn check(&self) -> Result<(), JournalError> {
        let gone = |why| {
            let message = format!("{} {why} while it was in use", self.path.display());
            store(message, None)
        };
        match std::fs::metadata(&self.path) {
            Ok(there) if identity(&there) == self.identity => Ok(()),
            Ok(_) => Err(gone("was replaced")),
            Err(why) if why.kind() == std::io::ErrorKind::NotFound => Err(gone("was removed")),
            Err(why) => Err(unusable(self.path.display(), why)),
        }
    }
}

/// What tells a file from another one, where the platform says it.
fn identity(file: &std::fs::Metadata) -> Option<Identity> {
    #[cfg(unix)]
    return Some((
        std::os::unix::fs::MetadataExt::dev(file),
        std::os::unix::fs::MetadataExt::ino(file),
    ));
    #[cfg(not(unix))]
    {
        let _ = file;
        None
    }
}

/// The file's format. A newer one is refused, an older one is brought up to date.
const FORMAT: u32 = 1;

/// Clusters that one query names.
const CLUSTERS_IN_QUERY_MAX: usize = 100;

const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS lease (
    cluster TEXT PRIMARY KEY, fence INTEGER NOT NULL, holder TEXT, until_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS entry (
    number INTEGER PRIMARY KEY AUTOINCREMENT, cluster TEXT NOT NULL, body TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS entry_by_cluster ON entry (cluster, number);
";

impl SqliteJournal {
    /// Opens the file, and makes it if it is not there. Its folder has to be.
    pub async fn open(path: &Path) -> Result<Self, JournalError> {
        // A pipe would be waited for, and a device written to.
        if std::fs::metadata(path).is_ok_and(|there| !there.is_file()) {
            return Err(store(format!("{} is not a file", path.display()), None));
        }
        open_private(path).map_err(|why| unusable(path.display(), why))?;
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(Duration::from_secs(10));
        // One connection: a journal's writes take turns anyway, and a second one could only wait.
        let pool = SqlitePoolOptions::new()
            .max_connections(1)
            .connect_with(options)
            .await?;
        let signs = Signs::beside(path);
        let place = Place::of(path).map_err(|why| unusable(path.display(), why))?;
        let journal = Self { pool, signs, place };
        journal.migrate().await?;
        Ok(journal)
    }

    async fn migrate(&self) -> Result<(), JournalError> {
        let format: u32 = sqlx::query("PRAGMA user_version")
            .fetch_one(&self.pool)
            .await?
            .try_get(0)?;
        if format > FORMAT {
            return Err(JournalError::Newer {
                format,
                known: FORMAT,
            });
        }
        if format < FORMAT {
            let mut transaction = self.begin().await?;
            sqlx::raw_sql(SCHEMA).execute(&mut *transaction).await?;
            sqlx::raw_sql("PRAGMA user_version = 1")
                .execute(&mut *transaction)
                .await?;
            transaction.commit().await?;
        }
        Ok(())
    }

    /// A transaction that holds the write lock from its start, so that what it reads stays true.
    async fn begin(&self) -> Result<Transaction<'_, Sqlite>, JournalError> {
        self.place.check()?;
        Ok(self.pool.begin_with("BEGIN IMMEDIATE").await?)
    }
}

/// Opens the file, made if it is not there, so that its owner alone reads it: the operation
/// handles in it may be signed addresses. What SQLite puts beside it gets the same permissions.
pub(super) fn open_private(path: &Path) -> std::io::Result<std::fs::File> {
    let mut options = std::fs::OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn unusable(what: impl std::fmt::Display, why: std::io::Error) -> JournalError {
    let message = format!("{what}: {why}");
    JournalError::Store {
        message,
        source: Some(Box::new(why)),
    }
}

async fn check(
    transaction: &mut Transaction<'_, Sqlite>,
    cluster: &ClusterKey,
    fence: Fence,
) -> Result<(), JournalError> {
    let row = sqlx::query("SELECT fence FROM lease WHERE cluster = ? AND holder IS NOT NULL")
        .bind(cluster.as_str())
        .fetch_optional(&mut **transaction)
        .await?;
    let current: Option<i64> = row.map(|row| row.try_get(0)).transpose()?;
    if current == Some(fence.0.cast_signed()) {
        Ok(())
    } else {
        Err(JournalError::Fenced)
    }
}

async fn insert(
    transaction: &mut Transaction<'_, Sqlite>,
    cluster: &ClusterKey,
    entries: &[Entry],
) -> Result<(), JournalError> {
    for entry in entries {
        let body = serde_json::to_string(entry).expect("an entry is plain data");
        sqlx::query("INSERT INTO entry (cluster, body) VALUES (?, ?)")
            .bind(cluster.as_str())
            .bind(body)
            .execute(&mut **transaction)
            .await?;
    }
    Ok(())
}

#[async_trait]
impl Journal for SqliteJournal {
    async fn lease(
        &self,
        cluster: &ClusterKey,
        holder: &str,
        now: Timestamp,
        ttl: Duration,
    ) -> Result<Fence, JournalError> {
        let shown = self.signs.show(holder);
        shown.map_err(|why| unusable("no lock can be had beside it", why))?;
        let mut transaction = self.begin().await?;
        let row = sqlx::query("SELECT fence, holder, until_ms FROM lease WHERE cluster = ?")
            .bind(cluster.as_str())
            .fetch_optional(&mut *transaction)
            .await?;
        let fence = match row {
            None => 1_i64,
            Some(row) => {
                let (fence, other, until): (i64, Option<String>, i64) =
                    (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
                match other {
                    Some(other)
                        // Asked in any case: what the dead left behind goes with the question.
                        if other != holder
                            && !self.signs.is_gone(&other)
                            && until > now.as_millisecond() =>
                    {
                        let until = Timestamp::from_millisecond(until).unwrap_or(now);
                        return Err(JournalError::Leased {
                            holder: other,
                            until,
                        });
                    }
                    Some(other) if other == holder => fence,
                    Some(_) | None => fence + 1,
                }
            }
        };
        sqlx::query(
            "INSERT OR REPLACE INTO lease (cluster, fence, holder, until_ms) VALUES (?, ?, ?, ?)",
        )
        .bind(cluster.as_str())
        .bind(fence)
        .bind(holder)
        .bind((now + ttl).as_millisecond())
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(Fence(fence.cast_unsigned()))
    }

    async fn leased(
        &self,
        cluster: &ClusterKey,
        holder: &str,
        now: Timestamp,
    ) -> Result<Option<(String, Timestamp)>, JournalError> {
        let row = sqlx::query("SELECT holder, until_ms FROM lease WHERE cluster = ?")
            .bind(cluster.as_str())
            .fetch_optional(&self.pool)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let (other, until): (Option<String>, i64) = (row.try_get(0)?, row.try_get(1)?);
        let until = Timestamp::from_millisecond(until).unwrap_or(now);
        let other = other.filter(|other| other != holder && until > now);
        Ok(other
            .filter(|other| !self.signs.is_gone(other))
            .map(|other| (other, until)))
    }

    /// Brings what was written ahead into the file, so that it can be copied by itself.
    async fn close(&self) -> Result<(), JournalError> {
        let gone = self.place.check();
        self.pool.close().await;
        gone
    }

    async fn release(&self, cluster: &ClusterKey, fence: Fence) -> Result<(), JournalError> {
        sqlx::query("UPDATE lease SET holder = NULL, until_ms = 0 WHERE cluster = ? AND fence = ?")
            .bind(cluster.as_str())
            .bind(fence.0.cast_signed())
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    async fn append(
        &self,
        cluster: &ClusterKey,
        fence: Fence,
        entries: &[Entry],
    ) -> Result<(), JournalError> {
        let mut transaction = self.begin().await?;
        check(&mut transaction, cluster, fence).await?;
        insert(&mut transaction, cluster, entries).await?;
        Ok(transaction.commit().await?)
    }

    async fn load(&self, cluster: &ClusterKey) -> Result<Vec<Entry>, JournalError> {
        let rows = sqlx::query("SELECT body FROM entry WHERE cluster = ? ORDER BY number")
            .bind(cluster.as_str())
            .fetch_all(&self.pool)
            .await?;
        rows.into_iter().map(|row| read(row.try_get(0)?)).collect()
    }

    async fn load_all(
        &self,
        clusters: &[ClusterKey],
    ) -> Result<BTreeMap<ClusterKey, Vec<Entry>>, JournalError> {
        let mut all = BTreeMap::<ClusterKey, Vec<Entry>>::new();
        for some in clusters.chunks(CLUSTERS_IN_QUERY_MAX) {
            let mut query = QueryBuilder::new("SELECT cluster, body FROM entry WHERE cluster IN (");
            let mut keys = query.separated(", ");
            for cluster in some {
                keys.push_bind(cluster.as_str());
            }
            query.push(") ORDER BY number");
            for row in query.build().fetch_all(&self.pool).await? {
                let (cluster, entry) = (key(row.try_get(0)?)?, read(row.try_get(1)?)?);
                all.entry(cluster).or_default().push(entry);
            }
        }
        Ok(all)
    }

    async fn clusters(&self) -> Result<Vec<ClusterKey>, JournalError> {
        let rows = sqlx::query("SELECT DISTINCT cluster FROM entry ORDER BY cluster")
            .fetch_all(&self.pool)
            .await?;
        rows.into_iter().map(|row| key(row.try_get(0)?)).collect()
    }

    async fn compact(
        &self,
        cluster: &ClusterKey,
        fence: Fence,
        entries: &[Entry],
    ) -> Result<(), JournalError> {
        let mut transaction = self.begin().await?;
        check(&mut transaction, cluster, fence).await?;
        sqlx::query("DELETE FROM entry WHERE cluster = ?")
            .bind(cluster.as_str())
            .execute(&mut *transaction)
            .await?;
        insert(&mut transaction, cluster, entries).await?;
        Ok(transaction.commit().await?)
    }
}

fn key(text: &str) -> Result<ClusterKey, JournalError> {
    ClusterKey::new(text).map_err(|why| store(why.to_string(), None))
}

/// Reads one entry. The version is looked at first, so that a newer format is named as such.
fn read(body: &str) -> Result<Entry, JournalError> {
    #[derive(serde::Deserialize)]
    struct Version {
        version: u32,
    }
    let damaged = |why: serde_json::Error| store(format!("an entry is damaged: {why}"), None);
    let Version { version } = serde_json::from_str(body).map_err(damaged)?;
    if version > Entry::VERSION {
        return Err(JournalError::Newer {
            format: version,
            known: Entry::VERSION,
        });
    }
    serde_json::from_str(body).map_err(damaged)
}

fn store(message: String, source: Option<sqlx::Error>) -> JournalError {
    JournalError::Store {
        message,
        source: source.map(Into::into),
    }
}

impl From<sqlx::Error> for JournalError {
    fn from(error: sqlx::Error) -> Self {
        store(error.to_string(), Some(error))
    }
}
