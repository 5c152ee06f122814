import { correctedText } from '../digest/correction-text.ts';
import type { Correction } from '../digest/corrections.ts';
import { MAX_CORRECTIONS } from '../digest/digest.ts';
import { fitting, linkBytes } from './fitting.ts';
import type { MailLinks } from './mail-links.ts';
import { Card, Line, TickerLink, Title } from './mail-look.tsx';

const MAX_BYTES = 11_000;
/** Bytes of the markup of a ticker with one correction. */
const GROUP_BYTES = 330;

/** The corrected closes, by ticker. */
export function CorrectionCard({ corrections, links }: { corrections: readonly Correction[]; links: MailLinks }) {
  if (corrections.length === 0) return null;
  const listed = fitting(corrections.slice(0, MAX_CORRECTIONS), MAX_BYTES, GROUP_BYTES, ({ ticker }) => [
    linkBytes(ticker),
  ]);
  const more = corrections.length - listed.length;
  const groups = Map.groupBy(listed, ({ ticker }) => ticker);
  return (
    <Card accent="warning">
      <Title>Corrections since your last digest</Title>
      {[...groups].map(([ticker, own]) => (
        <Line key={ticker}>
          <TickerLink href={links.ticker(ticker)}>{ticker}</TickerLink>
          {own.map((correction) => (
            <span key={correction.date}>
              <br />
              {correctedText(correction)}
            </span>
          ))}
        </Line>
      ))}
      {more > 0 && <Line tone="muted">and {more} more</Line>}
    </Card>
  );
}
