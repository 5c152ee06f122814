import { styleText } from 'node:util';
import { visible } from '../../lambdas/contracts/visible.ts';
import type { Resource } from '../engine/template.ts';
import { alarmReader } from './alarm-reader.ts';

type Line = Record<string, unknown>;
type Colour = 'green' | 'yellow' | 'red' | 'cyan' | 'blue' | 'dim' | 'bold';

const paint = (colour: Colour, text: string): string => styleText(colour, text);
const number = (value: unknown): string => Number(value ?? 0).toLocaleString('en-US');
const seconds = (ms: unknown): string => `${(Number(ms ?? 0) / 1000).toFixed(1)} s`;
const waitingText = (count: unknown): string =>
  count === undefined ? 'nobody knows how many subscribers wait' : `${plural(count, 'subscriber')} waiting`;
const plural = (value: unknown, noun: string): string => `${number(value)} ${noun}${Number(value) === 1 ? '' : 's'}`;

/** Prints one line: time, a coloured word, a text. */
export function print(colour: Colour, word: string, text: string): void {
  const time = new Date().toLocaleTimeString('en-GB');
  console.log(`${paint('dim', time)}  ${paint(colour, word.padEnd(11))} ${text}`);
}

/**
 * Prints the log lines of functions as short lines in the words of the flow: uploaded, applied, sent.
 * @param alarms of the template: printed when a metric reaches their threshold
 */
export function logReader(alarms: Resource[]): (functionName: string, line: string) => unknown {
  const ring = alarmReader(alarms, (impact) => print('red', 'ALARM', impact));
  return (functionName, text) => {
    const line = parse(text);
    if (!line) print('dim', 'log', `${functionName}: ${visible(text)}`);
    else if ('_aws' in line) ring(line);
    else show(line);
  };
}

function show(line: Line): void {
  const known = SHOWN[String(line['message'])];
  if (known) known(line);
  else print(line['level'] === 'ERROR' ? 'red' : 'yellow', String(line['level'] ?? 'log').toLowerCase(), detail(line));
}

const named = (line: Line): string => paint('bold', String(line['delivery']));
const warnings = (line: Line): string => [line['warnings']].flat().join('; ');
const nothing = (): void => undefined;

/** How each line is shown, by its message. */
const SHOWN: Record<string, (line: Line) => void> = {
  'delivery applied': showApplied,
  'delivery revoked': (line) =>
    print(
      'yellow',
      'revoked',
      `${named(line)} · ${plural(line['changedTickers'], 'ticker')} changed · ${seconds(line['ms'])}`,
    ),
  'delivery rejected': (line) => print('red', 'rejected', `${named(line)} · ${line['why']}`),
  'delivery held': (line) => print('red', 'held', `${named(line)} · ${warnings(line)} · npm run release`),
  'delivery is suspicious': (line) => print('yellow', 'suspicious', `${named(line)} · ${warnings(line)}`),
  'delivery skipped': (line) =>
    print('dim', 'skipped', `${line['delivery']} · ${SKIPPED[String(line['why'])] ?? line['why']}`),
  'file is late': (line) =>
    print(
      'red',
      'late',
      `${paint('bold', String(line['feed'] || 'top level'))} ${line['fileDate']} · ${waitingText(line['waiting'])}; last arrived: ${line['last'] ?? 'none in the last ten sessions'}`,
    ),
  'vendor mail received': showMail,
  'vendor mail refused': showRefusedMail,
  'mail of a stranger': showRefusedMail,
  'smoke test passed': (line) =>
    print('green', 'smoke test', `passed · ${line['seconds']} s from the upload to the mail`),
  'delivery is in the lake': (line) =>
    print(
      'dim',
      'lake',
      `${line['delivery']} · ${plural((line['changed'] as unknown[]).length, 'table')} changed · ${seconds(line['ms'])}`,
    ),
  'the lake was looked after': nothing,
  'run is handed on': nothing,
  'run ended': showRun,
  'run ended, and something is missing': showRun,
  'digests sent': showDigests,
  'alert announced': (line) => print('cyan', 'alert', `${paint('bold', String(line['ticker']))} ${line['what']}`),
  'alert withdrawn': (line) => print('yellow', 'withdrawn', String(line['text'])),
  'message is retried later': (line) => print('dim', 'retry', `${brief(line['error'])}`),
  'request answered': showAnswer,
};

function showApplied(line: Line): void {
  const rows = (line['rows'] ?? {}) as Line;
  const bad = Number(rows['quarantined']);
  const parts = [
    named(line),
    plural(rows['accepted'], 'row'),
    `${plural(line['changedTickers'], 'ticker')} changed`,
    bad > 0 ? paint('yellow', `${number(bad)} quarantined`) : '',
    seconds(line['ms']),
  ];
  print('green', 'applied', parts.filter(Boolean).join(' · '));
  if (bad > 0) print('yellow', 'quarantined', `${line['firstProblem']}${bad > 1 ? ` and ${bad - 1} more` : ''}`);
}

function showMail({ mail, uploaded, overtaken }: Line): void {
  const keys = [uploaded].flat().join(', ');
  const old = overtaken ? `a later file is there already: ${[overtaken].flat().join(', ')}` : '';
  print('cyan', 'mailed', [`mail ${mail}`, keys, old].filter(Boolean).join(' · '));
}

function showRefusedMail({ mail, why }: Line): void {
  print('red', 'refused', `mail ${mail} · ${why}`);
}

/** Prints how many mails were sent, and every other outcome that needs attention; nothing if there was neither. */
function showDigests(line: Line): void {
  const others = ['resent', 'refused', 'unconfirmed', 'abandoned', 'not-sent'].filter((name) => Number(line[name]) > 0);
  if (Number(line['sent']) === 0 && others.length === 0) return;
  const parts = [
    `${paint('bold', plural(line['sent'], 'mail'))} about ${line['delivery']}`,
    ...others.map((name) => paint('yellow', `${number(line[name])} ${name}`)),
    `${plural(line['drawn'], 'chart')} drawn`,
    seconds(line['ms']),
  ];
  print('blue', 'sent', parts.join(' · '));
}

/** Prints what a collector did. */
function showRun({ provider, dataset, state, rows, requests, retries, missingCount }: Line): void {
  const parts = [
    `${paint('bold', `${provider} ${dataset}`)}`,
    plural(rows, 'row'),
    `${plural(requests, 'request')}${Number(retries) > 0 ? `, ${number(retries)} again` : ''}`,
    Number(missingCount) > 0 ? paint('yellow', `${number(missingCount)} missing`) : '',
  ];
  print(state === 'success' ? 'cyan' : 'yellow', 'collected', parts.filter(Boolean).join(' · '));
}

/** Prints failed requests only: a page sends many. */
function showAnswer({ route, status }: Line): void {
  if (Number(status) >= 500) print('red', 'failed', `${route} answered ${status}`);
}

const SKIPPED: Record<string, string> = {
  repeat: 'already handled',
  superseded: 'a newer revision is applied or revoked',
  temporary: 'the name of an upload in progress',
  gone: 'the file was removed before it was read: upload it again, unless a newer one follows',
};

function detail({ message, ...line }: Line): string {
  const rest = Object.entries(line).filter(([key]) => !NOISE.has(key));
  return [message, ...rest.map(([key, value]) => `${paint('dim', key)} ${brief(value)}`)].join('  ');
}

const NOISE = new Set(['level', 'timestamp', 'xray_trace_id', 'sampling_rate', 'sqsMessageId']);

/** A value as text; of an error, its message. */
function brief(value: unknown): string {
  if (typeof value === 'string') return value;
  const isError = typeof value === 'object' && value !== null && 'message' in value;
  return isError ? String(value.message) : JSON.stringify(value);
}

function parse(text: string): Line | undefined {
  try {
    const value: unknown = JSON.parse(text, (_key, inner) => (typeof inner === 'string' ? visible(inner) : inner));
    return typeof value === 'object' && value !== null ? (value as Line) : undefined;
  } catch {
    return undefined;
  }
}
