# near: ASYNCIO
import asyncio
from collections.abc import Generator
from typing import Any

from durably.authoring import LOCAL, ActivityContext, ActivityDefinition, Frozen, WorkflowContext, WorkflowDefinition
from durably.authoring import retry


class Image(Frozen):
    """An image, and how wide it is."""

    path: str
    width: int = 0


def _shrink(image: Image) -> Image:
    return image.model_copy(update={"width": image.width // 2})


async def shrink(_ctx: ActivityContext, image: Image) -> Image:
    """Idempotent because it has no effect."""
    async with asyncio.timeout(30):
        return await asyncio.to_thread(_shrink, image)


def thumbnail(ctx: WorkflowContext, image: Image) -> Generator[Any, Any, Image]:
    while image.width > 200:
        image = Image.model_validate((yield ctx.call_activity("shrink", input=image, retry_policy=retry(LOCAL))))
    return image


ACTIVITIES = (ActivityDefinition("shrink", shrink, Image),)
THUMBNAIL_V1 = WorkflowDefinition("thumbnail", "v1", thumbnail, Image, Image)
