//! The contract of the store, run on both engines: transactions, ledger, jobs, files, archives.
#![expect(clippy::unwrap_used, clippy::string_slice, reason = "helpers of tests fail by panicking")]

use kernel::{Event, EventKind, FixedClock, OrganisationId, PersonId, Role, Scope, SeededRng, Unscoped};
use store::{MIGRATIONS, StoreError, params};
use testkit::{TestStore, stores};

const ALL: Unscoped = Unscoped::because("tests look everywhere");

fn clock() -> FixedClock {
    FixedClock::at("2026-11-21T00:00:00Z").unwrap()
}

fn scope(seed: u64) -> Scope {
    let rng = SeededRng::new(seed);
    Scope::granted(OrganisationId::new(&clock(), &rng), PersonId::new(&clock(), &rng), Role::Admin)
}

async fn record(t: &TestStore, scope: &Scope, times: usize) {
    for n in 0..times {
        let mut tx = t.store.write().await.unwrap();
        let event = Event::new(EventKind::FactStated, format!("object {n}")).with("key", "backup.taken");
        tx.record(scope, kernel::Clock::now(&clock()), &event).await.unwrap();
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn a_change_without_a_ledger_entry_is_refused() {
    for t in stores(MIGRATIONS).await {
        let mut tx = t.store.write().await.unwrap();
        tx.run(&ALL, "DELETE FROM store_job WHERE kind = $1", params!["x"]).await.unwrap();
        assert!(matches!(tx.commit().await, Err(StoreError::Unrecorded)));
    }
}

#[tokio::test]
async fn an_untouched_ledger_verifies() {
    for t in stores(MIGRATIONS).await {
        record(&t, &scope(1), 5).await;
        record(&t, &scope(2), 3).await;
        let report = store::ledger_verify(&t.store).await.unwrap();
        assert_eq!((report.entries, report.chains, report.problems.len()), (8, 2, 0), "{:?}", report.problems);
    }
}

#[tokio::test]
async fn one_changed_byte_names_its_entry() {
    for t in stores(MIGRATIONS).await {
        let scope = scope(1);
        record(&t, &scope, 5).await;
        for column in [
            "UPDATE store_ledger SET detail = REPLACE(detail, 'taken', 'taker') WHERE organisation_id = $1 AND seq = 3",
            "UPDATE store_ledger SET at = REPLACE(at, '2026', '2025') WHERE organisation_id = $1 AND seq = 3",
        ] {
            let mut tx = t.store.write().await.unwrap();
            tx.run(&scope, column, params![]).await.unwrap();
            tx.without_record("the test is the intruder");
            tx.commit().await.unwrap();
            let report = store::ledger_verify(&t.store).await.unwrap();
            let named = format!("{}/3", scope.id());
            assert!(report.problems.iter().any(|p| p.entry == named), "{:?}", report.problems);
        }
    }
}

#[tokio::test]
async fn a_removed_entry_or_tail_is_noticed() {
    for t in stores(MIGRATIONS).await {
        let scope = scope(1);
        record(&t, &scope, 5).await;
        for sql in [
            "DELETE FROM store_ledger WHERE organisation_id = $1 AND seq = 5",
            "DELETE FROM store_ledger WHERE organisation_id = $1 AND seq = 2",
            "DELETE FROM store_ledger WHERE organisation_id = $1",
        ] {
            let mut tx = t.store.write().await.unwrap();
            tx.run(&scope, sql, params![]).await.unwrap();
            tx.without_record("the test is the intruder");
            tx.commit().await.unwrap();
            assert!(!store::ledger_verify(&t.store).await.unwrap().problems.is_empty(), "{sql}");
        }
    }
}

#[tokio::test]
async fn what_is_not_committed_leaves_no_trace() {
    for t in stores(MIGRATIONS).await {
        let mut tx = t.store.write().await.unwrap();
        tx.record(&scope(1), kernel::Clock::now(&clock()), &Event::new(EventKind::SiteAdded, "x")).await.unwrap();
        drop(tx);
        assert_eq!(store::ledger_verify(&t.store).await.unwrap().entries, 0);
    }
}

#[tokio::test]
async fn a_job_is_taken_once_and_again_after_its_lease() {
    for t in stores(MIGRATIONS).await {
        let (clock, rng) = (clock(), SeededRng::new(1));
        let now = || kernel::Clock::now(&clock);
        let mut tx = t.store.write().await.unwrap();
        store::job_schedule(&mut tx, &clock, &rng, ("o", "k", "x"), now()).await.unwrap();
        store::job_schedule(&mut tx, &clock, &rng, ("o", "k", "x"), now()).await.unwrap();
        store::job_schedule(&mut tx, &clock, &rng, ("o", "k", "later"), now().plus_seconds(3600)).await.unwrap();
        let job = store::job_claim(&mut tx, "one", now()).await.unwrap().unwrap();
        assert_eq!((job.object_id.as_str(), job.attempt_count), ("x", 1));
        assert!(store::job_claim(&mut tx, "two", now()).await.unwrap().is_none(), "held by one");
        clock.advance_seconds(61);
        let again = store::job_claim(&mut tx, "two", now()).await.unwrap().unwrap();
        assert_eq!(again.attempt_count, 2);
        assert!(matches!(store::job_done(&mut tx, &job, "one").await, Err(StoreError::Stale)), "one lost it");
        store::job_failed(&mut tx, &again, "two", now(), "no reason").await.unwrap();
        assert!(store::job_claim(&mut tx, "two", now()).await.unwrap().is_none(), "it waits");
        clock.advance_seconds(120);
        let third = store::job_claim(&mut tx, "three", now()).await.unwrap().unwrap();
        store::job_done(&mut tx, &third, "three").await.unwrap();
        assert!(store::job_claim(&mut tx, "three", now()).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn two_workers_at_once_take_two_jobs() {
    for t in stores(MIGRATIONS).await {
        let (clock, rng) = (clock(), SeededRng::new(1));
        let now = kernel::Clock::now(&clock);
        let mut tx = t.store.write().await.unwrap();
        for object in ["a", "b"] {
            store::job_schedule(&mut tx, &clock, &rng, ("o", "k", object), now).await.unwrap();
        }
        tx.without_record("test");
        tx.commit().await.unwrap();
        let take = async |worker: &'static str| {
            let mut tx = t.store.write().await.unwrap();
            let job = store::job_claim(&mut tx, worker, now).await.unwrap();
            tx.without_record("test");
            tx.commit().await.unwrap();
            job.unwrap().object_id
        };
        let (one, two) = tokio::join!(take("one"), take("two"));
        assert_ne!(one, two);
    }
}

#[tokio::test]
async fn equal_files_are_kept_once_and_damage_is_noticed() {
    for t in stores(MIGRATIONS).await {
        let blobs = t.store.blobs();
        let mut digests = Vec::new();
        for name in ["one", "two"] {
            let mut writer = blobs.start(name, 100).await.unwrap();
            writer.write(b"same bytes").await.unwrap();
            digests.push(writer.keep().await.unwrap().0);
        }
        assert_eq!(digests[0], digests[1]);
        assert_eq!(blobs.read(&digests[0]).await.unwrap(), b"same bytes");
        let mut large = blobs.start("large", 5).await.unwrap();
        assert!(large.write(b"123456").await.is_err());
        let path = t.folder.path().join("blobs").join(&digests[0][..2]).join(&digests[0]);
        std::fs::write(path, b"other bytes").unwrap();
        assert!(blobs.read(&digests[0]).await.is_err());
        assert!(blobs.read("../../etc/passwd").await.is_err());
    }
}

#[tokio::test]
async fn the_settings_that_must_hold_are_on() {
    for t in stores(MIGRATIONS).await {
        let settings = t.store.settings().await.unwrap();
        if t.url.is_none() {
            let text: Vec<String> = settings.iter().map(|(k, v)| format!("{k}={v}")).collect();
            assert_eq!(text, ["journal_mode=wal", "foreign_keys=1", "synchronous=2"]);
        }
    }
}

#[tokio::test]
async fn a_migration_that_changed_is_refused() {
    for t in stores(MIGRATIONS).await {
        let mut changed = MIGRATIONS.to_vec();
        changed[0].sql = "CREATE TABLE other (x TEXT);";
        let error = t.store.migrate(&changed, &clock()).await.unwrap_err().to_string();
        assert!(error.contains("store/0001_ledger"), "{error}");
    }
}
