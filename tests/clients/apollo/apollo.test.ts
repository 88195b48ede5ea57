// Apollo Client for real: pages, the cache, errors and what the network says.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { CombinedGraphQLErrors, ServerError, gql } from '@apollo/client';

import { draft, fields } from '../referring.ts';
import {
  EditReferralDocument,
  MeDocument,
  ReferralByIdDocument,
  ReferralsDocument,
  ServicesDocument,
  SubmitReferralDocument,
} from '../typed/gql/graphql.ts';
import type { ServicesQuery } from '../typed/gql/graphql.ts';
import { apollo } from './client.ts';

async function failure(asked: Promise<unknown>): Promise<unknown> {
  return asked.then(
    () => assert.fail('it should fail'),
    (error: unknown) => error,
  );
}

function codes(error: unknown): unknown[] {
  assert(CombinedGraphQLErrors.is(error), String(error));
  return error.errors.map((one) => one.extensions?.['code']);
}

test('a list grows page by page in the cache', async () => {
  const client = apollo('nps-officer');
  const list = client.watchQuery({ query: ServicesDocument, variables: { first: 8 } });
  const shown: ServicesQuery['services'][] = [];
  const seen = list.subscribe(({ data, dataState }) => {
    if (dataState === 'complete') shown.push(data.services);
  });
  let { data: page } = await list.refetch();
  for (let pages = 1; pages < 5 && page?.services.pageInfo.hasNextPage; pages += 1) {
    ({ data: page } = await list.fetchMore({ variables: { after: page.services.pageInfo.endCursor } }));
    // Whoever watches is told a moment later.
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  seen.unsubscribe();
  const data = shown.at(-1);
  assert.deepEqual([...new Set(shown.map((services) => services.edges.length))], [8, 16, 22]);
  const names = data?.edges.map((edge) => edge.node.name) ?? [];
  assert.equal(new Set(data?.edges.map((edge) => edge.node.id)).size, 22);
  assert.deepEqual(names, [...names].sort((a, b) => a.localeCompare(b, 'en')));
  // Another filter is another list.
  const found = await client.query({ query: ServicesDocument, variables: { text: 'mentor', first: 8 } });
  assert.equal(found.data?.services.edges.length, found.data?.services.totalCount);
  assert((found.data?.services.edges.length ?? 0) < 8);
});

test('what a mutation answers is shown wherever the thing is shown', async () => {
  const { referral, sentenceId } = await draft('Enhanced Support Service');
  const client = apollo('nps-officer');
  const list = client.watchQuery({ query: ReferralsDocument, variables: { statuses: ['DRAFT'], first: 100 } });
  const urgencies: (string | undefined)[] = [];
  const seen = list.subscribe(({ data }) => {
    const edges = data && 'referrals' in data ? data.referrals?.edges : undefined;
    const found = edges?.find((edge) => edge?.node?.id === referral.id);
    if (found) urgencies.push(found.node?.urgency);
  });
  await list.refetch();
  const { data } = await client.mutate({
    mutation: EditReferralDocument,
    variables: {
      input: { referralId: referral.id, version: referral.version, fields: fields(sentenceId, { urgency: 'URGENT' }) },
    },
  });
  assert.equal(data?.editReferral.referral?.version, referral.version + 1);
  await new Promise((resolve) => setTimeout(resolve, 20));
  seen.unsubscribe();
  assert.deepEqual([urgencies[0], urgencies.at(-1)], ['ROUTINE', 'URGENT']);
  const id = client.cache.identify({ __typename: 'Referral', id: referral.id });
  const fragment = gql`fragment Seen on Referral { urgency version service { name } }`;
  assert.deepEqual(client.cache.readFragment({ id: id as string, fragment }), {
    __typename: 'Referral',
    urgency: 'URGENT',
    version: referral.version + 1,
    service: { __typename: 'Service', name: 'Enhanced Support Service' },
  });
});

test('a refusal by a rule is in the payload, and the cache stays as it was', async () => {
  const { referral, sentenceId } = await draft('Enhanced Support Service');
  const client = apollo('nps-officer');
  const edited = await client.mutate({
    mutation: EditReferralDocument,
    variables: { input: { referralId: referral.id, version: referral.version, fields: fields(sentenceId, { reason: '' }) } },
  });
  const version = edited.data?.editReferral.referral?.version;
  assert(version);
  const { data, error } = await client.mutate({
    mutation: SubmitReferralDocument,
    variables: { input: { referralId: referral.id, version } },
  });
  assert.equal(error, undefined);
  assert.equal(data?.submitReferral.referral, null);
  assert(data?.submitReferral.userErrors.some((refusal) => refusal.code === 'REQUIRED' && refusal.field[0] === 'reason'));
  const after = await client.query({ query: ReferralByIdDocument, variables: { id: referral.id }, fetchPolicy: 'network-only' });
  assert.deepEqual([after.data?.referral?.status, after.data?.referral?.version], ['DRAFT', version]);
});

test('a conflict arrives with its code, path and who changed what', async () => {
  const { referral, sentenceId } = await draft('Enhanced Support Service');
  const client = apollo('nps-officer');
  const edit = (reason: string) =>
    client.mutate({
      mutation: EditReferralDocument,
      variables: { input: { referralId: referral.id, version: referral.version, fields: fields(sentenceId, { reason }) } },
    });
  await edit('First.');
  const error = await failure(edit('Second.'));
  assert.deepEqual(codes(error), ['CONFLICT']);
  assert(CombinedGraphQLErrors.is(error));
  assert.deepEqual(error.errors[0]?.path, ['editReferral']);
  assert(error.errors[0]?.extensions?.['changedFields']);
});

test('errors beside data are kept if the client asks for both', async () => {
  const query = gql`query Both { me { roles } referral(id: "ref_00000000000000000000000000") { id } }`;
  const client = apollo('nps-officer');
  const { data, error } = await client.query<Record<string, unknown>>({ query, errorPolicy: 'all' });
  assert.deepEqual(codes(error), ['NOT_FOUND']);
  assert.deepEqual(data?.['referral'], null);
  assert.deepEqual((data?.['me'] as { roles: string[] }).roles, ['RESPONSIBLE_OFFICER']);
});

test('a field that the roles do not grant is FORBIDDEN', async () => {
  const query = gql`query Audit { auditEvents(first: 1) { totalCount } }`;
  assert.deepEqual(codes(await failure(apollo('yss-worker').query({ query }))), ['FORBIDDEN']);
});

test('a document that is wrong says where', async () => {
  const query = gql`query Wrong { me { nonsense } }`;
  const error = await failure(apollo('nps-officer').query({ query }));
  assert.deepEqual(codes(error), ['BAD_USER_INPUT']);
  assert(CombinedGraphQLErrors.is(error) && error.errors[0]?.locations?.[0]?.line);
});

test('no valid token: 401, read by its code in the newer type and by its status in the older', async () => {
  const ask = (accept: string) => apollo('nps-officer', { bearer: 'Bearer nonsense', accept }).query({ query: MeDocument });
  assert.deepEqual(codes(await failure(ask('application/graphql-response+json'))), ['UNAUTHENTICATED']);
  const older = await failure(ask('application/json'));
  assert(ServerError.is(older), String(older));
  assert.equal(older.statusCode, 401);
});

test('no type that the server writes: 406', async () => {
  const error = await failure(apollo('nps-officer', { accept: 'text/html' }).query({ query: MeDocument }));
  assert(ServerError.is(error), String(error));
  assert.equal(error.statusCode, 406);
});
