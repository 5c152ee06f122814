import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser } from 'playwright-core';
import { dropCloses } from '../../local/app/drop-closes.ts';
import { dropFile } from '../../local/app/drop-file.ts';
import type { Endpoints } from '../../local/app/endpoints.ts';
import { settled } from '../../local/app/settled.ts';
import { LocalStack } from '../support/local-stack.ts';
import { Person, startBrowser } from './browser.ts';

/** Alerts in Chromium, with the whole local stack: from a line on the chart to the mail and its links. */
const SAMPLES = join(import.meta.dirname, '../../samples');
const stack = new LocalStack();
let endpoints: Endpoints;
let browser: Browser;

beforeAll(async () => {
  [endpoints, browser] = await Promise.all([stack.start('--empty'), startBrowser()]);
  await dropFile(endpoints, join(SAMPLES, '2019-12-31_history.csv'));
  await settled(endpoints);
}, 120_000);
afterAll(async () => {
  await browser.close();
  await stack.stop();
}, 60_000);

const close = async (...closes: string[]): Promise<void> => {
  await dropCloses(endpoints, closes);
  await settled(endpoints);
};

test('an alert is dragged on the chart, previewed, fires by a file, and is muted and deleted by the links of its mail', async () => {
  const ada = await Person.arrive(browser, endpoints, 'ada@example.com');
  const { page } = ada;
  await ada.signIn();
  await page.goto(`${endpoints.web}/tickers/AAPL`);
  await page.getByRole('button', { name: 'Add alert' }).click();
  const line = page.getByRole('slider', { name: 'Threshold of the new alert' });
  const before = Number(await page.getByLabel('Threshold', { exact: true }).inputValue());
  const box = await line.boundingBox();
  if (!box) throw new Error('Expected a line on the chart.');
  await page.mouse.move(box.x + 30, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + 30, box.y + box.height / 2 + 90, { steps: 5 });
  await page.mouse.up();
  const dragged = Number(await page.getByLabel('Threshold', { exact: true }).inputValue());
  expect(dragged).toBeLessThan(before);
  await page.getByText(/Would have fired (once|\d+ times) in the last year/).waitFor();
  await line.press('ArrowUp');
  expect(Number(await page.getByLabel('Threshold', { exact: true }).inputValue())).toBeGreaterThan(dragged);
  await page.getByLabel('Threshold', { exact: true }).fill('310');
  // The line was dragged below the last close.
  await page.getByLabel('Direction').selectOption('above');
  await page.getByText('Would not have fired in the last year').waitFor();
  await page.getByLabel('Note in the mail').fill('sell half');
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await page.getByRole('button', { name: 'Add the alert' }).click();
  await page.getByText('Saved: you get a mail when AAPL closes at 310.00 or above').waitFor();

  await close('AAPL=318.20');
  const mail = await ada.mail(/^Alert: AAPL closed at 318.20, above 310.00/);
  const text = await ada.textOf(mail);
  expect(text).toMatch('“sell half”');
  const link = (name: string) => new RegExp(`${name}: (\\S+)`).exec(text)?.[1] ?? '';
  await page.goto(link('Mute for a week'));
  await page.goto(`${endpoints.web}/alerts`);
  await page.getByText(/^fired on/).waitFor();
  await page.goto(link('Mute for a week'));
  await page.getByRole('button', { name: 'Mute for a week' }).click();
  await page.getByRole('heading', { name: 'Muted' }).waitFor();
  const mails = (await ada.mails()).length;
  await close('AAPL=300');
  await close('AAPL=320');
  expect((await ada.mails()).length).toBe(mails);

  await page.goto(`${endpoints.web}/alerts`);
  await page.getByText(/^muted until/).waitFor();
  await page.getByRole('button', { name: /^Details: AAPL/ }).click();
  await page.getByText(/at 318\.20: mailed on/).waitFor();
  await page.getByText(/at 320\.00: muted, not mailed/).waitFor();
  await page.goto(link('Delete this alert'));
  await page.getByRole('button', { name: 'Delete the alert' }).click();
  await page.getByRole('heading', { name: 'This alert is deleted' }).waitFor();
  await page.goto(`${endpoints.web}/alerts`);
  await page.getByText('No alert yet.').waitFor();
  expect(ada.errors).toEqual([]);
}, 90_000);

test('alerts are made, muted and deleted by keyboard, on a phone in the dark', async () => {
  const bob = await Person.arrive(browser, endpoints, 'bob@example.com', {
    viewport: { width: 360, height: 740 },
    colorScheme: 'dark',
  });
  const { page } = bob;
  await bob.signIn();
  await page.goto(`${endpoints.web}/tickers/MSFT`);
  await page.getByRole('button', { name: 'Add alert' }).press('Enter');
  await page.getByRole('button', { name: 'Moves 5 % in a day' }).press('Enter');
  await page.getByText(/^Would (not )?have fired/).waitFor();
  expect(await bob.overflow()).toBe(0);
  await page.getByRole('button', { name: 'Add the alert' }).press('Enter');
  await page.getByRole('heading', { name: 'Alerts on MSFT' }).waitFor();
  await page.getByRole('link', { name: 'Alerts', exact: true }).press('Enter');
  await page.getByRole('checkbox', { name: 'Choose: MSFT moves 5 % up or down in a day' }).press('Space');
  await page.getByRole('button', { name: 'Mute for a week (1)' }).press('Enter');
  await page.getByText(/^muted until/).waitFor();
  expect(await bob.overflow()).toBe(0);
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await page.getByRole('button', { name: /^Details: MSFT/ }).press('Enter');
  await page.getByText('It has not fired yet.').waitFor();
  await page.getByRole('button', { name: 'Edit' }).press('Enter');
  await page.getByLabel('Per cent').fill('');
  await page.getByText('Expected a number inside the limits').waitFor();
  await page.getByLabel('Per cent').fill('7');
  await page.getByRole('button', { name: 'Save the alert' }).press('Enter');
  await page.getByText('Saved: you get a mail when MSFT moves 7 % up or down in a day.').waitFor();
  await page.getByRole('checkbox', { name: /^Choose: MSFT moves 7 %/ }).press('Space');
  await page.getByRole('button', { name: 'Delete (1)' }).press('Enter');
  await page.getByRole('heading', { name: 'Alerts on MSFT' }).waitFor({ state: 'detached' });
  await page.goto(`${endpoints.web}/alerts`);
  await page.getByText('No alert yet.').waitFor();
  expect(bob.errors).toEqual([]);
}, 60_000);

test('gainers and losers of the day are listed', async () => {
  const dan = await Person.arrive(browser, endpoints, 'dan@example.com');
  const file = join(stack.state, 'movers.csv');
  const next = readFileSync(join(SAMPLES, '2020-01-02_incremental.csv'), 'utf8');
  writeFileSync(file, next);
  await dropFile(endpoints, file, 'market/2020-01-02_incremental.csv');
  await dropFile(endpoints, join(SAMPLES, '2020-01-03_incremental.csv'), 'market/2020-01-03_incremental.csv');
  await settled(endpoints);
  await dan.signIn();
  await dan.page.getByRole('heading', { name: /^Movers of/ }).waitFor();
  expect(await dan.page.getByRole('heading', { name: 'Gainers' }).count()).toBe(1);
}, 60_000);
