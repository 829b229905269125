# syntax=docker/dockerfile:1
# Three stages: wheels and assets are built with tools that the image people run does not have.

FROM docker.io/library/python:3.11-slim-bookworm AS build
WORKDIR /build
RUN python -m venv /venv
COPY requirements-runtime.lock ./
RUN /venv/bin/pip install --no-cache-dir --require-hashes -r requirements-runtime.lock

FROM build AS assets
COPY requirements.lock ./
RUN python -m venv /tools && /tools/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY . ./
RUN /tools/bin/python manage.py build_assets

FROM docker.io/library/python:3.11-slim-bookworm
RUN apt-get update \
 && apt-get install --yes --no-install-recommends \
      libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig fonts-dejavu-core \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --home-dir /srv/holdfast --shell /usr/sbin/nologin holdfast \
 && install --directory --owner holdfast --mode 0750 /srv/holdfast /srv/holdfast/media /srv/holdfast/var /srv/holdfast/anchors
COPY --from=build /venv /venv
COPY --from=assets --chown=root:root /build /app
WORKDIR /app
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    HOLDFAST_ENV=production HOLDFAST_DEMO=false \
    HOLDFAST_VAR=/srv/holdfast/var HOLDFAST_MEDIA=/srv/holdfast/media
# Collecting files needs settings but no secret and no server: these values never leave this step.
RUN HOLDFAST_SECRET_KEY=only-to-collect-static-files-while-the-image-is-being-built-0 \
    HOLDFAST_ALLOWED_HOSTS=build HOLDFAST_BASE_URL=https://build DATABASE_URL=postgres://build/build \
    REDIS_URL=redis://build HOLDFAST_STATIC=/app/var/static python manage.py collectstatic --noinput --verbosity 0
ENV HOLDFAST_STATIC=/app/var/static
USER holdfast
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["gunicorn", "qms.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "2", "--threads", "8", "--control-socket", "/tmp/gunicorn.ctl"]
