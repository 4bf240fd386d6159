FROM node:22-slim AS assets
WORKDIR /srv/flowdesk
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY assets assets
COPY app app
RUN node assets/build.mjs

FROM python:3.13-slim AS packages
WORKDIR /srv/flowdesk
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /srv/venv
COPY requirements/prod.txt requirements/prod.txt
RUN /srv/venv/bin/pip install --require-hashes -r requirements/prod.txt
COPY pyproject.toml README.md LICENSE ./
COPY app app
COPY workers workers
RUN /srv/venv/bin/pip install --no-deps --no-build-isolation -e .

FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /data flowdesk && install -d -o flowdesk -g flowdesk /data
WORKDIR /srv/flowdesk
COPY --from=packages /srv /srv
COPY processes processes
COPY forms forms
COPY migrations migrations
COPY --from=assets /srv/flowdesk/app/web/static/dist app/web/static/dist
ENV PATH=/srv/venv/bin:$PATH PYTHONUNBUFFERED=1 FLOWDESK_DATA=/data FLOWDESK_HOST=0.0.0.0
USER flowdesk
VOLUME /data
EXPOSE 8000
CMD ["flowdesk", "web"]
