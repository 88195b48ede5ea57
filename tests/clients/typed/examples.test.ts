// The saved operations of the page to explore: typed from their files, and each run for its role as the page sends it.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { parse } from 'graphql';

import { socketUrl, token, url } from '../network.ts';
import { draft, fields } from '../referring.ts';
import { client } from './client.ts';
import { FollowDocument } from './examples/graphql.ts';
import type { ChangeKind, FollowSubscription, ReferralPart } from './examples/graphql.ts';
import { EditReferralDocument } from './gql/graphql.ts';
import { follower } from './live.ts';

interface Example {
  role: string;
  name: string;
  kind: 'query' | 'mutation' | 'subscription';
  document: string;
  find: { document: string; variables: Record<string, string> } | null;
}
/** What is known of the answer to any of them. */
type Data = Record<string, { userErrors?: unknown[]; kind?: ChangeKind } | null>;
type Variables = Record<string, unknown>;

/** Who acts for a role. */
const ACTORS: Record<string, string> = {
  RESPONSIBLE_OFFICER: 'nps-officer',
  TEAM_MANAGER: 'nps-manager',
  COURT_OFFICER: 'court-officer',
  PROVIDER_WORKER: 'yss-worker',
  PROVIDER_MANAGER: 'gym-manager',
  RATE_CARD_ADMINISTRATOR: 'card-admin',
  CONTRACT_MANAGER: 'contract-manager',
  AUDITOR: 'inspector',
  SYSTEM_ADMINISTRATOR: 'system-admin',
};
/** Those that have nothing to follow. */
const NOTHING_TO_FOLLOW = ['AUDITOR', 'SYSTEM_ADMINISTRATOR'];

const { examples } = (await (await fetch(new URL('/explore/start', url))).json()) as { examples: Example[] };
const read = (document: string): TypedDocumentNode<Data, Variables> => parse(document);

function persona(example: Example): string {
  const found = ACTORS[example.role];
  assert(found, example.role);
  return found;
}

/** The value at a JSON pointer. */
const at = (data: unknown, pointer: string) =>
  pointer.split('/').slice(1).reduce((value, step) => (value as Record<string, unknown> | undefined)?.[step], data);

/** The variables of an example, looked up as the page does. */
async function variables(example: Example): Promise<Variables> {
  if (!example.find) return {};
  const data = await client(url, token(persona(example)))<Data, Variables>(read(example.find.document), {});
  return Object.fromEntries(Object.entries(example.find.variables).map(([name, pointer]) => [name, at(data, pointer)]));
}

/** The first that is told, as a whole. */
async function first<Told>(told: AsyncGenerator<Told, void>): Promise<Told> {
  const { value } = await told.next();
  assert(value);
  return value;
}

for (const example of examples) {
  test(`${example.name} does what it says`, async () => {
    const [document, found] = [read(example.document), await variables(example)];
    if (example.kind === 'subscription') {
      const { follow, end } = follower(socketUrl, token(persona(example)));
      const [event] = Object.values(await first(follow(document, found)));
      assert.equal(event?.kind, 'LIVE');
      return end();
    }
    const answer = await client(url, token(persona(example)))(document, found);
    for (const payload of Object.values(answer)) assert.deepEqual(payload?.userErrors ?? [], []);
  });
}

test('each role finds something to follow, if it may follow anything', () => {
  const followed = new Set(examples.filter(({ kind }) => kind === 'subscription').map(({ role }) => role));
  assert.deepEqual([...followed, ...NOTHING_TO_FOLLOW].sort(), Object.keys(ACTORS).sort());
});

test('what is told has the types that were generated', async () => {
  const { referral, sentenceId } = await draft('Enhanced Support Service');
  const { follow, end } = follower(socketUrl, token('nps-officer'));
  const told = follow(FollowDocument, { referralId: referral.id });
  const live: FollowSubscription['referralChanged'] = (await first(told)).referralChanged;
  assert.deepEqual([live.kind, live.referral?.status], ['LIVE', 'DRAFT']);
  const input = { referralId: referral.id, version: referral.version, fields: fields(sentenceId, { urgency: 'URGENT' }) };
  await client(url, token('nps-officer'))(EditReferralDocument, { input });
  const { referralChanged } = await first(told);
  const [kind, parts]: [ChangeKind, ReferralPart[]] = [referralChanged.kind, referralChanged.parts];
  assert.deepEqual([kind, parts], ['CHANGED', ['REFERRAL']]);
  // @ts-expect-error `reason` was not asked for.
  assert.equal(referralChanged.referral?.reason, undefined);
  await end();
});
