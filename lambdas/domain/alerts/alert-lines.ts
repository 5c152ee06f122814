import type { AlertRule } from '../../contracts/alert.ts';
import { longDate } from '../../contracts/dates.ts';
import { formatPrice } from '../../contracts/format.ts';
import { fireText } from './fire-text.ts';
import type { AlertInputs } from './inputs.ts';
import type { Fire } from './replay.ts';
import { splitNote } from './split-note.ts';

/** A fire in a mail. */
export type FireLine = {
  /** Id of the alert. */
  alert: string;
  ticker: string;
  /** `closed at 318.20, above 310.00` */
  what: string;
  /** The numbers behind it, and a date that is not the last one. */
  details: string;
  /** The subscriber's own words. */
  note: string;
};

/** A withdrawn fire in a mail. The text begins with the ticker. */
export type WithdrawnLine = { ticker: string; text: string };

/** What a mail tells about alerts. */
export type AlertLines = { fires: readonly FireLine[]; withdrawn: readonly WithdrawnLine[] };

export const NO_ALERTS: AlertLines = { fires: [], withdrawn: [] };

/**
 * @param alert its id, and the note of its owner
 * @param withDate false to leave out the date and the last close, which a list has in other columns
 */
export function fireLine(
  alert: { id: string; note?: string | undefined },
  rule: AlertRule,
  fire: Fire,
  inputs: AlertInputs,
  { withDate = true } = {},
): FireLine {
  const { what, why } = fireText(rule, fire, inputs);
  const last = inputs.sessions.at(-1);
  const isOld = withDate && last !== undefined && last.date !== fire.date;
  return {
    alert: alert.id,
    ticker: inputs.series.ticker,
    what: isOld ? `${what}, on ${longDate(fire.date)}` : what,
    details: [
      why,
      splitNote(rule, fire, inputs),
      withDate && rule.repeat === 'once' ? 'this alert fires once' : '',
      isOld ? `last close ${formatPrice(last.close)} on ${longDate(last.date)}` : '',
    ]
      .filter(Boolean)
      .join('; '),
    note: alert.note ?? '',
  };
}
