"""docs/live-updates.md: its Python as it stands there."""

import asyncio
import re
import textwrap
from pathlib import Path

from conftest import URL, token

PAGE = (Path(__file__).parents[3] / "docs/live-updates.md").read_text()
SERVER = "wss://network.example/graphql"


def program(block, names):
    """A block of the page as a coroutine, among these names; what it names itself is there as well."""
    told = set(re.findall(r"^(\w+) = ", block, re.M))
    known = f"    global {', '.join(told)}\n" if told else ""
    exec(f"async def run():\n{known}{textwrap.indent(block, '    ')}", names)
    return names.pop("run")


async def followed():
    """Runs what the page says until something is told; renews the token meanwhile."""
    following, renewing = re.findall(r"^```python\n(.*?)^```$", PAGE, re.M | re.S)
    assert SERVER in following
    told = asyncio.Queue()
    names = {"token": token("card-admin"), "show": told.put_nowait}
    running = asyncio.create_task(program(following.replace(SERVER, URL.replace("http", "ws", 1)), names)())
    first = asyncio.create_task(told.get())
    await asyncio.wait({running, first}, timeout=20, return_when=asyncio.FIRST_COMPLETED)
    assert first.done(), running
    await program(renewing, names)()
    await asyncio.wait_for(names["transport"].pong_received.wait(), 10)
    assert not running.done()
    running.cancel()
    return first.result()


def test_the_program_of_the_page_is_told_and_renews_its_token():
    told = asyncio.run(followed())
    assert (told["kind"], told["price"]) == ("LIVE", None)
    assert told["cursor"]
