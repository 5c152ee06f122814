import { MAIL_THEMES, type MailTheme } from '../../../lambdas/contracts/chart-options.ts';
import { captionOf } from '../../../lambdas/domain/chart/caption.ts';
import { chartModel } from '../../../lambdas/domain/chart/chart-model.ts';
import type { FollowedTicker } from '../../../lambdas/domain/digest/digest.ts';
import { composeDigest, type Digest } from '../../../lambdas/domain/digest/digest.ts';
import type { MailChart } from '../../../lambdas/domain/mail/chart-card.tsx';
import { mailHtml } from '../../../lambdas/domain/mail/digest-mail.tsx';
import { mailText } from '../../../lambdas/domain/mail/digest-text.ts';
import { mimeMessage } from '../../../lambdas/domain/mail/mime.ts';
import { expectGoldenText } from '../../golden/compare.ts';
import { aSeries, dailyCloses, walk } from '../../support/series.ts';
import { aSubscriber } from '../../support/subscribers.ts';

const LINKS = {
  manage: 'https://example.com/',
  alerts: 'https://example.com/alerts',
  ticker: (ticker: string) => `https://example.com/tickers/${encodeURIComponent(ticker)}`,
  plot: (tickers: readonly string[]) => `https://example.com/plot?token=${tickers.length}`,
  csv: (tickers: readonly string[]) => `https://example.com/plot.csv?token=${tickers.length}`,
  unsubscribe: 'https://example.com/unsubscribe?subscriber=abc',
  mute: (alert: string) => `https://example.com/mute-alert?token=${alert}`,
  remove: (alert: string) => `https://example.com/delete-alert?token=${alert}`,
};

const holding = (ticker: string, closes = walk(60), overrides: Partial<FollowedTicker> = {}): FollowedTicker => ({
  ticker,
  name: ticker,
  company: '',
  window: 90,
  series: aSeries(dailyCloses(closes), ticker),
  isRetired: false,
  wasReported: true,
  late: [],
  isOnlyLate: false,
  hasChanged: true,
  ...overrides,
});

const chartsOf = ({ charts, theme }: Digest): MailChart[] =>
  charts.map(({ ticker, company, window, series }, i) => ({
    ticker,
    company,
    window,
    caption: captionOf(chartModel(series, window, 'light')),
    pictures:
      theme === 'auto' ? { light: `chart-${i + 1}-light`, dark: `chart-${i + 1}-dark` } : { [theme]: `chart-${i + 1}` },
  }));

const mail = (digest: Digest) => mailHtml(digest, chartsOf(digest), LINKS);

const aDigest = (theme: MailTheme = 'light') =>
  composeDigest(
    aSubscriber({ preferences: { theme } }),
    [
      holding('AAPL', walk(60, 310)),
      holding('MSFT', walk(60, 161).toReversed(), { hasChanged: false }),
      holding('SLIP', [...walk(20), '1110']),
      {
        ticker: 'GONE',
        name: 'GONE',
        company: '',
        window: 90,
        series: undefined,
        isRetired: true,
        wasReported: true,
        hasChanged: true,
        late: [],
        isOnlyLate: false,
      },
    ],
    [{ ticker: 'AAPL', date: '2020-01-03', was: '2974.3', now: '297.43' }],
  );

test.each(MAIL_THEMES)('the mail in the %s theme', (theme) => {
  expectGoldenText(`mail-${theme}.html`, `${mail(aDigest(theme)).replaceAll('><', '>\n<')}\n`);
});

test('its plain text has the same content', () => {
  const digest = aDigest();
  expectGoldenText('mail.txt', mailText(digest, chartsOf(digest), LINKS));
});

test('its subject names the largest changes first', () => {
  const digest = composeDigest(aSubscriber(), [holding('B', ['100', '99.6']), holding('A', ['100', '101.2'])], []);
  expect(digest.subject).toBe('A +1.2 %, B −0.4 % · close of 10 Jan 2020');
});

test('a mail of a replaced revision is titled as a correction, and begins with the corrections', () => {
  const corrections = [{ ticker: 'AAPL', date: '2020-01-03', was: '2974.3', now: '297.43' }];
  const digest = composeDigest(aSubscriber(), [holding('AAPL')], corrections, { isCorrecting: true });
  expect(digest.subject).toBe('Correction: AAPL 3 Jan, 2,974.30 → 297.43 · close of 10 Jan 2020');
  for (const content of [mail(digest), mailText(digest, [], LINKS)]) {
    expect(content).toContain('Correction · close of 10 Jan 2020');
    expect(content.indexOf('Corrections since')).toBeLessThan(content.indexOf('30 days'));
    expect(content).toContain('You get this mail because');
  }
});

test('a suspect close is named last, without a percentage, with the reason', () => {
  const holdings = [
    holding('SLIP', [...walk(20), '1110']),
    holding('UP', ['100', '101']),
    holding('DOWN', ['100', '98']),
  ];
  const digest = composeDigest(aSubscriber(), holdings, []);
  expect(digest.subject).toBe('DOWN −2.0 %, UP +1.0 %, SLIP 107.51 (1,110.00 is suspect) · close of 10 Jan 2020');
  const row = digest.rows.at(-1);
  expect(row).toMatchObject({ ticker: 'SLIP', isSuspect: true, trend: '' });
  expect([row?.day, row?.week, row?.month].map((change) => change?.text)).toEqual(['–', '–', '–']);
  expect(row?.note).toBe('suspect: far from the 107.51 of 9 Jan 2020; not used until a later close confirms it');
  expect(digest.charts.at(-1)?.ticker).toBe('SLIP');
});

test('a correction to a suspect close is named last and marked everywhere', () => {
  const corrections = [
    { ticker: 'SLIP', date: '2020-01-10', was: '108', now: '1110', isSuspect: true as const },
    { ticker: 'UP', date: '2020-01-09', was: '99', now: '100' },
  ];
  const holdings = [holding('SLIP', [...walk(20), '1110']), holding('UP', ['100', '101'])];
  const digest = composeDigest(aSubscriber(), holdings, corrections, { isCorrecting: true });
  expect(digest.subject).toMatch(/^Correction: UP 9 Jan, 99\.00 → 100\.00 and 1 more/);
  expect(digest.preheader).toContain('SLIP 1,110.00 (suspect)');
  expect(mailText(digest, [], LINKS)).toContain('SLIP, 10 Jan 2020: 108.00 → 1,110.00 (suspect)');
});

test.each([
  [{ isRetired: true }, 'no longer reported by the vendor', 'A retired · tickers retired'],
  [{ isRetired: false }, 'withdrawn by the vendor', 'A withdrawn · tickers withdrawn'],
  [{ isRetired: false, wasReported: false }, 'no prices yet', undefined],
])('a ticker without prices has the reason: %j', (how, note, subject) => {
  const digest = composeDigest(aSubscriber(), [holding('A', ['1'], { series: undefined, ...how })], []);
  expect(digest.rows[0]?.note).toBe(note);
  if (subject) expect(digest.subject).toBe(subject);
});

test('a close after a suspect one is compared with the last trusted close', () => {
  const digest = composeDigest(aSubscriber(), [holding('A', ['100', '1000', '102'])], []);
  expect(digest.subject).toMatch(/^A \+2\.0 %/);
});

test('the style sheet has no rule that Outlook for Windows misreads', () => {
  for (const theme of MAIL_THEMES) {
    const [, css = ''] = /<style>(.*?)<\/style>/s.exec(mail(aDigest(theme))) ?? [];
    expect(css).not.toMatch(/[^ ]!important/);
    const selectors = [...css.matchAll(/([^{}]+)\{[^{}]*\}/g)].map(([, selector = '']) => selector.trim());
    for (const selector of selectors) expect(selector).toMatch(/^(?:body|\.[\w-]+)$/);
  }
});

test('at most twelve charts; the rest are rows of the table', () => {
  const tickers = Array.from({ length: 30 }, (_, i) => `T${i}`);
  const digest = composeDigest(
    aSubscriber(),
    tickers.map((ticker, i) => holding(ticker, ['100', String(101 + i)])),
    [],
  );
  expect([digest.charts.length, digest.rows.length]).toEqual([12, 30]);
  expect(digest.charts[0]?.ticker).toBe('T29');
});

test.each([
  ['plain', (i: number) => `TICKER-${String(i).padStart(3, '0')}`],
  ['long, and of signs that markup writes as six', (i: number) => `T${i}${'&'.repeat(28)}`],
])('five hundred tickers, %s, with long notes and a thousand corrections stay below 100 KB', (_what, nameOf) => {
  const tickers = Array.from({ length: 500 }, (_, i) => nameOf(i));
  const corrections = Array.from({ length: 1000 }, (_, i) => ({
    ticker: nameOf(i),
    date: '2020-01-03',
    was: '2974.3',
    now: '297.43',
  }));
  const slips = [...walk(49, 123_456), '1234567'];
  const stale = (ticker: string) =>
    holding(ticker, ['1'], {
      series: aSeries(dailyCloses([...slips, ...walk(10)]).slice(0, 50), ticker),
      hasChanged: false,
    });
  const digest = composeDigest(aSubscriber(), [holding('FRESH'), ...tickers.map(stale)], corrections);
  expect(digest.rows.filter(({ isSuspect }) => isSuspect)).toHaveLength(500);
  expect(mail(digest)).toMatch(/and \d+ more/);
  expect(Buffer.byteLength(mail(digest))).toBeLessThan(100_000);
});

test('all text from outside is escaped, in every part', async () => {
  const evil = `<script>alert(1)</script>"&\r\nBcc: x@example.com`;
  const digest = composeDigest(
    aSubscriber(),
    [holding(evil)],
    [{ ticker: evil, date: '2020-01-03', was: '1', now: '2' }],
  );
  const html = mail(digest);
  expect(html).not.toContain('<script>');
  expect(html).toContain('&lt;script&gt;');
  const raw = await mimeMessage({
    sender: 'digest@example.com',
    to: 'ada@example.com',
    subject: digest.subject,
    html,
    text: mailText(digest, chartsOf(digest), LINKS),
    pictures: [],
    unsubscribeUrl: LINKS.unsubscribe,
    date: new Date(0),
    boundary: 'b',
  });
  const [headers = ''] = raw.toString().split('\r\n\r\n');
  expect(headers).not.toMatch(/^Bcc:/im);
  expect(headers).toMatch(/^List-ID: Closing Bell digests <digests\.example\.com>\r$/m);
  expect(headers).toMatch(/^Auto-Submitted: auto-generated\r$/m);
});
