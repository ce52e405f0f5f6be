"""Takes the picture of the README: a digest in the chat page of the demo.

    .venv/bin/python -m tests.browser.take_screenshot [FILE]     from the root; FILE is docs/chat.png if not named

Needs what `make test-browser` needs: the environment of the tests and Debian's Chromium.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

from playwright.async_api import ViewportSize, async_playwright

from bot.sandbox.demo import Demo, first_morning
from tests.e2e.world import running_bot

CHROMIUM = Path("/usr/bin/chromium")
PICTURE = Path(__file__).resolve().parents[2] / "docs" / "chat.png"
SIZE = ViewportSize(width=1200, height=800)
MORNING = first_morning(datetime(2026, 11, 24, tzinfo=UTC))
PATIENCE_MS = 120_000


async def take(url: str, file: Path) -> None:
    """Subscribes at a running demo, waits for the digest of 07.00, and saves the window as PNG."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = await browser.new_page(viewport=SIZE, color_scheme="light", reduced_motion="reduce")
        page.set_default_timeout(PATIENCE_MS)
        await page.goto(url)
        await page.get_by_role("button", name="Mulai", exact=True).click()
        await page.get_by_role("button", name="✓ 07.00").wait_for()
        await page.get_by_role("button", name="Ke 07.00 berikutnya").click()
        digest = page.get_by_role("article").filter(has_text="Edisi 07.00 WIB")
        await digest.wait_for()
        await digest.evaluate(
            "node => { node.scrollIntoView({block: 'start'}); document.querySelector('#scroller').scrollTop -= 12;"
            " document.activeElement.blur(); }"
        )
        await page.mouse.move(0, 0)
        await page.screenshot(path=file)
        await browser.close()


async def main(file: Path) -> None:
    async with Demo(port=0, start=MORNING) as demo, running_bot(demo.settings(), demo.clock):
        await take(demo.sandbox.url, file)
    print(f"{file}: {file.stat().st_size / 1000:.0f} KB")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURE))
