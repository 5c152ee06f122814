import { type ChartWindow, type MailTheme, THEMES } from '../../lambdas/contracts/chart-options.ts';
import { addDays } from '../../lambdas/contracts/dates.ts';
import { type Week, weekOf } from '../../lambdas/contracts/weekly.ts';
import type { AlertLines } from '../../lambdas/domain/alerts/alert-lines.ts';
import { type AlertMarks, NO_MARKS } from '../../lambdas/domain/alerts/alert-marks.ts';
import { CALENDARS, sessions } from '../../lambdas/domain/calendar/sessions.ts';
import { captionOf } from '../../lambdas/domain/chart/caption.ts';
import { chartModel } from '../../lambdas/domain/chart/chart-model.ts';
import type { Correction } from '../../lambdas/domain/digest/corrections.ts';
import { composeDigest, type FollowedTicker } from '../../lambdas/domain/digest/digest.ts';
import type { MailChart } from '../../lambdas/domain/mail/chart-card.tsx';
import { mailHtml } from '../../lambdas/domain/mail/digest-mail.tsx';
import { mailText } from '../../lambdas/domain/mail/digest-text.ts';
import { invitationHtml } from '../../lambdas/domain/mail/invitation.tsx';
import type { MailLinks } from '../../lambdas/domain/mail/mail-links.ts';
import type { Observation } from '../../lambdas/domain/prices/fold.ts';
import { renderChart } from '../support/charts.ts';
import { aSeries } from '../support/series.ts';
import { aSubscriber } from '../support/subscribers.ts';

const LAST = '2020-01-10';

const SCENE_LINKS: MailLinks = {
  manage: 'https://example.com/',
  alerts: 'https://example.com/alerts',
  unsubscribe: 'https://example.com/unsubscribe?token=abc',
  ticker: (ticker) => `https://example.com/tickers/${encodeURIComponent(ticker)}`,
  plot: (tickers: readonly string[]) => `https://example.com/plot?token=${tickers.length}`,
  csv: (tickers: readonly string[]) => `https://example.com/plot.csv?token=${tickers.length}`,
  mute: (alert) => `https://example.com/mute-alert?token=${alert}`,
  remove: (alert) => `https://example.com/delete-alert?token=${alert}`,
};

/** One mail of the gallery. `html`: pictures as data URLs. */
export type ScenePart = { name: string; subject: string; html: string; text: string };

type Scene = {
  followed: FollowedTicker[];
  corrections?: Correction[];
  isCorrecting?: boolean;
  alerts?: AlertLines;
  alerted?: string[];
  /** Alerts that the charts show, by ticker. */
  marks?: Record<string, AlertMarks>;
  week?: Week;
};

/** Closes of every session up to the last day: a walk that is the same on every run. */
function closes(seed: number, start: number, { days = 440, every = 1, swing = 0.017, digits = 2 } = {}): Observation[] {
  let state = seed * 2654435761;
  const random = () => {
    state = (state * 1103515245 + 12345) % 2 ** 31;
    return state / 2 ** 31 - 0.5;
  };
  let close = start;
  return sessions(CALENDARS.NYSE, addDays(LAST, -days), LAST)
    .toReversed()
    .filter((_, i) => i % every === 0)
    .toReversed()
    .map((date) => {
      close *= 1 + swing * (random() + random()) + 0.0004;
      return {
        date,
        close: close.toFixed(digits),
        volume: String(Math.round(2e7 * (1.2 + random()))),
        delivery: `${LAST}.incremental`,
      };
    });
}

const holding = (
  ticker: string,
  company: string,
  observations: Observation[],
  { window = 90, ...more }: Partial<FollowedTicker> & { window?: ChartWindow } = {},
): FollowedTicker => ({
  ticker,
  name: ticker,
  company,
  window,
  series: aSeries(observations, ticker),
  isRetired: false,
  wasReported: true,
  hasChanged: true,
  late: [],
  isOnlyLate: false,
  ...more,
});

const WELL_KNOWN: [string, string, number][] = [
  ['AAPL', 'Apple Inc.', 210],
  ['MSFT', 'Microsoft Corporation', 130],
  ['AMZN', 'Amazon.com, Inc.', 1750],
  ['GOOGL', 'Alphabet Inc.', 1180],
  ['NVDA', 'NVIDIA Corporation', 190],
  ['JPM', 'JPMorgan Chase & Co.', 118],
  ['XOM', 'Exxon Mobil Corporation', 74],
  ['KO', 'The Coca-Cola Company', 52],
];

const some = (count: number): FollowedTicker[] =>
  Array.from({ length: count }, (_, i) => {
    const [ticker, company, start] = WELL_KNOWN[i] ?? [`TCK${i}`, i % 3 === 0 ? '' : `Company number ${i}`, 20 + i * 7];
    return holding(ticker, company, closes(i + 1, start));
  });

const changed = (observations: Observation[], fromEnd: number, close: string): Observation[] =>
  observations.map((one, i) => (i === observations.length - 1 - fromEnd ? { ...one, close } : one));

const SCENES: Record<string, () => Scene> = {
  'one ticker': () => ({ followed: some(1) }),
  'eight tickers': () => ({ followed: some(8), alerted: ['AAPL', 'KO'] }),
  'forty tickers': () => ({ followed: some(40) }),
  suspect: () => ({
    followed: [...some(2), holding('SLIP', 'Slipped Decimal Ltd.', changed(closes(31, 104), 0, '1110'))],
  }),
  correction: () => {
    const followed = some(3);
    const closeOf = (i: number, date: string) =>
      followed[i]?.series?.observations.find((one) => one.date === date)?.close ?? '';
    return {
      followed,
      isCorrecting: true,
      corrections: [
        {
          ticker: 'AAPL',
          date: '2020-01-03',
          was: String(Number(closeOf(0, '2020-01-03')) * 10),
          now: closeOf(0, '2020-01-03'),
        },
        { ticker: 'AAPL', date: '2020-01-06', was: '198.1', now: closeOf(0, '2020-01-06') },
        { ticker: 'MSFT', date: '2020-01-04', was: '160.09', now: undefined },
      ],
    };
  },
  split: () => ({
    followed: [
      holding(
        'NVDA',
        'NVIDIA Corporation',
        closes(41, 240).map((one, i, all) => ({
          ...one,
          ...(i >= all.length - 8 && { close: (Number(one.close) / 4).toFixed(2) }),
          ...(i === all.length - 8 && { split: '4' }),
        })),
      ),
      ...some(1),
    ],
  }),
  penny: () => ({ followed: [holding('PNNY', 'Penny Mining Plc', closes(51, 0.0042, { digits: 6, swing: 0.05 }))] }),
  'BRK.A': () => ({
    followed: [
      holding('BRK.A', 'Berkshire Hathaway Inc.', closes(61, 318_000), { window: 365 }),
      holding('TCS.NS', 'Tata Consultancy Services Limited', closes(62, 2150)),
    ],
  }),
  sparse: () => ({
    followed: [
      holding('FUND', 'Monthly Fund', closes(71, 12, { every: 21 }), { window: 365 }),
      holding('NEWB', 'Newly Listed Inc.', closes(72, 31, { days: 4 })),
      holding('ONE', 'One Close Only', closes(73, 9, { days: 0 })),
      { ...holding('GONE', '', closes(74, 5)), series: undefined, isRetired: true },
    ],
  }),
  alert: () => ({
    followed: [...some(8).slice(7), ...some(2)],
    alerted: ['KO'],
    marks: { KO: { thresholds: ['69.50'], fires: [LAST] } },
    alerts: {
      fires: [
        {
          alert: 'one',
          ticker: 'KO',
          what: 'closed at 69.92, above 69.50',
          details: 'the close before was 68.94',
          note: 'sell half',
        },
      ],
      withdrawn: [
        {
          ticker: 'AAPL',
          text: 'AAPL did not close above 215.00 on 6 Dec 2019; the vendor corrected 241.81 to 214.18',
        },
      ],
    },
  }),
  weekly: () => ({ followed: some(4), week: weekOf('2020-W02') }),
  'long names': () => ({
    followed: [
      holding(
        'WWWWWWWWWW-LONGEST-TICKER-OF-ALL',
        'The Longest Company Name of All Markets, Incorporated',
        closes(81, 99_999_999),
      ),
      holding('＊ＳＴ１', '東証株式会社', closes(82, 1234)),
      ...some(1),
    ],
  }),
};

export const SCENE_NAMES = Object.keys(SCENES);

/** The mail of a scene with its pictures, and without the links of a real one. */
export async function mailScene(name: string, theme: MailTheme): Promise<ScenePart> {
  const {
    week,
    followed,
    corrections = [],
    isCorrecting = false,
    alerts,
    alerted = [],
    marks = {},
  } = SCENES[name]?.() ?? { followed: [] };
  const digest = composeDigest(aSubscriber({ preferences: { theme } }), followed, corrections, {
    isCorrecting,
    ...(alerts && { alerts }),
    ...(week && { week }),
    alerted: new Set(alerted),
  });
  const pictures = new Map<string, Buffer>();
  const charts: MailChart[] = [];
  for (const [i, { ticker, company, window, series }] of digest.charts.entries()) {
    const cids: MailChart['pictures'] = {};
    const shown = { marks: marks[ticker] ?? NO_MARKS };
    for (const one of theme === 'auto' ? THEMES : [theme]) {
      cids[one] = `chart-${i + 1}-${one}`;
      pictures.set(`chart-${i + 1}-${one}`, await renderChart(chartModel(series, window, one, shown), 'mail'));
    }
    charts.push({
      ticker,
      company,
      window,
      caption: captionOf(chartModel(series, window, 'light', shown)),
      pictures: cids,
    });
  }
  const html = mailHtml(digest, charts, SCENE_LINKS).replace(
    /cid:([\w-]+)/g,
    (_, cid: string) => `data:image/png;base64,${pictures.get(cid)?.toString('base64')}`,
  );
  return { name, subject: digest.subject, html, text: mailText(digest, charts, SCENE_LINKS) };
}

/** Closes of one ticker. */
export const seriesScene = () => aSeries(closes(1, 210), 'AAPL');

export const invitationScene = (): string => invitationHtml(['AAPL', 'MSFT'], 'https://example.com/confirm?token=abc');
