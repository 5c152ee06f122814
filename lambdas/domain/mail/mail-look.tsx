import { createContext, type ReactNode, useContext } from 'react';
import type { Theme } from '../../contracts/chart-options.ts';
import { colours } from './mail-styles.ts';

/** The theme of the mail that is being composed. */
export const ThemeOfMail = createContext<Theme>('light');
export const useTheme = (): Theme => useContext(ThemeOfMail);
export const useColours = () => colours(useTheme());

export function Card({ children }: { children: ReactNode }) {
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
              // A ticker of 32 letters wraps, so that the mail fits the screen.
              wordBreak: 'break-word',
            }}
          >
            {children}
          </td>
        </tr>
      </tbody>
    </table>
  );
}
