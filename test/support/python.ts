import { execFileSync, spawnSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const REQUIREMENTS = join(import.meta.dirname, 'python-requirements.txt');
const FOLDER = join(import.meta.dirname, '../../node_modules/.cache/closing-bell-python');
const INSTALL_MS = 300_000;

/**
 * Python with pyiceberg and DuckDB, in a virtual environment of its own that is made when it is first needed.
 * @returns undefined, with a printed reason, if this machine cannot make it; the gate (`CI`) requires it
 */
export function pythonWithEngines(): string | undefined {
  try {
    return installed();
  } catch (error) {
    const why = String(error instanceof Error ? error.message : error).split('\n')[0];
    if (process.env['CI']) throw new Error(`The gate needs Python with venv and pip: ${why}`);
    process.stdout.write(
      `skipped: other engines read the lake, because Python packages cannot be installed (${why})\n`,
    );
    return undefined;
  }
}

function installed(): string {
  const python = join(FOLDER, 'bin/python');
  const mark = join(FOLDER, 'installed');
  const wanted = hash('sha256', readFileSync(REQUIREMENTS));
  if (existsSync(mark) && readFileSync(mark, 'utf8') === wanted) return python;
  execFileSync('python3', ['-m', 'venv', '--clear', FOLDER], { stdio: 'pipe', timeout: INSTALL_MS });
  execFileSync(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', REQUIREMENTS], {
    stdio: 'pipe',
    timeout: INSTALL_MS,
  });
  writeFileSync(mark, wanted);
  return python;
}

/** Runs a script that reads JSON and prints JSON. @throws Error with what it printed if it fails */
export function runPython(python: string, script: string, input: object): unknown {
  const { status, stdout, stderr } = spawnSync(python, [script], {
    input: JSON.stringify(input),
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  if (status !== 0) throw new Error(`${script} failed:\n${stderr}`);
  return JSON.parse(stdout);
}
