import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { deliveryOfKey } from '../../lambdas/contracts/delivery-id.ts';
import { LIMITS, profile } from '../../lambdas/contracts/profile.ts';
import { visible } from '../../lambdas/contracts/visible.ts';
import { fileDateProblem } from '../../lambdas/domain/delivery/file-date.ts';
import { describeProblem } from '../../lambdas/domain/vendor-file/bad-file.ts';
import { NO_PROFILE, type VersionedProfile } from '../../lambdas/domain/vendor-file/reading-file.ts';
import { type Tried, tryFile, wholeFile } from '../../lambdas/domain/vendor-file/try-file.ts';
import { commandLine, WrongUsage } from '../command-line.ts';

const USAGE =
  'Usage: npm run try -- FILE [--as 2020-01-10_incremental.csv] [--profile FILE] [--json]   (reads a file without applying it; needs no stack)';
const MAX_FILE_BYTES = 1_000_000_000;
/** Observations and problems that are printed. */
const SHOWN = 10;

await commandLine(USAGE, async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { as: { type: 'string' }, profile: { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  const [file, ...more] = positionals;
  if (!file || more.length > 0) throw new WrongUsage('Expected one file.');
  const name = values.as ?? basename(file);
  const delivery = deliveryOfKey(name);
  if (!delivery)
    throw new WrongUsage(`Expected a name like 2020-01-10_incremental.csv, found ${name}. Give one with --as.`);
  const problem = fileDateProblem(delivery, new Date().toISOString());
  if (problem) throw new WrongUsage(describeProblem(problem));
  const settings = { maxRejectedShare: LIMITS.badRows, maxFileBytes: MAX_FILE_BYTES };
  const tried = await tryFile(wholeFile(readFileSync(file)), delivery, {
    ...settings,
    profile: readProfile(values.profile),
  });
  if (values.json) console.log(JSON.stringify(asJson(tried), undefined, 2));
  else for (const line of described(tried)) console.log(visible(line));
});

function readProfile(file: string | undefined): VersionedProfile {
  if (file === undefined) return NO_PROFILE;
  const parsed = profile.safeParse(jsonIn(file));
  if (parsed.success) return { version: 0, profile: parsed.data };
  const [issue] = parsed.error.issues;
  throw new Error(`Expected a profile in ${file}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`);
}

function jsonIn(file: string): unknown {
  const text = readFileSync(file, 'utf8');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`Expected JSON in ${file} (--profile): ${error instanceof Error ? error.message : error}`);
  }
}

function asJson({ reading, rejection, ...tried }: Tried) {
  return {
    state: tried.state,
    rejection: rejection ? describeProblem(rejection) : null,
    answers: tried.answers,
    rows: tried.rows,
    columns: reading.columns,
    notUnderstood: reading.notUnderstood,
    format: { delimiter: reading.delimiter, dateFormat: reading.dateFormat, decimalMark: reading.decimalMark },
    unreadable: reading.unreadable,
    contentless: reading.contentless,
    problems: tried.problems,
    differingCloses: tried.differingCloses,
    observations: tried.observations,
    deletions: tried.deletions,
    retired: tried.retired,
  };
}

function described({ state, rejection, answers, rows, reading, problems, ...tried }: Tried): string[] {
  const { columns, notUnderstood, unreadable, contentless } = reading;
  const { accepted, quarantined, withoutClose, withoutContent } = rows;
  const { observations, deletions, retired, differingCloses } = tried;
  return [
    state === 'applied'
      ? 'This file can be read. (Not tested: whether it would be held, see docs/vendor-files.md.)'
      : `This file would be rejected: ${rejection ? describeProblem(rejection) : ''}`,
    ...answers.map(({ answer, profile: settled }) => `  a profile settles it: ${answer}: ${JSON.stringify(settled)}`),
    `rows: ${accepted} accepted, ${quarantined} quarantined, ${withoutClose} without a close; ${withoutContent} lines without content`,
    `columns: ${
      Object.entries(columns)
        .map(([role, column]) => `${role} = "${column}"`)
        .join(', ') || 'none'
    }`,
    ...(notUnderstood.length > 0 ? [`not used: ${notUnderstood.map((column) => `"${column}"`).join(', ')}`] : []),
    ...Object.entries(unreadable).map(
      ([column, count]) => `left out: ${count} values of "${column}" that cannot be read`,
    ),
    ...contentless.slice(0, SHOWN).map(({ line, what }) => `line ${line}: ${what}`),
    ...problems.slice(0, SHOWN).map((problem) => `bad row: ${describeProblem(problem)}`),
    ...differingCloses
      .slice(0, SHOWN)
      .map(
        ({ ticker, date, closes, lines }) =>
          `two closes: ${ticker} ${date} is ${closes[0]} in line ${lines[0]} and ${closes[1]} in line ${lines[1]}; the later line counts`,
      ),
    ...observations.slice(0, SHOWN).map(({ ticker, date, close }) => `${ticker} ${date} ${close}`),
    ...(observations.length > SHOWN ? [`… and ${observations.length - SHOWN} more closes`] : []),
    ...(deletions.length > 0 ? [`${deletions.length} closes would be deleted`] : []),
    ...(retired.length > 0 ? [`${retired.length} tickers would be retired`] : []),
  ];
}
