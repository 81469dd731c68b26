import { fileURLToPath } from 'node:url';

/** The workflows' code: the sources where Portage runs from them, else what was built. */
export const workflowsPath = fileURLToPath(
  new URL(
    import.meta.url.endsWith('.ts') ? '../workflows/index.ts' : '../workflows/index.js',
    import.meta.url,
  ),
);

/** What a worker runs: the code bundled beforehand where there is such a file, else it bundles the code as it starts. */
export function workflowCode(bundle: string) {
  return bundle === '' ? { workflowsPath } : { workflowBundle: { codePath: bundle } };
}
