import { Heading, Text } from 'react-email';
import type { Digest } from '../digest/digest.ts';
import { titleOf } from '../digest/digest-words.ts';
import { MAX_PLOT_TICKERS } from '../links/plot-link.ts';
import { AlertCard } from './alert-card.tsx';
import { ChartCard, type MailChart } from './chart-card.tsx';
import { CorrectionCard } from './correction-card.tsx';
import { renderMail } from './mail-frame.tsx';
import type { MailLinks } from './mail-links.ts';
import { Block, Brand, Card, Line, TextLink, Title, useColours } from './mail-look.tsx';
import { PriceTable } from './price-table.tsx';

export const WHY = 'You get this mail because you follow these tickers or have alerts on them.';

/** The HTML part of a digest. */
export function mailHtml(digest: Digest, charts: readonly MailChart[], links: MailLinks): string {
  return renderMail(digest.theme, digest.preheader, <Content digest={digest} charts={charts} links={links} />);
}

type ContentProps = { digest: Digest; charts: readonly MailChart[]; links: MailLinks };

function Content({ digest, charts, links }: ContentProps) {
  const table = (
    <Card>
      <Title>{digest.rows.length === 1 ? 'Your ticker' : 'Your tickers'}</Title>
      <PriceTable rows={digest.rows} news={digest.news} links={links} />
    </Card>
  );
  const corrections = <CorrectionCard corrections={digest.corrections} links={links} />;
  return (
    <>
      <Masthead digest={digest} />
      <AlertCard alerts={digest.alerts} links={links} />
      {digest.isCorrection && corrections}
      {table}
      {!digest.isCorrection && corrections}
      {charts.map((chart) => (
        <ChartCard key={chart.ticker} chart={chart} links={links} />
      ))}
      <BelowCharts digest={digest} charts={charts} links={links} />
      <Footer links={links} />
    </>
  );
}

/** `+1.2 %` and `and 5 more` stay on one line. */
const unbroken = (headline: string): string =>
  headline.replaceAll(' %', '\u00a0%').replace(/and (\d+) more/, 'and\u00a0$1\u00a0more');

/** Brand and date, the news, and a summary. */
function Masthead({ digest }: { digest: Digest }) {
  const { ink, muted } = useColours();
  return (
    <Block padding="0 8px 16px">
      <Text className="muted" style={{ fontSize: '14px', lineHeight: '20px', margin: '0 0 10px', color: muted }}>
        <Brand /> · {titleOf(digest)}
      </Text>
      <Heading
        as="h1"
        className="ink headline"
        style={{ fontSize: '26px', lineHeight: '32px', margin: 0, color: ink, wordBreak: 'break-word' }}
      >
        {unbroken(digest.headline)}
      </Heading>
      {digest.summary && digest.rows.length > 1 && (
        <Text className="muted" style={{ fontSize: '16px', lineHeight: '22px', margin: '6px 0 0', color: muted }}>
          {digest.summary}
        </Text>
      )}
    </Block>
  );
}

/** A plot of all, and where the charts are that the mail has no room for. */
function BelowCharts({ digest, charts, links }: ContentProps) {
  const others = digest.rows.filter(({ closeText }) => closeText !== '–').length - charts.length;
  const compared = charts.slice(0, MAX_PLOT_TICKERS);
  if (charts.length < 2 && others <= 0) return null;
  return (
    <Block padding="4px 8px 8px">
      {compared.length > 1 && (
        <Line tone="muted">
          <TextLink
            href={links.plot(
              compared.map(({ ticker }) => ticker),
              compared[0]?.window ?? 0,
            )}
          >
            Compare {compared.length} tickers in one chart
          </TextLink>
        </Line>
      )}
      {others > 0 && (
        <Line tone="muted">
          Charts of the {charts.length} biggest moves.{' '}
          {others === 1 ? 'The other ticker is' : `The other ${others} tickers are`} in the table;{' '}
          <TextLink href={links.manage}>see all charts</TextLink>.
        </Line>
      )}
    </Block>
  );
}

function Footer({ links }: { links: MailLinks }) {
  return (
    <Block padding="8px 8px 0">
      <Line tone="muted" isSmall>
        {WHY} <TextLink href={links.manage}>Manage what you follow</TextLink> or{' '}
        <TextLink href={links.unsubscribe}>unsubscribe</TextLink>. Changes compare closes. Not investment advice.
      </Line>
    </Block>
  );
}
