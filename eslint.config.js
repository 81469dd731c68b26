import { createNodeResolver, importX } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/** Which rooms a room may import; what stands after `types` it may import with `import type` only. */
const ROOMS = {
  plan: {},
  workflows: { values: ['plan'], types: ['activities'] },
  activities: { values: ['plan'] },
  worker: { values: ['workflows', 'activities', 'plan'] },
  client: { values: ['plan', 'workflows'] },
  simulator: {},
  dev: { values: ['worker', 'simulator', 'client', 'plan'], types: ['workflows'] },
  cli: { values: ['client', 'worker', 'simulator', 'plan', 'dev'], types: ['workflows'] },
  chaos: { values: ['dev', 'client', 'plan', 'workflows', 'simulator'] },
};
const OUTER_ROOMS = ['test', 'bench', 'docs', 'examples'];

/** What does not run in a workflow's sandbox, or would make a replay differ. */
const NOT_IN_WORKFLOWS = [
  { regex: '^node:', message: 'A workflow runs in a sandbox without Node: do this in an activity.' },
  {
    regex: '^@(aws-sdk|azure)/',
    message: 'A workflow does not talk to a cloud: do this in an activity.',
  },
  {
    regex: '^@temporalio/(activity|client|envconfig|testing|worker)',
    allowTypeImports: true,
    message: 'A workflow sees @temporalio/workflow and @temporalio/common only.',
  },
];

const SOURCES = Object.keys(ROOMS).map((room) => `${room}/**/*.ts`);

export default tseslint.config(
  { ignores: ['node_modules/', 'dist/'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { 'import-x': importX },
    settings: {
      'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.js'] })],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
      'import-x/extensions': ['.ts'],
    },
    rules: {
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
      '@typescript-eslint/consistent-type-definitions': 'off', // a type alias can be a union, too
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-confusing-void-expression': 'off', // `return signal()` is how an early end reads best
      '@typescript-eslint/require-await': 'off', // an async function without await turns a throw into a rejection
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          allowForKnownSafeCalls: [
            { from: 'package', package: 'node:test', name: ['test', 'it', 'describe', 'suite'] },
          ],
        },
      ],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allow: [{ from: 'package', package: 'url', name: ['URL', 'URLSearchParams'] }] },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      'import-x/no-self-import': 'error',
      'import-x/no-duplicates': ['error', { 'prefer-inline': false }],
      'import-x/no-restricted-paths': ['error', { zones: Object.entries(ROOMS).map(closedRooms) }],
      eqeqeq: 'error',
      'no-console': 'error',
      'prefer-const': 'error',
    },
  },
  {
    files: SOURCES,
    rules: { 'max-lines-per-function': ['error', { max: 70, skipBlankLines: true, skipComments: true }] },
  },
  ...Object.entries(ROOMS).map(([room, { types = [] }]) => ({
    files: [`${room}/**/*.ts`],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        { patterns: [...types.map(onlyTypesOf), ...(room === 'workflows' ? NOT_IN_WORKFLOWS : [])] },
      ],
    },
  })),
);

function closedRooms([room, { values = [], types = [] }]) {
  const open = [room, ...values, ...types];
  return {
    target: `./${room}`,
    from: [...Object.keys(ROOMS), ...OUTER_ROOMS]
      .filter((other) => !open.includes(other))
      .map((other) => `./${other}`),
    message: `${room} may import ${[...values, ...types.map((name) => `types of ${name}`)].join(', ') || 'no other room'} (ARCHITECTURE.md).`,
  };
}

function onlyTypesOf(room) {
  return {
    regex: `^(\\.\\./)+${room}/(?!search-attributes\\.)`, // plain data, which a server is started with
    allowTypeImports: true,
    message: `Only types may be imported from ${room}.`,
  };
}
