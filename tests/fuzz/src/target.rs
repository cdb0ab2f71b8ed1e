//! Runs a target over its corpus, and over damaged copies.

use std::{
    fs,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    path::Path,
};

use proptest::test_runner::{Config, RngSeed, TestRunner};

use crate::damage::damaged;

/// Runs a target over its seeds, its corpus, and so many damaged copies of them.
///
/// # Panics
/// If the target does; the input is printed, as small as it could be made.
pub fn fuzz(name: &str, seeds: &[&[u8]], cases: u32, target: impl Fn(&[u8])) {
    let mut inputs: Vec<Vec<u8>> = seeds.iter().map(|seed| seed.to_vec()).collect();
    inputs.extend(corpus(name));
    assert!(!inputs.is_empty(), "{name} has nothing to begin with");
    for input in &inputs {
        told(name, input, &target);
    }
    let mut runner = TestRunner::new(config(cases));
    let ran = runner.run(&damaged(inputs), |input| {
        target(&input);
        Ok(())
    });
    if let Err(why) = ran {
        panic!("{name}: {why}");
    }
}

/// Runs a target, and says which input it was if it panics.
fn told(name: &str, input: &[u8], target: &impl Fn(&[u8])) {
    let ran = catch_unwind(AssertUnwindSafe(|| target(input)));
    ran.unwrap_or_else(|why| {
        eprintln!("{name}, with {}", input.escape_ascii());
        resume_unwind(why)
    });
}

/// The files of `corpus/NAME`, in the order of their names.
fn corpus(name: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("corpus")
        .join(name);
    let Ok(files) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut paths: Vec<_> = files.flatten().map(|file| file.path()).collect();
    paths.sort();
    let read = |path| fs::read(path).expect("a file of the corpus can be read");
    paths.into_iter().map(read).collect()
}

fn config(cases: u32) -> Config {
    let asked = Config::default();
    let cases = match std::env::var_os("PROPTEST_CASES") {
        Some(_) => asked.cases,
        None => cases,
    };
    let rng_seed = match asked.rng_seed {
        RngSeed::Random => RngSeed::Fixed(0),
        given @ RngSeed::Fixed(_) => given,
    };
    Config {
        cases,
        rng_seed,
        failure_persistence: None,
        ..asked
    }
}
