import type { PlanDifference } from '../client/index.ts';

/** What a changed plan file would change, and what of it is refused. */
export function differenceText(plan: string, { changes, refused, text }: PlanDifference): string {
  if (changes.length === 0) return `Plan ${plan} runs with this content already`;
  const lines = [`Changes of plan ${plan}:`, ...text.changes.map((line) => `  ${line}`)];
  if (refused.length > 0) lines.push('Refused:', ...text.refused.map((line) => `  ${line}`));
  return lines.join('\n');
}
