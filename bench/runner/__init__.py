"""Measures whole processes beside the programs one would use instead, and renders `docs/benchmarks.md`."""
