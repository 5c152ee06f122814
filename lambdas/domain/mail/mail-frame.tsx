import type { ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { Container, Head, Html, Preview, Section } from 'react-email';
import type { MailTheme } from '../../contracts/chart-options.ts';
import { ThemeOfMail } from './mail-look.tsx';
import { colours, FONTS, mailStyles } from './mail-styles.ts';

type FrameProps = { theme: MailTheme; preheader: string; children: ReactNode };

/** What every mail has: theme, style rules, preheader and width. */
function Frame({ theme, preheader, children }: FrameProps) {
  // `only`: a reader who wants light mails gets them on a dark device too.
  const scheme = theme === 'auto' ? 'light dark' : `${theme} only`;
  const { page } = colours(theme);
  return (
    <ThemeOfMail value={theme}>
      <Html lang="en">
        <Head>
          <meta name="viewport" content="width=device-width,initial-scale=1" />
          <meta name="color-scheme" content={scheme} />
          <meta name="supported-color-schemes" content={scheme} />
          {/* biome-ignore lint/security/noDangerouslySetInnerHtml: our own constants; React would escape the quotes of CSS */}
          <style dangerouslySetInnerHTML={{ __html: mailStyles(theme) }} />
        </Head>
        {/* Not react-email's Body: its cell keeps the light colour for readers in dark mode. */}
        <body className="page" style={{ margin: 0, backgroundColor: page }}>
          <Preview>{preheader}</Preview>
          {/* biome-ignore lint/a11y/useSemanticElements: clients drop <main> */}
          <div role="main">
            <Section className="page" style={{ fontFamily: FONTS, backgroundColor: page }}>
              <Container
                className="page"
                style={{ maxWidth: '616px', width: '100%', padding: '24px 8px', backgroundColor: page }}
              >
                {children}
              </Container>
            </Section>
          </div>
        </body>
      </Html>
    </ThemeOfMail>
  );
}

/** Outlook for Windows ignores `max-width`: it gets a table of a fixed width, in a comment that only it reads. */
const OUTLOOK_START =
  '<!--[if mso]><table role="presentation" align="center" width="616" cellpadding="0" cellspacing="0"><tr><td><![endif]-->';
const OUTLOOK_END = '<!--[if mso]></td></tr></table><![endif]-->';
const [MAIN_START, MAIN_END] = ['<div role="main">', '</div></body>'];

/** Renders a mail. React escapes every text from a file or a user. */
export function renderMail(theme: MailTheme, preheader: string, content: ReactNode): string {
  const html = renderToStaticMarkup(
    <Frame theme={theme} preheader={preheader}>
      {content}
    </Frame>,
  );
  const widthForOutlook = html.replace(MAIN_START, `$&${OUTLOOK_START}`).replace(MAIN_END, `${OUTLOOK_END}$&`);
  // React adds a preload link for each picture, which mail clients cannot use.
  return `<!DOCTYPE html>${widthForOutlook.replace(/<link rel="preload"[^>]*>/g, '')}`;
}
