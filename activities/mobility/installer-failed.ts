import { finalFailure } from '../failures.ts';
import type { SourceInstance } from '../preflight/source.ts';
import { sections } from '../systems-manager/sections.ts';
import { installerEnd } from './exit-code.ts';
import { lastLines, type EndedScript } from './machine-script.ts';

const steps = {
  AgentNotInstalled: { code: 'AGENT_NOT_INSTALLED', what: 'Installing' },
  AgentNotRegistered: { code: 'AGENT_NOT_REGISTERED', what: 'Registering' },
} as const;

/** An installer of the Mobility service failed, or never came to run: its exit code, and the end of its log. */
export function installerFailed(
  type: keyof typeof steps,
  { instanceId }: SourceInstance,
  { status, output, errors }: EndedScript,
) {
  const { code, what } = steps[type];
  const { exitCode, remedy } = installerEnd(output);
  const how = exitCode === undefined ? status : `exit code ${exitCode}`;
  const said = lastLines([...(sections(output).get('log') ?? []), errors].join('\n'));
  const suggestion =
    remedy ?? 'Cure what the log names; the whole of it is on the machine and in Systems Manager’s history';
  return finalFailure(
    type,
    `${what} the Mobility service on ${instanceId} ended with ${how}${said === '' ? '' : `: ${said}`}`,
    { code, suggestion: `${suggestion}. Then retry` },
  );
}
