//! The suite over AWS: a public network, and one with private subnets and all their ways out; and
//! what hesitation changes nothing about.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

mod public {
    use conformance::subjects::AwsSubject;

    conformance::mount!(AwsSubject::default());
}

mod private {
    use conformance::subjects::AwsSubject;

    conformance::mount!(AwsSubject::private());
}

/// What was made is not found for a while, in any request: EC2 is like that. What a second run does
/// within that while is no promise: it may ask once more for a rule that it cannot see.
mod hesitant {
    use conformance::subjects::AwsSubject;

    conformance::mount!(@ AwsSubject::hesitant();
        apply_then_plan_is_empty,
        ids_written_back_change_nothing,
        ipv4_becomes_dual_stack_in_place,
        destroy_leaves_what_was_there_before,
        destroy_needs_no_document,
        each_reply_is_lost,
        each_step_is_repeated,
        the_process_dies_after_each_entry,
        the_process_dies_at_each_entry_of_a_destroy,
        two_processes_apply_at_once,
    );
}
