# One image for web, live, worker and beat; docker-compose.yml says what each runs.
FROM python:3.11-slim-bookworm AS build
WORKDIR /srv/madoguchi
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
COPY requirements/base.txt requirements/base.txt
RUN pip install --require-hashes -r requirements/base.txt
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN python -m writing.catalogues && PYTHON=python script/collect-static && rm -rf node_modules var

FROM python:3.11-slim-bookworm
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
        fonts-morisawa-bizud-gothic fonts-morisawa-bizud-mincho fonts-noto-cjk \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /srv/madoguchi --shell /usr/sbin/nologin madoguchi \
    && install -d -o madoguchi -g madoguchi /var/lib/madoguchi /var/lib/madoguchi/vault
WORKDIR /srv/madoguchi
COPY --from=build /opt/venv /opt/venv
COPY --from=build /srv/madoguchi /srv/madoguchi
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=config.settings MADOGUCHI_VAR=/var/lib/madoguchi MADOGUCHI_DEMO=never
USER madoguchi
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--no-ws", "config.wsgi:application"]
