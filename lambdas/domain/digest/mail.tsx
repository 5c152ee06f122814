import { renderToStaticMarkup } from 'react-dom/server';
import { Body, Container, Head, Heading, Html, Img, Link, Preview, Section, Text } from 'react-email';
import { correctionText } from './correction-text.ts';
import { type Digest, type DigestRow, MAX_CORRECTIONS, type Movement, titleOf } from './digest.ts';
import { mailStyles } from './mail-styles.ts';

const FONTS = "Inter,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";

/** A chart as the mail shows it; without a picture its alt text stands in for it. */
export type MailChart = { ticker: string; alt: string; cid: string | undefined };

export type MailLinks = { manage: string; unsubscribe: string };

/** The HTML part of a digest. Every text goes through React, so nothing from a file or a user is markup. */
export function mailHtml(digest: Digest, charts: readonly MailChart[], links: MailLinks): string {
  return `<!DOCTYPE html>${renderToStaticMarkup(<Mail digest={digest} charts={charts} links={links} />)}`;
}

type MailProps = { digest: Digest; charts: readonly MailChart[]; links: MailLinks };

function Mail({ digest, charts, links }: MailProps) {
  const table = (
    <Card>
      <PriceTable rows={digest.rows} />
    </Card>
  );
  const scheme = digest.theme === 'dark' ? 'dark' : 'light dark';
  return (
    <Html lang="en">
      <Head>
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <meta name="color-scheme" content={scheme} />
        <meta name="supported-color-schemes" content={scheme} />
        {/* biome-ignore lint/security/noDangerouslySetInnerHtml: our own constants; React would escape the quotes of CSS */}
        <style dangerouslySetInnerHTML={{ __html: mailStyles(digest.theme) }} />
      </Head>
      <Preview>{digest.preheader}</Preview>
      <Body className="page" style={{ margin: 0, fontFamily: FONTS }}>
        <Container style={{ maxWidth: '648px', width: '100%', padding: '24px 8px' }}>
          <Masthead digest={digest} />
          {digest.isCorrection ? (
            <>
              <Corrections digest={digest} />
              <Section style={{ paddingTop: '12px' }}>{table}</Section>
            </>
          ) : (
            <>
              {table}
              {digest.corrections.length > 0 && <Corrections digest={digest} />}
            </>
          )}
          {charts.map((chart) => (
            <ChartCard key={chart.ticker} chart={chart} />
          ))}
          <Footer links={links} />
        </Container>
      </Body>
    </Html>
  );
}

function Masthead({ digest }: { digest: Digest }) {
  return (
    <Section style={{ padding: '0 16px 12px' }}>
      <Heading as="h1" className="ink" style={{ fontSize: '20px', lineHeight: '28px', margin: 0 }}>
        Closing Bell
      </Heading>
      <Text className="muted" style={{ fontSize: '14px', lineHeight: '20px', margin: 0 }}>
        {titleOf(digest)}
      </Text>
    </Section>
  );
}

function Card({ children }: { children: React.ReactNode }) {
  return (
    <Section className="card" style={{ padding: '20px 20px 12px', borderRadius: '14px', border: '1px solid' }}>
      {children}
    </Section>
  );
}

/** More full rows would pass the 102 KB at which Gmail clips; the rest, the smallest movers, come as a list. */
const MAX_FULL_ROWS = 250;

function PriceTable({ rows }: { rows: readonly DigestRow[] }) {
  const rest = rows.slice(MAX_FULL_ROWS);
  return (
    <>
      <FullRows rows={rows.slice(0, MAX_FULL_ROWS)} />
      {rest.length > 0 && <p className="c muted">{rest.map(briefly).join(' · ')}</p>}
    </>
  );
}

const briefly = ({ ticker, closeText, day, note }: DigestRow): string =>
  `${ticker} ${closeText} ${day.text}${note && ` (${note})`}`;

function FullRows({ rows }: { rows: readonly DigestRow[] }) {
  return (
    <table className="t">
      <thead>
        <tr>
          <th className="k">Ticker</th>
          <th>Close</th>
          <th>1 day</th>
          <th>7 days</th>
          <th>30 days</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <PriceRow key={row.ticker} row={row} />
        ))}
      </tbody>
    </table>
  );
}

function PriceRow({ row }: { row: DigestRow }) {
  return (
    <tr>
      <td className="k">
        {row.ticker}
        {row.trend && <span className={row.trend === '→' ? undefined : row.month.direction}> {row.trend}</span>}
        {row.note && <div className={row.note.startsWith('suspect') ? 'n warn' : 'n'}>{row.note}</div>}
      </td>
      <td>{row.closeText}</td>
      <Change movement={row.day} />
      <Change movement={row.week} />
      <Change movement={row.month} />
    </tr>
  );
}

function Change({ movement: { text, direction } }: { movement: Movement }) {
  return <td className={direction === 'flat' ? undefined : direction}>{text}</td>;
}

function Corrections({ digest: { corrections } }: { digest: Digest }) {
  const more = corrections.length - MAX_CORRECTIONS;
  return (
    <Section style={{ paddingTop: '12px' }}>
      <Card>
        <Heading as="h2" className="ink" style={{ fontSize: '14px', lineHeight: '20px', margin: '0 0 4px' }}>
          Corrections since your last digest
        </Heading>
        {corrections.slice(0, MAX_CORRECTIONS).map((correction) => (
          <p key={`${correction.ticker} ${correction.date}`} className="c ink">
            {correctionText(correction)}
          </p>
        ))}
        {more > 0 && <p className="c muted">and {more} more</p>}
      </Card>
    </Section>
  );
}

function ChartCard({ chart: { ticker, alt, cid } }: { chart: MailChart }) {
  return (
    <Section style={{ paddingTop: '12px' }}>
      {cid ? (
        <Img
          className="chart alt"
          src={`cid:${cid}`}
          width="632"
          alt={alt}
          style={{ fontSize: '14px', lineHeight: '20px' }}
        />
      ) : (
        <Card>
          <Text className="ink" style={{ fontSize: '14px', lineHeight: '20px', margin: 0 }}>
            The chart of {ticker} could not be drawn; its numbers are in the table. {alt}
          </Text>
        </Card>
      )}
    </Section>
  );
}

function Footer({ links }: { links: MailLinks }) {
  return (
    <Section style={{ padding: '20px 16px 0' }}>
      <Text className="muted" style={{ fontSize: '12px', lineHeight: '18px', margin: 0 }}>
        You get this mail because you follow these tickers.{' '}
        <Link className="link" href={links.manage}>
          Manage what you follow
        </Link>{' '}
        or{' '}
        <Link className="link" href={links.unsubscribe}>
          unsubscribe
        </Link>
        . A chart shows calendar days; changes compare closes. Not investment advice.
      </Text>
    </Section>
  );
}
