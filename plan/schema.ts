import { z } from 'zod';
import { timeZoneProblem, windowEndProblem, windowOrderProblem } from './cutover-window.ts';
import { choice, customIssue, fieldRules, later, text, textWithout } from './fields.ts';
import {
  ec2IdPattern,
  ec2IdRule,
  namePattern,
  nameRule,
  planNamePattern,
  planNameRule,
  regionPattern,
  regionRule,
} from './names.ts';
import { afterActionSchema, beforeActionSchema, groupActionSchema } from './schema-action.ts';
import { approvalsSchema } from './schema-approvals.ts';
import { adaptSchema } from './schema-adapt.ts';
import { environmentSchema } from './schema-environment.ts';
import { notificationsSchema } from './schema-notifications.ts';
import { parameter } from './schema-parameter.ts';
import { quiesceSchema } from './schema-quiesce.ts';
import { targetSchema } from './schema-target.ts';
import { validationSchema } from './schema-validation.ts';

const name = (description: string) => text(description, namePattern, nameRule);

const source = z
  .strictObject({
    region: text('AWS region of the instances', regionPattern, regionRule),
    roleArn: later(z.string(), 'roleArn').optional(),
  })
  .describe('Where the machines come from');

const windowEnd = (key: 'from' | 'until') =>
  textWithout((given) => windowEndProblem(key, given), 'Local date and time, like 2026-05-02T22:00');
const cutoverWindow = z
  .strictObject({
    from: windowEnd('from'),
    until: windowEnd('until'),
    timezone: textWithout(timeZoneProblem, 'IANA name of a time zone'),
  })
  .superRefine((window, ctx) => {
    const problem = windowOrderProblem(window);
    if (problem !== undefined) ctx.addIssue(customIssue(problem, ['until']));
  });
const cutover = z
  .union([z.enum(['manual', 'automatic']), cutoverWindow, z.array(cutoverWindow).min(1)])
  .describe(
    'When the machine cuts over: when a person says so, as soon as it is ready, or inside a window, or one of several',
  )
  .register(fieldRules, {
    must: 'be manual, automatic, or one or several windows { from, until, timezone }',
  });

/** What the plan, a group or a machine may say; the nearest to the machine wins. */
const settings = {
  environment: z.string().describe('Name of the environment, needed where the plan has several').optional(),
  target: targetSchema.optional(),
  mobility: choice(
    'Who installs the Mobility service: Portage through Systems Manager, the appliance by push, or you before the plan starts',
    ['ssm', 'push', 'preinstalled'],
  ).optional(),
  agentConfig: parameter(
    'Configuration of its Mobility service, which the appliance makes; for `mobility: ssm`',
  ).optional(),
  testFailover: choice(
    'Whether the machine is tested in the test network: required, as soon as it is ready, and no cutover until a person has approved it; optional, when a person asks; never',
    ['required', 'optional', 'never'],
  ).optional(),
  testStayHours: z
    .number()
    .positive()
    .max(336)
    .describe('The longest that a test VM stays up; then it is cleaned up, whoever has looked at it')
    .optional(),
  cutover: cutover.optional(),
  estimateMinutes: z
    .number()
    .min(1)
    .max(1440)
    .describe(
      'How long a cutover takes, from the stop of the source to its validation, until one was measured',
    )
    .optional(),
  quiesce: quiesceSchema.optional(),
  recoveryPoint: choice(
    'Point in time that it is failed over to: latest, everything that has left the source; latest-processed, the newest point that is ready; app-consistent, the newest that its applications took part in',
    ['latest', 'latest-processed', 'app-consistent'],
  ).optional(),
  adapt: adaptSchema.optional(),
  validation: validationSchema.optional(),
  afterCommit: choice(
    'What becomes of the stopped source; snapshot: its volumes are copied as well; terminate: after that, and the watch, it is terminated when a person says so',
    ['keep', 'snapshot', 'terminate'],
  ).optional(),
  watchDays: z
    .number()
    .min(0)
    .max(90)
    .describe('How long the stopped source is watched, so that somebody hears of it when it is started')
    .optional(),
  accept: z
    .array(
      text('Code of a finding', /^[A-Z][A-Z0-9_]*$/, {
        must: 'be the code of a finding',
        suggestion: 'Like LINUX_NVME, as `portage check` prints it',
      }),
    )
    .describe('Findings that are warnings instead of blockers; they add up from plan, group and machine')
    .optional(),
};

const ec2Id = (kind: 'i' | 'vpc', description: string) =>
  text(description, ec2IdPattern(kind), ec2IdRule(kind));

const machine = z.strictObject({
  name: name('Name of the machine, used once in the plan'),
  instanceId: ec2Id('i', 'EC2 instance').optional(),
  privateIp: z
    .ipv4()
    .describe('Private IPv4 address, as in the EC2 console')
    .register(fieldRules, {
      must: 'be an IPv4 address',
      suggestion: 'Like 10.0.1.12, without a prefix length',
    })
    .optional(),
  vpcId: ec2Id('vpc', 'VPC of the private address').optional(),
  before: z
    .array(beforeActionSchema)
    .describe('Done in its cutover, before its applications are brought to rest and its source is stopped')
    .optional(),
  after: z.array(afterActionSchema).describe('Done when it is committed').optional(),
  source: source.optional(),
  ...settings,
  approvals: approvalsSchema.optional(),
});

const group = z
  .strictObject({
    name: name('Name of the group, used once in the plan'),
    before: z.array(groupActionSchema).describe('Done before the cutover of the group').optional(),
    after: z.array(groupActionSchema).describe('Done when the group is through').optional(),
    source: source.optional(),
    ...settings,
    approvals: approvalsSchema.optional(),
    vms: z.array(machine).min(1).describe('Machines that cut over side by side'),
  })
  .describe('Machines that cut over together');

const limits = z.strictObject({
  inFlight: z.int().min(1).describe('Machines under way at once').optional(),
  initialReplications: z.int().min(1).describe('Initial replications at once').optional(),
  failures: z
    .union([z.int().min(0), z.string().regex(/^(?:100(?:\.0+)?|[0-9]{1,2}(?:\.[0-9]+)?)%$/)])
    .register(fieldRules, { must: 'be a count such as 3 or a percentage such as 10%' })
    .describe('Machines that may fail, by count or percentage; above it no further cutover starts')
    .optional(),
});

/** What a plan file may say. `z.input` and the JSON Schema have all that is known, `z.output` what this version can do. */
export const planSchema = z.strictObject({
  $schema: z.string().describe('For editors').optional(),
  version: z.literal(1).describe('Version of the plan format'),
  name: text('Name of the plan; ids derive from it', planNamePattern, planNameRule),
  engine: choice('Who runs a group’s failover: Portage, or a recovery plan of Site Recovery', [
    'portage',
    'site-recovery',
  ]).optional(),
  source: source.optional(),
  environments: z.array(environmentSchema).min(1).describe('Vaults with what belongs to them; usually one'),
  defaults: z
    .strictObject(settings)
    .describe('For every machine; a group or machine may say otherwise')
    .optional(),
  accept: settings.accept,
  limits: limits.describe('What may happen at once, and how much may fail').optional(),
  approvals: approvalsSchema.optional(),
  notifications: notificationsSchema.optional(),
  groups: z.array(group).min(1).describe('In the order of their cutover'),
});

/** A plan as its file says it. */
export type Plan = z.output<typeof planSchema>;
