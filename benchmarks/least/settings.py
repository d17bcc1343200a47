"""The product's database and models, and nothing else: no middleware, no templates but the benchmark's own."""

from pathlib import Path

from config.settings import *  # noqa: F403

MIDDLEWARE = []
ROOT_URLCONF = "benchmarks.least.site"
WSGI_APPLICATION = "benchmarks.least.site.application"
TEMPLATES = [
    {"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [Path(__file__).parent / "templates"]},
]
