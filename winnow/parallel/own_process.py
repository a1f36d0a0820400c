"""A function run in a fresh process as if it ran here: same progress, result, errors and signals.

found = in_own_process(measure, folder, progress=console.progress)   # what `measure` imports stays there

For work that changes the process it runs in, or holds memory for as long as that process lives.
"""

from __future__ import annotations

import os
import pickle
import signal
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from types import FrameType
from typing import Any, TypeVar

from winnow.errors import WinnowError
from winnow.parallel.processes import end_with_parent, killed
from winnow.progress import Advance, Progress

T = TypeVar("T")

SIGNALS = (signal.SIGINT, signal.SIGTERM)
ALIVE_EVERY_S = 1.0  # a child that is killed may leave its end of the pipe to children of its own


@dataclass(frozen=True)
class Call:
    """The child asks for one of the functions that were left in the parent."""

    name: str
    arguments: tuple[Any, ...]


@dataclass(frozen=True)
class Done:
    """What a call, or the whole work, returned."""

    value: Any


@dataclass(frozen=True)
class Failed:
    """What a call, or the whole work, raised."""

    error: BaseException


class CallbackFailed(BaseException):
    """Raised in the child where a function in the parent raised: the parent keeps the error, and raises it at the end.

    A BaseException, so that nothing on its way takes it for an error of its own.
    """


def in_own_process(work: Callable[..., T], *arguments: Any, progress: Progress, **callbacks: Callable[..., Any]) -> T:
    """Return `work(*arguments, progress=..., **callbacks)`, computed in a spawned process that ends with it.

    `work` and its arguments are pickled; `progress` and the other callbacks stay here and are called from there, one
    at a time: one that raises ends the work there, and its error is raised here. An error of the work is raised here
    with its class, message and exit code, the child's traceback as a note. SIGINT and SIGTERM sent to this process are
    passed on, and the work decides: what it does about them is what the caller sees. What the child prints goes to
    stderr. Raises WinnowError where the child is killed; where this process is killed, the child ends too.

    A script that comes here needs `if __name__ == "__main__":`, as with any spawned process.
    """
    context = get_context("spawn")
    here, there = context.Pipe()
    child = context.Process(target=_live, args=(there, work, arguments, tuple(callbacks)))
    child.start()
    there.close()  # so that the pipe ends with the child
    try:
        with here, _signals_passed_on(child) as received:
            end = _serve(child, here, progress, callbacks)
            child.join()  # a signal to the whole group may come here after its end: what it told stands
    except BaseException:
        child.terminate()
        raise
    finally:
        child.join()
    if end is None:
        raise _unexpected_end(child, received)
    if isinstance(end, Failed):
        raise end.error
    value: T = end.value
    return value


@dataclass
class _Bars:
    """The bars that the child opened, the last one innermost."""

    progress: Progress
    opened: list[tuple[AbstractContextManager[Advance], Advance]] = field(default_factory=list)

    def open(self, description: str, total: int | None) -> None:
        bar = self.progress(description, total)
        self.opened.append((bar, bar.__enter__()))

    def advance(self, steps: int) -> None:
        self.opened[-1][1](steps)

    def close(self, error: BaseException | None) -> None:
        self.opened.pop()[0].__exit__(type(error) if error else None, error, None)


def _serve(
    child: SpawnProcess, connection: Connection, progress: Progress, callbacks: dict[str, Callable[..., Any]]
) -> Done | Failed | None:
    """Answer the child's calls until it says how the work ended; None where it ended without a word."""
    bars = _Bars(progress)
    functions: dict[str, Callable[..., Any]] = {
        **callbacks,
        "open": bars.open,
        "advance": bars.advance,
        "close": bars.close,
    }
    raised: BaseException | None = None
    while isinstance(message := _received(child, connection), Call):
        answer: Done | Failed
        try:
            answer = Done(functions[message.name](*message.arguments))
        except BaseException as error:
            raised, answer = error, Failed(CallbackFailed())
        with suppress(BrokenPipeError, ConnectionResetError):  # it was killed meanwhile
            connection.send(answer)
    while bars.opened:  # the child couldn't close them any more
        bars.close(None)
    if raised and isinstance(message, Failed) and isinstance(message.error, CallbackFailed):
        return Failed(raised)
    return message


def _received(child: SpawnProcess, connection: Connection) -> Call | Done | Failed | None:
    while not connection.poll(ALIVE_EVERY_S):
        if not child.is_alive() and not connection.poll():
            return None
    try:
        message: Call | Done | Failed = connection.recv()
    except (EOFError, ConnectionResetError):
        return None
    return message


@contextmanager
def _signals_passed_on(child: SpawnProcess) -> Iterator[list[int]]:
    """Hand SIGINT and SIGTERM to the child; yields the list of those that came."""
    received: list[int] = []

    def pass_on(number: int, frame: FrameType | None) -> None:
        received.append(number)
        with suppress(ProcessLookupError):
            os.kill(child.pid or 0, number)

    in_main_thread = threading.current_thread() is threading.main_thread()  # only there Python lets handlers be set
    # a shell lets a job in its background ignore SIGINT
    heeded = [one for one in SIGNALS if signal.getsignal(one) is not signal.SIG_IGN]
    before = {number: signal.signal(number, pass_on) for number in heeded} if in_main_thread else {}
    try:
        yield received
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _unexpected_end(child: SpawnProcess, received: list[int]) -> WinnowError:
    """End as the child did where a signal ended it; else say why it ended."""
    if received:
        signal.raise_signal(received[-1])
    if child.exitcode is None or child.exitcode < 0:
        return killed()
    return WinnowError(f"a worker process ended with code {child.exitcode} before its work; it said why on stderr")


def _live(connection: Connection, work: Callable[..., Any], arguments: tuple[Any, ...], names: tuple[str, ...]) -> None:
    """Do the work in the child, and say how it ended."""
    end_with_parent()
    os.dup2(2, 1)  # the parent's stdout is for results
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _interrupt_once)
    ask = partial(_ask, connection)
    functions = {name: partial(ask, name) for name in names}
    end: Done | Failed
    try:
        end = Done(work(*arguments, progress=partial(_bar, ask), **functions))
    except BaseException as error:
        error.add_note(f"In a process of its own:\n{traceback.format_exc()}")
        end = Failed(_portable(error))
    connection.send(end)


def _interrupt_once(number: int, frame: FrameType | None) -> None:
    """Raise KeyboardInterrupt for the first of two signals: a terminal sends its own beside the parent's."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise KeyboardInterrupt


def _ask(connection: Connection, name: str, *arguments: Any) -> Any:
    """Call a function of the parent's."""
    connection.send(Call(name, arguments))
    answer = connection.recv()
    if isinstance(answer, Failed):
        raise answer.error
    return answer.value


@contextmanager
def _bar(ask: Callable[..., Any], description: str, total: int | None = None) -> Iterator[Advance]:
    """Open a bar of the parent's."""
    ask("open", description, total)
    try:
        yield partial(ask, "advance")
    except BaseException as error:
        ask("close", _portable(error))
        raise
    ask("close", None)


def _portable(error: BaseException) -> BaseException:
    """Give the error, or where it can't be pickled one that says the same."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        told = RuntimeError(f"{type(error).__name__}: {error}")
        told.__notes__ = getattr(error, "__notes__", [])
        return told
    return error
