import type { Probe } from '../../plan/index.ts';
import type { SourceInstance } from '../preflight/source.ts';
import { sections } from '../systems-manager/sections.ts';

type OsType = SourceInstance['osType'];

/** What a check came to. Inconclusive: nothing is known, since nobody could ask. */
export interface ProbeResult {
  /** The check in words. */
  readonly probe: string;
  readonly outcome: 'passed' | 'failed' | 'inconclusive';
  readonly why?: string;
}

/** Where a check that a script asks for goes to. */
export interface Goal {
  readonly kind: 'tcp' | 'http';
  readonly host: string;
  readonly port: number;
  readonly url: string;
}

/** @param address of the machine as the asker sees it. */
export function goalOf(probe: Extract<Probe, { kind: 'tcp' | 'http' }>, address: string): Goal {
  if (probe.kind === 'tcp') return { kind: 'tcp', host: address, port: probe.port, url: '' };
  const url = typeof probe.at === 'string' ? probe.at : `http://${address}:${probe.at}/`;
  return { kind: 'http', host: address, port: 0, url };
}

/** One script that tries every goal, in order; each under a heading with its number. */
export function probingScript(osType: OsType, goals: readonly Goal[]): readonly string[] {
  return goals.flatMap((goal, at) =>
    osType === 'Windows' ? [`Write-Output '## ${at}'`, onWindows(goal)] : [`echo '## ${at}'`, onLinux(goal)],
  );
}

function onWindows({ kind, host, port, url }: Goal): string {
  if (kind === 'tcp')
    return `if (Test-NetConnection -ComputerName ${host} -Port ${port} -InformationLevel Quiet -WarningAction SilentlyContinue) { Write-Output 'passed' } else { Write-Output 'failed: no connection' }`;
  return `try { Invoke-WebRequest -UseBasicParsing -TimeoutSec 15 -Uri '${url}' | Out-Null; Write-Output 'passed' } catch { Write-Output "failed: $($_.Exception.Message)" }`;
}

/** 124 tells that nobody answered within the time, 1 that the port is closed. */
function onLinux({ kind, host, port, url }: Goal): string {
  if (kind === 'tcp')
    return `timeout 5 bash -c '</dev/tcp/${host}/${port}' 2>/dev/null && echo passed || echo 'failed: no connection'`;
  return `curl -s -f -m 15 -o /dev/null '${url}' && echo passed || echo "failed: curl ended with $?"`;
}

/** Reads what `probingScript` printed, by the numbers of the goals. */
export function probingResults(
  count: number,
  output: string,
): readonly Pick<ProbeResult, 'outcome' | 'why'>[] {
  const told = sections(output);
  return Array.from({ length: count }, (_, at) => {
    const [, outcome, why] = /^(passed|failed)(?:: (.*))?$/.exec(told.get(String(at))?.at(-1) ?? '') ?? [];
    if (outcome === 'passed') return { outcome };
    if (outcome === 'failed') return { outcome, ...(why !== undefined && { why }) };
    return { outcome: 'inconclusive', why: 'the script did not come to it' };
  });
}

/** A check as a person reads it. */
export function probeInWords(probe: Probe): string {
  const asker = typeof probe.from === 'string' ? probe.from : probe.from.vm.replace(/^.*\//, 'vm:');
  switch (probe.kind) {
    case 'agent':
      return `agent ready, from ${asker}`;
    case 'tcp':
      return `tcp ${probe.port}, from ${asker}`;
    case 'http':
      return `http ${probe.at}, from ${asker}`;
    case 'runCommand':
      return `script “${probe.script.trim().split('\n')[0]?.slice(0, 60) ?? ''}”, from ${asker}`;
  }
}
