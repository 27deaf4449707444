"""Explanations of predictions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Term:
    """Known term of a text, with its contribution to the logit."""

    kind: Literal["word", "char"]
    """Whether it consists of tokens, or of consecutive characters, whose occurrences may overlap."""
    term: str
    """Its tokens in lower case, joined by spaces; or its characters, lower-cased, with spaces for whitespace."""
    contribution: float
    """Count × IDF × coefficient / norm of the text's row."""
    spans: tuple[tuple[int, int], ...]
    """Its occurrences: `text[start:end]` of each."""


@dataclass(frozen=True)
class Token:
    """Token of a text, or a character for a model with character n-grams, with its part of the contributions of the
    terms that it belongs to."""

    start: int
    """Index of its first character."""
    end: int
    """Index after its last character."""
    contribution: float
    """Sum of its parts; the tokens or characters of a term have equal parts of it."""
    is_known: bool
    """Whether it belongs to a known term."""


@dataclass(frozen=True)
class Explanation:
    """Logit of a text as a sum: the intercept and the contributions of its terms, or of its tokens."""

    logit: float
    """Log-odds that the text is relevant."""
    intercept: float
    """Logit of a text without known terms."""
    probability: float
    """Probability that the text is relevant."""
    label: str
    """Label by the threshold of the model."""
    terms: tuple[Term, ...]
    """Known terms, by the absolute value of their contributions, descending."""
    tokens: tuple[Token, ...]
    """Tokens in their order; for a model with character n-grams all characters."""
