//! The command `relevance`.

fn main() -> std::process::ExitCode {
    relevance::main()
}
