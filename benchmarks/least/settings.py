"""The product's database and models, and nothing else: no middleware, no templates."""

from config.settings import *  # noqa: F403

MIDDLEWARE = []
ROOT_URLCONF = "benchmarks.least.site"
WSGI_APPLICATION = "benchmarks.least.site.application"
