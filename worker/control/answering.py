from aiohttp import web
from pydantic import BaseModel


def answer(model: BaseModel, *, status: int = 200) -> web.Response:
    """An answer with a model as its JSON."""
    return web.Response(body=model.model_dump_json().encode(), status=status, content_type="application/json")
