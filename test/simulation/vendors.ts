import { barsOf } from '../../local/vendors/market.ts';
import { vendorAnswer, vendorWorld } from '../../local/vendors/server.ts';
import type { VendorAnswer, VendorRequest } from '../../local/vendors/vendor.ts';

/** From this day on the API corrects one close, which a subscriber was mailed. */
const CORRECTED_FROM = Date.parse('2020-01-24T00:00:00Z');
const WRONG = { ticker: 'COL-1', date: '2020-01-17', close: 250 };

/** What Polygon answers at a time of the simulation (ms since 1970). */
export function simulatedAnswer(request: VendorRequest, now: number): VendorAnswer {
  const world = vendorWorld({ now: () => now });
  const answer = vendorAnswer(request, world);
  const [bar] = barsOf(WRONG.ticker, WRONG.date, WRONG.date, world);
  if (now >= CORRECTED_FROM || !bar || !request.path.includes(`/${WRONG.ticker}/`)) return answer;
  return { ...answer, body: answer.body.replace(`"c":${bar.close}`, `"c":${WRONG.close}`) };
}

/** The same closes as a vendor's file. @param dates from and to (ISO) */
export function simulatedFile(
  tickers: readonly string[],
  dates: readonly [string, string],
  isCorrected: boolean,
): string {
  const world = vendorWorld();
  const rows = tickers.flatMap((ticker) =>
    barsOf(ticker, ...dates, world).map(({ date, close }) => {
      const isWrong = !isCorrected && ticker === WRONG.ticker && date === WRONG.date;
      return `${ticker},${isWrong ? WRONG.close : close},${date},I`;
    }),
  );
  return `ticker,close,date,action\n${rows.join('\n')}\n`;
}
