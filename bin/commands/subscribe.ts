import { parseArgs } from 'node:util';
import * as z from 'zod';
import { CHART_WINDOWS, DEFAULT_MAIL_THEME, MAIL_THEMES } from '../../lambdas/contracts/chart-options.ts';
import { chartWindow, mailTheme } from '../../lambdas/contracts/subscriber.ts';
import { DEFAULT_STATE, readEndpoints } from '../../local/app/endpoints.ts';
import { subscribe } from '../../local/app/subscribers.ts';
import { commandLine, WrongUsage } from '../command-line.ts';

const USAGE = `Usage: npm run subscribe -- [--state DIR] [--window ${CHART_WINDOWS.join('|')}] [--theme ${MAIL_THEMES.join('|')}] ADDRESS TICKER…`;

await commandLine(USAGE, async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      state: { type: 'string', default: DEFAULT_STATE },
      window: { type: 'string', default: '90' },
      theme: { type: 'string', default: DEFAULT_MAIL_THEME },
    },
  });
  const [address, ...tickers] = positionals;
  const window = chartWindow.safeParse(Number(values.window));
  const chosen = mailTheme.safeParse(values.theme);
  if (!window.success) throw new WrongUsage(`Expected --window ${CHART_WINDOWS.join(' or ')}, found ${values.window}.`);
  if (!chosen.success) throw new WrongUsage(`Expected --theme ${MAIL_THEMES.join(' or ')}, found ${values.theme}.`);
  if (!z.email().safeParse(address).success || !address || tickers.length === 0)
    throw new WrongUsage('Expected a mail address and at least one ticker.');
  await subscribe(readEndpoints(values.state), address, tickers, { window: window.data, theme: chosen.data });
  console.log(
    `${address} now follows ${tickers.join(', ')} and no other ticker; tickers are spelled as in the files. The next delivery that changes them sends a mail.`,
  );
});
