import { renderToStaticMarkup } from 'react-dom/server';
import { Body, Button, Container, Head, Heading, Html, Preview, Section, Text } from 'react-email';
import { colours, FONTS, mailStyles } from './mail-styles.ts';

export const INVITATION_SUBJECT = 'Confirm your mailbox for Closing Bell';

/** The mail that asks the owner of a mailbox to confirm an invitation. */
export function invitationHtml(tickers: readonly string[], confirmUrl: string): string {
  return `<!DOCTYPE html>${renderToStaticMarkup(
    <Html lang="en">
      <Head>
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        {/* biome-ignore lint/security/noDangerouslySetInnerHtml: our own constants; React would escape the quotes of CSS */}
        <style dangerouslySetInnerHTML={{ __html: mailStyles('light') }} />
      </Head>
      <Preview>{whatFor(tickers)}</Preview>
      <Body className="page" style={{ margin: 0, fontFamily: FONTS }}>
        <Container style={{ maxWidth: '520px', width: '100%', padding: '32px 16px' }}>
          <Section className="card" style={{ padding: '24px' }}>
            <Heading as="h1" className="ink" style={{ fontSize: '20px', margin: '0 0 8px' }}>
              Closing Bell
            </Heading>
            <Text className="ink" style={{ fontSize: '15px', lineHeight: '22px' }}>
              {whatFor(tickers)} Nothing is sent before you confirm that this mailbox is yours.
            </Text>
            <Button
              href={confirmUrl}
              style={{
                background: colours('light').accent,
                color: colours('light')['accent-ink'],
                padding: '12px 20px',
                borderRadius: '8px',
                fontSize: '15px',
              }}
            >
              Confirm this mailbox
            </Button>
            <Text className="muted" style={{ fontSize: '12px', lineHeight: '18px' }}>
              If you do not expect this, do nothing: you get no further mail.
            </Text>
          </Section>
        </Container>
      </Body>
    </Html>,
  )}`;
}

export const invitationText = (tickers: readonly string[], confirmUrl: string): string =>
  `${whatFor(tickers)}\nNothing is sent before you confirm that this mailbox is yours:\n${confirmUrl}\n\nIf you do not expect this, do nothing: you get no further mail.\n`;

const whatFor = (tickers: readonly string[]): string => {
  const named = tickers.slice(0, 5).join(', ');
  const more = tickers.length > 5 ? ` and ${tickers.length - 5} more` : '';
  return tickers.length > 0
    ? `You are invited to a mail with the closing prices and charts of ${named}${more}.`
    : 'You are invited to follow closing prices by mail.';
};
