"""A PostgreSQL server for the tests: `python -m tests.postgres start DIR` makes a temporary one; databases in it."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import make_url


@contextmanager
def scratch_postgres(server_url: str, name: str) -> Iterator[str]:
    """Give the address of a database of our own on a server, and drop it in the end."""
    server = make_url(server_url).set(drivername="postgresql").render_as_string(hide_password=False)
    database = sql.Identifier(name)
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(database))
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        with psycopg.connect(server, autocommit=True) as admin:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(database))


def start(folder: Path) -> str:
    """Make a cluster in `folder`, start it on a free port of 127.0.0.1 and give its address."""
    folder.mkdir(parents=True, exist_ok=True)
    folder = folder.resolve()
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    data, tools = folder / "data", _tools()
    if not (data / "PG_VERSION").exists():
        _run(tools / "initdb", "-E", "UTF8", "--locale=C.UTF-8", "-A", "trust", "-U", "postgres", "-N", "-D", data)
    port = _free_port()
    # Nothing here must outlive a crash of the machine, so the tests need not wait for its disk.
    settings = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories='{folder}' -c fsync=off"
    _run(tools / "pg_ctl", "-D", data, "-l", folder / "log", "-o", settings, "-w", "-s", "start")
    return f"postgresql://postgres@127.0.0.1:{port}/postgres"


def stop(folder: Path) -> None:
    """Stop the cluster in `folder`, whoever is still connected."""
    _run(_tools() / "pg_ctl", "-D", folder.resolve() / "data", "-m", "immediate", "-w", "-s", "stop")


def _tools() -> Path:
    """Give the folder of the newest PostgreSQL on this machine."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    found = installed[-1] if installed else shutil.which("initdb")
    if found is None:
        raise SystemExit("PostgreSQL is not installed: apt-get install postgresql")
    return Path(found).parent


def _run(*command: str | Path) -> None:
    # PostgreSQL refuses to run as root.
    line = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    line += [str(part) for part in command]
    # Its output goes to a file: the server inherits a pipe and would hold it open.
    done = subprocess.run(line, stdout=subprocess.DEVNULL, stderr=sys.stderr, cwd="/", check=False)
    if done.returncode:
        raise SystemExit(f"{Path(command[0]).name} failed with {done.returncode}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main() -> None:
    """Start or stop the cluster in a folder; `start` prints its address."""
    match sys.argv[1:]:
        case ["start", folder]:
            print(start(Path(folder)))  # noqa: T201  # the address is this command's output
        case ["stop", folder]:
            stop(Path(folder))
        case _:
            raise SystemExit("python -m tests.postgres start|stop DIR")


if __name__ == "__main__":
    main()
