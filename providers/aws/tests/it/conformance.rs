//! The suite over AWS: private subnets with all their ways out, which hold everything that there
//! is; a public network alone; and an EC2 that hesitates.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

mod private {
    use conformance::subjects::AwsSubject;

    conformance::mount!(AwsSubject::private(), all_but [
        a_change_of_families_ends_in_the_same_bodies,
    ] because "main route tables have no names: bodies of two runs cannot be held against each other");
}

/// Faults and deaths are those of the larger network.
mod public {
    use conformance::subjects::AwsSubject;

    conformance::mount!(AwsSubject::default(), only [
        apply_then_plan_is_empty,
        apply_twice_changes_nothing,
        done_means_done,
        strangers_inside_ours_are_left_alone,
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
        two_processes_apply_at_once,
        two_processes_of_one_journal_take_turns,
        what_is_in_the_way_stops_a_destroy,
        a_twin_that_nothing_uses_is_discarded,
        two_used_twins_are_ambiguous,
        no_secret_is_seen,
    ] because "faults and deaths are those of the larger network");
}

/// What was made is not found for a while, in any request: EC2 is like that. What a second run does
/// within that while is no promise: it may ask once more for a rule that it cannot see.
mod hesitant {
    use conformance::subjects::AwsSubject;

    conformance::mount!(AwsSubject::hesitant(), only [
        apply_then_plan_is_empty,
        ids_written_back_change_nothing,
        ipv4_becomes_dual_stack_in_place,
        destroy_leaves_what_was_there_before,
        destroy_needs_no_document,
        each_step_is_repeated,
        two_processes_apply_at_once,
    ] because "what a second run does while nothing is found is no promise");
}
