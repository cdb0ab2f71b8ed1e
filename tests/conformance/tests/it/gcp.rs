//! The suite over Google Cloud, and what Google Cloud alone can show.

use conformance::subjects::GcpSubject;

conformance::mount!(GcpSubject::default());

/// Nodes with IPv6 addresses of the network alone.
mod internal {
    use conformance::subjects::GcpSubject;

    conformance::mount!(GcpSubject::internal(), only [
        the_subject_is_sound,
        apply_then_plan_is_empty,
        apply_twice_changes_nothing,
        done_means_done,
        a_no_op_lists_each_kind_once,
        ids_written_back_change_nothing,
        ipv4_becomes_dual_stack_in_place,
        dual_stack_becomes_ipv4_again,
        destroy_leaves_what_was_there_before,
        each_call_fails,
        each_reply_is_lost,
        the_process_dies_after_each_entry,
        the_state_file_is_lost,
    ] because "the rest is the same whichever addresses nodes have");
}

/// Operations that still run when the server has held a question about them for as long as it does.
mod slow {
    use conformance::subjects::GcpSubject;

    conformance::mount!(GcpSubject::slow(), only [
        apply_then_plan_is_empty,
        apply_twice_changes_nothing,
        done_means_done,
        what_fails_in_the_end_is_not_done,
        destroy_leaves_what_was_there_before,
    ] because "the rest is the same however long operations take");
}
