/** How a client shows a mail. `change`: what it does to the HTML. */
export type Client = {
  name: string;
  width: number;
  scheme: 'light' | 'dark';
  change: (html: string) => string;
};

const unchanged = (html: string): string => html;

/** Outlook for Windows: no media queries, no chained selectors, no unspaced !important, no `display` of pictures but mso-hide. */
export function asOutlook(html: string): string {
  return (
    html
      .replace(/<style>(.*?)<\/style>/gs, (_, css: string) => `<style>${outlookRules(css)}</style>`)
      .replace(/<img[^>]*mso-hide:all[^>]*>/g, '')
      .replace(/<!--\[if mso\]>|<!\[endif\]-->/g, '')
      .replace(/max-width:\d+px/g, '')
      // It knows padding of cells only.
      .replace(/<(?:div|p|span|table|h\d)\b[^>]*>/g, (tag) => tag.replace(/padding:[^;"]*;?/g, ''))
      .replace(/border-radius:\d+px/g, '')
  );
}

function outlookRules(css: string): string {
  const rules = css.replace(/@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}/g, '').match(/[^{}]+\{[^{}]*\}/g) ?? [];
  return rules.filter((rule) => !/[^ ]!important/.test(rule) && /^\s*(?:\w+|\.[\w-]+)\s*\{/.test(rule)).join('\n');
}

/** The Gmail app with other accounts. */
export const withoutStyle = (html: string): string => html.replace(/<style>.*?<\/style>/gs, '');

/** The reader has not allowed pictures yet. */
const withoutPictures = (html: string): string => html.replace(/src="(?:data|cid):[^"]*"/g, 'src="about:blank"');

/** The clients of the gallery. */
export const CLIENTS: readonly Client[] = [
  { name: 'desktop, light', width: 720, scheme: 'light', change: unchanged },
  { name: 'desktop, dark', width: 720, scheme: 'dark', change: unchanged },
  { name: 'phone, light', width: 360, scheme: 'light', change: unchanged },
  { name: 'phone, dark', width: 360, scheme: 'dark', change: unchanged },
  { name: 'pictures off', width: 720, scheme: 'light', change: withoutPictures },
  { name: 'no style rules', width: 360, scheme: 'light', change: withoutStyle },
  { name: 'Outlook for Windows', width: 720, scheme: 'light', change: asOutlook },
];
