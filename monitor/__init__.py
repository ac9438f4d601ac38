"""Count what a province's press published against what its plan promised, and keep the proof."""

__version__ = "2026.1"
