import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { awsComplaints, awsOperation, wrongAwsRequests } from './spec/check-aws-schema.ts';
import { deserializerComplaints, deserializerOf } from './spec/check-deserializer.ts';
import { isObject, mapperComplaints } from './spec/check-mapper.ts';
import { RequestTypes, requestComplaints } from './spec/check-request.ts';
import {
  deviations,
  inferredDeviations,
  requestsOfTypes,
  uncovered,
  wrongButTaken,
} from './spec/deviations.ts';
import { portageOperations } from './spec/portage-operations.ts';
import {
  startRecordedClouds,
  type Before,
  type Exchange,
  type RecordedClouds,
} from './spec/recorded-clouds.ts';
import { operationSpecs, type OperationSpec } from './spec/sdk-specs.ts';
import { clientsFor } from './spec/walk-clients.ts';
import { walkClassic } from './spec/walk-classic.ts';
import { walkCompute } from './spec/walk-compute.ts';
import { walkEc2 } from './spec/walk-ec2.ts';
import { walkEnvironment } from './spec/walk-environment.ts';
import { walkLists } from './spec/walk-lists.ts';
import { walkScenario } from './spec/walk-scenario.ts';
import { walkSecurityGroups } from './spec/walk-security-groups.ts';
import { walkSiteRecovery } from './spec/walk-site-recovery.ts';
import { walkNetwork } from './spec/walk-network.ts';
import { walkSsm } from './spec/walk-ssm.ts';
import { walkSts } from './spec/walk-sts.ts';
import { wrongByModel } from './spec/wrong-models.ts';
import { wrongRequests } from './spec/wrong-requests.ts';
import { AzureTypes, typesAreAbsent } from './simulator-azure-types.ts';

/** Simulated seconds for each real one: the SDKs' pollers wait in real time. */
const speed = 20_000;

/** One walk for all of these tests. */
const walk = walked();

// A run's ledger names nothing but operations that the simulator knows (anything else is `Unknown`, and refused): what the
// walk meets is therefore all that any run can, besides what the source calls already and no run has reached yet.
test('the walk meets every operation that Portage uses, and every one that the simulated clouds know', async () => {
  const { clouds, exchanges } = await walk;
  const met = new Set(exchanges.map(({ service, operation }) => `${service} ${operation}`));
  const used = portageOperations().filter(({ service, operation }) => !met.has(`${service} ${operation}`));
  assert.deepEqual(used, [], 'Portage calls what the walk does not');
  const known = await clouds.control('GET', 'operations');
  assert.ok(isObject(known));
  const unmet = Object.entries(known).flatMap(([service, operations]) => {
    assert.ok(Array.isArray(operations));
    return operations.map((operation) => `${service} ${operation}`).filter((name) => !met.has(name));
  });
  assert.deepEqual(unmet, [], 'the simulator knows what the walk does not meet');
});

test('every answer has just what the SDKs know of it, or what a recording has besides', async () => {
  const { exchanges } = await walk;
  const specs = await operationSpecs();
  const complaints = new Set<string>();
  for (const exchange of exchanges.filter(({ status }) => status < 300)) {
    for (const complaint of await complaintsOf(exchange, specs)) {
      complaints.add(`${exchange.operation} ${complaint}`);
    }
  }
  assert.deepEqual(unexplained(complaints, 'SDK'), []);
});

test("every resource has its published type's shape", { skip: typesAreAbsent }, async () => {
  const { exchanges } = await walk;
  const libraries = ['siterecovery', 'vaults', 'offazure', 'compute', 'network'].map(
    (library) => new AzureTypes(library),
  );
  const complaints = new Set<string>();
  for (const { operation, answer } of exchanges.filter((one) => one.service === 'arm' && one.status < 300)) {
    for (const resource of resourcesIn(parsed(answer))) {
      const types = libraries.find((library) => library.has(resource.type));
      for (const complaint of types?.complaints(resource.type, resource.body) ?? [])
        complaints.add(`${operation} ${complaint}`);
    }
  }
  assert.deepEqual(unexplained(complaints, 'types'), []);
});

test('every request that is taken has just what the SDKs know of it', async () => {
  const specs = await operationSpecs();
  const complaints = new Set<string>();
  let looked = 0;
  for (const { operation, request } of await takenRequests()) {
    const spec = specs.get(operation);
    if (spec === undefined) continue;
    looked += 1;
    for (const complaint of requestComplaints(parsed(request), spec))
      complaints.add(`${operation} ${complaint}`);
  }
  assert.ok(looked > 20, `only ${looked} requests were looked at`);
  assert.deepEqual([...complaints], []);
});

test("every request that is taken has its published type's shape", { skip: typesAreAbsent }, async () => {
  const specs = await operationSpecs();
  const types = new RequestTypes();
  const complaints = new Set<string>();
  const byTypes = new Set<string>();
  for (const { service, operation, method, url, request } of await takenRequests()) {
    const found = types.complaints(method, pathOf(url), parsed(request));
    if (found === undefined) continue;
    if (!specs.has(operation)) byTypes.add(`${service} ${operation}: request`);
    for (const complaint of found) complaints.add(`${operation} ${complaint}`);
  }
  assert.deepEqual([...complaints], []);
  assert.deepEqual([...byTypes].toSorted(), requestsOfTypes);
});

test(
  'a request with what nobody knows, or of another type, is complained of',
  { skip: typesAreAbsent },
  () => {
    const put = (path: string, body: object) =>
      new RequestTypes().complaints('PUT', `/subscriptions/s/resourceGroups/g/providers/${path}`, body);
    assert.deepEqual(
      put('Microsoft.Network/virtualNetworks/v/subnets/s', { properties: { colour: 'red' } }),
      ['properties.colour: unknown'],
    );
    assert.deepEqual(put('Microsoft.Compute/virtualMachines/v', { location: 7 }), [
      'location: 7 is no String',
    ]);
    assert.equal(put('Microsoft.Storage/storageAccounts/s', {}), undefined);
  },
);

test('what is otherwise than described, and only inferred, is listed apart', (t) => {
  for (const { complaint, evidence } of inferredDeviations)
    t.diagnostic(`inferred: ${String(complaint)}: ${evidence}`);
  assert.ok(deviations.every(({ evidence }) => evidence.startsWith('recorded')));
});

test('what the types do not allow is refused: a required property left out, a discriminator in small letters', async () => {
  const { taken } = await walk;
  assert.ok(taken.tried > 50, `only ${taken.tried} wrong requests were tried`);
  assert.deepEqual(
    [...taken.wrong].filter((wrong) => !wrongButTaken.some((row) => row.wrong === wrong)).toSorted(),
    [],
  );
  assert.deepEqual(
    wrongButTaken.filter(({ wrong }) => !taken.wrong.has(wrong)),
    [],
    'rows that nothing needs any more',
  );
});

test('an id in any case leads to the same resource, which keeps its own', async () => {
  const { clouds, exchanges } = await walk;
  const reads = new Map(
    exchanges
      .filter(({ method, service, status }) => method === 'GET' && service === 'arm' && status === 200)
      .map((read) => [read.operation, read]),
  );
  for (const read of reads.values()) {
    const [path = '', query = ''] = read.url.split('?');
    const same = await clouds.again(read, {});
    const other = await clouds.again(read, { url: `${path.toUpperCase()}?${query}` });
    assert.equal(other.status, same.status, `${read.operation} ${path}`);
    assert.deepEqual(idsIn(parsed(other.answer)), idsIn(parsed(same.answer)), read.operation);
  }
});

test('a list shows less of a thing than a get', async () => {
  const { exchanges } = await walk;
  for (const resource of ['Fabrics', 'ProtectedItems', 'RecoveryPlans', 'Jobs']) {
    const got = richest(exchanges, `Replication${resource}_Get`);
    const listed = richest(exchanges, `Replication${resource}_List`);
    const both = [...got].filter(([id]) => listed.has(id));
    assert.ok(both.length > 0, resource);
    const poorer = both.filter(([id, leaves]) => (listed.get(id) ?? 0) < leaves);
    assert.ok(poorer.length > 0, resource);
    // A classic fabric shows all of its components in a list, too (recorded).
    if (resource !== 'Fabrics') assert.equal(poorer.length, both.length, resource);
  }
});

test('a time that there is not is one of the sentinels of the service', async () => {
  const { exchanges } = await walk;
  const answers = (operation: string) =>
    exchanges.filter((one) => one.operation === operation && one.status === 200).map(({ answer }) => answer);
  const running = answers('ReplicationJobs_Get').filter((answer) => answer.includes('"state":"Suspended"'));
  assert.ok(running.length > 0);
  for (const answer of running) assert.match(answer, /"endTime":"0001-01-01T00:00:00"/);
  const idle = answers('ReplicationProtectedItems_Get').filter((answer) =>
    answer.includes('replicationJobs/None'),
  );
  assert.ok(idle.length > 0);
  for (const answer of idle)
    assert.match(answer, /"scenarioName":"None",.*"startTime":"1753-01-01T01:01:01Z"/);
});

test('pages of one and two hold the same as one page of all', async (t) => {
  const listed: unknown[] = [];
  for (const pageSize of [1, 2, 100]) {
    const clouds = await startRecordedClouds(t, await walkScenario(pageSize), 0);
    listed.push(await walkLists(clientsFor(t, clouds)));
  }
  assert.deepEqual(listed[0], listed[2]);
  assert.deepEqual(listed[1], listed[2]);
});

test('what is covered by no SDK schema and no published type is listed', async () => {
  const { exchanges } = await walk;
  const specs = await operationSpecs();
  const bare = new Set<string>();
  for (const { service, operation, method, request } of exchanges) {
    const covered =
      service === 'arm'
        ? specs.has(operation) || (await deserializerOf(operation)) !== undefined
        : awsOperation(service, operation) !== undefined;
    if (!covered) bare.add(`${service} ${operation}`);
    else if (service === 'arm' && !specs.has(operation) && method !== 'GET' && request !== '')
      bare.add(`${service} ${operation}: request`);
  }
  const known = [...uncovered.map(({ what }) => what), ...requestsOfTypes];
  assert.deepEqual([...bare].toSorted(), known.toSorted());
});

/** Those with a body that a cloud has taken. */
async function takenRequests(): Promise<readonly Exchange[]> {
  const { exchanges } = await walk;
  return exchanges.filter(
    ({ service, method, request, status }) =>
      service === 'arm' && method !== 'GET' && request !== '' && status < 300,
  );
}

function pathOf(url: string): string {
  return decodeURIComponent(url.split('?')[0] ?? '');
}

interface Walk {
  readonly clouds: RecordedClouds;
  readonly exchanges: readonly Exchange[];
  /** Requests made wrong on purpose: how many were sent, and which of them were accepted. */
  readonly taken: { readonly tried: number; readonly wrong: ReadonlySet<string> };
}

/** Walks all of both clouds with the real SDKs; before each write, the same is sent with something wrong with it. */
async function walked(): Promise<Walk> {
  const specs = [...(await operationSpecs())];
  const wrong = new Set<string>();
  let tried = 0;
  const before: Before = async ({ again }, sent) => {
    for (const { what, request } of wrongOnes(sent, specs)) {
      tried += 1;
      const { status } = await again(sent, { request });
      if (status < 400 || status >= 500) wrong.add(what);
    }
  };
  const clouds = await startRecordedClouds({ after }, await walkScenario(), speed, before);
  const clients = clientsFor({ after }, clouds);
  await walkEnvironment(clients);
  await walkNetwork(clients);
  await walkSiteRecovery(clients);
  await walkClassic(clients);
  await walkCompute(clients);
  await walkSecurityGroups(clients);
  await walkEc2(clients);
  await walkSsm(clients);
  await walkSts(clouds);
  return { clouds, exchanges: await clouds.exchanges(), taken: { tried, wrong } };
}

function wrongOnes(
  sent: Exchange,
  specs: readonly (readonly [string, OperationSpec])[],
): readonly { readonly what: string; readonly request: string }[] {
  const aws = awsActionOf(sent);
  if (aws !== undefined) {
    const operation = awsOperation(aws.service, aws.name);
    if (operation === undefined) return [];
    return wrongAwsRequests(operation, sent.request).map(({ wrong, request }) => ({
      what: `${aws.name} ${wrong}`,
      request,
    }));
  }
  const [path = ''] = sent.url.split('?');
  if (sent.request === '') return [];
  const byModel = wrongByModel(sent.method, decodeURIComponent(path), parsed(sent.request));
  if (byModel.length > 0) {
    return byModel.map(({ operation, wrong, body }) => ({
      what: `${operation} ${wrong}`,
      request: JSON.stringify(body),
    }));
  }
  const found = specs.find(([, spec]) => spec.method === sent.method && matches(spec.path, path));
  const mapper = found?.[1].requestMapper;
  if (found === undefined || mapper === undefined) return [];
  return wrongRequests(parsed(sent.request), mapper, found[1].models).map(({ wrong, body }) => ({
    what: `${found[0]} ${wrong}`,
    request: JSON.stringify(body),
  }));
}

function awsActionOf({ url, headers, request }: Exchange) {
  const [, json] = /^AmazonSSM\.(\w+)$/.exec(String(headers['x-amz-target'] ?? '')) ?? [];
  if (json !== undefined) return { service: 'ssm', name: json };
  const name = url === '/' ? new URLSearchParams(request).get('Action') : null;
  return name === null ? undefined : { service: 'ec2', name };
}

function matches(template: string, path: string): boolean {
  const pattern = template.replaceAll(/\{[^}]+\}/g, '[^/]+');
  return new RegExp(`^${pattern}$`, 'i').test(path);
}

async function complaintsOf(
  { service, operation, status, answer }: Exchange,
  specs: ReadonlyMap<string, OperationSpec>,
): Promise<readonly string[]> {
  if (service !== 'arm') {
    const schema = awsOperation(service, operation);
    return schema === undefined ? [] : awsComplaints(schema, answer);
  }
  const body = parsed(answer);
  if (body === undefined) return [];
  const spec = specs.get(operation);
  if (spec !== undefined) {
    const mapper = spec.answerMappers.get(status);
    return mapper === undefined ? [`no answer ${status}`] : mapperComplaints(body, mapper, spec.models);
  }
  const read = await deserializerOf(operation);
  return read === undefined ? [] : deserializerComplaints(read, status, body);
}

/** Complaints that no row of the table explains, and rows that nothing needs any more. */
function unexplained(complaints: ReadonlySet<string>, against: 'SDK' | 'types'): string[] {
  const rows = [...deviations, ...inferredDeviations].filter((row) => row.against.includes(against));
  const left = [...complaints].filter(
    (complaint) => !rows.some(({ complaint: known }) => known.test(complaint)),
  );
  const idle = rows.filter(
    ({ complaint: known }) => ![...complaints].some((complaint) => known.test(complaint)),
  );
  return [
    ...left,
    ...idle.map(({ complaint: known }) => `nothing needs the row ${String(known)}`),
  ].toSorted();
}

function parsed(text: string): unknown {
  const body: unknown = text === '' ? undefined : JSON.parse(text);
  return body;
}

/** Every resource in an answer: the body itself, or the elements of a list. */
function resourcesIn(body: unknown): readonly { readonly type: string; readonly body: unknown }[] {
  if (!isObject(body)) return [];
  if (Array.isArray(body.value)) return body.value.flatMap((each) => resourcesIn(each));
  return typeof body.type === 'string' && typeof body.id === 'string' ? [{ type: body.type, body }] : [];
}

/** The ids in an answer: of the resource, or of the elements of a list. */
function idsIn(body: unknown): readonly string[] {
  return resourcesIn(body).map((resource) => (isObject(resource.body) ? String(resource.body.id) : ''));
}

/** For each resource that an operation answered, by its id: how many values it showed at most. */
function richest(exchanges: readonly Exchange[], operation: string): ReadonlyMap<string, number> {
  const leaves = new Map<string, number>();
  for (const { answer } of exchanges.filter((one) => one.operation === operation && one.status === 200)) {
    for (const { body } of resourcesIn(parsed(answer))) {
      const id = isObject(body) ? String(body.id) : '';
      leaves.set(id, Math.max(leaves.get(id) ?? 0, leavesOf(body)));
    }
  }
  return leaves;
}

function leavesOf(body: unknown): number {
  if (body === null || body === undefined) return 0;
  if (typeof body !== 'object') return 1;
  return Object.values(body).reduce<number>((sum, inner) => sum + leavesOf(inner), 0);
}
