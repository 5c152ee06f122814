import { COLOURS } from './colours.ts';

/** How long a code is valid, in words. */
const LIFE = 'It works once, for ten minutes.';
const IGNORE = 'If you did not ask for it, do nothing.';

/**
 * The mail with a code to sign in, in the look of the digests. Cognito sends it on AWS, the local issuer on a laptop.
 * @param code six digits, or Cognito's placeholder for them; no text of a user
 */
export const codeMail = (code: string): { subject: string; text: string; html: string } => ({
  subject: `${code} is your code for Closing Bell`,
  text: `${code} is your code to sign in. ${LIFE}\n${IGNORE}\n`,
  html: html(code),
});

const html = (code: string): string => {
  const { light, dark } = COLOURS;
  const text = (size: number, colour: string) =>
    `margin:0 0 12px;font:${size}px/1.5 Inter,Arial,sans-serif;color:${colour}`;
  return `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark"><title>Your code</title><style>
@media (prefers-color-scheme:dark){
.page{background-color:${dark.page} !important}
.card{background-color:${dark.card} !important;border-color:${dark.line} !important}
.ink{color:${dark.ink} !important}
.muted{color:${dark.muted} !important}
.link{color:${dark.link} !important}
}
</style></head><body class="page" style="margin:0;background-color:${light.page}"><table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td class="page" align="center" style="padding:24px 8px;background-color:${light.page}"><!--[if mso]><table role="presentation" align="center" width="616"><tr><td><![endif]--><table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:616px"><tr><td class="card" style="padding:24px;border:1px solid ${light.line};border-radius:14px;background-color:${light.card}"><p style="${text(15, light.link)};font-weight:700"><span style="display:inline-block;background-color:${light.accent};color:${light['accent-ink']};border-radius:6px;font-size:12px;line-height:20px">&nbsp;CB&nbsp;</span> <span class="link">Closing Bell</span></p><h1 class="ink" style="${text(22, light.ink)};font-weight:700">Your code to sign in</h1><p class="ink" style="${text(34, light.ink)};font-weight:700;letter-spacing:6px">${code}</p><p class="muted" style="${text(14, light.muted)}">${LIFE} ${IGNORE}</p></td></tr></table><!--[if mso]></td></tr></table><![endif]--></td></tr></table></body></html>`;
};
