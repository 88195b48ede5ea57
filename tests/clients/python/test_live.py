"""Live updates through gql's WebsocketsTransport."""

import asyncio

from conftest import URL, token
from gql import Client, gql
from gql.transport.websockets import WebsocketsTransport
from test_gql import EDIT, ask, draft, fields


async def first(persona, document):
    """The first answer of a subscription."""
    transport = WebsocketsTransport(
        url=URL.replace("http", "ws", 1),
        subprotocols=[WebsocketsTransport.GRAPHQLWS_SUBPROTOCOL],
        init_payload={"authorization": f"Bearer {token(persona)}"},
    )
    async with Client(transport=transport) as session:
        async for answer in session.subscribe(document):
            return answer


async def watched(client, session, referral, sentence):
    """The first answer about a draft that is changed again and again meanwhile."""
    document = gql(f'subscription {{ referralChanged(id: "{referral["id"]}") {{ __typename }} }}')
    watching = asyncio.create_task(first("nps-officer", document))
    version = referral["version"]
    for _ in range(40):
        await asyncio.sleep(0.25)
        if watching.done():
            break
        given = {"referralId": referral["id"], "version": version, "fields": fields(sentence, reason=f"At {version}.")}
        edited = await asyncio.to_thread(ask, session, EDIT, input=given)
        version = edited["editReferral"]["referral"]["version"]
    return await asyncio.wait_for(watching, 1)


def test_a_change_of_a_referral_is_told(client):
    with client("nps-officer") as session:
        referral, sentence = draft(session)
        told = asyncio.run(watched(client, session, referral, sentence))
    assert told["referralChanged"]
