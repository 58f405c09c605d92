# Two targets: `api` and `worker`, and `-dev` and `-debug` of each for `skaffold dev`. The base image is an argument, so
# that a mirror can stand in for it.
#
#   docker build --target worker -t durably-worker:dev .
#
# Nothing here needs BuildKit.
ARG PYTHON_IMAGE=python:3.13-slim-trixie

FROM ${PYTHON_IMAGE} AS packages
# The virtual environment is made where it will be used: its scripts carry the path.
RUN python3 -m venv --without-pip /opt/durably
COPY requirements/runtime.txt /build/requirements/runtime.txt
RUN python3 -m pip --python /opt/durably/bin/python install --no-cache-dir --no-compile --require-hashes \
    --only-binary :all: -r /build/requirements/runtime.txt

FROM packages AS built
COPY pyproject.toml README.md /build/
COPY durably /build/durably
COPY worker /build/worker
COPY api /build/api
# Built by the locked hatchling that is in there; the entry points that a worker looks for are in the metadata.
RUN python3 -m pip --python /opt/durably/bin/python install --no-cache-dir --no-compile --no-deps --no-build-isolation /build \
 && /opt/durably/bin/python -m compileall -q -j 0 /opt/durably/lib

FROM ${PYTHON_IMAGE} AS base
# The interpreter stays; what installs packages does not, wherever the base image has it.
RUN groupadd --gid 10001 durably && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent durably \
 && rm -r "$(python3 -c 'import pathlib, pip; print(pathlib.Path(pip.__file__).parent)')"
COPY --from=built /opt/durably /opt/durably
ENV PATH=/opt/durably/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER 10001:10001
WORKDIR /opt/durably
STOPSIGNAL SIGTERM

FROM base AS api
EXPOSE 8080
ENTRYPOINT ["python", "-m", "api"]

FROM base AS worker
EXPOSE 8082
ENTRYPOINT ["python", "-m", "worker"]

FROM packages AS tools
COPY requirements/cluster.txt /build/requirements/cluster.txt
RUN python3 -m pip --python /opt/durably/bin/python install --no-cache-dir --no-compile --require-hashes \
    --only-binary :all: -r /build/requirements/cluster.txt

# The code is copied to /src, a volume, where changed files land; the process is then started anew.
FROM base AS dev
COPY --from=tools /opt/durably/lib /opt/durably/lib
COPY --from=tools /opt/durably/bin/watchfiles /opt/durably/bin/
COPY durably /code/durably
COPY worker /code/worker
COPY api /code/api
ENV PYTHONPATH=/src

FROM dev AS api-dev
ENTRYPOINT ["sh", "-c", "cp -rn /code/. /src && exec watchfiles --sigint-timeout 20 'python -m api' /src"]

FROM dev AS worker-dev
ENTRYPOINT ["sh", "-c", "cp -rn /code/. /src && exec watchfiles --sigint-timeout 40 'python -m worker' /src"]

FROM dev AS api-debug
ENV PYTHONPATH=/code
EXPOSE 5678
ENTRYPOINT ["python", "-m", "debugpy", "--listen", "0.0.0.0:5678", "-m", "api"]

FROM dev AS worker-debug
ENV PYTHONPATH=/code
EXPOSE 5678
ENTRYPOINT ["python", "-m", "debugpy", "--listen", "0.0.0.0:5678", "-m", "worker"]
