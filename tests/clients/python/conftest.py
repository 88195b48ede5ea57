"""The server under test, and clients for the people of the demonstration."""

import functools
import os
import subprocess

import pytest
from gql import Client
from gql.transport.httpx import HTTPXTransport

URL = os.environ["NETWORK_URL"]


@functools.cache
def token(persona):
    """A token for somebody of the demonstration."""
    data = os.environ["NETWORK_DATA"]
    command = [os.environ["NETWORK_API"], "token", "--as", persona, "--data-dir", data]
    return subprocess.run(command, cwd=data, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def client():
    """Makes the client of somebody. It fetches the schema, so that mistakes are found before they are sent."""

    def of(persona, *, bearer=None, fetch_schema=True):
        headers = {
            "Authorization": f"Bearer {bearer or token(persona)}",
            "Accept": "application/graphql-response+json",
        }
        transport = HTTPXTransport(url=URL, headers=headers)
        return Client(transport=transport, fetch_schema_from_transport=fetch_schema)

    return of
