"""Scores texts with the classifiers that `relevance` trains.

>>> from relevance_text import Model
>>> model = Model("models/relevance/1/model.onnx")
>>> model.predict(["flood waters are rising, families evacuated", "what a day"])
['Relevant', 'Not Relevant']
"""

from ._explanation import Explanation, Term, Token
from ._model import Model
from ._scores import Scores

__all__ = ["Explanation", "Model", "Scores", "Term", "Token"]
