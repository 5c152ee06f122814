import type { Quality } from '../quality.ts';

const percent = (share: number): string => `${(share * 100).toFixed(2)} %`;

/** The quality as lines for a terminal. */
export function qualityText(found: Quality): string {
  const { freshness, completeness, deliveries, quarantined, gaps, jumps, uncovered } = found;
  const list = (counts: Record<string, number>) =>
    Object.entries(counts)
      .map(([name, count]) => `${count} ${name}`)
      .join(', ') || 'none';
  const lines = [
    `from ${found.from} to ${found.to}`,
    freshness.lastClose === null
      ? 'freshness     no ticker has a close in these days or the 30 before: name others with --from and --to'
      : `freshness     last close of most tickers ${freshness.lastClose}, ${freshness.sessionsBehind} sessions behind`,
    `completeness  ${percent(completeness.share)}: ${completeness.found} of ${completeness.expected} closes of ${completeness.tickers} tickers`,
    `deliveries    ${list(deliveries)}`,
    `jumps         ${jumps}`,
    ...Object.entries(quarantined).map(([reason, count]) => `quarantined   ${count} × ${reason}`),
    ...gaps.map(
      ({ ticker, missing, first }) =>
        `gap           ${ticker}: ${missing} sessions, ${first.join(', ')}${missing > first.length ? ' …' : ''}`,
    ),
    ...uncovered.map(
      (id) =>
        `calendar      the holidays of ${id} are not known for all of these dates: give them with --calendar FILE`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}
