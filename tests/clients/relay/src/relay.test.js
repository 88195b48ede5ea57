// Relay for real: its compiler, its connections, its refetches and its store, against the server.

const assert = require('node:assert/strict');
const { test } = require('node:test');

const {
  commitMutation,
  createOperationDescriptor,
  fetchQuery,
  getPaginationVariables,
  getRefetchMetadata,
  getSelector,
} = require('relay-runtime');

const { environment } = require('./environment.js');
const documents = require('./documents.js');

const network = import('../../network.ts');
const referring = import('../../referring.ts');

async function as(persona) {
  const { authorization, url } = await network;
  return environment(url, authorization(persona));
}

/** What a fragment shows of what was read, as a component is given it. */
function read(relay, fragment, key) {
  return relay.lookup(getSelector(fragment, key)).data;
}

/** Keeps what was fetched from the store's cleaning, as a mounted screen does. */
function mount(relay, query, variables) {
  relay.retain(createOperationDescriptor(query, variables));
}

const services = (relay, key) => read(relay, documents.serviceList, key).services;
const rows = (relay, connection) => connection.edges.map(({ node }) => read(relay, documents.serviceRow, node));

test('a connection grows in the store, page by page', async () => {
  const relay = await as('nps-officer');
  mount(relay, documents.servicesQuery, { text: null });
  const key = await fetchQuery(relay, documents.servicesQuery, { text: null }).toPromise();
  const { refetchableRequest, refetchMetadata } = getRefetchMetadata(documents.serviceList, 'the list');
  assert.deepEqual(refetchMetadata.connection.path, ['services']);
  const sizes = [services(relay, key).edges.length];
  while (services(relay, key).pageInfo.hasNextPage && sizes.length < 5) {
    const variables = getPaginationVariables('forward', 6, services(relay, key).pageInfo.endCursor, { text: null }, {}, refetchMetadata.connection);
    await fetchQuery(relay, refetchableRequest, variables).toPromise();
    sizes.push(services(relay, key).edges.length);
  }
  assert.deepEqual(sizes, [8, 14, 20, 22]);
  assert.equal(new Set(rows(relay, services(relay, key)).map(({ id }) => id)).size, 22);
  assert.deepEqual(relay.sent.map(({ name }) => name), ['documentsServicesQuery', ...Array(3).fill('documentsServicesPageQuery')]);
});

test('another filter is another connection', async () => {
  const relay = await as('nps-officer');
  for (const text of [null, 'mentor']) mount(relay, documents.servicesQuery, { text });
  const all = await fetchQuery(relay, documents.servicesQuery, { text: null }).toPromise();
  const some = await fetchQuery(relay, documents.servicesQuery, { text: 'mentor' }).toPromise();
  assert.equal(services(relay, all).edges.length, 8);
  assert(rows(relay, services(relay, some)).some(({ name }) => name === 'Meet and Mentor'));
  assert(services(relay, some).edges.length < 8);
});

test('a thing is refetched by its id alone, and shown wherever it is', async () => {
  const { draft, fields } = await referring;
  const { referral, sentenceId } = await draft('Substance misuse');
  const [relay, other] = [await as('nps-officer'), await as('nps-officer')];
  mount(relay, documents.referralQuery, { id: referral.id });
  const { referral: key } = await fetchQuery(relay, documents.referralQuery, { id: referral.id }).toPromise();
  const shown = () => read(relay, documents.referral, key);
  assert.equal(shown().urgency, 'ROUTINE');
  const input = { referralId: referral.id, version: shown().version, fields: fields(sentenceId, { urgency: 'URGENT' }) };
  await mutate(other, { input });
  assert.equal(shown().urgency, 'ROUTINE');
  const { refetchableRequest, identifierInfo } = getRefetchMetadata(documents.referral, 'the referral');
  assert.equal(identifierInfo.identifierField, 'id');
  await fetchQuery(relay, refetchableRequest, { id: referral.id }).toPromise();
  assert.deepEqual([shown().urgency, shown().version], ['URGENT', referral.version + 1]);
});

function mutate(relay, variables) {
  return new Promise((resolve, reject) => {
    commitMutation(relay, {
      mutation: documents.editMutation,
      variables,
      onCompleted: (response, errors) => resolve({ response, errors }),
      onError: reject,
    });
  });
}

test('what a mutation answers is shown wherever the thing is', async () => {
  const { draft, fields } = await referring;
  const { referral, sentenceId } = await draft('Substance misuse');
  const relay = await as('nps-officer');
  mount(relay, documents.referralQuery, { id: referral.id });
  const { referral: key } = await fetchQuery(relay, documents.referralQuery, { id: referral.id }).toPromise();
  const seen = [];
  const watched = relay.subscribe(relay.lookup(getSelector(documents.referral, key)), ({ data }) => seen.push(data.urgency));
  const input = { referralId: referral.id, version: referral.version, fields: fields(sentenceId, { urgency: 'URGENT' }) };
  const { response } = await mutate(relay, { input });
  watched.dispose();
  assert.deepEqual(response.editReferral.userErrors, []);
  assert.deepEqual(seen, ['URGENT']);
  // The same again, of a version that is no more: the store stays as it is.
  const refused = await mutate(relay, { input }).catch((error) => error);
  assert.match(String(refused.errors?.[0]?.extensions?.code ?? refused.source?.errors?.[0]?.extensions?.code), /CONFLICT/);
  assert.equal(read(relay, documents.referral, key).version, referral.version + 1);
});

test('many are read by their ids, in their order, and what is not there is null', async () => {
  const relay = await as('nps-officer');
  mount(relay, documents.servicesQuery, { text: null });
  const key = await fetchQuery(relay, documents.servicesQuery, { text: null }).toPromise();
  const ids = rows(relay, services(relay, key)).map(({ id }) => id);
  ids.reverse().splice(1, 0, 'svc_00000000000000000000000000');
  const { nodes } = await fetchQuery(relay, documents.namesQuery, { ids }).toPromise();
  assert.deepEqual(nodes.map((node) => node?.id ?? null), ids.map((id, place) => (place === 1 ? null : id)));
  assert(nodes.every((node, place) => place === 1 || node.__typename === 'Service'));
});

test('a thing that was in a list is found in the store by its id', async () => {
  const relay = await as('nps-officer');
  mount(relay, documents.servicesQuery, { text: null });
  const key = await fetchQuery(relay, documents.servicesQuery, { text: null }).toPromise();
  const [first] = services(relay, key).edges;
  const { id, name } = read(relay, documents.serviceRow, first.node);
  const { service } = await fetchQuery(relay, documents.serviceOf, { id }).toPromise();
  assert.equal(read(relay, documents.serviceRow, service).name, name);
  assert.equal(relay.getStore().getSource().get(id).__typename, 'Service');
});
