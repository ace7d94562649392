"""The load of the field soak, in a process of its own: requests that were built before, sent on time.

`python -m tests.bench.field_load FOLDER PORT RATE` reads `00001-0.http`, `00001-1.http`, … (raw HTTP/1.1
requests; the first number is the phone, the second the order of its requests) and starts so many phones a
second, whether the server keeps up or not. RATE 0: eight phones at a time, as fast as it goes. Prints JSON.
"""

import asyncio
import json
import sys
import time
from collections import defaultdict
from pathlib import Path

AT_ONCE = 8
PATIENCE = 60.0

Sent = tuple[int, float, int]  # order within the phone, seconds until answered, status


def read_phones(folder: Path) -> list[list[bytes]]:
    """The requests of every phone, in order."""
    phones: dict[str, list[bytes]] = defaultdict(list)
    for path in sorted(folder.glob("*.http")):
        phones[path.stem.split("-")[0]].append(path.read_bytes())
    return list(phones.values())


async def send(port: int, request: bytes) -> int:
    """One request on a connection of its own; its status, 0 for a connection that broke or no answer."""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            writer.write(request)
            await writer.drain()
            answer = await reader.read()  # the request says Connection: close
        finally:
            writer.close()
    except OSError:
        return 0
    return int(answer[9:12] or b"0")


async def phone(port: int, requests: list[bytes], due: float) -> list[Sent]:
    """The requests of one phone, one after the other. The first counts from when it was due."""
    sent: list[Sent] = []
    for order, request in enumerate(requests):
        try:
            status = await asyncio.wait_for(send(port, request), PATIENCE)
        except TimeoutError:
            status = 0
        answered = time.perf_counter()
        sent.append((order, answered - due, status))
        due = answered
    return sent


async def on_time(port: int, phones: list[list[bytes]], rate: float) -> list[list[Sent]]:
    """Start each phone when it is due."""
    began, running = time.perf_counter() + 0.2, []
    for number, requests in enumerate(phones):
        due = began + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        running.append(asyncio.create_task(phone(port, requests, due)))
    return await asyncio.gather(*running)


async def flat_out(port: int, phones: list[list[bytes]]) -> list[list[Sent]]:
    """Always so many phones at once."""
    waiting = iter(phones)

    async def worker() -> list[list[Sent]]:
        return [await phone(port, requests, time.perf_counter()) for requests in waiting]

    return [one for done in await asyncio.gather(*(worker() for _ in range(AT_ONCE))) for one in done]


def main(folder: str, port: str, rate: str) -> None:
    """Send everything and tell what came of it."""
    phones = read_phones(Path(folder))
    began = time.perf_counter()
    going = on_time(int(port), phones, float(rate)) if float(rate) else flat_out(int(port), phones)
    sent = asyncio.run(going)
    print(json.dumps({"seconds": time.perf_counter() - began, "phones": sent}))


if __name__ == "__main__":
    main(*sys.argv[1:])
