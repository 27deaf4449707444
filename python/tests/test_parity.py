"""Probabilities and labels of the package and of onnxruntime."""

from __future__ import annotations

import random

import numpy as np
import onnxruntime

from relevance_text import Model

#: Pieces of texts on which engines are known to differ.
PIECES = [
    "flood", "FIRE", "fire", "evacuated", "families", "earthquake", "waters are rising", "http://t.co/x_y", "#haiti",
    "9", "_", "\u212Aill", "f\u0130re", "caf\u00E9", "cafe\u0301", "stra\u00DFe", "\u6D2A\u6C34", "\u0645\u064A\u0627",
    "\U0001F525", "\u200B", "\u00A0", "\u2028", "\t", "\r\n", "\\", "\"", "'", "%s", "\x01", "\x7f", "\uFFFD",
]  # fmt: skip


def hostile_texts(count: int) -> list[str]:
    """Returns texts of random pieces and of random characters, the same in every run."""
    generator = random.Random(17)
    texts = ["", " ", "zzz", "a" * 10_000, "flood " * 3_000]
    while len(texts) < count:
        pieces = generator.choices(PIECES, k=generator.randrange(30))
        texts.append(generator.choice(["", " ", ", "]).join(pieces))
        points = (generator.choice([0x80, 0x800, 0xD7FF, 0x10FFFF]) for _ in range(generator.randrange(20)))
        characters = (chr(generator.randrange(1, limit)) for limit in points)
        texts.append("".join(character for character in characters if not "\ud800" <= character <= "\udfff"))
    return texts[:count]


def test_onnxruntime_agrees_on_hostile_texts(model: Model, content: bytes) -> None:
    texts = hostile_texts(500)
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    probability, label = session.run(["probability", "label"], {"text": np.array(texts, dtype=object)})

    np.testing.assert_allclose(model.predict_proba(texts), probability, rtol=0, atol=1e-6)
    assert model.predict(texts) == label.tolist()


def test_explanations_add_up_to_the_logit_of_the_probability(model: Model) -> None:
    texts = hostile_texts(200)
    for text, probability in zip(texts, model.predict_proba(texts), strict=True):
        explanation = model.explain(text)

        logit = explanation.intercept + sum(term.contribution for term in explanation.terms)
        by_token = explanation.intercept + sum(token.contribution for token in explanation.tokens)
        assert np.allclose([logit, by_token], explanation.logit, rtol=0, atol=1e-9)
        assert abs(1 / (1 + np.exp(-explanation.logit)) - probability) < 1e-6
        assert explanation.probability == probability


def test_spans_are_slices_of_the_text(model: Model) -> None:
    for text in hostile_texts(200):
        explanation = model.explain(text)
        for term in explanation.terms:
            for start, end in term.spans:
                words = text[start:end].lower()
                assert words.startswith(term.term.split(" ")[0])
                assert words.endswith(term.term.split(" ")[-1])
        for token in explanation.tokens:
            assert text[token.start : token.end].replace("_", "a").isalnum()
