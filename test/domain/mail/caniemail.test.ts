import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { caniemail } from 'caniemail';

/** What clients lack, by caniemail.com, and why a mail is still good there. */
const HARMLESS: Record<string, string> = {
  '@media': 'the mail is light, with light pictures; table and texts fit a phone without it',
  '<style> element': 'every colour and size is inline',
  'Type selector': 'as <style>',
  'Class selector': 'as <style>',
  opacity: 'of the preheader, which is hidden by other means too',
  overflow: 'of the preheader, and of the hidden picture, which has no size',
  'display:none': 'the hidden picture has no size, and is hidden from Outlook by mso-hide',
  'table-layout': 'Outlook for Windows has room for every column',
  'border-radius': 'square corners',
  outline: 'of pictures, where it is none',
  'role attribute': 'screen readers read a table more',
  'word-break': 'a long name makes its column wider',
  'white-space': 'a heading of a column wraps',
  '<body> element': 'its background is on the table too',
  'height property': 'height of pictures is an attribute too',
};

test.each(['auto', 'light', 'dark'])(
  'the %s mail uses nothing that Gmail, Outlook, Apple Mail or Yahoo lack and it needs',
  (theme) => {
    const html = readFileSync(join(import.meta.dirname, `../../golden/mail-${theme}.html`), 'utf8');
    const { issues } = caniemail({ clients: ['gmail.*', 'outlook.*', 'apple-mail.*', 'yahoo.*'], html });
    const found = [...issues.errors].flatMap(([client, errors]) => errors.map(({ title }) => `${title}: ${client}`));
    expect(found.length).toBeGreaterThan(0);
    expect([...new Set(found.filter((one) => !(one.replace(/: [^:]*$/, '') in HARMLESS)))]).toEqual([]);
  },
);
