import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import type { Browser } from 'playwright-core';
import { startBrowser } from '../../test/browser/browser.ts';
import { CLIENTS } from '../../test/gallery/clients.ts';
import { pageShots } from '../../test/gallery/pages.ts';
import { type Group, type Picture, sheet } from '../../test/gallery/sheet.ts';
import { commandLine } from '../command-line.ts';

const USAGE = `Usage: npm run gallery -- [--out DIR] [--without-pages]

Renders mails in several clients, charts, and pages, into one HTML sheet: DIR/index.html (.local/gallery). Needs Chromium.
  --without-pages  mails and charts only: no stack is started`;

const ROOT = join(import.meta.dirname, '../..');

await commandLine(USAGE, async () => {
  const { values } = parseArgs({
    options: {
      out: { type: 'string', default: join(ROOT, '.local/gallery') },
      'without-pages': { type: 'boolean', default: false },
    },
  });
  const out = resolve(values.out);
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const browser = await startBrowser();
  try {
    const groups = [...(await mailGroups(browser, out)), await chartGroup(out)];
    if (!values['without-pages']) groups.push(...(await pageGroups(browser, out)));
    writeFileSync(join(out, 'index.html'), sheet(groups));
    console.log(
      `${groups.reduce((sum, { pictures }) => sum + pictures.length, 0)} pictures: ${join(out, 'index.html')}`,
    );
  } finally {
    await browser.close();
  }
});

/** Mails are written in TSX, which Node does not read: the scenes are bundled first. */
async function scenes(): Promise<typeof import('../../test/gallery/scenes.ts')> {
  const outfile = join(ROOT, 'node_modules/.cache/gallery/scenes.mjs');
  await build({
    entryPoints: [join(ROOT, 'test/gallery/scenes.ts')],
    outfile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    jsx: 'automatic',
    // The fonts are beside the sources.
    define: { 'import.meta.dirname': JSON.stringify(join(ROOT, 'test/support')) },
  });
  return import(pathToFileURL(outfile).href);
}

async function mailGroups(browser: Browser, out: string): Promise<Group[]> {
  const groups: Group[] = [];
  for await (const { name, subject, html } of (await scenes()).mailsShown()) {
    const pictures: Picture[] = [];
    for (const { name: client, width, scheme, change } of CLIENTS) {
      const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme: scheme });
      await page.setContent(change(html), { waitUntil: 'load' });
      pictures.push(save(out, `mail ${name} ${client}`, client, await page.screenshot({ fullPage: true }), width / 2));
      await page.close();
    }
    groups.push({ title: `Mail: ${name}`, note: subject, pictures });
  }
  return groups;
}

async function chartGroup(out: string): Promise<Group> {
  const pictures: Picture[] = [];
  for await (const { name, png, width } of (await scenes()).chartsShown())
    pictures.push(save(out, `chart ${name}`, name, png, width));
  return { title: 'Charts', pictures };
}

async function pageGroups(browser: Browser, out: string): Promise<Group[]> {
  const groups = new Map<string, Picture[]>();
  for await (const { name, look, png } of pageShots(browser)) {
    const own = groups.get(name) ?? [];
    groups.set(name, own);
    own.push(save(out, `page ${name} ${look}`, look, png, look.startsWith('phone') ? 260 : 590));
  }
  return [...groups].map(([title, pictures]) => ({ title: `Page: ${title}`, pictures }));
}

function save(out: string, name: string, title: string, png: Buffer, width: number): Picture {
  const file = `${name.replace(/[^\w]+/g, '-')}.png`;
  writeFileSync(join(out, file), png);
  return { file, title, width };
}
