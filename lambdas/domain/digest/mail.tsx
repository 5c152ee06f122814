import { createContext, type ReactNode, useContext } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { Body, Container, Head, Heading, Html, Img, Link, Preview, Section, Text } from 'react-email';
import type { Theme } from '../../contracts/subscriber.ts';
import { correctionText } from './correction-text.ts';
import { type Digest, type DigestRow, MAX_CORRECTIONS, type Movement, titleOf } from './digest.ts';
import { cellStyle, colours, FONTS, headStyle, mailStyles } from './mail-styles.ts';

/** A chart as the mail shows it; without a picture its alt text stands in for it. */
export type MailChart = { ticker: string; alt: string; cid: string | undefined };

export type MailLinks = { manage: string; unsubscribe: string };

/** The HTML part of a digest. Every text goes through React, so nothing from a file or a user is markup. */
export function mailHtml(digest: Digest, charts: readonly MailChart[], links: MailLinks): string {
  return `<!DOCTYPE html>${renderToStaticMarkup(<Mail digest={digest} charts={charts} links={links} />)}`;
}

type MailProps = { digest: Digest; charts: readonly MailChart[]; links: MailLinks };

const ThemeOfMail = createContext<Theme>('light');
const useTheme = () => useContext(ThemeOfMail);
const useColours = () => colours(useTheme());

function Mail({ digest, charts, links }: MailProps) {
  const table = (
    <Card>
      <PriceTable rows={digest.rows} />
    </Card>
  );
  const scheme = digest.theme === 'dark' ? 'dark' : 'light dark';
  const { page } = colours(digest.theme);
  return (
    <ThemeOfMail value={digest.theme}>
      <Html lang="en">
        <Head>
          <meta name="viewport" content="width=device-width,initial-scale=1" />
          <meta name="color-scheme" content={scheme} />
          <meta name="supported-color-schemes" content={scheme} />
          {/* biome-ignore lint/security/noDangerouslySetInnerHtml: our own constants; React would escape the quotes of CSS */}
          <style dangerouslySetInnerHTML={{ __html: mailStyles(digest.theme) }} />
        </Head>
        <Preview>{digest.preheader}</Preview>
        <Body className="page" style={{ margin: 0, fontFamily: FONTS, backgroundColor: page }}>
          <Container
            className="page"
            style={{ maxWidth: '648px', width: '100%', padding: '24px 8px', backgroundColor: page }}
          >
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
    </ThemeOfMail>
  );
}

function Masthead({ digest }: { digest: Digest }) {
  const { ink, muted } = useColours();
  return (
    <Section style={{ padding: '0 16px 12px' }}>
      <Heading as="h1" className="ink" style={{ fontSize: '20px', lineHeight: '28px', margin: 0, color: ink }}>
        Closing Bell
      </Heading>
      <Text className="muted" style={{ fontSize: '14px', lineHeight: '20px', margin: 0, color: muted }}>
        {titleOf(digest)}
      </Text>
    </Section>
  );
}

function Card({ children }: { children: ReactNode }) {
  const { card, line } = useColours();
  return (
    <table width="100%" cellPadding={0} cellSpacing={0} style={{ borderCollapse: 'separate' }}>
      <tbody>
        <tr>
          <td
            className="card"
            style={{
              padding: '16px 14px 10px',
              borderRadius: '14px',
              border: `1px solid ${line}`,
              backgroundColor: card,
            }}
          >
            {children}
          </td>
        </tr>
      </tbody>
    </table>
  );
}

/** More full rows would pass the 102 KB at which Gmail clips; the rest, the smallest movers, come as a list. */
const MAX_FULL_ROWS = 40;

function PriceTable({ rows }: { rows: readonly DigestRow[] }) {
  const { muted } = useColours();
  const rest = rows.slice(MAX_FULL_ROWS);
  return (
    <>
      <FullRows rows={rows.slice(0, MAX_FULL_ROWS)} />
      {rest.length > 0 && (
        <p className="muted" style={{ fontSize: '14px', lineHeight: '22px', margin: '8px 0 0', color: muted }}>
          {rest.map(briefly).join(' · ')}
        </p>
      )}
    </>
  );
}

const briefly = ({ ticker, closeText, day, note }: DigestRow): string =>
  `${ticker} ${closeText} ${day.text}${note && ` (${note})`}`;

/** Shares of the width: fixed, so that no number makes the table wider than the screen. */
const COLUMNS = [
  ['Ticker', '25%'],
  ['Close', '24%'],
  ['1 day', '17%'],
  ['7 days', '17%'],
  ['30 days', '17%'],
] as const;

function FullRows({ rows }: { rows: readonly DigestRow[] }) {
  const theme = useTheme();
  return (
    <table width="100%" cellPadding={0} cellSpacing={0} style={{ borderCollapse: 'collapse', tableLayout: 'fixed' }}>
      <thead>
        <tr>
          {COLUMNS.map(([name, width], i) => (
            <th
              key={name}
              className="muted num"
              align={i === 0 ? 'left' : 'right'}
              style={{ ...headStyle(theme), width }}
            >
              {name}
            </th>
          ))}
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
  const look = useColours();
  const direction = row.trend === '→' ? 'flat' : row.month.direction;
  const { isSuspect } = row;
  const note = { font: '12px/16px Inter,Arial,sans-serif', color: isSuspect ? look.warning : look.muted };
  return (
    <tr>
      <Cell isName>
        <b>{row.ticker}</b>
        {row.trend && (
          <span className={classOf(direction)} style={{ color: look[direction] }}>
            {' '}
            {row.trend}
          </span>
        )}
        {row.note && (
          <div className={isSuspect ? 'warn' : 'muted'} style={note}>
            {row.note}
          </div>
        )}
      </Cell>
      <Cell colour={isSuspect ? 'warning' : 'ink'}>{row.closeText}</Cell>
      <Change movement={row.day} />
      <Change movement={row.week} />
      <Change movement={row.month} />
    </tr>
  );
}

type Colour = 'ink' | 'up' | 'down' | 'flat' | 'warning';
const classOf = (colour: Colour): string => (colour === 'flat' ? 'ink' : colour === 'warning' ? 'warn' : colour);

function Cell({
  children,
  colour = 'ink',
  isName = false,
}: {
  children: ReactNode;
  colour?: Colour;
  isName?: boolean;
}) {
  const theme = useTheme();
  return (
    <td
      className={`${classOf(colour)} line num`}
      align={isName ? 'left' : 'right'}
      style={cellStyle(theme, colours(theme)[colour])}
    >
      {children}
    </td>
  );
}

const Change = ({ movement: { text, direction } }: { movement: Movement }) => <Cell colour={direction}>{text}</Cell>;

function Corrections({ digest: { corrections } }: { digest: Digest }) {
  const { ink, muted } = useColours();
  const more = corrections.length - MAX_CORRECTIONS;
  const line = { fontSize: '14px', lineHeight: '22px', margin: 0 };
  return (
    <Section style={{ paddingTop: '12px' }}>
      <Card>
        <Heading
          as="h2"
          className="ink"
          style={{ fontSize: '14px', lineHeight: '20px', margin: '0 0 4px', color: ink }}
        >
          Corrections since your last digest
        </Heading>
        {corrections.slice(0, MAX_CORRECTIONS).map((correction) => (
          <p key={`${correction.ticker} ${correction.date}`} className="ink" style={{ ...line, color: ink }}>
            {correctionText(correction)}
          </p>
        ))}
        {more > 0 && (
          <p className="muted" style={{ ...line, color: muted }}>
            and {more} more
          </p>
        )}
      </Card>
    </Section>
  );
}

function ChartCard({ chart: { ticker, alt, cid } }: { chart: MailChart }) {
  const { ink } = useColours();
  const text = { fontSize: '14px', lineHeight: '20px', color: ink };
  return (
    <Section style={{ paddingTop: '12px' }}>
      {cid ? (
        <Img
          className="ink"
          src={`cid:${cid}`}
          width="632"
          height="316"
          alt={alt}
          style={{ ...text, display: 'block', width: '100%', maxWidth: '100%', height: 'auto', borderRadius: '10px' }}
        />
      ) : (
        <Card>
          <Text className="ink" style={{ ...text, margin: 0 }}>
            The chart of {ticker} could not be drawn; its numbers are in the table. {alt}
          </Text>
        </Card>
      )}
    </Section>
  );
}

function Footer({ links }: { links: MailLinks }) {
  const { muted, link } = useColours();
  const style = { color: link, textDecoration: 'underline' };
  return (
    <Section style={{ padding: '20px 16px 0' }}>
      <Text className="muted" style={{ fontSize: '12px', lineHeight: '18px', margin: 0, color: muted }}>
        You get this mail because you follow these tickers.{' '}
        <Link className="link" href={links.manage} style={style}>
          Manage what you follow
        </Link>{' '}
        or{' '}
        <Link className="link" href={links.unsubscribe} style={style}>
          unsubscribe
        </Link>
        . A chart shows calendar days; changes compare closes. Not investment advice.
      </Text>
    </Section>
  );
}
