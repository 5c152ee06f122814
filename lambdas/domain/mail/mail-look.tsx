import { createContext, type ReactNode, useContext } from 'react';
import { Heading } from 'react-email';
import type { MailTheme } from '../../contracts/chart-options.ts';
import { colours, FONTS } from './mail-styles.ts';

/** The theme of the mail that is being composed. */
export const ThemeOfMail = createContext<MailTheme>('light');
export const useTheme = (): MailTheme => useContext(ThemeOfMail);
export const useColours = () => colours(useTheme());

/** Content with space around it. Outlook for Windows knows padding and fonts of cells only. */
export function Block({ padding, children }: { padding: string; children: ReactNode }) {
  return (
    <table role="presentation" width="100%" cellPadding={0} cellSpacing={0}>
      <tbody>
        <tr>
          <td style={{ padding, fontFamily: FONTS }}>{children}</td>
        </tr>
      </tbody>
    </table>
  );
}

/** The name of the sender with its mark: letters, since pictures may be off. */
export function Brand() {
  const { link, accent, 'accent-ink': accentInk } = useColours();
  return (
    <>
      <strong
        style={{
          backgroundColor: accent,
          color: accentInk,
          borderRadius: '6px',
          fontSize: '12px',
          lineHeight: '20px',
          display: 'inline-block',
        }}
      >
        &nbsp;CB&nbsp;
      </strong>{' '}
      <strong className="link" style={{ color: link }}>
        Closing Bell
      </strong>
    </>
  );
}

type CardProps = {
  children: ReactNode;
  /** Colour of the edge on the left, for what the reader must not miss. */
  accent?: 'accent' | 'warning';
  /** False for content that reaches the edges, like a picture. */
  isPadded?: boolean;
};

export function Card({ children, accent, isPadded = true }: CardProps) {
  const look = useColours();
  const edge = accent && { borderLeft: `4px solid ${look[accent]}` };
  return (
    <Block padding="0 0 12px">
      <table
        role="presentation"
        width="100%"
        cellPadding={0}
        cellSpacing={0}
        style={{ borderCollapse: 'separate', tableLayout: 'fixed' }}
      >
        <tbody>
          <tr>
            <td
              className={accent ? `card edge-${accent}` : 'card'}
              style={{
                padding: isPadded ? '16px 16px 12px' : 0,
                // A thick edge on one side would taper at round corners.
                borderRadius: accent ? '4px 14px 14px 4px' : '14px',
                border: `1px solid ${look.line}`,
                ...edge,
                backgroundColor: look.card,
                fontFamily: FONTS,
                // A ticker of 32 letters wraps, so that the mail fits the screen.
                wordBreak: 'break-word',
              }}
            >
              {children}
            </td>
          </tr>
        </tbody>
      </table>
    </Block>
  );
}

/** Title of a card, or of a part that follows another one. */
export function Title({ children, isLater = false }: { children: ReactNode; isLater?: boolean }) {
  const { ink } = useColours();
  const margin = isLater ? '16px 0 6px' : '0 0 6px';
  return (
    <Heading as="h2" className="ink" style={{ fontSize: '16px', lineHeight: '22px', margin, color: ink }}>
      {children}
    </Heading>
  );
}

/** A line of text in a card. */
export function Line({
  children,
  tone = 'ink',
  isSmall = false,
}: {
  children: ReactNode;
  tone?: 'ink' | 'muted' | 'warning';
  isSmall?: boolean;
}) {
  const look = useColours();
  const size = isSmall ? { fontSize: '13px', lineHeight: '19px' } : { fontSize: '15px', lineHeight: '22px' };
  return (
    <p className={tone === 'warning' ? 'warn' : tone} style={{ ...size, margin: '0 0 6px', color: look[tone] }}>
      {children}
    </p>
  );
}

/** A link in running text. */
export function TextLink({ href, children }: { href: string; children: ReactNode }) {
  const { link } = useColours();
  return (
    <a className="link" href={href} style={{ color: link, textDecoration: 'underline' }}>
      {children}
    </a>
  );
}

/** A link that is the name of a ticker: bold, in the colour of the text. */
export function TickerLink({ href, children }: { href: string; children: ReactNode }) {
  const { ink } = useColours();
  return (
    <a className="ink" href={href} style={{ color: ink, fontWeight: 700, textDecoration: 'underline' }}>
      {children}
    </a>
  );
}
