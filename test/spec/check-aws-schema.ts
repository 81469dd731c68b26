import * as ec2 from '@aws-sdk/client-ec2';
import * as ssm from '@aws-sdk/client-ssm';
import { isObject } from './check-mapper.ts';

/** A wire schema as the AWS packages export them: nested tuples, or a function that gives one. */
type Schema = (typeof ec2.DescribeInstances$)[4];

/** An operation of an AWS package. */
export interface AwsOperation {
  readonly protocol: 'query' | 'json';
  readonly input: Schema;
  readonly output: Schema;
}

/** Finds an operation's schemas by its service and name. STS has no package of its own here. */
export function awsOperation(service: string, name: string): AwsOperation | undefined {
  const packages = { ec2, ssm };
  const [, exported] = Object.entries(packages).find(([known]) => known === service) ?? [];
  const schema: unknown = exported === undefined ? undefined : Reflect.get(exported, `${name}$`);
  if (!isOperationSchema(schema)) return undefined;
  return { protocol: service === 'ec2' ? 'query' : 'json', input: schema[4], output: schema[5] };
}

function isOperationSchema(value: unknown): value is typeof ec2.DescribeInstances$ {
  return Array.isArray(value) && value[0] === 9;
}

/** What a schema says of a value. */
type Known =
  | { readonly kind: 'simple'; readonly code: number }
  | { readonly kind: 'list'; readonly itemName: string; readonly item: Schema }
  | { readonly kind: 'map'; readonly value: Schema }
  | { readonly kind: 'structure'; readonly members: readonly Member[] };

interface Member {
  readonly name: string;
  readonly xmlName: string;
  readonly queryName: string;
  readonly schema: Schema;
  readonly required: boolean;
}

function known(ref: Schema): Known {
  const schema = typeof ref === 'function' ? ref() : ref;
  if (typeof schema === 'number') {
    if (schema >= 64 && schema < 128) return { kind: 'list', itemName: 'member', item: schema - 64 };
    if (schema >= 128) return { kind: 'map', value: schema - 128 };
    return { kind: 'simple', code: schema };
  }
  if (!Array.isArray(schema)) return { kind: 'structure', members: [] };
  if (schema.length === 2) return known(schema[0]);
  if (schema[0] === 1)
    return { kind: 'list', itemName: traits(schema[4]).xmlName ?? 'item', item: schema[4] };
  if (schema[0] === 2) return { kind: 'map', value: schema[5] };
  if (schema[0] !== 3) return { kind: 'simple', code: 0 };
  const [names, refs] = [schema[4], schema[5]];
  const required = Number(schema.at(6) ?? 0);
  return { kind: 'structure', members: names.map((name, at) => member(name, refs[at] ?? 0, at < required)) };
}

function member(name: string, schema: Schema, required: boolean): Member {
  const { xmlName = name, queryName } = traits(schema);
  const inForm = queryName ?? `${xmlName.slice(0, 1).toUpperCase()}${xmlName.slice(1)}`;
  return { name, xmlName, queryName: inForm, schema, required };
}

function traits(ref: Schema): { readonly xmlName?: string; readonly queryName?: string } {
  if (!Array.isArray(ref) || ref.length !== 2 || typeof ref[1] !== 'object') return {};
  const { xmlName, ec2QueryName } = ref[1];
  return {
    ...(xmlName === undefined ? {} : { xmlName }),
    ...(typeof ec2QueryName === 'string' ? { queryName: ec2QueryName } : {}),
  };
}

/** Compares an answer with an operation's output. @returns a complaint for what the schema does not have. */
export function awsComplaints({ protocol, output }: AwsOperation, answer: string): string[] {
  if (protocol === 'json') return [...new Set(jsonComplaints(JSON.parse(answer || '{}'), output, ''))];
  const [root] = readXml(answer);
  const children = root?.children.filter(({ name }) => name !== 'requestId' && name !== 'return') ?? [];
  return [...new Set(elementComplaints({ name: '', text: '', children }, output, ''))];
}

function jsonComplaints(value: unknown, schema: Schema, at: string): string[] {
  const shape = known(schema);
  if (value === null) return [];
  switch (shape.kind) {
    case 'list':
      return Array.isArray(value)
        ? value.flatMap((each) => jsonComplaints(each, shape.item, `${at}[]`))
        : [`${at}: not a list`];
    case 'map':
      return isObject(value)
        ? Object.values(value).flatMap((each) => jsonComplaints(each, shape.value, `${at}.*`))
        : [`${at}: not a map`];
    case 'structure':
      if (!isObject(value)) return [`${at}: not a structure`];
      return Object.entries(value).flatMap(([name, inner]) => {
        const one = shape.members.find((each) => each.name === name);
        return one === undefined
          ? [`${at}.${name}: unknown`]
          : jsonComplaints(inner, one.schema, `${at}.${name}`);
      });
    case 'simple':
      return typeof value === simpleType(shape.code)
        ? []
        : [`${at}: ${JSON.stringify(value)} has the wrong type`];
  }
}

/** Codes of the simple schemas; times of the JSON protocol are seconds. */
function simpleType(code: number): string {
  if (code === 1 || (code >= 4 && code <= 7)) return 'number';
  return code === 2 ? 'boolean' : 'string';
}

interface Element {
  readonly name: string;
  text: string;
  readonly children: Element[];
}

function elementComplaints(element: Element, schema: Schema, at: string): string[] {
  const shape = known(schema);
  switch (shape.kind) {
    case 'list':
      return element.children.flatMap((child) =>
        child.name === shape.itemName || shape.itemName === 'member'
          ? elementComplaints(child, shape.item, `${at}[]`)
          : [`${at}.${child.name}: unknown`],
      );
    case 'structure':
      return element.children.flatMap((child) => {
        const one = shape.members.find(({ xmlName }) => xmlName === child.name);
        return one === undefined
          ? [`${at}.${child.name}: unknown`]
          : elementComplaints(child, one.schema, `${at}.${one.name}`);
      });
    case 'map':
      return [];
    case 'simple':
      return textComplaints(element, shape.code, at);
  }
}

function textComplaints({ text, children }: Element, code: number, at: string): string[] {
  const isRight =
    code === 1
      ? text !== '' && Number.isFinite(Number(text))
      : code === 2
        ? text === 'true' || text === 'false'
        : code < 4 || code > 7 || !Number.isNaN(Date.parse(text));
  return isRight && children.length === 0 ? [] : [`${at}: ${JSON.stringify(text)} has the wrong type`];
}

/** Reads XML of the plain kind that AWS writes: elements, attributes (left out), text. */
function readXml(text: string): readonly Element[] {
  const top: Element = { name: '', text: '', children: [] };
  const open = [top];
  for (const [, close, name = '', self, plain] of text.matchAll(
    /<(\/)?([A-Za-z][\w:.-]*)[^>]*?(\/)?>|([^<]+)/g,
  )) {
    const parent = open.at(-1) ?? top;
    if (plain !== undefined) parent.text += plain;
    else if (close !== undefined) open.pop();
    else {
      const element: Element = { name, text: '', children: [] };
      parent.children.push(element);
      if (self === undefined) open.push(element);
    }
  }
  return top.children;
}

/** Every way to leave one required parameter out of a request. */
export function wrongAwsRequests(
  { protocol, input }: AwsOperation,
  request: string,
): readonly { readonly wrong: string; readonly request: string }[] {
  const shape = known(input);
  if (shape.kind !== 'structure') return [];
  const required = shape.members.filter((one) => one.required);
  return required.map(({ name, queryName }) => ({
    wrong: `${name}: missing`,
    request: protocol === 'json' ? withoutKey(request, name) : withoutParameter(request, queryName),
  }));
}

function withoutKey(request: string, name: string): string {
  const body: unknown = JSON.parse(request || '{}');
  return JSON.stringify(isObject(body) ? { ...body, [name]: undefined } : body);
}

function withoutParameter(request: string, name: string): string {
  const form = new URLSearchParams(request);
  const kept = [...form].filter(([key]) => key !== name && !key.startsWith(`${name}.`));
  return new URLSearchParams(kept).toString();
}
