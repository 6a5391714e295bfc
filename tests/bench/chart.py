# matplotlib types its artists loosely.
# pyright: reportUnknownMemberType=false
"""Draws a result: a bar for each side, from its median, with a line from its least to its most."""

import re
from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

from tests.bench.result import Result, Side, told

_COLOURS = {"ours": "#2563eb", "peer": "#d97706", "limit": "#9ca3af"}
_WIDE = 30
"""From this ratio of the longest to the shortest bar on, the axis is logarithmic."""


def draw(results: Sequence[Result], folder: Path) -> None:
    """Writes an SVG for each result and removes those of results that are no more."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.svg"):
        old.unlink()
    mpl.rcParams["svg.hashsalt"] = "nexus360"  # the same numbers give the same file
    for result in results:
        _figure(result).savefig(folder / file_name(result), metadata={"Date": None})


def file_name(result: Result) -> str:
    return re.sub(r"[^a-z0-9]+", "-", result.name.lower()).strip("-") + ".svg"


def _figure(result: Result) -> Figure:
    sides = [result.ours, *sorted(result.others, key=lambda side: (side.kind == "limit", side.name))]
    figure = Figure(figsize=(8, 0.9 + 0.38 * len(sides)), layout="constrained")
    axes = figure.subplots()
    for at, side in enumerate(sides):
        axes.barh(at, side.median, color=_COLOURS[side.kind], height=0.62)
        axes.plot([min(side.turns), max(side.turns)], [at, at], color="black", linewidth=1.2, marker="|")
        axes.annotate(
            f" {told(side.median)}", (max(side.turns), at), va="center", xytext=(4, 0), textcoords="offset points"
        )
    axes.set_yticks(range(len(sides)), [side.name for side in sides])
    axes.invert_yaxis()
    axes.set_title(f"{result.name} ({result.unit}, {result.better} is better)", loc="left", fontsize=10)
    axes.spines[["top", "right"]].set_visible(False)
    if _spread(sides) > _WIDE:
        axes.set_xscale("log")
    axes.margins(x=0.14)
    return figure


def _spread(sides: Sequence[Side]) -> float:
    medians = [side.median for side in sides if side.median > 0]
    return max(medians) / min(medians) if medians else 1.0
