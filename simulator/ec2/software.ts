import type { Software } from './estate.ts';
import type { GuestFacts } from './guest-facts.ts';

/** What is installed on a guest when the story begins. */
export function preinstalled({ agent, server }: GuestFacts): Software {
  return {
    files: new Map(),
    partitioned: new Set(),
    ...(agent === undefined ? {} : { agent }),
    ...(server === undefined ? {} : { server: { kind: server } }),
  };
}
