// The check of changes, held against changes of a small schema.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { announced, judge } from './compare.ts';

const RELEASED = `
  type Query {
    case(id: ID!, crn: String): Case
    cases: [Case!]!
  }
  type Case {
    id: ID!
    crn: String!
    name: String
    surname: String @deprecated(reason: "Renamed until 2018-03-01: use \`Case.name\`")
    status: Status!
  }
  enum Status { OPEN CLOSED }
  type Mutation { close(input: CloseInput!): Case }
  input CloseInput { id: ID!, reason: String }
`;

const TODAY = '2018-03-02';

/** Judges a change made by replacing words of the released schema. */
function change(from: string | RegExp, to: string, changelog = '', today = TODAY) {
  const current = RELEASED.replace(from, to);
  assert.notEqual(current, RELEASED);
  return judge(RELEASED, current, changelog, today);
}

function announcement(name: string) {
  return `# Changelog\n\n## Unreleased\n\n- News.\n\n### Breaking\n\n- \`${name}\` goes: nobody asked for it.\n\n## 1.0\n`;
}

test('nothing changed', async () => {
  assert.deepEqual(await judge(RELEASED, RELEASED, '', TODAY), { words: [], problems: [] });
});

for (const [what, from, to, name] of [
  ['a field that goes', 'crn: String!\n', '', 'Case.crn'],
  ['a field that may be null from now on', 'crn: String!\n', 'crn: String\n', 'Case.crn'],
  ['a field of another type', 'name: String\n', 'name: Int\n', 'Case.name'],
  ['an argument that goes', ', crn: String)', ')', 'Query.case.crn'],
  ['an argument that is required from now on', 'cases: ', 'cases(of: ID!): ', 'Query.cases.of'],
  ['an enum value that goes', 'CLOSED', '', 'Status.CLOSED'],
  ['an input field that is required from now on', 'reason: String }', 'reason: String! }', 'CloseInput.reason'],
  ['a new input field that is required', 'reason: String }', 'reason: String, on: String! }', 'CloseInput.on'],
  ['a mutation that goes', 'close(input: CloseInput!): Case', 'open(input: CloseInput!): Case', 'Mutation.close'],
] as const) {
  test(`${what} fails, and says so in words; announced it passes`, async () => {
    const unannounced = await change(from, to);
    assert.equal(unannounced.problems.length, 1, unannounced.problems.join('\n'));
    assert(unannounced.problems[0]?.includes(`"- \`${name}\``), unannounced.problems[0]);
    assert.match(unannounced.words.join('\n'), /^Breaking \(1\):/);
    // Another thing's announcement is not this one's.
    assert.equal((await change(from, to, announcement('Case.nothing'))).problems.length, 1);
    assert.equal((await change(from, to, announcement(`${name}s`))).problems.length, 1);
    const passed = await change(from, to, announcement(name));
    assert.deepEqual(passed.problems, []);
    assert.match(passed.words.join('\n'), /\(announced\)/);
  });
}

for (const [what, from, to, words] of [
  ['a new field', 'crn: String!\n', 'crn: String!\nborn: String\n', /^Safe \(1\):\n.*born/],
  ['a new enum value', 'CLOSED', 'CLOSED LOST', /^Dangerous.*\(1\):\n.*LOST/],
  ['a field that is never null from now on', 'name: String\n', 'name: String!\n', /^Safe/],
  ['a new argument that may be left out', 'cases: ', 'cases(of: ID): ', /of/],
] as const) {
  test(`${what} passes, and is told`, async () => {
    const { words: said, problems } = await change(from, to);
    assert.deepEqual(problems, []);
    assert.match(said.join('\n'), words);
  });
}

test('what was deprecated may go after its day, and not before', async () => {
  const line = /\n.*surname: .*\n/;
  assert.deepEqual((await change(line, '\n')).problems, []);
  assert.equal((await change(line, '\n', '', '2018-03-01')).problems.length, 1);
  // Nor may its replacement go with it, nor may it come back as something else.
  assert.equal((await change(/name: String\n.*surname: .*\n/, '\n')).problems.length, 2);
  assert.equal((await change('surname: String', 'surname: Int')).problems.length, 1);
});

test('a deprecation names its day and its replacement', async () => {
  for (const [reason, problem] of [
    ['Renamed until 2019-01-01: use `Case.name`', undefined],
    ['Not used any more', /without a day and a replacement/],
    ['until 2019-02-31: use `Case.name`', /without a day and a replacement/],
    ['until 2019-01-01', /without a day and a replacement/],
    ['until 2019-01-01: use `Case.title`', /not in the schema/],
    ['until 2019-01-01: use `Case.surname`', /deprecated too/],
  ] as const) {
    const { problems } = await change('crn: String!', `crn: String! @deprecated(reason: "${reason}")`);
    if (problem) assert.match(problems.join('\n'), problem, reason);
    else assert.deepEqual(problems, []);
  }
  const { problems } = await change('CLOSED', 'CLOSED @deprecated');
  assert.match(problems.join('\n'), /^Status.CLOSED is deprecated without/);
});

test('only what stands under the coming version, as broken, is announced', () => {
  assert.deepEqual([...announced(announcement('Case.crn'))], ['Case.crn']);
  const elsewhere = '## Unreleased\n\n- `Case.crn` is new.\n\n## 1.0\n\n### Breaking\n\n- `Case.crn` went.\n';
  assert.deepEqual([...announced(elsewhere)], []);
  const several = '## Unreleased\n\n### Breaking\n\n- `A.b`, `A.c` and `D`: see `E.f`.\n\n### Added\n\n- `G.h`.\n';
  assert.deepEqual([...announced(several)], ['A.b', 'A.c', 'D']);
});
