import { z } from 'zod';
import { exactlyOne } from './exactly-one.ts';
import { choice, customIssue, text } from './fields.ts';
import { commands } from './schema-commands.ts';
import { webhookSchema } from './schema-webhook.ts';

const kinds = ['manual', 'webhook', 'ssm', 'runCommand'];
const onRule = { must: 'be i-… (an EC2 instance), vm:<id> (an Azure VM), or the name of a machine' };

const common = {
  manual: text('What a person has to do; it waits until that is done', /\S/, {
    must: 'say what to do',
  }).optional(),
  webhook: webhookSchema.describe('Called, and done when it answers well').optional(),
  ssm: commands('Run on a source by Systems Manager').optional(),
  runCommand: commands('Run on an Azure VM by a run command').optional(),
  on: text('Where the commands run', /^(?:vm:[^\s'"]+|[A-Za-z0-9][A-Za-z0-9._-]{0,62})$/, onRule).optional(),
  withinMinutes: z
    .number()
    .positive()
    .max(1440)
    .describe('How long one doing of it may take; 30 where absent')
    .optional(),
  retries: z
    .int()
    .min(0)
    .max(10)
    .describe('How often it is done again by itself when it has failed; never where absent')
    .optional(),
};

/** How an action ends that has failed for good. */
const otherwise = <const Word extends string>(description: string, words: readonly Word[]) =>
  choice(`When it has failed for good: ${description}`, words).optional();

const groupShape = z.strictObject({
  ...common,
  otherwise: otherwise('ask a person (where absent), or go on', ['ask', 'go-on']),
});
const beforeShape = z.strictObject({
  ...common,
  otherwise: otherwise('ask a person (where absent), go on, or turn the cutover back', [
    'ask',
    'go-on',
    'turn-back',
  ]),
});

const sentence = 'an action says one thing: { manual: … }, { webhook: … }, { ssm: … } or { runCommand: … }';

/** Before or after a group. */
export const groupActionSchema = exactlyOne(groupShape, kinds, sentence).superRefine((said, ctx) => {
  refuse(ctx, misplacedKeys(said) ?? inGroup(said));
});
/** Before a machine's stop. */
export const beforeActionSchema = exactlyOne(beforeShape, kinds, sentence).superRefine((said, ctx) => {
  refuse(ctx, misplacedKeys(said) ?? ofMachine(said, 'before'));
});
/** After a machine's commit. */
export const afterActionSchema = exactlyOne(groupShape, kinds, sentence).superRefine((said, ctx) => {
  refuse(ctx, misplacedKeys(said) ?? ofMachine(said, 'after'));
});

/** An action as the plan says it. */
export type SaidAction = z.output<typeof beforeShape>;

interface Refusal {
  readonly key: string;
  readonly message: string;
  readonly suggestion: string;
}

function refuse(ctx: z.RefinementCtx, refusal: Refusal | undefined): void {
  if (refusal !== undefined) ctx.addIssue(customIssue(refusal, [refusal.key]));
}

/** What a person does has no time-out, and only commands run somewhere. */
function misplacedKeys({ manual, webhook, ...said }: SaidAction): Refusal | undefined {
  const policy = (['withinMinutes', 'retries', 'otherwise'] as const).find((key) => said[key] !== undefined);
  if (manual !== undefined && policy !== undefined)
    return {
      key: policy,
      message: `a person's action has no \`${policy}\`: it waits until it is done`,
      suggestion: 'Leave it out',
    };
  if ((manual ?? webhook) === undefined || said.on === undefined) return undefined;
  return {
    key: 'on',
    message: '`on` is for commands: nothing else runs anywhere',
    suggestion: 'Leave it out',
  };
}

function inGroup({ ssm, runCommand, on }: SaidAction): Refusal | undefined {
  if ((ssm ?? runCommand) === undefined) return undefined;
  const key = ssm === undefined ? 'runCommand' : 'ssm';
  if (on === undefined)
    return {
      key,
      message: 'an action of a group says where its commands run',
      suggestion: 'Add `on`: the name of a machine, i-… or vm:<ARM id>',
    };
  if (on.startsWith('vm:') && !on.startsWith('vm:/'))
    return {
      key: 'on',
      message: `an action of a group names a VM by its ARM id, not \`${on}\``,
      suggestion: 'Use vm:/subscriptions/…, or the name of a machine of the plan',
    };
  return otherCloud(ssm, on);
}

function ofMachine({ ssm, runCommand, on }: SaidAction, when: 'before' | 'after'): Refusal | undefined {
  if (ssm === undefined && runCommand === undefined) return undefined;
  if (on === undefined && ssm !== undefined && when === 'after')
    return {
      key: 'ssm',
      message: 'after its commit the source of a machine is stopped: nothing runs there',
      suggestion: 'Use `runCommand`, or `on: i-…` for another instance',
    };
  if (on === undefined && runCommand !== undefined && when === 'before')
    return {
      key: 'runCommand',
      message: 'before its stop a machine has no Azure VM yet: nothing runs there',
      suggestion: 'Use `ssm`, or `on: vm:<id>` for another VM',
    };
  if (on === undefined) return undefined;
  if (!on.startsWith('vm:') && !isInstanceId(on))
    return {
      key: 'on',
      message: `an action of a machine runs on that machine, i-… or vm:<id>, not on \`${on}\``,
      suggestion: 'Leave `on` out for the machine itself; an action of the group may name any machine',
    };
  return otherCloud(ssm, on);
}

function otherCloud(ssm: string | undefined, on: string): Refusal | undefined {
  if (ssm !== undefined && on.startsWith('vm:'))
    return {
      key: 'on',
      message: '`ssm` runs on an EC2 instance, not an Azure VM',
      suggestion: 'Use `runCommand`',
    };
  if (ssm === undefined && isInstanceId(on))
    return {
      key: 'on',
      message: '`runCommand` runs on an Azure VM, not an EC2 instance',
      suggestion: 'Use `ssm`',
    };
  return undefined;
}

/** Whether `on` names an EC2 instance by its id. */
export function isInstanceId(on: string): boolean {
  return /^i-[0-9a-f]{8,17}$/.test(on);
}
