// The audits of GraphQL over HTTP that the package `graphql-http` makes, one test each, with a token.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { serverAudits } from 'graphql-http';

import { authorization, url } from '../network.ts';

const audits = serverAudits({
  url,
  fetchFn: (input: string, init: RequestInit = {}) =>
    fetch(input, { ...init, headers: { ...init.headers, authorization: authorization('nps-officer') } }),
});

for (const audit of audits) {
  test(`${audit.id}: ${audit.name}`, async () => {
    const outcome = await audit.fn();
    assert.equal(outcome.status, 'ok', outcome.status === 'ok' ? '' : outcome.reason);
  });
}

test('there are as many audits as ever', () => {
  const of = (word: string) => audits.filter((audit) => audit.name.startsWith(word)).length;
  assert.deepEqual([of('MUST'), of('SHOULD'), of('MAY'), audits.length], [13, 23, 25, 61]);
});
