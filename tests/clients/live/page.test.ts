// docs/live-updates.md: its JavaScript as it stands there, over a connection that breaks.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { after, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

import type { Client } from 'graphql-ws';

import { draft, fields } from '../referring.ts';
import { client } from '../typed/client.ts';
import { EditReferralDocument } from '../typed/gql/graphql.ts';
import { socketUrl, token, url } from '../network.ts';

const PATIENCE = 20_000;
const page = readFileSync(new URL('../../../docs/live-updates.md', import.meta.url), 'utf8');
const blocks = [...page.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(([, language, code]) => ({ language, code }));

/** What the page's example shows. */
interface Event {
  kind: string;
  cursor: string;
  parts: string[];
  referralId: string | null;
}

/** What lies between the client and the server, and can break. */
class Wire {
  readonly #open = new Set<Socket>();
  #broken = false;
  readonly #server = createServer((near) => {
    if (this.#broken) return near.destroy();
    const far = connect(Number(new URL(url).port), '127.0.0.1');
    for (const [one, other] of [[near, far], [far, near]] as const) {
      this.#open.add(one);
      one.pipe(other);
      one.on('error', () => {});
      one.on('close', () => other.destroy());
    }
  });

  async address(): Promise<string> {
    await new Promise<void>((done) => this.#server.listen(0, '127.0.0.1', done));
    const there = new URL(socketUrl);
    there.port = String((this.#server.address() as AddressInfo).port);
    return there.href;
  }

  /** Everything is cut, and nothing comes through until it is mended. */
  break() {
    this.#broken = true;
    for (const one of this.#open) one.destroy();
    this.#open.clear();
  }

  mend() {
    this.#broken = false;
  }

  end() {
    this.break();
    this.#server.close();
  }
}

const wire = new Wire();
after(() => wire.end());

/** The page's program, with these instead of what each front end has of its own; its client. */
async function program(shown: Event[]): Promise<Client> {
  const code = blocks.filter(({ language }) => language === 'js').map(({ code }) => code).join('\n');
  for (const own of ['wss://network.example/graphql', '5 * 60_000']) assert(code.includes(own), own);
  const here = code.replace('wss://network.example/graphql', await wire.address()).replace('5 * 60_000', '50');
  const folder = new URL('__generated__/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  const file = new URL('page.mjs', folder);
  writeFileSync(file, `${here}\nexport { client };\n`);
  Object.assign(globalThis, { token: async () => token('nps-officer'), show: (event: Event) => shown.push(event) });
  return ((await import(file.href)) as { client: Client }).client;
}

async function until(holds: () => boolean, what: string) {
  for (const limit = Date.now() + PATIENCE; !holds(); await pause(20)) assert(Date.now() < limit, what);
}

test('every example of the page is one that is run here, or by Python', () => {
  assert.deepEqual([...new Set(blocks.map(({ language }) => language))].sort(), ['js', 'python']);
});

test('the program of the page is told, renews its token, and goes on where it broke off', async () => {
  const { referral, sentenceId } = await draft('Enhanced Support Service');
  let { version } = referral;
  const edit = async () => {
    const input = { referralId: referral.id, version, fields: fields(sentenceId, { reason: `At ${version}.` }) };
    const { editReferral } = await client(url, token('nps-officer'))(EditReferralDocument, { input });
    version = editReferral.referral?.version ?? assert.fail(JSON.stringify(editReferral.userErrors));
  };
  const shown: Event[] = [];
  const follower = await program(shown);
  let pongs = 0;
  follower.on('pong', () => (pongs += 1));
  await until(() => shown.some(({ kind }) => kind === 'LIVE'), 'it is live');
  await edit();
  await until(() => shown.length === 2, 'a change is told');
  assert.deepEqual([shown[1]?.kind, shown[1]?.referralId, shown[1]?.parts], ['CHANGED', referral.id, ['REFERRAL']]);
  await until(() => pongs > 1, 'the token is renewed');

  wire.break();
  await edit();
  await edit();
  wire.mend();
  await until(() => shown.length >= 4, 'it comes back');
  // Two acts, told together, and nothing that was told before.
  assert.deepEqual(shown.slice(2).map(({ kind, referralId }) => [kind, referralId]), [['CHANGED', referral.id], ['LIVE', null]]);
  await follower.dispose();
});
