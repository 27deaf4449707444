#!/bin/sh
# Compiler for the crates of the workspace, with the coverage that libFuzzer reads: `cargo xtask fuzz` sets it as
# RUSTC_WORKSPACE_WRAPPER. Dependencies stay those of an ordinary build.
set -eu

case " $* " in
# Programs of the build itself, which do not link libFuzzer.
*" --crate-name build_script_"* | *" --crate-type proc-macro "*) exec "$@" ;;
esac
exec "$@" -Ccodegen-units=1 -Cpasses=sancov-module \
    -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares
