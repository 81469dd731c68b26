import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { InvalidPlan, loadPlan } from '../plan/index.ts';
import { errorsOf, loadText, planWith, soundPlan } from './plans/sound-plan.ts';

/** The errors of a text, as `line:column message`. */
async function lines(text: string | Uint8Array): Promise<string[]> {
  const errors = await errorsOf(text);
  return errors.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

test('a file that is not there is an invalid plan, and its path is named', async () => {
  await assert.rejects(loadPlan('no/such/plan.yaml'), (error) => {
    assert(error instanceof InvalidPlan);
    assert.equal(
      error.message,
      'no/such/plan.yaml  there is no such file. Look at the path; it is relative to the working directory',
    );
    return true;
  });
});

test('a folder is an invalid plan', async () => {
  await assert.rejects(loadPlan(tmpdir()), /this is a folder, not a file/);
});

test('a file that PowerShell wrote as UTF-16 is refused for what it is', async () => {
  assert.deepEqual(await lines(Buffer.from(`\uFEFF${soundPlan}`, 'utf16le')), [
    '0:0 the file is not UTF-8 text',
  ]);
});

for (const text of ['', '# nothing but a comment\n', '---\n', '\n\n']) {
  test(`${JSON.stringify(text)} is an empty file`, async () => {
    assert.deepEqual(await lines(text), ['1:1 the file is empty']);
  });
}

test('a byte order mark and Windows line ends change neither the plan nor the places', async () => {
  const windows = (text: string) => `\uFEFF${text.replaceAll('\n', '\r\n')}`;
  assert.deepEqual(await loadText(windows(soundPlan)), await loadText(soundPlan));
  const wrong = planWith(['version: 1', 'version: 2'], ['name: db-02', 'name: db-01']);
  assert.deepEqual(await lines(windows(wrong)), await lines(wrong));
});

test('two documents in one file are refused at the second', async () => {
  assert.deepEqual(await lines(`${soundPlan}---\n${soundPlan}`), [
    '20:1 a second document starts here; a plan is one document',
  ]);
});

test('a document end without another document is fine', async () => {
  assert.deepEqual(await lines(`---\n${soundPlan}...\n---\n`), []);
});

test('a tab as indentation is called by its name', async () => {
  assert.deepEqual(await lines(planWith(['  target:', '\ttarget:'])), ['14:1 a tab cannot indent YAML']);
});

test('a wrong indentation is one error, not a heap of them', async () => {
  assert.deepEqual(await lines(planWith(['    resourceGroup:', '      resourceGroup:'])), [
    '6:21 a key stands inside a value',
  ]);
});

test('a key that stands twice is reported, together with what else is wrong', async () => {
  const text = planWith(['name: payroll', 'name: payroll\nname: other'], ['westeurope', 'West Europe']);
  assert.deepEqual(await lines(text), [
    '3:1 `name` stands twice in one mapping',
    '9:15 `location` must be the name of an Azure region as programs write it, not `West Europe`',
  ]);
});

test('anchors and merge keys work, and a mistake under an anchor is reported once, where it stands', async () => {
  const merged = planWith(
    [
      '- { name: db-01, instanceId: i-0000000000000db01 }',
      '- &base { name: db-01, vpcId: vpc-0a1b2c3d4e5f60001, privateIp: 10.0.1.11 }',
    ],
    ['{ name: db-02, privateIp', '{ <<: *base, name: db-02, privateIp'],
  );
  const plan = await loadText(merged);
  assert.equal(plan.groups[0]?.vms[1]?.vpcId, 'vpc-0a1b2c3d4e5f60001');
  assert.deepEqual(await lines(merged.replace('vpc-0a1b2c3d4e5f60001', 'vpc-1')), [
    '18:37 `vpcId` must be vpc- and 8 to 17 hexadecimal digits, not `vpc-1`',
  ]);
});

test('an anchor that is not there, contains itself or merges no mapping is reported where it is used', async () => {
  assert.deepEqual(await lines(planWith(['{ region: eu-west-1 }', '*nowhere'])), [
    '3:9 there is no anchor `nowhere` above',
  ]);
  assert.deepEqual(await lines('groups: &all [*all]\n'), ['1:15 the anchor `all` contains itself']);
  assert.deepEqual(await lines('groups: &all { <<: *all }\n'), ['1:20 the anchor `all` contains itself']);
  assert.deepEqual(await lines('name: x\n<<: 3\n'), ['2:1 `<<` merges mappings only']);
});

test('a bomb of anchors is refused before it goes off', async () => {
  const level = (name: string, inner: string) =>
    `${name}: &${name} [${Array<string>(9).fill(inner).join(', ')}]\n`;
  const bomb = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name, index) =>
    level(name, index === 0 ? 'x' : `*${'abcdefg'.charAt(index - 1)}`),
  );
  assert.deepEqual(await lines(bomb.join('')), [
    '1:1 anchors are used in anchors so often that the file is refused',
  ]);
});

test('a template of a thousand machines is no bomb', async () => {
  const machines = Array.from(
    { length: 1000 },
    (_, index) => `      - { <<: *base, name: m-${index}, privateIp: 10.1.${index >> 8}.${index & 255} }\n`,
  );
  const text = planWith(['- { name: db-01, ', '- &base { name: db-01, ']).replace(
    ', instanceId: i-0000000000000db01',
    ', privateIp: 10.0.1.11',
  );
  const plan = await loadText(text + machines.join(''));
  assert.equal(plan.groups[0]?.vms.length, 1002);
});

test('a tag that YAML does not know is refused', async () => {
  assert.deepEqual(await lines(planWith(['name: payroll', 'name: !env payroll'])), [
    '2:7 Unresolved tag: !env',
  ]);
});

test('JSON is read, with tabs, and its mistakes have places', async () => {
  const plan = await loadText(soundPlan);
  const json = JSON.stringify(plan, undefined, '\t');
  assert.deepEqual(await loadText(json), plan);
  assert.deepEqual(await lines(json.replace('"groups"', '"grup"')), [
    `${json.slice(0, json.indexOf('"groups"')).split('\n').length}:2 \`grup\` is not a key of a plan`,
  ]);
  const [error] = await errorsOf(json.replace('"name": "payroll",', '"name": "payroll"'));
  assert.match(error?.suggestion ?? '', /missing comma/);
});
