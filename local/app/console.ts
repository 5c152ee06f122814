import { styleText } from 'node:util';
import { visible } from '../../lambdas/contracts/visible.ts';
import type { Resource } from '../engine/template.ts';

type Line = Record<string, unknown>;
type Colour = 'green' | 'yellow' | 'red' | 'cyan' | 'blue' | 'dim' | 'bold';

const paint = (colour: Colour, text: string): string => styleText(colour, text);
const number = (value: unknown): string => Number(value ?? 0).toLocaleString('en-US');
const seconds = (ms: unknown): string => `${(Number(ms ?? 0) / 1000).toFixed(1)} s`;
const plural = (value: unknown, noun: string): string => `${number(value)} ${noun}${Number(value) === 1 ? '' : 's'}`;

/** Prints one line of what happens: time, a coloured word, the rest. */
export function tell(colour: Colour, word: string, text: string): void {
  const time = new Date().toLocaleTimeString('en-GB');
  console.log(`${paint('dim', time)}  ${paint(colour, word.padEnd(11))} ${text}`);
}

/**
 * Turns the log lines of functions into a console that reads like the flow: dropped, applied, sent.
 * @param alarms of the template: a metric that would ring one is told of
 */
export function logReader(alarms: Resource[]): (functionName: string, line: string) => unknown {
  const ringing = alarms.map(({ Properties: p }) => {
    const dimensions = (p['Dimensions'] ?? []) as { Name: string; Value: unknown }[];
    const service = dimensions.find(({ Name }) => Name === 'service')?.Value;
    return { metric: String(p['MetricName']), service, means: String(p['AlarmDescription']) };
  });
  return (functionName, text) => {
    const line = parse(text);
    if (!line) tell('dim', 'log', `${functionName}: ${visible(text)}`);
    else if ('_aws' in line) ring(line, ringing);
    else show(line);
  };
}

function ring(line: Line, ringing: { metric: string; service: unknown; means: string }[]): void {
  for (const { metric, service, means } of ringing)
    if (Number(line[metric] ?? 0) >= 1 && line['service'] === service) tell('red', 'ALARM', means);
}

function show(line: Line): void {
  const rows = (line['rows'] ?? {}) as Line;
  switch (line['message']) {
    case 'delivery applied': {
      const bad = Number(rows['quarantined']);
      tell(
        'green',
        'applied',
        [
          paint('bold', String(line['delivery'])),
          plural(rows['accepted'], 'row'),
          `${plural(line['changedTickers'], 'ticker')} changed`,
          bad > 0 ? paint('yellow', `${number(bad)} quarantined`) : '',
          seconds(line['ms']),
        ]
          .filter(Boolean)
          .join(' · '),
      );
      if (bad > 0) tell('yellow', 'quarantined', `${line['firstProblem']}${bad > 1 ? ` and ${bad - 1} more` : ''}`);
      return;
    }
    case 'delivery revoked':
      tell(
        'yellow',
        'revoked',
        `${paint('bold', String(line['delivery']))} · ${plural(line['changedTickers'], 'ticker')} changed · ${seconds(line['ms'])}`,
      );
      return;
    case 'delivery rejected':
      tell('red', 'rejected', `${paint('bold', String(line['delivery']))} · ${line['why']}`);
      return;
    case 'delivery skipped':
      tell('dim', 'skipped', `${line['delivery']} · ${SKIPPED[String(line['why'])] ?? line['why']}`);
      return;
    case 'digests sent':
      if (Number(line['sent']) + Number(line['refused']) + Number(line['unsettled']) === 0) return;
      tell(
        'blue',
        'sent',
        `${paint('bold', plural(line['sent'], 'mail'))} about ${line['delivery']} · ${plural(line['drawn'], 'chart')} drawn · ${seconds(line['ms'])}`,
      );
      return;
    case 'message waits':
      tell('dim', 'waits', `${brief(line['error'])}`);
      return;
    case 'answered':
      showAnswer(line);
      return;
    default:
      tell(line['level'] === 'ERROR' ? 'red' : 'yellow', String(line['level'] ?? 'log').toLowerCase(), detail(line));
  }
}

/** A page asks for a lot; only what went wrong is news. */
function showAnswer({ route, status }: Line): void {
  if (Number(status) >= 500) tell('red', 'failed', `${route} answered ${status}`);
}

const SKIPPED: Record<string, string> = {
  repeat: 'that is done already',
  superseded: 'a newer revision is in already',
  gone: 'this version is no longer there; if it was replaced, the newer one speaks for the file',
};

function detail({ message, ...line }: Line): string {
  const rest = Object.entries(line).filter(([key]) => !NOISE.has(key));
  return [message, ...rest.map(([key, value]) => `${paint('dim', key)} ${brief(value)}`)].join('  ');
}

const NOISE = new Set(['level', 'timestamp', 'service', 'xray_trace_id', 'sampling_rate', 'messageId']);

/** Of an error, what it says: its stack is in the log, not on the console. */
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
