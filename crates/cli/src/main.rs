//! The binary `groundwork`.

fn main() -> std::process::ExitCode {
    groundwork::main().into()
}
