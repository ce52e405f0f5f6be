"""Sparse vectors of stems."""

import math
from collections.abc import Iterable, Mapping

Vector = Mapping[str, float]


def length(vector: Vector) -> float:
    """The Euclidean length."""
    return math.sqrt(sum(value * value for value in vector.values()))


def unit(vector: Vector) -> dict[str, float]:
    """The vector at length 1; an empty or zero vector gives an empty one."""
    norm = length(vector)
    return {key: value / norm for key, value in vector.items()} if norm else {}


def total(vectors: Iterable[Vector]) -> dict[str, float]:
    """The sum of the vectors."""
    summed: dict[str, float] = {}
    for vector in vectors:
        for key, value in vector.items():
            summed[key] = summed.get(key, 0.0) + value
    return summed


def dot(one: Vector, other: Vector) -> float:
    """The dot product; of two vectors of length 1, their cosine."""
    if len(one) > len(other):
        one, other = other, one
    return sum(value * other[key] for key, value in one.items() if key in other)
