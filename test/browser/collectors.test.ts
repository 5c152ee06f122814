import { AxeBuilder } from '@axe-core/playwright';
import type { Browser } from 'playwright-core';
import type { Endpoints } from '../../local/app/endpoints.ts';
import { LocalStack } from '../support/local-stack.ts';
import { Person, startBrowser } from './browser.ts';

/** Collectors as an operator sees them, and what they bring as a subscriber sees it. */
const stack = new LocalStack();
let endpoints: Endpoints;
let browser: Browser;

beforeAll(async () => {
  [endpoints, browser] = await Promise.all([stack.start('--empty', '--collect'), startBrowser()]);
}, 120_000);
afterAll(async () => {
  await browser.close();
  await stack.stop();
}, 60_000);

test('an operator sees runs and what is planned, and starts one', async () => {
  const night = await Person.arrive(browser, endpoints, 'night@example.com');
  await night.signIn();
  await night.page.getByRole('link', { name: 'Collectors' }).click();
  await night.page.getByRole('heading', { name: 'Collectors' }).waitFor();
  const runs = night.page.getByRole('region', { name: 'Runs' });
  await runs.getByRole('button', { name: 'Finnhub news' }).waitFor();
  await night.page.getByRole('region', { name: 'Planned', exact: true }).getByText('of 250').first().waitFor();
  await night.page.getByLabel('Tickers').fill('NFLX, NOT-THERE');
  await night.page.getByLabel('Provider').selectOption('yahoo');
  await night.page.getByRole('button', { name: 'Start' }).click();
  await night.page.getByText('Started: it appears above').waitFor();
  await runs.getByRole('button', { name: 'Yahoo prices' }).nth(1).waitFor({ timeout: 20_000 });
  await runs.getByRole('button', { name: 'Yahoo prices' }).first().click();
  await runs.getByRole('button', { name: 'Run again' }).click();
  await runs.getByText('Started.').waitFor();
  const { violations } = await new AxeBuilder({ page: night.page }).analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  expect(night.errors).toEqual([]);
}, 90_000);

test('a subscriber sees news with their mood, fundamentals and the next dates', async () => {
  const ada = await Person.arrive(browser, endpoints, 'ada@example.com');
  await ada.signIn();
  expect(await ada.page.getByRole('link', { name: 'Collectors' }).count()).toBe(0);
  await ada.page.goto(`${endpoints.web}/tickers/META`);
  await ada.page.getByRole('heading', { name: 'News' }).waitFor();
  await ada.page
    .getByText(/^(positive|neutral|negative)$/)
    .first()
    .waitFor();
  await ada.page.getByText('391.0B USD').waitFor();
  await ada.page.getByRole('link', { name: 'FOMC decision about rates' }).waitFor();
  const { violations } = await new AxeBuilder({ page: ada.page }).analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  expect(ada.errors).toEqual([]);
}, 60_000);
