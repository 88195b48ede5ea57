// A server of a test's own, with other settings than the one that all tests share.

import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** The server of a test. */
export interface Own {
  url: string;
  /** A token for somebody of its demonstration. */
  token(persona: string): string;
  /** The bytes of memory that it takes now. */
  memory(): number;
  end(): Promise<void>;
}

/** Starts one on a free port, with a fresh demonstration and these settings (`live.queue`). */
export async function begin(settings: Record<string, string | number>): Promise<Own> {
  const api = process.env['NETWORK_API'] ?? '';
  const folder = mkdtempSync(join(tmpdir(), 'partner-network-'));
  const given = Object.entries(settings).map(([name, value]) => [
    `PARTNER_NETWORK__${name.toUpperCase().replaceAll('.', '__')}`,
    String(value),
  ]);
  const env = { ...process.env, ...Object.fromEntries(given) };
  delete env['DATABASE_URL'];
  const place = { cwd: folder, env };
  const running = spawn(api, ['--data-dir', folder, 'serve', '--listen', '127.0.0.1:0'], {
    ...place,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<void>((done) => running.once('exit', () => done()));
  const said: string[] = [];
  const address = new Promise<string>((found, failed) => {
    const hear = (line: string) => {
      said.push(line);
      const [, at] = / answers on (http:\S+)$/.exec(line) ?? [];
      if (at) found(at);
    };
    createInterface(running.stdout).on('line', hear);
    createInterface(running.stderr).on('line', hear);
    running.once('exit', () => failed(new Error(`the server ended:\n${said.join('\n')}`)));
  });
  return {
    url: await address,
    token: (persona) => execFileSync(api, ['token', '--as', persona, '--data-dir', folder], { ...place, encoding: 'utf8' }).trim(),
    memory: () => Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${running.pid}/status`, 'utf8'))?.[1]) * 1024,
    end: async () => {
      running.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
