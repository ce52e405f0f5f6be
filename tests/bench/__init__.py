"""The figures that docs/figures.md quotes: measured, never asserted. ``make bench`` prints them."""
