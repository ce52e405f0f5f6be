"""Sample news of the demo: fictional articles of four fictional outlets, served as feeds and pages."""

from bot.sandbox.news.articles import ArticleFileError, SampleArticle, SampleVersion, load_articles
from bot.sandbox.news.links import SampleFeed, feed_urls
from bot.sandbox.news.outlets import OUTLETS, Outlet
from bot.sandbox.news.sites import build_sites

__all__ = [
    "OUTLETS",
    "ArticleFileError",
    "Outlet",
    "SampleArticle",
    "SampleFeed",
    "SampleVersion",
    "build_sites",
    "feed_urls",
    "load_articles",
]
