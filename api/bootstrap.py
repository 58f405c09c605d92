"""The composition root of the API."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import aiohttp
from fastapi import FastAPI
from prometheus_client import CollectorRegistry
from starlette.middleware import Middleware

from api.control import ControlClient
from api.edge import Edge
from api.errors import install
from api.limits import BodyLimit
from api.openapi import DESCRIPTION, documented
from api.pings import pings
from api.routes import metrics, page
from api.routing import ROUTES
from api.security.guard import Guard
from api.security.identity import identity
from api.security.openapi import secured
from api.security.rates import Rates
from api.server import Server
from api.settings import ApiSettings
from api.shutdown import Shutdown
from api.tracing import client_traces, telemetry
from durably import __version__
from durably.telemetry.metrics import HttpMetrics, new_registry
from durably.telemetry.tracing import Tracing, configure


def server(settings: ApiSettings) -> Server:
    """The API as a server."""
    shutdown = Shutdown(last_s=settings.shutdown_delay_s + settings.shutdown_grace_s)
    tracing = configure(endpoint=settings.otlp_endpoint, service="durably-api", sampling=settings.trace_sampling)
    registry = new_registry()
    app = application(settings=settings, shutdown=shutdown, registry=registry, tracing=tracing)
    return Server(app, settings=settings, shutdown=shutdown, registry=registry)


def application(
    *,
    settings: ApiSettings,
    shutdown: Shutdown | None = None,
    registry: CollectorRegistry | None = None,
    tracing: Tracing | None = None,
) -> FastAPI:
    """The API as an ASGI application.

    Args:
        settings: Where the worker is, and the limits.
        shutdown: What routes learn the end of the process from; by default one that nobody begins.
        registry: Where metrics are kept; by default a new one, with the process's own metrics in it.
        tracing: Where spans go; by default nowhere.
    """
    registry = registry or new_registry()
    shutdown = shutdown or Shutdown(last_s=settings.shutdown_grace_s)
    app = FastAPI(
        title="Durably",
        version=__version__,
        description=DESCRIPTION,
        lifespan=_lifespan(settings, shutdown, tracing),
        telemetry=telemetry(tracing),
        docs_url=None,  # ours is in api/web: the framework's pages load their code from a CDN
        redoc_url=None,
        redirect_slashes=False,
        middleware=_layers(settings, shutdown, registry),
    )
    app.state.registry = registry
    app.openapi = secured(documented(app), settings)  # type: ignore[method-assign] # the framework's documented way to extend it
    install(app)
    for router in (*(module.router for module in ROUTES), page.router()):
        app.include_router(router)
    if settings.metrics_port is None:
        app.include_router(metrics.router)
    return app


def _layers(settings: ApiSettings, shutdown: Shutdown, registry: CollectorRegistry) -> list[Middleware]:
    """What is around the routes, the outermost first."""
    return [
        Middleware(Edge, metrics=HttpMetrics(registry), shutdown=shutdown),
        Middleware(Guard, rates=Rates(per_s=settings.rate_per_s, burst=settings.rate_burst)),
        Middleware(BodyLimit, max_bytes=settings.max_body_bytes),
    ]


def _lifespan(
    settings: ApiSettings, shutdown: Shutdown, tracing: Tracing | None
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        # No limit of connections: each long poll holds one.
        connector, traces = aiohttp.TCPConnector(limit=0), client_traces(tracing)
        jar = aiohttp.DummyCookieJar()
        async with aiohttp.ClientSession(connector=connector, cookie_jar=jar, trace_configs=traces) as session:
            # Its own hidden second attempt would repeat a long poll with the whole wait; ours asks for the rest.
            session._retry_connection = False  # noqa: SLF001 - there is no public way
            app.state.control = control = _control(settings, session)
            app.state.shutdown, app.state.settings = shutdown, settings
            app.state.identity = identity(settings, session=session)
            app.state.pings = pings(settings, session=session, control=control, shutdown=shutdown)
            yield
        if tracing is not None:
            await asyncio.to_thread(tracing.close)

    return lifespan


def _control(settings: ApiSettings, session: aiohttp.ClientSession) -> ControlClient:
    return ControlClient(
        session=session,
        url=str(settings.control_url),
        app_id=settings.worker_app_id,
        token=settings.token,
        timeout_s=settings.control_timeout_s,
        patience_s=settings.control_patience_s,
    )
