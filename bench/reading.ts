import { execFileSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { historyFile } from './market-file.ts';
import type { Result } from './report.ts';
import type { Stage } from './stage.ts';

const ROOT = join(import.meta.dirname, '..');
/** The last commit before files settled their own format. */
const BASELINE = '775eb5a';
/** The two readers take turns, so that both meet the same noise. */
const ROUNDS = 10;

/** Time to read a history file, against the reader that knew one format only, in a worktree. */
export async function benchReading({ folder }: Pick<Stage, 'folder'>): Promise<Result[]> {
  const { file, what } = await historyFile(folder);
  const before = join(folder, 'reader-before');
  if (!hasBaseline()) return [{ what: `reading of ${what}`, found: 'no baseline: a shallow clone', baseline: '' }];
  git('worktree', 'add', '--detach', before, BASELINE);
  try {
    symlinkSync(join(ROOT, 'node_modules'), join(before, 'node_modules'));
    const times = Array.from({ length: ROUNDS }, () => [read(ROOT, file), read(before, file)] as const);
    const [own, baseline] = [median(times.map(([one]) => one)), median(times.map(([, other]) => other))];
    return [
      {
        what: `reading of ${what}`,
        found: `${own.toFixed(0)} ms`,
        baseline: `reader of one format: ${baseline.toFixed(0)} ms`,
        ratio: median(times.map(([one, other]) => one / other)),
        target: { atMost: 1.1 },
      },
    ];
  } finally {
    git('worktree', 'remove', '--force', before);
  }
}

const read = (root: string, file: string): number =>
  Number(execFileSync(process.execPath, [join(ROOT, 'bench/reading-worker.ts'), root, file], { encoding: 'utf8' }));

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

function hasBaseline(): boolean {
  try {
    git('cat-file', '-e', `${BASELINE}^{commit}`);
    return true;
  } catch {
    return false;
  }
}

const git = (...options: string[]): void => {
  execFileSync('git', ['-C', ROOT, ...options], { stdio: ['ignore', 'ignore', 'pipe'] });
};
