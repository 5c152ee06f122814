import { Heading, Link } from 'react-email';
import { renderMail } from './mail-frame.tsx';
import { Brand, Card, Line, useColours } from './mail-look.tsx';

export const INVITATION_SUBJECT = 'Confirm your mailbox for Closing Bell';

/** The mail that asks the owner of a mailbox to confirm an invitation. */
export const invitationHtml = (tickers: readonly string[], confirmUrl: string): string =>
  renderMail('auto', whatFor(tickers), <Content tickers={tickers} confirmUrl={confirmUrl} />);

function Content({ tickers, confirmUrl }: { tickers: readonly string[]; confirmUrl: string }) {
  const look = useColours();
  return (
    <Card>
      <Line tone="muted">
        <Brand />
      </Line>
      <Heading
        as="h1"
        className="ink"
        style={{ fontSize: '22px', lineHeight: '28px', margin: '0 0 8px', color: look.ink }}
      >
        Confirm your mailbox
      </Heading>
      <Line>{whatFor(tickers)} Nothing is sent before you confirm that this mailbox is yours.</Line>
      <p style={{ margin: '16px 0' }}>
        <Link
          href={confirmUrl}
          style={{
            display: 'inline-block',
            backgroundColor: look.accent,
            color: look['accent-ink'],
            border: `12px solid ${look.accent}`,
            borderRadius: '10px',
            fontSize: '16px',
            lineHeight: '20px',
            fontWeight: 600,
            textDecoration: 'none',
          }}
        >
          &nbsp;Confirm this mailbox&nbsp;
        </Link>
      </p>
      <Line tone="muted" isSmall>
        If you do not expect this, do nothing: you get no further mail.
      </Line>
    </Card>
  );
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
