// The server under test, and tokens for the people of the demonstration.

import { execFileSync } from 'node:child_process';

function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: use tests/clients/run`);
  return value;
}

/** Where the server answers. */
export const url = setting('NETWORK_URL');

/** The same for subscriptions. */
export const socketUrl = url.replace(/^http/, 'ws');

const tokens = new Map<string, string>();

/** A token for somebody of the demonstration. */
export function token(persona: string): string {
  let found = tokens.get(persona);
  if (found === undefined) {
    const dataDir = setting('NETWORK_DATA');
    found = execFileSync(setting('NETWORK_API'), ['token', '--as', persona, '--data-dir', dataDir], {
      encoding: 'utf8',
      cwd: dataDir,
    }).trim();
    tokens.set(persona, found);
  }
  return found;
}

/** The header that proves who asks. */
export function authorization(persona: string): string {
  return `Bearer ${token(persona)}`;
}
