import type { MachineStatus } from '../client/index.ts';
import type { ResolvedPlan } from '../plan/index.ts';

type Finding = MachineStatus['findings'][number];

/** How a finding weighs, as people read it. */
type Weight = Finding['severity'] | 'accepted';

/** In the order in which they matter. */
const weights: readonly Weight[] = ['blocker', 'warning', 'accepted', 'info'];

/** A finding in one line, with what to do about it. */
export function findingLine(finding: Finding): string {
  return `${weightOf(finding)} ${finding.code}: ${finding.message}. ${finding.suggestion}`;
}

/** Tells the same refusal of two requests apart, for the cloud's support. */
const requestId = / \(request [\w-]+\)$/;

/**
 * Findings for people: the gravest first, each once with all the machines that it is about, and what they come to.
 */
export function findingsText(plan: ResolvedPlan, findings: readonly Finding[]): string {
  const machines = plan.groups.flatMap((group) => group.machines).length;
  const blocked = new Set(
    findings.filter(({ severity }) => severity === 'blocker').map(({ machine }) => machine),
  );
  return [
    ...weights.flatMap((weight) => sectionOf(findings.filter((finding) => weightOf(finding) === weight))),
    `${plural(machines, 'machine')} looked at, nothing was changed: ${countsOf(findings)}`,
    blocked.size === 0
      ? `Nothing stands in the way. To begin: portage start <plan-file>`
      : `Cure the blockers, or accept one by its code where its page says that it can be: accept: [CODE] in the plan`,
  ].join('\n');
}

function sectionOf(findings: readonly Finding[]): string[] {
  const same = Map.groupBy(findings, ({ code, message }) => `${code} ${message.replace(requestId, '')}`);
  return [...same.values()].flatMap(([finding, ...others]) =>
    finding === undefined ? [] : paragraphOf(finding, [finding, ...others]),
  );
}

function paragraphOf(finding: Finding, all: readonly Finding[]): string[] {
  const names = all.map(({ machine }) => machine).filter((machine) => machine !== '');
  return [
    `${weightOf(finding).padEnd(8)} ${finding.code}  ${names.length === 0 ? 'the plan' : names.join(', ')}`,
    `         ${finding.message}`,
    `         ${finding.suggestion} (${finding.docs})`,
    '',
  ];
}

function weightOf({ severity, accepted }: Finding): Weight {
  return accepted ? 'accepted' : severity;
}

function countsOf(findings: readonly Finding[]): string {
  const counts = weights.map((weight) => {
    const count = findings.filter((finding) => weightOf(finding) === weight).length;
    return weight === 'accepted' ? `${count} accepted` : plural(count, weight === 'info' ? 'remark' : weight);
  });
  return counts.join(', ');
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
