import type { Software } from './estate.ts';
import type { GuestFacts } from './guest-facts.ts';

/** What is installed on a guest when the story begins. */
export function preinstalled({ agent, server }: GuestFacts): Software {
  return {
    ...(agent === undefined ? {} : { agent }),
    ...(server === undefined ? {} : { server: { kind: server } }),
  };
}
