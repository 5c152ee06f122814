import type { AlertLines, FireLine, WithdrawnLine } from '../alerts/alert-lines.ts';
import type { MailLinks } from './mail-links.ts';
import { Card, Line, TextLink, TickerLink, Title } from './mail-look.tsx';

/** More lines are only in the plain text part: Gmail clips a mail at 102 KB. */
const MAX_LINES = 30;

type Props = { alerts: AlertLines; links: MailLinks };

/** What fired and what is withdrawn, above everything else. */
export function AlertCard({ alerts: { fires, withdrawn }, links }: Props) {
  if (fires.length + withdrawn.length === 0) return null;
  const more = Math.max(0, fires.length - MAX_LINES) + Math.max(0, withdrawn.length - MAX_LINES);
  return (
    <Card accent="accent">
      {fires.length > 0 && <Title>{fires.length === 1 ? 'Your alert' : 'Your alerts'}</Title>}
      {fires.slice(0, MAX_LINES).map((fire) => (
        <Fire key={`${fire.alert} ${fire.what}`} fire={fire} links={links} />
      ))}
      {withdrawn.length > 0 && <Title isLater={fires.length > 0}>Withdrawn</Title>}
      {withdrawn.slice(0, MAX_LINES).map((line) => (
        <Withdrawn key={line.text} line={line} links={links} />
      ))}
      <Line tone="muted" isSmall>
        <TextLink href={links.alerts}>All your alerts</TextLink>
      </Line>
      {more > 0 && <Line tone="muted">and {more} more in the text part of this mail</Line>}
    </Card>
  );
}

const Withdrawn = ({ line: { ticker, text }, links }: { line: WithdrawnLine; links: MailLinks }) => (
  <Line>
    <TickerLink href={links.ticker(ticker)}>{ticker}</TickerLink>
    {text.slice(ticker.length)}
  </Line>
);

const capitalized = (text: string): string => text.replace(/^./u, (first) => first.toUpperCase());

function Fire({ fire: { alert, ticker, what, details, note }, links }: { fire: FireLine; links: MailLinks }) {
  return (
    <>
      <Line>
        <TickerLink href={links.ticker(ticker)}>{ticker}</TickerLink> {what}
      </Line>
      <Line tone="muted" isSmall>
        {capitalized(details)}
        {note && (
          <>
            <br />“{note}”
          </>
        )}
        <br />
        <TextLink href={links.mute(alert)}>Mute for a week</TextLink> ·{' '}
        <TextLink href={links.remove(alert)}>Delete this alert</TextLink>
      </Line>
    </>
  );
}
