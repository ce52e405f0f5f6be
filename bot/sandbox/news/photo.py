"""A drawing that stands where an outlet would have a photo."""

from __future__ import annotations

from zlib import crc32

_SKIES = ("#9cc3d5", "#f0c27b", "#b8c9a3", "#d9a5a0", "#a7a9d6")
_LANDS = ("#3f5b3a", "#38506b", "#5b4632", "#3b3f63", "#2f5f5c")


def draw_photo(slug: str) -> bytes:
    """Give an SVG of sun, hills and water, 800 by 450, always the same for the same article."""
    seed = crc32(slug.encode())
    sky, land = _SKIES[seed % 5], _LANDS[seed // 5 % 5]
    sun = 120 + seed // 25 % 560
    crest = 180 + seed // 14000 % 90
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 450" width="800" height="450">
<rect width="800" height="450" fill="{sky}"/>
<circle cx="{sun}" cy="120" r="48" fill="#fff4d6"/>
<path d="M0 330 Q200 {crest} 400 310 T800 290 V450 H0Z" fill="{land}"/>
<path d="M0 390 Q100 375 200 390 T400 390 T600 390 T800 390 V450 H0Z" fill="#fff" opacity=".25"/>
<text x="784" y="434" text-anchor="end" font-family="sans-serif" font-size="16" fill="#fff">Ilustrasi fiktif</text>
</svg>
""".encode()
