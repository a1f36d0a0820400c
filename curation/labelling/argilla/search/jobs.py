"""Run the server's background jobs inside its own process, so that neither Redis nor a worker is needed.

The server queues a job (statuses after a change of overlap, webhooks) in an in-memory stand-in for Redis;
`run_jobs` takes it from there on the server's event loop:

    install()                       # before argilla_server is imported
    task = asyncio.create_task(run_jobs())
"""

from __future__ import annotations

import asyncio
import logging
import os

_ADDRESS = "redis://in-this-process:0/0"
_PAUSE = 0.2  # seconds between looks into the queues


def install() -> None:
    """Let the server find an in-memory Redis instead of one at an address."""
    import fakeredis
    import redis

    os.environ["ARGILLA_REDIS_URL"] = _ADDRESS
    # One client, so that the server and `run_jobs` see the same queues; its version is what rq asks for.
    client = fakeredis.FakeRedis(server=fakeredis.FakeServer(), version=(7,))
    redis.from_url = lambda url, *_, **__: client


async def run_jobs() -> None:
    """Run queued jobs one after the other, for ever; a job that fails is logged and tried again as often as it asks."""
    from argilla_server.jobs.queues import DEFAULT_QUEUE, HIGH_QUEUE, REDIS_CONNECTION

    while True:
        await asyncio.sleep(_PAUSE)
        for queue in (HIGH_QUEUE, DEFAULT_QUEUE):
            while (job_id := REDIS_CONNECTION.lpop(queue.key)) is not None:
                await _run(job_id.decode())


async def _run(job_id: str) -> None:
    from argilla_server.jobs.queues import REDIS_CONNECTION
    from rq.job import Job, JobStatus

    job = Job.fetch(job_id, connection=REDIS_CONNECTION)
    for attempts_left in range(job.retries_left or 0, -1, -1):
        try:
            job.set_status(JobStatus.STARTED)
            await job.func(*job.args, **job.kwargs)
            job.set_status(JobStatus.FINISHED)
            return
        except Exception:
            logging.getLogger("argilla").exception("job %s failed, %d attempts left", job_id, attempts_left)
            job.set_status(JobStatus.FAILED)
