//! The suite over Azure.

use ::conformance::subjects::AzureSubject;

::conformance::mount!(AzureSubject::default());

/// A NAT gateway with an address of each family.
mod nat_gateway {
    use ::conformance::subjects::AzureSubject;

    ::conformance::mount!(AzureSubject::with_nat_gateway(), only [
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
    ] because "the rest is the same whichever way out nodes have");
}

/// A network of ours in another resource group than the rest.
mod two_groups {
    use ::conformance::subjects::AzureSubject;

    ::conformance::mount!(AzureSubject::in_two_groups(), only [
        the_subject_is_sound,
        apply_then_plan_is_empty,
        apply_twice_changes_nothing,
        done_means_done,
        ids_written_back_change_nothing,
        destroy_leaves_what_was_there_before,
        the_process_dies_after_each_entry,
        the_state_file_is_lost,
    ] because "the rest is the same whichever groups things are in");
}
