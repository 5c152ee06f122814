import * as z from 'zod';
import { addDays } from '../../contracts/dates.ts';

/** How long a link to a plot works. */
const LIFE_DAYS = 30;
/** More lines in one plot cannot be told apart. */
export const MAX_PLOT_TICKERS = 8;

const packed = z.tuple([
  z.array(z.string()).min(1).max(MAX_PLOT_TICKERS),
  z.int().positive(),
  z.iso.date(),
  z.iso.date(),
]);

/** What a link to a plot shows. */
export type PlotLink = {
  tickers: readonly string[];
  /** Calendar days of the chart in the mail. */
  window: number;
  /** Prices as the mail knew them: deliveries with a file date (ISO) up to this one. */
  asOf: string;
  /** Last date (ISO) on which the link works. */
  until: string;
};

/** @param sentOn date (ISO) of the mail */
export const plotLink = (link: Omit<PlotLink, 'until'>, sentOn: string): PlotLink => ({
  ...link,
  until: addDays(sentOn, LIFE_DAYS),
});

/** Packs a link for its token: a name may contain the dot that parts the token. */
export const packPlotLink = ({ tickers, window, asOf, until }: PlotLink): string =>
  Buffer.from(JSON.stringify([tickers, window, asOf, until])).toString('base64url');

/** @returns undefined if the text is none of ours */
export function readPlotLink(text: string): PlotLink | undefined {
  try {
    const { data } = packed.safeParse(JSON.parse(Buffer.from(text, 'base64url').toString()));
    return data && { tickers: data[0], window: data[1], asOf: data[2], until: data[3] };
  } catch {
    return undefined;
  }
}
