// A subscriber that stops reading, over a real socket: what waits for it is bounded, others are told all the same, and
// it is shed with an error that says what to do, or cut.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

import WebSocket from 'ws';

import { draft, fields } from '../referring.ts';
import { client } from '../typed/client.ts';
import { EditReferralDocument } from '../typed/gql/graphql.ts';
import { begin } from './own.ts';
import type { Own } from './own.ts';

/** How long what should come may take. */
const PATIENCE = 60_000;
/** The whole of a test, on a machine that does other things beside. */
const timeout = 300_000;
/** How often the referral is edited while nobody reads. */
const EDITS = 300;
/** What an event of somebody who asks for much says, in bytes: thirty times the longest text. */
const LARGE = 30 * 10_000;
/** What must never wait for one who does not read: half of what is said. */
const TOO_MUCH = (EDITS * LARGE) / 2;

interface Event {
  kind: string;
  cursor: string;
  referral: { version: number } | null;
}
interface Message {
  type: string;
  payload?: { data?: { referralChanged: Event } } & { message: string; extensions: { code: string } }[];
}

const small = 'cursor kind referral { version }';
const large = `cursor kind referral { version ${Array.from({ length: 30 }, (_, n) => `a${n}: reason`).join(' ')} }`;
const followed = (selection: string) =>
  `subscription ($id: ID!, $after: String) { referralChanged(id: $id, after: $after) { ${selection} } }`;

/** An officer's socket, and all that is said over it. */
class Subscriber {
  readonly socket: WebSocket;
  readonly said: Message[] = [];
  /** With which code it was closed; 1006 if without any. */
  readonly closed: Promise<number>;

  constructor(own: Own) {
    this.socket = new WebSocket(own.url.replace('http', 'ws'), 'graphql-transport-ws');
    this.socket.on('message', (data: Buffer) => this.said.push(JSON.parse(data.toString()) as Message));
    this.closed = new Promise((done) => this.socket.on('close', done));
    const payload = { authorization: `Bearer ${own.token('nps-officer')}` };
    this.socket.on('open', () => this.say({ type: 'connection_init', payload }));
  }

  say(message: unknown) {
    this.socket.send(JSON.stringify(message));
  }

  follow(selection: string, id: string, after?: string) {
    this.said.length = 0;
    this.say({ type: 'subscribe', id: 'one', payload: { query: followed(selection), variables: { id, after } } });
  }

  get events(): Event[] {
    return this.said.flatMap(({ payload }) => payload?.data?.referralChanged ?? []);
  }

  /** Waits until something was said. */
  async hears<T>(find: () => T | undefined): Promise<T> {
    const limit = Date.now() + PATIENCE;
    for (let found = find(); Date.now() < limit; found = find()) {
      if (found) return found;
      await pause(20);
    }
    return assert.fail(`in vain, after ${JSON.stringify(this.said.at(-1))?.slice(0, 200)}`);
  }

  async begins(selection: string, id: string) {
    await this.hears(() => this.said.find(({ type }) => type === 'connection_ack'));
    this.follow(selection, id);
    await this.hears(() => this.events.find(({ kind }) => kind === 'LIVE'));
  }
}

/** A referral of the server's, and how to change it. */
async function subject(own: Own) {
  const ask = client(own.url, own.token('nps-officer'));
  const { referral, sentenceId } = await draft('Meet and Mentor', ask);
  let { version } = referral;
  const edit = async (times: number) => {
    for (let n = 0; n < times; n += 1) {
      const input = { referralId: referral.id, version, fields: fields(sentenceId, { reason: `${version}`.padEnd(10_000, '.') }) };
      const { editReferral } = await ask(EditReferralDocument, { input });
      version = editReferral.referral?.version ?? assert.fail(JSON.stringify(editReferral.userErrors));
    }
    return version;
  };
  return { id: referral.id, edit };
}

let patient: Own;
let hasty: Own;
before(async () => {
  // One with a short queue that cuts nobody off meanwhile, and one that does.
  const silent = { 'live.heartbeat_seconds': 600 };
  [patient, hasty] = await Promise.all([
    begin({ ...silent, 'live.queue': 4, 'live.send_seconds': 600 }),
    begin({ ...silent, 'live.queue': 1_000, 'live.send_seconds': 1 }),
  ]);
});
after(() => Promise.all([patient?.end(), hasty?.end()]));

test('who stops reading is shed with an error, costs no memory, and takes up where they stopped', { timeout }, async (t) => {
  const { id, edit } = await subject(patient);
  const [slow, quick] = [new Subscriber(patient), new Subscriber(patient)];
  await Promise.all([slow.begins(large, id), quick.begins(small, id)]);
  // Both are told something first, so that the server has what it needs.
  const told = await edit(5);
  for (const one of [slow, quick]) await one.hears(() => one.events.find(({ referral }) => referral?.version === told));

  slow.socket.pause();
  const [before, begun] = [patient.memory(), slow.events.length];
  const last = await edit(EDITS);
  await quick.hears(() => quick.events.find(({ referral }) => referral?.version === last));
  const grown = patient.memory() - before;
  assert(grown < TOO_MUCH, `${grown} bytes more`);

  slow.socket.resume();
  const { payload } = await slow.hears(() => slow.said.find(({ type }) => type === 'error'));
  assert.equal(payload?.[0]?.extensions.code, 'LIMIT_EXCEEDED');
  assert.match(payload[0].message, /Subscribe again with your last cursor/);
  const { events } = slow;
  assert(events.length - begun < EDITS / 2, `${events.length - begun} of ${EDITS} were made for nobody`);
  const versions = events.map(({ referral }) => referral?.version ?? 0);
  assert.deepEqual(versions, [...new Set(versions)].sort((a, b) => a - b), 'each once, in order');

  // The socket stays; what came meanwhile is told once, as it is now.
  slow.follow(large, id, events.at(-1)?.cursor);
  await slow.hears(() => slow.events.find(({ kind }) => kind === 'LIVE'));
  const missed = slow.events.filter(({ kind }) => kind === 'CHANGED');
  assert(missed.length > 0 && missed.every(({ referral }) => referral?.version === last), JSON.stringify(missed).slice(0, 500));
  for (const one of [slow, quick]) one.socket.close();
  const made = events.length - begun;
  t.diagnostic(`${(grown / 1e6).toFixed(1)} MB more after ${EDITS} events of ${LARGE / 1000} kB, of which ${made} were made`);
});

test('who takes nothing for longer than `live.send_seconds` is cut without a code, and others are told', { timeout }, async () => {
  const { id, edit } = await subject(hasty);
  const [slow, quick] = [new Subscriber(hasty), new Subscriber(hasty)];
  await Promise.all([slow.begins(large, id), quick.begins(small, id)]);
  slow.socket.pause();
  const last = await edit(120);
  await pause(2_500);
  // That it was cut, only who reads can notice.
  slow.socket.resume();
  assert.equal(await slow.closed, 1006);
  await quick.hears(() => quick.events.find(({ referral }) => referral?.version === last));
  quick.socket.close();
});
