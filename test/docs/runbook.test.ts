import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

const sources = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name));
/** Without its commands. */
const runbook = read('docs/runbook.md').replace(/```[^`]*```/g, '');

test('the runbook has each warning of the log', () => {
  // A message has several words; other texts before it choose one of two.
  const messages = sources('lambdas').flatMap((path) =>
    [...read(path).matchAll(/\b(?:warn|error)\(([^{,]*)/g)].flatMap(([, texts = '']) =>
      [...texts.matchAll(/(['`])([^'`$]+ [^'`$]+)\1/g)].map(([, , message = '']) => message),
    ),
  );
  expect(messages.length).toBeGreaterThan(15);
  const named = [...runbook.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text.replace('…', '').trim());
  expect(messages.filter((message) => !named.some((one) => one.includes(' ') && message.startsWith(one)))).toEqual([]);
});

const REASONS = ['lambdas/receive/receive-mail.ts', ...sources('lambdas/domain/mailed-file')];

/** What is expected in the code, up to the first value that differs from mail to mail. */
const inCode = REASONS.flatMap((path) =>
  [...read(path).matchAll(/expected(?::| =) (['`])(.*?)\1/g)].map(([, , text = '']) => text.split('${')[0] ?? ''),
);

/** What the tables of the runbook name, up to the dots that stand for the rest. */
const section = runbook.split(/^## /m).find((one) => one.startsWith('mailed-files')) ?? '';
const inRunbook = [...section.matchAll(/`expected ([^`…]+)/g)].map(([, text = '']) => text.trim());

const agree = (one: string, other: string): boolean => one.startsWith(other) || other.startsWith(one.trim());

test('the runbook has each reason for which a mail is refused, and no other', () => {
  expect(inCode.length).toBeGreaterThan(10);
  expect(inCode.filter((reason) => !inRunbook.some((named) => agree(reason, named)))).toEqual([]);
  expect(inRunbook.filter((named) => !inCode.some((reason) => agree(reason, named)))).toEqual([]);
});
