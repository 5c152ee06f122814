import { Heading, Link, Section } from 'react-email';
import type { AlertLines, FireLine } from '../alerts/alert-lines.ts';
import type { MailLinks } from './digest-mail.tsx';
import { Card, useColours } from './mail-look.tsx';

/** More lines are only in the plain text part: Gmail clips a mail at 102 KB. */
const MAX_LINES = 30;

type Props = { alerts: AlertLines; links: MailLinks };

/** What fired and what is withdrawn, above everything else. */
export function AlertCard({ alerts: { fires, withdrawn }, links }: Props) {
  const { ink, muted, link } = useColours();
  if (fires.length + withdrawn.length === 0) return null;
  const more = Math.max(0, fires.length - MAX_LINES) + Math.max(0, withdrawn.length - MAX_LINES);
  return (
    <Section style={{ paddingBottom: '12px' }}>
      <Card>
        {fires.length > 0 && <Title>{fires.length === 1 ? 'Your alert' : 'Your alerts'}</Title>}
        {fires.slice(0, MAX_LINES).map((fire) => (
          <Fire key={`${fire.alert} ${fire.what}`} fire={fire} links={links} />
        ))}
        {withdrawn.length > 0 && <Title>Withdrawn</Title>}
        {withdrawn.slice(0, MAX_LINES).map(({ text }) => (
          <p key={text} className="ink" style={{ ...LINE, color: ink }}>
            {text}
          </p>
        ))}
        <p className="muted" style={{ ...SMALL, margin: '4px 0 0', color: muted }}>
          <Link className="link" href={links.alerts} style={{ color: link, textDecoration: 'underline' }}>
            All your alerts
          </Link>
        </p>
        {more > 0 && (
          <p className="muted" style={{ ...LINE, color: muted }}>
            and {more} more in the text part of this mail
          </p>
        )}
      </Card>
    </Section>
  );
}

const LINE = { fontSize: '14px', lineHeight: '22px', margin: '0 0 6px' };
const SMALL = { fontSize: '12px', lineHeight: '18px', margin: '0 0 10px' };

function Title({ children }: { children: string }) {
  const { ink } = useColours();
  return (
    <Heading as="h2" className="ink" style={{ fontSize: '14px', lineHeight: '20px', margin: '0 0 4px', color: ink }}>
      {children}
    </Heading>
  );
}

function Fire({ fire: { alert, ticker, what, details, note }, links }: { fire: FireLine; links: MailLinks }) {
  const { ink, muted, link } = useColours();
  const style = { color: link, textDecoration: 'underline' };
  return (
    <>
      <p className="ink" style={{ ...LINE, margin: 0, color: ink }}>
        <strong>{ticker}</strong> {what}
      </p>
      <p className="muted" style={{ ...SMALL, color: muted }}>
        {details}
        {note && (
          <>
            <br />“{note}”
          </>
        )}
        <br />
        <Link className="link" href={links.mute(alert)} style={style}>
          Mute for a week
        </Link>{' '}
        ·{' '}
        <Link className="link" href={links.remove(alert)} style={style}>
          Delete this alert
        </Link>
      </p>
    </>
  );
}
