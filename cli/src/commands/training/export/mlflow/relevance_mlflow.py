"""A model file of `relevance` as a Python function of MLflow, which loads it by the file MLmodel."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnxruntime
import pandas as pd

#: Texts of a call, which bound its memory.
BATCH = 64


class RelevanceModel:
    """A model file on onnxruntime."""

    def __init__(self, path: str) -> None:
        self._session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])

    def predict(self, model_input: Any, params: dict[str, Any] | None = None) -> pd.DataFrame:
        """Returns label and probability of each text: of a list, or of the only column of a data frame."""
        texts = model_input.iloc[:, 0] if isinstance(model_input, pd.DataFrame) else pd.Series(model_input)
        for row, text in enumerate(texts):
            if not isinstance(text, str):
                raise TypeError(f"row {row} has a value of type `{type(text).__name__}`, which is not a text")

        # No model knows U+0000, at which onnxruntime ends a text, nor U+FFFE.
        cleaned = [text.replace("\0", "\ufffe") for text in texts]
        labels: list[str] = []
        probabilities: list[float] = []
        for start in range(0, len(cleaned), BATCH):
            batch = np.array(cleaned[start : start + BATCH], dtype=object)
            label, probability = self._session.run(["label", "probability"], {"text": batch})
            labels.extend(label)
            probabilities.extend(probability)

        columns = {"label": labels, "probability": np.array(probabilities, dtype=np.float32)}
        return pd.DataFrame(columns, index=texts.index)


def _load_pyfunc(path: str) -> RelevanceModel:
    """Loads the file; MLflow calls it."""
    return RelevanceModel(path)
