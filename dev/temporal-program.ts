/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** One of Temporal's programs: the command line with its development server, or the test server that skips time. */
export type TemporalProgram = 'temporal' | 'temporal-test-server';

/** The one version of each that Portage fetches by itself. */
export const TEMPORAL_VERSIONS = {
  temporal: '1.9.1',
  'temporal-test-server': '1.40.0',
} as const satisfies Record<TemporalProgram, string>;

/** Which program is wanted, for which platform, and what a way to it needs to know. */
export type ProgramRequest = {
  readonly program: TemporalProgram;
  readonly version: string;
  /** The caller's environment: PATH, where the cache folder is, proxies and pip's settings. */
  readonly env: Environment;
  /** As `os.platform()` and `os.arch()` name them. */
  readonly platform: string;
  readonly arch: string;
  /** Told what is used or fetched, a line at a time. */
  readonly say: (line: string) => void;
};
