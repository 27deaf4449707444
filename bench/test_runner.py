"""Tests of what the runner reads from other programs and of its limits: `python3 -m unittest discover -s bench`."""

from __future__ import annotations

import unittest

import run
from runner import instructions, load, public_sets, score
from runner.process import BenchError


class OptionsTest(unittest.TestCase):
    def test_only_instructions_are_checked_without_a_flag(self) -> None:
        for part in run.PARTS:
            self.assertEqual(run.parser().parse_args([part]).check, part == "instructions", part)


class InstructionsTest(unittest.TestCase):
    def test_a_tenth_more_or_less_passes(self) -> None:
        for count in (9_000, 10_000, 11_000):
            instructions.check({"predict": 10_000}, {"predict": count})

    def test_larger_changes_and_new_and_missing_benchmarks_fail(self) -> None:
        for committed, counts, message in (
            ({"a": 10_000}, {"a": 8_999}, "a: 8,999 where 10,000"),
            ({"a": 10_000}, {"a": 11_001}, "a: 11,001 where 10,000"),
            ({}, {"a": 1}, "a: 1 where 0"),
            ({"a": 1}, {}, "a: 0 where 1"),
        ):
            with self.assertRaisesRegex(BenchError, message):
                instructions.check(committed, counts)


class PublicSetsTest(unittest.TestCase):
    def test_texts_of_the_same_words_are_one(self) -> None:
        for text in ("YAY!! 300 followers =", "yay. 300  followers", "@you Yay, 300 followers https://a.example/b"):
            self.assertEqual(public_sets.words(text), "yay 300 followers")


class ScoreTest(unittest.TestCase):
    TABLE = """
score               fastest       │ slowest       │ median        │ mean          │ samples │ iters
╰─ predict                        │               │               │               │         │
   ├─ 1                           │               │               │               │         │
   │  ╰─ 5000/native  51.2 µs     │ 60.1 µs       │ 57.2 µs       │ 57.9 µs       │ 100     │ 100
   ╰─ 64                          │               │               │               │         │
      ╰─ 5000/native  25.6 µs     │ 30.1 µs       │ 27.2 µs       │ 27.9 µs       │ 100     │ 100
                      max alloc:  │               │               │               │         │
                        9         │ 9             │ 9             │ 9             │         │
                      alloc:      │               │               │               │         │
                        1         │ 2             │ 1             │ 1.5           │         │
                        512 B     │ 1.02 KB       │ 512 B         │ 768 B         │         │
                      grow:       │               │               │               │         │
                        2         │ 2             │ 2             │ 2             │         │
"""

    def test_times_are_per_text_and_allocations_per_call(self) -> None:
        entry = {"time, 1": 0.4, "time, 64": 0.2, "allocations, 64": 1.75}
        self.assertEqual(score.parse(self.TABLE, texts=128), {5000: {"native": entry}})


class LoadTest(unittest.TestCase):
    OUTPUT = "traffic: 1.2MB (1200) total, 3.00KB (400) headers (space savings 91%), 500KB (500) data"

    def test_a_summary_of_h2load_is_read(self) -> None:
        calls = "\n".join(f"0\t200\t{1000 * number}" for number in range(1, 11))
        outcome = load.read_h2load(self.OUTPUT, calls, message_bytes=50, seconds=2)
        self.assertEqual((outcome["rate"], outcome["bytes"], outcome["p50 ms"]), (5, 120, 5))

    def test_failed_and_empty_responses_fail(self) -> None:
        for calls in ("0\t-1\t7", "", "0\t200\t7\n" * 11):
            with self.assertRaises(BenchError):
                load.read_h2load(self.OUTPUT, calls, message_bytes=50, seconds=2)
