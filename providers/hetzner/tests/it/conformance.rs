//! The suite: a project of its own kind of ids, and one in which each kind counts from one.

mod usual {
    use conformance::subjects::HetznerSubject;

    conformance::mount!(HetznerSubject::default());
}

/// Ids of objects of different kinds are equal.
mod ids_repeat {
    use conformance::subjects::HetznerSubject;
    use mock_hetzner::Config;

    fn subject() -> HetznerSubject {
        let config = Config {
            ids_repeat: true,
            ..Config::default()
        };
        HetznerSubject {
            config,
            ..HetznerSubject::default()
        }
    }

    conformance::mount!(subject(), only [
        apply_then_plan_is_empty,
        strangers_inside_ours_are_left_alone,
        destroy_leaves_what_was_there_before,
        the_state_file_is_lost_before_destroy,
    ] because "the rest is the same whatever the ids are");
}
