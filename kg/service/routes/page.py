"""The page at ``/``, the API's documentation at ``/docs``, and their files; nothing comes from elsewhere."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import FileResponse

from kg.resources import package_file

router = APIRouter(include_in_schema=False)
STATIC = package_file("service", "static")


@router.get("/")
async def read_page() -> FileResponse:
    """The page itself."""
    return FileResponse(STATIC / "index.html")


@router.get("/docs")
async def read_docs() -> FileResponse:
    """The API's documentation, by the vendored Swagger UI."""
    return FileResponse(STATIC / "docs.html")


@router.get("/favicon.ico")
async def read_icon() -> FileResponse:
    """The page's icon."""
    return FileResponse(STATIC / "icon.svg", media_type="image/svg+xml")
