"""Where people label: the datasets of one study on the server, and the accounts of those who work there.

for room in rooms(config): print(room.workspace, room.dataset, room.annotator)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from curation.labelling.argilla.credentials import generate_password, keep_person
from curation.labelling.connection import Connection, plain_errors
from winnow.config import LabellingConfig
from winnow.errors import InputError


@dataclass(frozen=True, slots=True)
class Room:
    """One dataset of the study; `annotator` is whose rows it holds, empty where everyone shares them."""

    workspace: str
    dataset: str
    annotator: str = ""


def rooms(config: LabellingConfig) -> list[Room]:
    """List the datasets that annotators label.

    With `assigned` each annotator has a workspace, because who is a member of one sees every dataset in it.
    """
    if config.assignment == "shared":
        return [Room(config.workspace, config.dataset)]
    if not config.annotators:
        raise InputError("labelling.assignment is assigned, but labelling.annotators names nobody; name the people")
    return [Room(f"{config.workspace}-{name}", f"{config.dataset}-{name}", name) for name in config.annotators]


def adjudication_room(config: LabellingConfig) -> Room:
    """Name the dataset where disagreements are decided."""
    return Room(f"{config.workspace}-adjudication", f"{config.dataset}-adjudication")


def register(connection: Connection, names: Iterable[str], tell: Callable[[str], None]) -> None:
    """Make the accounts that people lack on the embedded server; `tell` is given each password, once.

    Raises InputError for someone whom another server doesn't know: its accounts are its owner's.
    """
    import argilla

    known = set(names_by_id(connection).values())
    for name in sorted(set(names) - known):
        if not connection.embedded:
            raise InputError(
                f'{connection.url} has no user "{name}"; add the account there, or mend labelling.annotators'
            )
        password = generate_password()
        with plain_errors(connection.url):
            argilla.User(name, password=password, role="annotator", client=connection.client).create()
        keep_person(connection.home, name, password)
        tell(f"{name} signs in at {connection.url} with password {password}")


def admit(connection: Connection, names: Iterable[str], workspace: str) -> None:
    """Let people who have an account into a workspace; raises InputError where one has none."""
    client = connection.client
    with plain_errors(connection.url):
        place = client.workspaces(workspace)
        members = {user.username for user in place.users}
        for name in sorted(set(names) - members):
            user = client.users(name)
            if user is None:
                raise InputError(f'"{name}" has no account at {connection.url} yet; make it with: winnow label push')
            user.add_to_workspace(place)


def names_by_id(connection: Connection) -> dict[str, str]:
    """Give each account's name by its id."""
    users: Iterable[dict[str, str]] = connection.call("GET", "users")["items"]
    return {user["id"]: user["username"] for user in users}
