// What a change of the schema means for clients, in words; and whether it may be made.
//
// A breaking change may be made if CHANGELOG.md announces it by its name under "Unreleased", "Breaking"; or if what
// goes was deprecated in the released schema until a day that has passed, with a replacement that is there.

import { readFileSync } from 'node:fs';

import { CriticalityLevel, diff } from '@graphql-inspector/core';
import type { Change } from '@graphql-inspector/core';
import {
  buildSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
} from 'graphql';
import type { GraphQLSchema } from 'graphql';

/** How a deprecation has to be worded, so that clients know how long they have and where to go. */
const WORDING = /\buntil (\d{4}-\d{2}-\d{2}): use `([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)`/;

/** Everything in a schema that clients can name, with the reason of its deprecation if it has one. */
function names(schema: GraphQLSchema): Map<string, string | undefined> {
  const found = new Map<string, string | undefined>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (isIntrospectionType(type)) continue;
    found.set(type.name, undefined);
    if (isObjectType(type) || isInterfaceType(type)) {
      for (const field of Object.values(type.getFields())) {
        found.set(`${type.name}.${field.name}`, field.deprecationReason ?? undefined);
        for (const argument of field.args) {
          found.set(`${type.name}.${field.name}.${argument.name}`, argument.deprecationReason ?? undefined);
        }
      }
    } else if (isInputObjectType(type)) {
      for (const field of Object.values(type.getFields())) {
        found.set(`${type.name}.${field.name}`, field.deprecationReason ?? undefined);
      }
    } else if (isEnumType(type)) {
      for (const value of type.getValues()) found.set(`${type.name}.${value.name}`, value.deprecationReason ?? undefined);
    }
  }
  return found;
}

/** What is wrong with how a thing is deprecated; undefined if nothing is. */
function badDeprecation(name: string, reason: string, current: Map<string, string | undefined>): string | undefined {
  const words = WORDING.exec(reason);
  const [, day = '', replacement = ''] = words ?? [];
  if (!words || new Date(`${day}T00:00:00Z`).toJSON()?.slice(0, 10) !== day) {
    return `${name} is deprecated without a day and a replacement. Word it: "… until YYYY-MM-DD: use \`Type.field\`".`;
  }
  if (!current.has(replacement)) return `${name} is deprecated for \`${replacement}\`, which is not in the schema.`;
  if (current.get(replacement) !== undefined) return `${name} is deprecated for \`${replacement}\`, which is deprecated too.`;
  return undefined;
}

/** What "Breaking" under "Unreleased" announces: the names in backticks at the beginning of its items. */
export function announced(changelog: string): Set<string> {
  const section = (text: string, heading: RegExp, level: string) => {
    const [, after] = text.split(heading);
    return after?.split(new RegExp(`^${level} `, 'm'))[0] ?? '';
  };
  const unreleased = section(changelog, /^## Unreleased[^\n]*$/m, '##');
  const breaking = section(unreleased, /^### Breaking[^\n]*$/m, '###');
  return new Set([...breaking.matchAll(/^- ((?:`[^`]+`(?:, | and )?)+)/gm)].flatMap(([, listed = '']) =>
    [...listed.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
  ));
}

export interface Verdict {
  /** The changes, in words. */
  words: string[];
  /** Why they may not be made; empty if they may. */
  problems: string[];
}

/** Compares the released schema with the current one, on a day (YYYY-MM-DD). */
export async function judge(released: string, current: string, changelog: string, today: string): Promise<Verdict> {
  const [before, after] = [buildSchema(released), buildSchema(current)];
  const [namedBefore, namedAfter] = [names(before), names(after)];
  const announcements = announced(changelog);
  const words: string[] = [];
  const problems: string[] = [];

  const expired = (name: string) => {
    const [, day, replacement] = WORDING.exec(namedBefore.get(name) ?? '') ?? [];
    const gone = !namedAfter.has(name);
    return gone && day !== undefined && day < today && replacement !== undefined && namedAfter.has(replacement);
  };
  const say = (change: Change, note = '') => words.push(`  ${change.message}${note}`);
  const changes = await diff(before, after);
  const of = (level: CriticalityLevel) => changes.filter((change) => change.criticality.level === level);
  const heading = (text: string, of: Change[]) => of.length > 0 && words.push(`${text} (${of.length}):`);

  const breaking = of(CriticalityLevel.Breaking);
  heading('Breaking', breaking);
  for (const change of breaking) {
    const name = change.path ?? '';
    if (announcements.has(name)) say(change, ' (announced)');
    else if (expired(name)) say(change, ' (its deprecation has run out)');
    else {
      say(change);
      problems.push(
        `${change.message}: clients break. Announce it in CHANGELOG.md, under "## Unreleased" and "### Breaking", as ` +
          `"- \`${name}\` …"; or better, keep it and deprecate it.`,
      );
    }
  }
  const dangerous = of(CriticalityLevel.Dangerous);
  heading('Dangerous, for clients that are not prepared', dangerous);
  dangerous.forEach((change) => say(change));
  const safe = of(CriticalityLevel.NonBreaking);
  heading('Safe', safe);
  safe.forEach((change) => say(change));

  for (const [name, reason] of namedAfter) {
    const problem = reason === undefined ? undefined : badDeprecation(name, reason, namedAfter);
    if (problem) problems.push(problem);
  }
  return { words, problems };
}

if (import.meta.main ?? process.argv[1]?.endsWith('compare.ts')) {
  const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
  const [released, current] = [read('docs/schema/released.graphql'), read('schema.graphql')];
  const today = new Date().toISOString().slice(0, 10);
  const { words, problems } = await judge(released, current, read('CHANGELOG.md'), today);
  console.log(words.length > 0 ? words.join('\n') : 'The schema is the released one.');
  for (const problem of problems) console.error(`\n${problem}`);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
