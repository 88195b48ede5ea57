// Generated types and a client of twenty lines, against the server.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { token, url } from '../network.ts';
import { draft, fields } from '../referring.ts';
import { NetworkRefusal, client } from './client.ts';
import {
  DraftReferralDocument,
  EditReferralDocument,
  MeDocument,
  ReferralByIdDocument,
  ReferralsDocument,
  ServicesDocument,
  SubmitReferralDocument,
} from './gql/graphql.ts';
import type { Role, ServicesQuery } from './gql/graphql.ts';

const officer = client(url, token('nps-officer'));

async function refusal(asked: Promise<unknown>): Promise<NetworkRefusal> {
  const outcome = await asked.then(
    () => undefined,
    (error: unknown) => error,
  );
  assert(outcome instanceof NetworkRefusal, String(outcome));
  return outcome;
}

test('what is answered has the types that were generated', async () => {
  const { me } = await officer(MeDocument);
  const roles: Role[] = me.roles;
  assert.deepEqual(roles, ['RESPONSIBLE_OFFICER']);
  const name: string = me.person.name;
  assert.equal(name, 'Nadia Prosser');
  // @ts-expect-error `email` was not asked for.
  assert.equal(me.person.email, undefined);
});

test('variables are checked by the compiler, and by the server', async () => {
  // @ts-expect-error `first` is required.
  const missing = await refusal(officer(ServicesDocument, {}));
  assert.equal(missing.status, 400);
  // @ts-expect-error It is a number.
  const wrong = await refusal(officer(ServicesDocument, { first: 'ten' }));
  assert.equal(wrong.errors[0]?.extensions.code, 'BAD_USER_INPUT');
});

test('a list is read page by page, each row once', async () => {
  const read: ServicesQuery['services']['edges'] = [];
  let after: string | null = null;
  let pages = 0;
  do {
    const { services }: ServicesQuery = await officer(ServicesDocument, { first: 6, after });
    read.push(...services.edges);
    pages += 1;
    after = services.pageInfo.hasNextPage ? services.pageInfo.endCursor : null;
    assert.equal(services.totalCount, 22);
  } while (after !== null);
  assert.deepEqual([read.length, pages], [22, 4]);
  assert.equal(new Set(read.map((edge) => edge.node.id)).size, 22);
  const pence: number | undefined = read.find((edge) => edge.node.name === 'Meet and Mentor')?.node.price?.money.amount;
  assert.equal(pence, 3175);
});

test('a referral is drafted, edited and submitted', async () => {
  const { referral, sentenceId } = await draft();
  const edited = await officer(EditReferralDocument, {
    input: { referralId: referral.id, version: referral.version, fields: fields(sentenceId, { urgency: 'URGENT' }) },
  });
  assert.equal(edited.editReferral.referral?.urgency, 'URGENT');
  const found = await officer(ReferralByIdDocument, { id: referral.id });
  assert.deepEqual([found.referral?.urgency, found.referral?.notes.nodes], ['URGENT', []]);
  const listed = await officer(ReferralsDocument, { statuses: ['DRAFT'], first: 100 });
  assert(listed.referrals.edges.some((edge) => edge.node.id === referral.id));
});

test('a refusal by a rule is data, with a code that the compiler knows', async () => {
  const { referral, sentenceId } = await draft();
  const edited = await officer(EditReferralDocument, {
    input: { referralId: referral.id, version: referral.version, fields: fields(sentenceId, { riskSummary: '' }) },
  });
  const version = edited.editReferral.referral?.version;
  assert(version);
  const { submitReferral } = await officer(SubmitReferralDocument, { input: { referralId: referral.id, version } });
  assert.equal(submitReferral.referral, null);
  const [first] = submitReferral.userErrors;
  assert.equal(first?.code satisfies string | undefined, 'REQUIRED');
  assert.deepEqual(first?.field, ['riskSummary']);
});

test('what somebody else changed meanwhile is a conflict that says so', async () => {
  const { referral, sentenceId } = await draft();
  const edit = (version: number) =>
    officer(EditReferralDocument, { input: { referralId: referral.id, version, fields: fields(sentenceId, { reason: `at ${version}` }) } });
  await edit(referral.version);
  const stale = await refusal(edit(referral.version));
  assert.equal(stale.errors[0]?.extensions.code, 'CONFLICT');
  assert.deepEqual(stale.errors[0]?.path, ['editReferral']);
});

test('a repeat with the same key is answered like the first time', async () => {
  const { referral, sentenceId } = await draft();
  const key = { referralId: referral.id, version: referral.version, idempotencyKey: crypto.randomUUID() };
  const input = { ...key, fields: fields(sentenceId, { reason: 'Once.' }) };
  const [first, again] = [await officer(EditReferralDocument, { input }), await officer(EditReferralDocument, { input })];
  assert(first.editReferral.referral);
  assert.deepEqual(again.editReferral, first.editReferral);
  const other = await refusal(officer(EditReferralDocument, { input: { ...key, fields: fields(sentenceId, { reason: 'Twice.' }) } }));
  assert.equal(other.errors[0]?.extensions.code, 'CONFLICT');
});

test('a token that proves nothing is told apart from one that grants too little', async () => {
  const nobody = await refusal(client(url, 'nonsense')(MeDocument));
  assert.deepEqual([nobody.status, nobody.errors[0]?.extensions.code], [401, 'UNAUTHENTICATED']);
  const { referral } = await draft();
  const stranger = client(url, token('gym-manager'));
  const hidden = await refusal(stranger(ReferralByIdDocument, { id: referral.id }));
  assert.deepEqual([hidden.status, hidden.errors[0]?.extensions.code], [200, 'NOT_FOUND']);
});
