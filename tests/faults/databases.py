"""A database that can be put back to an earlier state in a moment."""

import shutil
from pathlib import Path
from typing import Protocol

import psycopg


class Database(Protocol):
    """`clear` empties it, `keep` remembers its state under a name, `put_back` returns to that."""

    def clear(self) -> None: ...
    def keep(self, name: str) -> None: ...
    def put_back(self, name: str) -> None: ...

    @staticmethod
    def of(url: str) -> "Database":
        """Return the database of an address."""
        return Postgres(url) if url.startswith("postgresql") else SQLite(Path(url.removeprefix("sqlite:///")))


class Postgres:
    def __init__(self, url: str) -> None:
        self.server, _, self.name = url.rpartition("/")

    def clear(self) -> None:
        self._run(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)", f"CREATE DATABASE {self.name}")

    def keep(self, name: str) -> None:
        self._run(f"ALTER DATABASE {self.name} RENAME TO {self.name}_{name}")

    def put_back(self, name: str) -> None:
        self._run(
            f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)",
            f"CREATE DATABASE {self.name} TEMPLATE {self.name}_{name}",
        )

    def _run(self, *statements: str) -> None:
        with psycopg.connect(f"{self.server}/postgres", autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)


class SQLite:
    def __init__(self, file: Path) -> None:
        self.file = file

    def clear(self) -> None:
        for file in self.file.parent.glob(f"{self.file.name}*"):
            file.unlink()

    def keep(self, name: str) -> None:
        for file in self.file.parent.glob(f"{self.file.name}*"):
            shutil.copy(file, file.with_name(f"{name}-{file.name}"))

    def put_back(self, name: str) -> None:
        self.clear()
        for file in self.file.parent.glob(f"{name}-{self.file.name}*"):
            shutil.copy(file, file.with_name(file.name.removeprefix(f"{name}-")))
