"""The topic of an article: the outlet's own section, and where that tells nothing, what the text is about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from summarizer.topics import likely_topic

# Section names as they stand in feeds, breadcrumbs, paths and host names, a hyphen as a space. Ordered by nothing.
_SECTIONS = {
    "nasional": """
        nasional, politik, hukum, kriminal, pemilu, pilpres, pilkada, pemerintahan, hankam, news, berita,
        peristiwa, umum, berita utama, nusantara, indonesia, polhukam, pendidikan, edukasi, edu
    """,
    "ekonomi": """
        ekonomi, bisnis, finansial, finance, keuangan, market, markets, money, moneter, makro, mikro, bursa,
        saham, energi, industri, properti, infrastruktur, perbankan, syariah, fintech, investasi, economy,
        business, ekbis, ekonomi bisnis, berita ekonomi bisnis, bursa dan valas, umkm, entrepreneur,
        ketenagakerjaan, my money, pajak, migas, pasar modal
    """,
    "olahraga": """
        olahraga, sport, sports, bola, sepakbola, sepak bola, soccer, raket, basket, moto gp, motogp, f1,
        otosport, badminton, bulutangkis, voli, tinju, superskor, sport lain, sportstyle, liga indonesia, liga
        inggris, liga italia, liga spanyol, liga champions, piala dunia, timnas, arena
    """,
    "teknologi": """
        teknologi, tekno, techno, inet, sains, science, sains teknologi, iptek, gadget, internet, digital,
        trendtek, cyberlife, consumer, telecommunication, telko, mobile apps, security, games, games news,
        esport, e sport, otomotif, oto, otomania, tech, law and policy
    """,
    "hiburan": """
        hiburan, seleb, selebriti, selebritis, celebrity, showbiz, entertainment, musik, film, hot, hype, gosip,
        kpop, k pop, asian star, bollywood, hollywood, artis, budaya, seni, lifestyle, gaya hidup, travel,
        wisata, pariwisata, kuliner, food, wolipop, fashion, senggang, leisure, film indonesia
    """,
    "internasional": """
        internasional, dunia, global, mancanegara, luar negeri, world, bbc world, dw, abc australia, asia, eropa,
        amerika, timur tengah, palestina israel
    """,
    "daerah": """
        daerah, regional, megapolitan, metropolitan, metro, jabodetabek
    """,
    "kesehatan": """
        kesehatan, health, detikhealth, berita detikhealth, diet, kebugaran, sehat, medis, ibu dan anak, true
        story, covid 19
    """,
}
# Regional editions: host names and path sections. As a tag on an article they are only where it happened.
_REGIONS = """
    jakarta, bandung, surabaya, medan, makassar, denpasar, yogyakarta, jogja, semarang, jateng, jatim, jabar,
    sumut, sumbar, sumsel, sumbagsel, sulsel, kalimantan, kaltim, kalbar, papua, aceh, banten, bali, jawa barat,
    jawa tengah, jawa timur, sumatera utara, sumatera barat, sumatera selatan, sulawesi selatan, kalimantan timur,
    ntb, ntt, riau, lampung, maluku
"""
_TOPIC_OF = {" ".join(name.split()): topic for topic, names in _SECTIONS.items() for name in names.split(",")}
_TOPIC_OF_SECTION = _TOPIC_OF | {" ".join(name.split()): "daerah" for name in _REGIONS.split(",")}
# Sections that outlets put above others ("nasional/daerah", "news/internasional"): they count when nothing else does.
_BROAD = frozenset({"nasional", "news", "berita", "peristiwa", "umum", "berita utama", "indonesia", "nusantara"})
# Of these, the ones that only say that it is news.
_VAGUE = frozenset({"news", "berita", "peristiwa", "umum", "berita utama"})
_WORD = re.compile(r"[^\W_]+")


def topic_of(categories: Iterable[str], url: str, *, title: str, body: str) -> str | None:
    """Give the topic of an article (a key of `models.TOPICS`), else None.

    The outlet's word counts first. Where it has none, or only one that means nothing ("news", "berita"), the text
    decides if it does so beyond doubt, and then the word that means nothing. `daerah` is given by sections alone: a
    text tells where something happened (see `summarizer.places`), not whether the whole country should know.

    Args:
        categories: the outlet's words for it, likeliest first: feed categories, section of the page.
        url: its path sections and the labels of its host name.
    """
    named = list(_named(categories, url))
    narrow = next((topic for name, topic in named if name not in _BROAD), None)
    broad = next((topic for name, topic in named if name not in _VAGUE), None)
    vague = next((topic for _, topic in named), None)
    return narrow or broad or likely_topic(title, body) or vague


def _named(categories: Iterable[str], url: str) -> Iterator[tuple[str, str]]:
    """The sections that have a topic, with it, likeliest first."""
    spelled = [_WORD.findall(category.lower()) for category in categories]
    found = [
        *((name, _TOPIC_OF.get(name)) for name in map(" ".join, spelled)),
        *((name, _TOPIC_OF_SECTION.get(name)) for name in _sections(url)),
        # "Berita Bola": the words one by one come last, as categories may be any tag.
        *((word, _TOPIC_OF.get(word)) for words in spelled for word in words),
    ]
    return ((name, topic) for name, topic in found if topic)


def _sections(url: str) -> Iterator[str]:
    """Path sections without the page itself, innermost first, then the labels of the host."""
    parts = urlsplit(url)
    for section in reversed(parts.path.strip("/").split("/")[:-1]):
        yield " ".join(_WORD.findall(section.lower()))
    yield from (parts.hostname or "").split(".")[:-2]
