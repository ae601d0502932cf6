"""``odekake serve``: the desk and the API on this machine."""

from __future__ import annotations

import gc
import os
from typing import Annotated

import typer

from api.commands.figures import waiting
from api.commands.frame import open_desk, settings
from api.commands.speech import both, tell
from api.companion import Companion
from api.server import PORT_MAX, listen, port_from

HostOption = Annotated[str, typer.Option("--host", help=both("option.host"))]
PortOption = Annotated[int, typer.Option("--port", min=0, max=PORT_MAX, help=both("option.port"))]
NoWorkerOption = Annotated[bool, typer.Option("--no-worker", help=both("option.no_worker"))]
FROM_ENVIRONMENT = 0


def serve(
    host: HostOption = "127.0.0.1", port: PortOption = FROM_ENVIRONMENT, no_worker: NoWorkerOption = False
) -> None:
    listener = listen(host=host, port=port if port != FROM_ENVIRONMENT else port_from(os.environ))
    desk = open_desk()
    with waiting(tell("learning")):
        import uvicorn

        from api.app import create_app
        from dispatch.bootstrap import get_ready
        from dispatch.solver_bridge.lookout import looking_out

        get_ready(desk)
        gc.collect()
        gc.freeze()  # compiled code is some 200,000 objects that stay: looking through them stops everybody
        app = create_app(desk, operator=settings().operator, schema_version=_schema_version())
    shown = f"[{host}]" if ":" in host else host
    typer.echo(tell("serving", url=f"http://{shown}:{listener.getsockname()[1]}/"), err=True)
    # No access log: addresses carry what was searched for, and that may be a name or a phone number.
    server = uvicorn.Server(uvicorn.Config(app, access_log=False, log_level="warning", server_header=False))
    companion = Companion()
    if not no_worker:
        companion.start()
    try:
        with looking_out(desk.workplace):
            server.run([listener])
    finally:
        if not no_worker:
            companion.stop()


def _schema_version() -> str:
    from dispatch.store.migrate import newest_revision

    return newest_revision()
