import type { Alert, AlertRule } from '../../contracts/alert.ts';
import { addDays, longDate } from '../../contracts/dates.ts';
import { ratioText } from '../../contracts/format.ts';
import type { AlertInputs } from './inputs.ts';
import { type Fire, isMet, replay } from './replay.ts';
import { ruleOf, startNow } from './rule.ts';

const YEAR = 365;
/** Sessions with volume that make a mean. */
const MIN_VOLUMES = 10;

export type Preview = {
  /** The rule that was replayed: it starts a year before the last session. `ruleNow` starts with it. */
  rule: AlertRule;
  ruleNow: AlertRule;
  fires: Fire[];
  /** True if the condition is met now: the alert would wait. */
  alreadyTrue: boolean;
  warnings: string[];
};

/** What an alert would have done in the year up to the last session. @param at now (ms since 1970) */
export function preview(
  choices: Pick<Alert, 'condition' | 'repeat' | 'band'>,
  inputs: AlertInputs,
  at: number,
): Preview {
  const last = inputs.sessions.at(-1)?.date ?? '';
  const start = startNow(inputs.series, at);
  // The threshold is on the scale of today, whatever splits the year had.
  const rule = { ...ruleOf({ ...choices, start }), after: addDays(last, -YEAR) };
  const ruleNow = { ...rule, after: last };
  const now = replay(ruleNow, inputs);
  return {
    rule,
    ruleNow,
    fires: replay(rule, inputs).crossings,
    alreadyTrue: isMet(now.last),
    warnings: warningsOf(rule, inputs),
  };
}

function warningsOf({ condition, after }: AlertRule, inputs: AlertInputs): string[] {
  const { series, sessions } = inputs;
  const warnings: string[] = [];
  const first = sessions[0]?.date ?? '';
  if (first > after) warnings.push(`The history is short: it begins on ${longDate(first)}.`);
  if (condition.kind === 'average' && sessions.length <= condition.slow)
    warnings.push(`The average needs ${condition.slow} sessions; found ${sessions.length}.`);
  const volumes = sessions.slice(-2 * MIN_VOLUMES).filter(({ volume }) => volume !== undefined);
  const hasVolume = volumes.length >= MIN_VOLUMES && sessions.at(-1)?.volume !== undefined;
  if (condition.kind === 'volume' && !hasVolume)
    warnings.push('The vendor sends no volume for this ticker, or too little.');
  const suspects = [...series.suspects].filter((date) => date > after).length;
  if (suspects > 0)
    warnings.push(`${suspects === 1 ? 'One suspect close is' : `${suspects} suspect closes are`} left out.`);
  for (const { kind, date, ratio } of series.splits)
    if (kind === 'probable' && date > after)
      warnings.push(`There may be a ${ratioText(ratio)} split on ${longDate(date)}: nobody declared it.`);
  return warnings;
}
