"""Accessibility checks that run in the page; each returns what is wrong, so that an empty list is a pass."""

from __future__ import annotations

import re

from playwright.async_api import Page

_UNNAMED = re.compile(r"^\s*- (button|link|textbox|listbox|option|img|log|navigation|region|dialog)(?= \[|:|$)")

# WCAG 2.2, 1.4.3: 4.5 to 1, and 3 to 1 from 24 px, or 18.66 px bold.
_LOW_CONTRAST = """() => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const layer = (colour, under) => {
    canvas.globalCompositeOperation = 'copy'; canvas.fillStyle = `rgb(${under.join()})`; canvas.fillRect(0, 0, 1, 1);
    canvas.globalCompositeOperation = 'source-over'; canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const background = (node) => {
    if (!node) return [255, 255, 255];
    const under = background(node.parentElement);
    return layer(getComputedStyle(node).backgroundColor, under);
  };
  const luminance = (rgb) => rgb.map((v) => v / 255).map((v) => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const wrong = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    const words = walker.currentNode.data.trim();
    if (!words || !node.checkVisibility({opacityProperty: true, visibilityProperty: true})) continue;
    if (node.closest('.visually-hidden, noscript, :disabled')) continue;
    const style = getComputedStyle(node), size = parseFloat(style.fontSize);
    const behind = background(node), front = layer(style.color, behind);
    const [low, high] = [luminance(behind), luminance(front)].sort((a, b) => a - b);
    const ratio = (high + .05) / (low + .05);
    const needed = size >= 24 || (size >= 18.66 && style.fontWeight >= 700) ? 3 : 4.5;
    if (ratio < needed) wrong.push(`${ratio.toFixed(2)}: ${words.slice(0, 40)} (${node.className})`);
  }
  return wrong;
}"""

# Links inside sentences are excepted, as in WCAG 2.2, 2.5.8.
_SMALL_TARGETS = """() => [...document.querySelectorAll('button, a[href], textarea, [role=option]')]
  .filter((node) => node.checkVisibility({visibilityProperty: true}))
  .filter((node) => !node.closest('.text, .skip'))
  .map((node) => [node, node.getBoundingClientRect()])
  .filter(([, box]) => box.width < 40 || box.height < 40)
  .map(([node, box]) => `${node.outerHTML.slice(0, 80)}: ${box.width} x ${box.height}`)"""


async def find_unnamed(page: Page) -> list[str]:
    """Controls, pictures and landmarks without an accessible name, by the browser's own accessibility tree."""
    tree = await page.locator("body").aria_snapshot()
    return [line.strip() for line in tree.splitlines() if _UNNAMED.match(line)]


async def find_low_contrast(page: Page) -> list[str]:
    """Texts below WCAG AA contrast against what is behind them."""
    found: list[str] = await page.evaluate(_LOW_CONTRAST)
    return found


async def find_small_targets(page: Page) -> list[str]:
    """Controls smaller than 40 by 40 CSS pixels."""
    found: list[str] = await page.evaluate(_SMALL_TARGETS)
    return found
