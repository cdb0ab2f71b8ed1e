//! What every driver has to do, whatever goes wrong.
//!
//! Each function is one promise. A driver's tests are [`mount!`](crate::mount!) with its subject.

mod capabilities;
mod crashes;
mod endings;
mod families;
mod faults;
mod life;
mod listings;
mod many;
mod others;
mod secrecy;
mod sessions;
mod soundness;
mod strangers;
mod writers;

pub use capabilities::*;
pub use crashes::*;
pub use endings::*;
pub use families::*;
pub use faults::*;
pub use life::*;
pub use listings::*;
pub use many::*;
pub use others::*;
pub use secrecy::*;
pub use sessions::*;
pub use soundness::*;
pub use strangers::*;
pub use writers::*;

use crate::{Lab, Shape, Subject, Variant, done};

/// Mounts the suite for a subject: one test a promise.
///
/// `mount!(subject)` mounts every promise there is. `mount!(subject, all_but [a, b] because "…")`
/// leaves some out, and says why; a promise that is new is mounted there too. `mount!(subject,
/// creates_nothing)` is for a driver that only verifies. `mount!(subject, only
/// [a, b] because "…")` is for a further subject of a driver that has mounted them all.
#[macro_export]
macro_rules! mount {
    ($subject:expr) => {
        $crate::mount!($subject, all_but [] because "");
    };
    ($subject:expr, all_but [$($left_out:ident),* $(,)?] because $why:literal) => {
        $crate::promises!(@all $subject; [$($left_out)*]);
    };
    // There is no object of ours, and no call that changes anything.
    ($subject:expr, creates_nothing) => {
        $crate::mount!($subject, all_but [
            // What is about objects of ours: labels, ids that are written back, drift of what was made.
            the_longest_label_is_carried_or_refused,
            ids_written_back_change_nothing,
            a_drifted_field_is_named,
            the_state_file_is_lost_before_destroy,
            a_cluster_with_and_without_its_uid_is_one,
            a_twin_that_nothing_uses_is_discarded,
            two_used_twins_are_ambiguous,
            // What is about other hands in a network of ours.
            strangers_inside_ours_are_left_alone,
            what_comes_between_look_and_delete_stays,
            what_is_in_the_way_stops_a_destroy,
            taken_names_are_told_at_once,
            // What is about calls that change something.
            what_others_write_a_moment_before_us_stays,
            each_effect_comes_late,
            no_create_is_sent_twice_while_the_first_may_come,
            each_listing_is_stale,
            each_step_is_repeated,
            two_processes_of_one_journal_take_turns,
            a_resume_waits_no_longer_than_until_it_is_shown,
            what_two_killed_runs_left_becomes_one_network,
        ] because "nothing is created");
    };
    ($subject:expr, only [$($promise:ident),* $(,)?] because $why:literal) => {
        $($crate::promises!(@test $subject; $promise);)*
    };
}

/// Every promise, once: a test for each.
#[doc(hidden)]
#[macro_export]
macro_rules! promises {
    (@all $subject:expr; $left_out:tt) => {
        $crate::promises!(@each $subject; $left_out;
            the_subject_is_sound
            each_feature_is_as_declared
            the_longest_label_is_carried_or_refused
            every_call_is_in_the_table_of_operations
            every_page_of_a_listing_is_read
            apply_then_plan_is_empty
            apply_twice_changes_nothing
            done_means_done
            what_fails_in_the_end_is_not_done
            what_is_not_removed_in_the_end_is_not_gone
            a_no_op_lists_each_kind_once
            a_sweep_lists_each_kind_once
            the_same_input_gives_the_same_graph_and_plan
            ids_written_back_change_nothing
            ipv4_becomes_dual_stack_in_place
            dual_stack_becomes_ipv4_again
            a_change_of_families_ends_in_the_same_bodies
            both_families_are_let_in_alike
            destroy_leaves_what_was_there_before
            what_was_destroyed_is_made_again
            destroy_needs_no_document
            the_document_changes_before_destroy
            verify_never_writes
            a_drifted_field_is_named
            a_named_network_is_not_compared_with_our_defaults
            each_violation_of_a_named_network_is_told
            strangers_inside_ours_are_left_alone
            what_comes_between_look_and_delete_stays
            taken_names_are_told_at_once
            each_call_fails
            each_call_of_a_look_fails
            a_reply_of_another_shape_breaks_nothing
            each_reply_is_lost
            each_effect_comes_late
            no_create_is_sent_twice_while_the_first_may_come
            a_change_with_an_unreadable_reply_may_have_happened
            an_unreadable_reply_ends_no_run
            what_vanishes_after_it_was_seen_is_made_anew
            each_listing_is_stale
            a_listing_is_wrong_once
            a_listing_without_end_is_given_up
            each_step_is_repeated
            a_throttled_change_is_tried_again
            a_change_that_meets_another_writer_ends_no_run
            writers_of_one_object_take_turns
            what_others_write_a_moment_before_us_stays
            a_name_that_is_taken_a_moment_before_us_is_left_alone
            a_slow_reply_ends_no_run
            each_call_of_a_destroy_fails
            the_process_dies_after_each_entry
            the_process_dies_before_each_entry
            the_process_dies_at_each_entry_of_a_destroy
            what_a_dead_process_made_vanishes_after_it_was_seen
            a_resume_waits_no_longer_than_until_it_is_shown
            the_state_file_is_lost
            the_state_file_is_lost_before_destroy
            a_cluster_with_and_without_its_uid_is_one
            two_processes_apply_at_once
            what_two_killed_runs_left_becomes_one_network
            two_processes_of_one_journal_take_turns
            what_is_in_the_way_stops_a_destroy
            a_twin_that_nothing_uses_is_discarded
            two_used_twins_are_ambiguous
            who_logs_in_logs_out
            who_cannot_log_out_does_not_wait_long
            no_secret_is_seen
            no_secret_is_seen_in_an_error
        );
    };
    (@each $subject:expr; [$($left_out:ident)*]; $($promise:ident)*) => {
        const LEFT_OUT: &[&str] = &[$(stringify!($left_out)),*];
        $(#[tokio::test(start_paused = true)]
        async fn $promise() {
            if !LEFT_OUT.contains(&stringify!($promise)) {
                $crate::suite::$promise(&$subject).await;
            }
        })*
    };
    (@test $subject:expr; $promise:ident) => {
        #[tokio::test(start_paused = true)]
        async fn $promise() {
            $crate::suite::$promise(&$subject).await;
        }
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
