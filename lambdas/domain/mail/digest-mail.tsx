import { renderToStaticMarkup } from 'react-dom/server';
import { Container, Head, Heading, Html, Img, Link, Preview, Section, Text } from 'react-email';
import { correctionText } from '../digest/correction-text.ts';
import { type Digest, MAX_CORRECTIONS } from '../digest/digest.ts';
import { titleOf } from '../digest/digest-words.ts';
import { AlertCard } from './alert-card.tsx';
import { Card, ThemeOfMail, useColours } from './mail-look.tsx';
import { colours, FONTS, mailStyles } from './mail-styles.ts';
import { PriceTable } from './price-table.tsx';

/** A chart in the mail. Without a picture (`cid` undefined) the mail has its alt text instead. */
export type MailChart = { ticker: string; alt: string; cid: string | undefined };

/** `mute` and `remove`: the links of one alert, by its id. */
export type MailLinks = {
  manage: string;
  unsubscribe: string;
  mute: (alert: string) => string;
  remove: (alert: string) => string;
  /** All alerts. */
  alerts: string;
};

/** The HTML part of a digest. React escapes every text from a file or a user. */
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
        {/* Not react-email's Body: its cell keeps the light colour for readers in dark mode. */}
        <body className="page" style={{ margin: 0, backgroundColor: page }}>
          <Preview>{digest.preheader}</Preview>
          <Section className="page" style={{ fontFamily: FONTS, backgroundColor: page }}>
            <Container
              className="page"
              style={{ maxWidth: '648px', width: '100%', padding: '24px 8px', backgroundColor: page }}
            >
              <Masthead digest={digest} />
              <AlertCard alerts={digest.alerts} links={links} />
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
          </Section>
        </body>
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
        You get this mail because you follow these tickers or have alerts on them.{' '}
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
