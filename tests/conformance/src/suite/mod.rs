//! What every driver has to do, whatever goes wrong.
//!
//! Each function is one promise. A driver's tests are [`mount!`](crate::mount!) with its subject.

mod crashes;
mod faults;
mod life;
mod many;
mod others;
mod secrecy;

pub use crashes::*;
pub use faults::*;
pub use life::*;
pub use many::*;
pub use others::*;
pub use secrecy::*;

use groundwork_engine::{Finish, Trouble};

use crate::{Lab, Ran, Shape, Subject, Variant};

/// Mounts the suite for a subject: one test a promise.
#[macro_export]
macro_rules! mount {
    ($subject:expr) => {
        $crate::mount!(@ $subject;
            apply_then_plan_is_empty,
            apply_twice_changes_nothing,
            a_no_op_lists_each_kind_once,
            a_sweep_lists_each_kind_once,
            the_same_input_gives_the_same_graph_and_plan,
            ids_written_back_change_nothing,
            ipv4_becomes_dual_stack_in_place,
            dual_stack_becomes_ipv4_again,
            destroy_leaves_what_was_there_before,
            destroy_needs_no_document,
            the_document_changes_before_destroy,
            verify_never_writes,
            a_drifted_field_is_named,
            each_call_fails,
            each_call_of_a_look_fails,
            each_reply_is_lost,
            each_effect_comes_late,
            each_listing_is_stale,
            each_step_is_repeated,
            each_call_of_a_destroy_fails,
            the_process_dies_after_each_entry,
            the_process_dies_before_each_entry,
            the_process_dies_at_each_entry_of_a_destroy,
            the_state_file_is_lost,
            the_state_file_is_lost_before_destroy,
            two_processes_apply_at_once,
            two_processes_of_one_journal_take_turns,
            what_is_in_the_way_stops_a_destroy,
            a_twin_that_nothing_uses_is_discarded,
            two_used_twins_are_ambiguous,
            no_secret_is_seen,
        );
    };
    (@ $subject:expr; $($promise:ident,)*) => {
        $(#[tokio::test(start_paused = true)]
        async fn $promise() {
            $crate::suite::$promise(&$subject).await;
        })*
    };
}

/// What exists after an apply to which nothing happens.
pub(crate) async fn clean_shape(subject: &dyn Subject, variant: Variant) -> Shape {
    let lab = Lab::open(subject);
    done(
        lab.process().apply(&lab.wanted(variant)).await,
        "the clean run",
    );
    lab.quiet().await;
    lab.shape()
}

/// A run that did all that it was to do.
pub(crate) fn done(ran: Result<Ran, Trouble>, case: &str) -> Ran {
    let ran = ran.unwrap_or_else(|why| panic!("{case}: {why:#?}"));
    assert_eq!(
        ran.applied.finish,
        Finish::Done,
        "{case}: {:#?}",
        ran.applied.failures
    );
    ran
}
