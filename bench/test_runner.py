"""Tests of what the runner reads from other programs: `python3 -m unittest bench/test_runner.py`."""

from __future__ import annotations

import unittest

from runner import dataset, instructions, load, score
from runner.process import BenchError


class DatasetTest(unittest.TestCase):
    ROWS = (dataset.Row("flood in the  city", 1), dataset.Row("a lunch", 0))

    def test_a_small_set_is_the_beginning_of_a_larger_one(self) -> None:
        small, large = (list(dataset.repeat(self.ROWS, count)) for count in (50, 400))
        self.assertEqual(large[:50], small)
        self.assertEqual(tuple(small[:2]), self.ROWS)

    def test_copies_have_other_words_and_the_same_whitespace(self) -> None:
        copies = [row.text for row in dataset.repeat(self.ROWS, 4000)][2::2]
        changed = sum(text != self.ROWS[0].text for text in copies)
        self.assertTrue(0.1 < changed / len(copies) < 0.25, f"{changed} of {len(copies)} copies changed")
        self.assertTrue(all(text.split(" ")[3] == "" and len(text.split(" ")) == 5 for text in copies))

    def test_texts_with_the_same_words_are_not_distinct(self) -> None:
        texts = ["Fire!", "fire http://a.b", "@you FIRE", "two fires"]
        rows = dataset.distinct([dataset.Row(text, 1) for text in texts])
        self.assertEqual([row.text for row in rows], ["Fire!", "two fires"])


class InstructionsTest(unittest.TestCase):
    def test_a_tenth_more_or_less_passes(self) -> None:
        for count in (9_000, 10_000, 11_000):
            instructions.check({"predict": 10_000}, {"predict": count})

    def test_larger_changes_fail_in_both_directions(self) -> None:
        for count, message in ((8_999, "-10%"), (20_000, r"\+100%")):
            with self.assertRaisesRegex(BenchError, message):
                instructions.check({"predict": 10_000}, {"predict": count})

    def test_new_and_missing_benchmarks_fail(self) -> None:
        for committed, counts in (({}, {"a": 1}), ({"a": 1}, {})):
            with self.assertRaisesRegex(BenchError, "a: "):
                instructions.check(committed, counts)


class ScoreTest(unittest.TestCase):
    TABLE = """
score               fastest       │ slowest       │ median        │ mean          │ samples │ iters
╰─ predict                        │               │               │               │         │
   ╰─ 64                          │               │               │               │         │
      ╰─ 5000/native  25.6 µs     │ 30.1 µs       │ 27.2 µs       │ 27.9 µs       │ 100     │ 100
                      max alloc:  │               │               │               │         │
                        9         │ 9             │ 9             │ 9             │         │
                        512 B     │ 512 B         │ 512 B         │ 512 B         │         │
                      alloc:      │               │               │               │         │
                        1         │ 2             │ 1             │ 1.5           │         │
                        512 B     │ 1.02 KB       │ 512 B         │ 768 B         │         │
                      grow:       │               │               │               │         │
                        2         │ 2             │ 2             │ 2             │         │
                        512 B     │ 512 B         │ 512 B         │ 512 B         │         │
"""

    def test_times_are_per_text_and_allocations_per_call(self) -> None:
        entry = {"columns": 5000, "engine": "native", "batch": 64, "fastest_ns": 200, "median_ns": 212.5}
        self.assertEqual(score.parse(self.TABLE, texts=128), [entry | {"allocations": 1.75}])


class LoadTest(unittest.TestCase):
    OUTPUT = "traffic: 1.2MB (1200) total, 3.00KB (400) headers (space savings 91%), 500KB (500) data"

    def test_a_summary_of_h2load_is_read(self) -> None:
        calls = [["0", "200", str(1000 * number)] for number in range(1, 11)]
        outcome = load.read_h2load(self.OUTPUT, calls, message_bytes=50, seconds=2)
        self.assertEqual((outcome["rate"], outcome["bytes"], outcome["p50_ms"]), (5, 120, 5))

    def test_failed_and_empty_responses_fail(self) -> None:
        for calls in ([["0", "-1", "7"]], [], [["0", "200", "7"]] * 11):
            with self.assertRaises(BenchError):
                load.read_h2load(self.OUTPUT, calls, message_bytes=50, seconds=2)

    def test_lengths_are_encoded_as_varints(self) -> None:
        self.assertEqual(load.field(5, b"x" * 300)[:3], b"\x2a\xac\x02")


if __name__ == "__main__":
    unittest.main()
