"""The pages, read-only and for this machine: the matrix, the articles, one article with its evidence, the sources.

The whole state of a page is in its address; it reads without script, and asks nothing of another host.
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from socket import socket

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.staticfiles import StaticFiles

from monitor.errors import StorageError
from monitor.plan import Plan
from monitor.press import Press
from monitor.web import articles, coverage, presence, sources
from monitor.web.view import PATIENCE, Desk, page
from storage import Database

log = logging.getLogger(__name__)

CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
LOOPBACK = ["127.0.0.1", "localhost", "[::1]", "testserver"]


def create_app(
    database: Database, press: Press, plan: Plan, *, now: Callable[[], datetime], patience: float = PATIENCE
) -> FastAPI:
    """Give the pages on one database and one plan; `now` is asked once per request, for at most `patience` seconds."""
    # The generated documentation pages fetch scripts from another host; /openapi.json stays.
    app = FastAPI(title="monitor", docs_url=None, redoc_url=None)
    app.state.desk = Desk(database, press, plan, now, patience)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), name="static")
    app.add_api_route("/", coverage.matrix, response_class=Response)
    app.add_api_route("/tin-bai", articles.search, response_class=Response)
    app.add_api_route("/tin-bai.csv", articles.search_csv, response_class=Response)
    app.add_api_route("/tin-bai/{number}", articles.read, response_class=Response)
    app.add_api_route("/tin-bai/{number}/trang-goc/{sha256}", articles.stored_page, response_class=Response)
    app.add_api_route("/niem-yet", presence.looks, response_class=Response)
    app.add_api_route("/niem-yet/trang-goc/{sha256}", presence.stored_page, response_class=Response)
    app.add_api_route("/nguon", sources.health, response_class=Response)
    app.add_api_route("/api/v1/articles", articles.api_search)
    app.add_api_route("/api/v1/articles/{number}", articles.api_read)
    app.add_api_route("/api/v1/coverage", coverage.api)
    app.add_api_route("/api/v1/sources", sources.api)
    app.add_api_route("/healthz", healthz, include_in_schema=False)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(RequestValidationError, _misread)
    app.add_exception_handler(StorageError, _no_answer)
    app.add_exception_handler(Exception, _broken)
    app.middleware("http")(_guard)
    # Another site's page must not reach these pages under a name of its own (DNS rebinding).
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=LOOPBACK)
    return app


def healthz(request: Request) -> dict[str, str]:
    """Say that the database answers."""
    desk: Desk = request.app.state.desk
    with desk.database.connect(seconds=desk.patience):
        return {"status": "ok"}


async def _guard(request: Request, call_next: Callable[[Request], object]) -> Response:
    response: Response = await call_next(request)  # type: ignore[misc]
    response.headers.setdefault("Content-Security-Policy", CSP)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def _wants_json(request: Request) -> bool:
    return str(request.scope["path"]).startswith("/api/")


def _problem(request: Request, status: int, title: str, lines: list[str]) -> Response:
    if _wants_json(request):
        from fastapi.responses import JSONResponse

        return JSONResponse({"detail": lines or [title]}, status_code=status)
    return page(request, "problem.html", status=status, title=title, lines=lines)


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 404:
        lines = [error.detail] if error.detail and error.detail != "Not Found" else ["Địa chỉ này không có trang nào."]
        return _problem(request, 404, "Không tìm thấy trang", lines)
    return _problem(request, error.status_code, "Trang không mở được", [str(error.detail)])


def _misread(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    lines = [f"{'.'.join(str(part) for part in e['loc'][1:])}: giá trị này không đọc được." for e in error.errors()]
    return _problem(request, 422, "Có điều kiện lọc cần sửa", lines)


def _no_answer(request: Request, error: Exception) -> Response:
    log.error("database unusable path=%s error=%s", request.scope["path"], error)
    lines = ["Hãy thử lại với kỳ ngắn hơn hoặc thêm điều kiện lọc. Nếu vẫn vậy, hãy báo cho người trông coi máy."]
    return _problem(request, 503, "Cơ sở dữ liệu chưa trả lời được", lines)


def _broken(request: Request, error: Exception) -> Response:
    log.error("bug path=%s", request.scope["path"], exc_info=error)
    return _problem(request, 500, "Phần mềm gặp lỗi", ["Dữ liệu đã lưu không mất. Hãy báo cho người trông coi máy."])


def listen(app: FastAPI, door: socket) -> None:
    """Serve on a bound socket until Ctrl-C."""
    with suppress(KeyboardInterrupt):
        uvicorn.Server(uvicorn.Config(app, log_level="warning", server_header=False)).run(sockets=[door])
