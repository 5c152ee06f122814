import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser } from 'playwright-core';
import { asOutlook, withoutStyle } from '../gallery/clients.ts';
import { startBrowser } from './browser.ts';

/** Each golden mail in a browser, and in clients that support less CSS: widths on a phone, colours, contrast. */

const GOLDEN = join(import.meta.dirname, '../golden');
/** A chart of the size in a mail. */
const PICTURE = `data:image/png;base64,${readFileSync(join(GOLDEN, 'chart-90-light.png')).toString('base64')}`;
const mailOf = (theme: string): string =>
  readFileSync(join(GOLDEN, `mail-${theme}.html`), 'utf8').replace(/cid:[\w-]+/g, PICTURE);

/** What each client changes in a mail. */
/** `widths`: of its windows; Outlook for Windows is not on phones. */
const CLIENTS: Record<string, { shownBy: (html: string) => string; widths: readonly number[] }> = {
  'a browser': { shownBy: (html) => html, widths: [360, 900] },
  'the Gmail app with other accounts, which drops <style>': { shownBy: withoutStyle, widths: [360, 900] },
  'Outlook for Windows: no media queries, no chained selectors, no unspaced !important': {
    shownBy: asOutlook,
    widths: [700, 900],
  },
};

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

type Measured = { overflow: number; lowContrast: string[]; colours: string[]; charts: number[]; aligned: string[] };

async function measure(html: string, width: number): Promise<Measured> {
  const page = await browser.newPage({ viewport: { width, height: 900 } });
  try {
    await page.setContent(html, { waitUntil: 'load' });
    return await page.evaluate(() => {
      const numbers = (colour: string): number[] => (colour.match(/[\d.]+/g) ?? []).map(Number);
      const luminance = (colour: string): number => {
        const [r = 0, g = 0, b = 0] = numbers(colour)
          .slice(0, 3)
          .map((c) => c / 255)
          .map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const backgroundOf = (element: Element | null): string => {
        for (let at = element; at; at = at.parentElement) {
          const { backgroundColor } = getComputedStyle(at);
          if (numbers(backgroundColor)[3] !== 0) return backgroundColor;
        }
        return 'rgb(255, 255, 255)';
      };
      const texts = [...document.querySelectorAll('body *')].filter((element) => {
        const isShown = element.getClientRects().length > 0 && getComputedStyle(element).opacity !== '0';
        return isShown && [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim());
      });
      const lowContrast = texts.flatMap((element) => {
        const [foreground, background] = [luminance(getComputedStyle(element).color), luminance(backgroundOf(element))];
        const contrast = (Math.max(foreground, background) + 0.05) / (Math.min(foreground, background) + 0.05);
        return contrast < 4.5 ? [`${element.textContent?.trim().slice(0, 40)}: ${contrast.toFixed(2)}`] : [];
      });
      const changes = [...document.querySelectorAll('td')].filter((cell) =>
        /^[+−].*\s%$/.test(cell.textContent?.trim() ?? ''),
      );
      return {
        overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
        lowContrast,
        colours: [
          ...new Set(changes.map((cell) => `${cell.textContent?.trim()[0]} ${getComputedStyle(cell).color}`)),
        ].sort(),
        charts: [...document.querySelectorAll('img')].map((image) => Math.round(image.getBoundingClientRect().width)),
        aligned: [...new Set(changes.map((cell) => getComputedStyle(cell).textAlign.replace('-webkit-', '')))],
      };
    });
  } finally {
    await page.close();
  }
}

describe.each(Object.entries(CLIENTS))('%s', (_client, { shownBy, widths }) => {
  test.each([
    ['light', ['+ rgb(4, 120, 87)', '− rgb(225, 29, 72)']],
    ['dark', ['+ rgb(52, 211, 153)', '− rgb(251, 113, 133)']],
  ])('shows the %s mail in its colours, on a phone and on a desktop', async (theme, colours) => {
    for (const width of widths) {
      const seen = await measure(shownBy(mailOf(theme)), width);
      expect({ width, ...seen }).toMatchObject({ width, overflow: 0, lowContrast: [], colours, aligned: ['right'] });
      expect(seen.charts.length).toBeGreaterThan(0);
      for (const chart of seen.charts) expect(chart).toBeLessThanOrEqual(Math.min(width, 632));
    }
  });

  test.each(['light', 'dark'])('axe reports no violation in the %s mail', async (theme) => {
    const context = await browser.newContext({ viewport: { width: 720, height: 900 } });
    try {
      const page = await context.newPage();
      await page.setContent(shownBy(mailOf(theme)), { waitUntil: 'load' });
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
    } finally {
      await context.close();
    }
  });

  test('shows a number of eighteen digits inside the screen', async () => {
    const wide = mailOf('light').replaceAll('>1,110.00<', '>999,999,999,999,999,999.999999999999999999<');
    expect(wide).not.toBe(mailOf('light'));
    expect((await measure(shownBy(wide), widths[0] ?? 0)).overflow).toBe(0);
  });
});
