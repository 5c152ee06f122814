import { Heading, Img } from 'react-email';
import type { Theme } from '../../contracts/chart-options.ts';
import { COLOURS } from '../../contracts/colours.ts';
import type { ChartCaption } from '../chart/caption.ts';
import { FORMS } from '../chart/scene.ts';
import type { MailLinks } from './mail-links.ts';
import { Block, Card, Line, TextLink, TickerLink, useColours, useTheme } from './mail-look.tsx';

/**
 * A chart in the mail. `pictures`: the content id of the picture in each theme that the mail has; without any, the mail has the words
 * only.
 */
export type MailChart = {
  ticker: string;
  company: string;
  /** Calendar days. */
  window: number;
  caption: ChartCaption;
  pictures: Partial<Record<Theme, string>>;
};

/** Price and change as text, which a phone shows in full size, above a picture. */
export function ChartCard({ chart, links }: { chart: MailChart; links: MailLinks }) {
  const { ink, muted } = useColours();
  const { ticker, company, window, caption, pictures } = chart;
  const hasPicture = Object.keys(pictures).length > 0;
  const of = caption.warning && !caption.changeText ? caption.dateText : caption.rangeText;
  return (
    <Card isPadded={false}>
      <Block padding="16px 16px 4px">
        <Heading
          as="h2"
          className="muted"
          style={{ fontSize: '15px', lineHeight: '22px', fontWeight: 400, margin: 0, color: muted }}
        >
          <TickerLink href={links.ticker(ticker)}>{ticker}</TickerLink> {company}
        </Heading>
        <p className="ink" style={{ fontSize: '26px', lineHeight: '34px', margin: '2px 0 0', color: ink }}>
          <strong>{caption.priceText}</strong> <Change caption={caption} of={of} />
        </p>
        {caption.warning && <Line tone="warning">{caption.warning}</Line>}
        {!hasPicture && <Line>The chart could not be drawn. {caption.alt}</Line>}
      </Block>
      {(['light', 'dark'] as const).map((theme) => (
        <Picture key={theme} theme={theme} cid={pictures[theme]} alt={caption.alt} />
      ))}
      <Block padding="2px 16px 12px">
        {hasPicture && <Legend caption={caption} />}
        <Line tone="muted" isSmall>
          <TextLink href={links.plot([ticker], window)}>Interactive chart of {ticker}</TextLink> &nbsp;{' '}
          <TextLink href={links.csv([ticker], window)}>{ticker} data (CSV)</TextLink>
        </Line>
      </Block>
    </Card>
  );
}

type ChangeProps = { caption: ChartCaption; of: string };

function Change({ caption: { changeText, direction }, of }: ChangeProps) {
  const look = useColours();
  const arrow = { up: '▲ ', down: '▼ ', flat: '' }[direction];
  return (
    <span className="muted" style={{ fontSize: '15px', color: look.muted }}>
      {changeText && (
        <strong className={direction === 'flat' ? 'ink' : direction} style={{ color: look[direction] }}>
          {arrow}
          {changeText}
        </strong>
      )}{' '}
      {of}
    </span>
  );
}

/** The picture of one theme. In a mail with both, the style rules show the one that fits the reader's device. */
function Picture({ theme, cid, alt }: { theme: Theme; cid: string | undefined; alt: string }) {
  const isAuto = useTheme() === 'auto';
  const { ink } = useColours();
  if (!cid) return null;
  // Inside the border of the card. Without a height: where pictures are off, it would leave a hole.
  const width = FORMS.mail.width - 2;
  const isHidden = isAuto && theme === 'dark';
  const text = { fontSize: '14px', lineHeight: '20px', color: ink };
  return (
    <Img
      className={isAuto ? `ink ${theme}-only` : 'ink'}
      src={`cid:${cid}`}
      {...(!isHidden && { width })}
      // A reader of the text hears it once.
      alt={isHidden ? '' : alt}
      style={
        isHidden
          ? { ...HIDDEN, ...text }
          : { display: 'block', width: '100%', maxWidth: '100%', height: 'auto', ...text }
      }
    />
  );
}

/** Several ways, since Outlook for Windows and Gmail's page for phones ignore `display`. */
const HIDDEN = { display: 'none', width: 0, height: 0, maxHeight: 0, overflow: 'hidden', msoHide: 'all' };

/** The colours of the lines. The marks have no text, since clients change its colour. */
function Legend({ caption: { hasSma20, hasSma50, volumeText } }: { caption: ChartCaption }) {
  const { sma20, sma50 } = useTheme() === 'dark' ? COLOURS.dark : COLOURS.light;
  if (!hasSma20 && !volumeText) return null;
  return (
    <Line tone="muted" isSmall>
      {hasSma20 && <Key className="sma20" colour={sma20} label="SMA 20" />}
      {hasSma50 && <Key className="sma50" colour={sma50} label="SMA 50" />}
      {volumeText && `bars: volume, up to ${volumeText}`}
    </Line>
  );
}

const Key = ({ className, colour, label }: { className: string; colour: string; label: string }) => (
  <>
    <span className={className} style={{ backgroundColor: colour, fontSize: '10px', lineHeight: '10px' }}>
      &nbsp;&nbsp;&nbsp;
    </span>{' '}
    {label} &nbsp;{' '}
  </>
);
