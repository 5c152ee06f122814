import { parseArgs } from 'node:util';
import { commandLine, WrongUsage } from '../command-line.ts';
import { costOf, type Day, DESIGNS, fanOutRate, historyUnits, partsOf } from '../cost/day.ts';
import { LISTED_ON } from '../cost/list-prices.ts';

const USAGE = `Usage: npm run cost -- [--tickers N] [--subscribers N] [--deliveries N] [--followed N]

What a day costs on AWS (us-east-1), from measured units and the list prices of ${LISTED_ON}, by part of the pipeline.
Not included: the lake and Glue, storage and backups, API, page and sign-in, and other plans of SES than pay-as-you-go.
  --tickers N      rows of a daily file (10000)
  --subscribers N  100000
  --deliveries N   files of that day; each changes every ticker (1)
  --followed N     tickers of a subscriber (8)`;

const DEFAULTS: Day = { tickers: 10_000, subscribers: 100_000, deliveries: 1, followed: 8 };
/** Trading days of five years. */
const HISTORY_DAYS = 1_260;
const dollars = (amount: number): string => `$${amount.toFixed(amount < 1 ? 4 : 2)}`;

await commandLine(USAGE, async () => {
  const option = { type: 'string' } as const;
  const { values } = parseArgs({
    options: { tickers: option, subscribers: option, deliveries: option, followed: option },
  });
  const day = { ...DEFAULTS };
  for (const name of Object.keys(DEFAULTS) as (keyof Day)[]) {
    const text = values[name];
    if (text === undefined) continue;
    day[name] = Number(text);
    if (!Number.isInteger(day[name]) || day[name] < 1)
      throw new WrongUsage(`Expected a whole number from 1 as --${name}, found ${text}.`);
  }
  const lines: [string, string, string][] = [];
  for (const { part, units } of partsOf(day)) {
    lines.push([part, dollars(costOf(units)), '']);
    for (const [unit, count] of Object.entries(units))
      lines.push([
        `  ${unit}`,
        dollars(costOf({ [unit]: count })),
        count.toLocaleString('en-US', { maximumFractionDigits: 1 }),
      ]);
  }
  const totalOf = (design: (typeof DESIGNS)[number]) =>
    partsOf(day, design).reduce((sum, { units }) => sum + costOf(units), 0);
  const total = totalOf('ours');
  const mails = day.subscribers * day.deliveries;
  lines.push(['a day', dollars(total), `${dollars((total / mails) * 1000)} per 1,000 subscribers and delivery`]);
  for (const design of DESIGNS.slice(1))
    lines.push([
      `with ${design === 'item per row' ? 'an' : 'a'} ${design}`,
      dollars(totalOf(design)),
      `${(totalOf(design) / total).toFixed(2)} ×`,
    ]);
  lines.push([
    'one fan-out, in mails a second',
    fanOutRate(day).toFixed(0),
    'several run at once: concurrency of the stage',
  ]);
  const rows = day.tickers * HISTORY_DAYS;
  const [ours = 0, perRow = 0] = (['ours', 'item per row'] as const).map((design) =>
    costOf(historyUnits(rows, design)),
  );
  lines.push(['a history of five years, once', dollars(ours), `item per row: ${dollars(perRow)}`]);
  const width = Math.max(...lines.map(([text]) => text.length));
  for (const [text, cost, note] of lines) console.log(`${text.padEnd(width)}  ${cost.padStart(10)}  ${note}`.trimEnd());
});
