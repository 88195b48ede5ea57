// Live updates through graphql-ws and Apollo's link over it.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ApolloClient, InMemoryCache, gql } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

import { authorization, socketUrl } from '../network.ts';
import { draft } from '../referring.ts';
import { change, live } from './subscription.ts';

/** How long a change may take to arrive. */
const PATIENCE = 10_000;

function socket(bearer: string) {
  return createClient({
    url: socketUrl,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: bearer },
    retryAttempts: 0,
  });
}

/** Changes the draft again and again until `arrived`, since nobody says when a subscription has begun. */
async function until<T>(arrived: Promise<T>, referral: { id: string; version: number }, sentenceId: string): Promise<T> {
  let [version, over] = [referral.version, false];
  const done = arrived.finally(() => (over = true));
  done.catch(() => {});
  const limit = Date.now() + PATIENCE;
  while (!over && Date.now() < limit) {
    await change({ id: referral.id, version }, sentenceId);
    version += 1;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  assert(over, 'nothing arrived');
  return done;
}

test('graphql-ws is told of a change of a referral', async () => {
  const { referral, sentenceId } = await draft('Healthier Happier Fitter');
  const client = socket(authorization('nps-officer'));
  const first = client.iterate({ query: live('referralChanged', referral.id) }).next();
  const told = await until(first, referral, sentenceId);
  await client.dispose();
  assert.equal(told.value?.errors, undefined);
  assert(told.value?.data?.['referralChanged']);
});

test('Apollo Client is told of a change of a referral', async () => {
  const { referral, sentenceId } = await draft('Healthier Happier Fitter');
  const connection = socket(authorization('nps-officer'));
  const client = new ApolloClient({ link: new GraphQLWsLink(connection), cache: new InMemoryCache() });
  const first = new Promise<Record<string, unknown> | undefined>((resolve, reject) => {
    const watched = client.subscribe<Record<string, unknown>>({ query: gql(live('referralChanged', referral.id)) });
    watched.subscribe({ next: ({ data, error }) => (error ? reject(error) : resolve(data ?? undefined)), error: reject });
  });
  const told = await until(first, referral, sentenceId);
  client.stop();
  await connection.dispose();
  assert(told?.['referralChanged']);
});

test('the inbox and the rate card can be watched', async () => {
  const client = socket(authorization('nps-officer'));
  for (const field of ['inboxChanged', 'rateCardChanged']) {
    const answers = client.iterate({ query: live(field) });
    const waited = new Promise((resolve) => setTimeout(resolve, 500, 'waiting'));
    const first = await Promise.race([answers.next(), waited]);
    assert(first === 'waiting' || !(first as IteratorResult<{ errors?: unknown }>).value?.errors, JSON.stringify(first));
  }
  await client.dispose();
});

test('a token that proves nothing closes the socket', async () => {
  const client = socket('Bearer nonsense');
  const outcome = await client.iterate({ query: live('inboxChanged') }).next().catch((error: unknown) => error);
  await client.dispose();
  assert([4401, 4403].includes((outcome as { code?: number }).code ?? 0), JSON.stringify(outcome));
});
