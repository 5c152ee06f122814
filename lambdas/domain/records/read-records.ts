import { hash } from 'node:crypto';
import type { Dataset } from '../../contracts/dataset.ts';
import { limitsOf } from '../../contracts/profile.ts';
import type { Problem } from '../../contracts/report.ts';
import { BadFile, quote } from '../vendor-file/bad-file.ts';
import { checkBadRows } from '../vendor-file/check-rows.ts';
import { CompressedText } from '../vendor-file/compressed-text.ts';
import { quarantineLine } from '../vendor-file/quarantine.ts';
import { QuarantineFile } from '../vendor-file/quarantine-file.ts';
import { emptyResult, type ReadDelivery } from '../vendor-file/read-result.ts';
import { readText } from '../vendor-file/read-text.ts';
import { type FlatRecord, keyColumns, readRecord, recordColumns, recordKey } from './flat-record.ts';

const MAX_LISTED = 20;

/**
 * Reads a file of JSON Lines with records of a dataset. Records are kept, but no price comes from them. A bad line never costs another
 * one.
 * @param maxBytes of unpacked text
 * @param badRows share (0 to 1) above which the file is rejected
 */
export async function readRecords(
  body: AsyncIterable<Uint8Array>,
  dataset: Dataset,
  { maxFileBytes, maxRejectedShare }: { maxFileBytes: number; maxRejectedShare: number },
): Promise<ReadDelivery> {
  const result = emptyResult(0, limitsOf({}, maxRejectedShare));
  const accepted = new CompressedText(1);
  const quarantine = new QuarantineFile();
  const { rows, problems } = result;
  const firstOf = firsts(dataset);
  const add = (text: string, line: number): void => {
    if (text.trim() === '') {
      rows.withoutContent++;
      return;
    }
    const found = recordIn(dataset, text);
    const first = 'record' in found ? firstOf(found.record, line) : undefined;
    if (first?.isSame) {
      rows.withoutContent++;
      return;
    }
    rows.read++;
    const read = first ? { problem: twice(dataset, first.line, text) } : found;
    if ('record' in read) {
      rows.accepted++;
      accepted.add(`${JSON.stringify({ line, ...read.record })}\n`);
      return;
    }
    rows.quarantined++;
    const problem = { line, ...read.problem };
    if (problems.length < MAX_LISTED) problems.push(problem);
    quarantine.add(quarantineLine(problem, text));
  };
  try {
    let number = 0;
    for await (const block of readText(body, maxFileBytes)) {
      const lines = block.split('\n');
      // The last part of a block is empty, or the last line of a file without a line break.
      if (lines.at(-1) === '') lines.pop();
      for (const line of lines) add(line.replace(/\r$/, ''), ++number);
      await accepted.drained();
      await quarantine.drained();
    }
    checkBadRows({ rows, problems, limits: result.reading.limits });
  } catch (error) {
    if (!(error instanceof BadFile)) throw error;
    Object.assign(result, { rejection: error.problem });
  }
  return { ...result, accepted: await accepted.close(), quarantine: await quarantine.close() };
}

/** Remembers the first line of each key, as hashes: files may be large. @returns the earlier line of the same key */
function firsts(dataset: Dataset): (record: FlatRecord, line: number) => { line: number; isSame: boolean } | undefined {
  const seen = new Map<string, { line: number; content: string }>();
  return (record, line) => {
    const key = hash('md5', recordKey(dataset, record), 'base64');
    const content = hash('md5', JSON.stringify(record), 'base64');
    const first = seen.get(key);
    if (first) return { line: first.line, isSame: first.content === content };
    seen.set(key, { line, content });
    return undefined;
  };
}

const twice = (dataset: Dataset, line: number, text: string): Problem => ({
  expected: `one record of each ${keyColumns(dataset).join(', ')}, like that in line ${line}: which one is right?`,
  found: quote(text),
});

/** The record of a line, or what is wrong. */
function recordIn(dataset: Dataset, text: string): ReturnType<typeof readRecord> | { problem: Problem } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: { expected: 'a JSON object in one line', found: quote(text) } };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const names = recordColumns(dataset).map(({ name }) => name);
    return { problem: { expected: `a JSON object with ${names.join(', ')}`, found: quote(text) } };
  }
  return readRecord(dataset, value as Record<string, unknown>);
}
