import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser } from 'playwright-core';
import { dropFile } from '../../local/app/drop-file.ts';
import type { Endpoints } from '../../local/app/endpoints.ts';
import { settled } from '../../local/app/settled.ts';
import { LocalStack } from '../support/local-stack.ts';
import { Person, startBrowser } from './browser.ts';

/** The page in Chromium, with the whole local stack. */
const SAMPLES = join(import.meta.dirname, '../../samples');
const stack = new LocalStack();
let endpoints: Endpoints;
let browser: Browser;

beforeAll(async () => {
  [endpoints, browser] = await Promise.all([stack.start('--empty'), startBrowser()]);
  await dropFile(endpoints, join(SAMPLES, '2019-12-31_history.csv'));
  await dropFile(endpoints, join(SAMPLES, '2020-01-10_incremental.csv'));
  await settled(endpoints);
}, 120_000);
afterAll(async () => {
  await browser.close();
  await stack.stop();
}, 60_000);

const drop = async (key: string, content: string): Promise<void> => {
  const file = join(stack.state, 'uploaded.csv');
  writeFileSync(file, content);
  await dropFile(endpoints, file, key);
  await settled(endpoints);
};
const day = (date: string, ...closes: [string, number][]): string =>
  `ticker,close,date,action\n${closes.map(([ticker, close]) => `${ticker},${close},${date},I\n`).join('')}`;
const arrive = (address: string, options = {}) => Person.arrive(browser, endpoints, address, options);

test('sign in by the mailed code, follow, get a digest, unsubscribe by its link, pause, erase', async () => {
  const ada = await arrive('ada@example.com');
  await ada.signIn();
  await ada.page.getByText('No ticker yet.').waitFor();
  for (const ticker of ['AAPL', 'MSFT', 'KO']) await ada.follow(ticker);
  await ada.page.getByRole('button', { name: 'Options of MSFT' }).click();
  await ada.page.getByLabel('Chart in the mail of MSFT').selectOption('365');
  await ada.page.getByRole('link', { name: 'Settings', exact: true }).click();
  await ada.page.getByLabel('Look of the mails').selectOption('dark');

  await drop('2020-01-13_incremental.csv', day('2020-01-13', ['AAPL', 320], ['MSFT', 163], ['KO', 55]));
  const digest = await ada.mail(/close of 13 Jan 2020/);
  expect(digest.pictures).toBe(3);
  expect(digest.subject).toContain('AAPL +3.1 %');
  const html = await ada.htmlOf(digest);
  expect(html).toMatch(/alt="MSFT[^"]*past year/);
  expect(html).toMatch(/alt="AAPL[^"]*90 days/);

  const link = /Unsubscribe: (\S+)/.exec(await ada.textOf(digest))?.[1] ?? '';
  expect(link).not.toContain('ada');
  await ada.page.goto(link);
  await ada.page.getByRole('button', { name: 'Unfollow MSFT' }).click();
  await ada.page.getByText('2 tickers left.').waitFor();
  await ada.page.getByRole('link', { name: 'Manage your tickers' }).click();
  await ada.page.getByRole('heading', { name: 'You follow 2 tickers' }).waitFor();

  await ada.page.getByRole('link', { name: 'Settings', exact: true }).click();
  await ada.page.getByLabel('Pause up to and including').pressSequentially('12312099');
  await ada.page.getByRole('button', { name: 'Pause', exact: true }).click();
  await ada.page.getByText('No digests up to 31 Dec 2099.').waitFor();
  const before = (await ada.mails()).length;
  await drop('2020-01-14_incremental.csv', day('2020-01-14', ['AAPL', 321], ['KO', 56]));
  expect((await ada.mails()).length).toBe(before);
  await ada.page.getByRole('button', { name: 'Resume now' }).click();
  await ada.page.getByText('No digests up to').waitFor({ state: 'detached' });

  await ada.page.getByRole('link', { name: 'My tickers', exact: true }).click();
  await ada.page.getByRole('button', { name: 'Show the mail' }).click();
  await ada.page.frameLocator('iframe[title="Your mail"]').getByRole('heading', { level: 1 }).waitFor();
  await ada.page.getByRole('button', { name: 'Send me one now' }).click();
  await ada.page.getByText('Sent. Check your mail.').waitFor();
  expect((await ada.mail(/^Preview: /)).pictures).toBe(2);

  await ada.page.getByRole('link', { name: 'Settings', exact: true }).click();
  await ada.page.getByRole('button', { name: 'Erase me…' }).click();
  await ada.page.getByRole('button', { name: 'Erase me permanently' }).click();
  await ada.page.getByRole('button', { name: /^Sign in/ }).waitFor();
  const last = (await ada.mails()).length;
  await drop('2020-01-15_incremental.csv', day('2020-01-15', ['AAPL', 322], ['KO', 57]));
  expect((await ada.mails()).length).toBe(last);
  expect(ada.errors).toEqual([]);
}, 90_000);

test('a ticker has an interactive chart, prices as of any day, and its chart in the mail', async () => {
  const eve = await arrive('eve@example.com');
  await eve.signIn();
  await eve.page.getByRole('searchbox').fill('DI');
  await eve.page.getByRole('link', { name: 'DIS' }).click();
  await eve.page.getByRole('heading', { name: 'DIS' }).waitFor();
  await eve.page.getByRole('application', { name: /Chart of \d+ closes/ }).waitFor();
  await eve.page.getByRole('img', { name: 'Chart of DIS over 90 days, as in the mail' }).waitFor();
  await eve.page.getByLabel('As of').fill('2019-12-31');
  await eve.page.getByRole('rowheader', { name: '10 Jan 2020' }).waitFor({ state: 'detached' });
  await eve.page.getByRole('rowheader', { name: '31 Dec 2019' }).waitFor();
  await eve.page.getByLabel('As of').fill('2001-01-01');
  await eve.page.getByText('No price of DIS was known on').waitFor();
  await eve.page.goto(`${endpoints.web}/tickers/NONE`);
  await eve.page.getByRole('alert').getByText('No applied delivery contains NONE.').waitFor();
  expect(eve.errors).toEqual([]);
});

test('names with a slash, a percent sign or other letters are found', async () => {
  await drop('2020-01-21_incremental.csv', day('2020-01-21', ['BRK/B', 230], ['^GSPC', 3320]));
  const uma = await arrive('uma@example.com');
  await uma.signIn();
  for (const ticker of ['BRK/B', '^GSPC']) {
    await uma.follow(ticker);
    await uma.page.getByRole('searchbox').fill('');
    await uma.page.getByRole('link', { name: ticker, exact: true }).first().click();
    await uma.page.getByRole('heading', { name: ticker, exact: true }).waitFor();
    await uma.page.getByRole('rowheader', { name: '21 Jan 2020' }).waitFor();
    await uma.page.getByRole('img', { name: `Chart of ${ticker} over 90 days, as in the mail` }).waitFor();
    expect(await uma.page.title()).toBe(`${ticker} · Closing Bell`);
    await uma.page.goBack();
  }
  await uma.page.goto(`${endpoints.web}/tickers/dis`);
  await uma.page.getByRole('heading', { name: 'DIS' }).waitFor();
  await uma.page.goto(`${endpoints.web}/tickers/100%25`);
  await uma.page.getByRole('alert').waitFor();
  expect(uma.errors).toEqual([]);
  for (const path of ['/tickers/100%', '//']) expect((await fetch(`${endpoints.web}${path}`)).status).toBeLessThan(500);
  expect((await fetch(`${endpoints.api}/tickers/%ff/prices`)).status).toBe(400);
});

test('a subscriber whose mail is stopped after a complaint sees the reason, and resumes', async () => {
  const box = await arrive('complaint@simulator.amazonses.com');
  await box.signIn();
  await box.follow('KO');
  await drop('2020-01-23_incremental.csv', day('2020-01-23', ['KO', 58]));
  await box.page.reload();
  await box.page.getByRole('alert').getByText('one was reported as spam from your mailbox').waitFor();
  await box.page.getByRole('button', { name: 'Resume digests' }).click();
  await box.page.getByRole('alert').waitFor({ state: 'detached' });
  expect(box.errors).toEqual([]);
});

test('no text of a file runs as code on the page', async () => {
  const night = await arrive('night@example.com');
  await night.signIn();
  const hostile = join(import.meta.dirname, '../fixtures/hostile/text-script-tags.csv');
  await drop(
    '2023-04-02_incremental.csv',
    readFileSync(hostile, 'utf8').replace(/(G\d+,.*\n)+/, (rows) => rows.repeat(2)),
  );
  await drop('<img src=x onerror=alert(1)>/2023-04-02_incremental.csv', 'ticker,close,date,action\n');
  await night.page.goto(`${endpoints.web}/deliveries`);
  await night.page.getByRole('link', { name: '<img src=x onerror=alert(1)>/2023-04-02_incremental.csv' }).waitFor();
  await night.page.getByRole('link', { name: '2023-04-02.incremental', exact: true }).click();
  await night.page.getByRole('cell', { name: '"<script>alert(1)</script>"' }).waitFor();
  expect(await night.page.locator('main script, main img').count()).toBe(0);
  expect(night.errors).toEqual([]);
});

test('everything can be done by keyboard', async () => {
  const kim = await arrive('kim@example.com');
  await kim.signIn();
  const press = async (key: string, times = 1) => {
    for (let i = 0; i < times; i++) await kim.page.keyboard.press(key);
  };
  await kim.page.getByRole('searchbox').focus();
  await kim.page.keyboard.type('NVDA');
  await kim.page.getByRole('region', { name: 'Find a ticker' }).getByRole('button', { name: 'Follow NVDA' }).waitFor();
  await press('Tab', 2);
  expect(await kim.page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Follow NVDA');
  await press('Enter');
  await kim.page.getByRole('button', { name: 'Options of NVDA' }).waitFor();
  expect(await kim.page.evaluate(() => document.activeElement?.id)).toBe('search');
  await kim.page.getByRole('button', { name: 'Options of NVDA' }).press('Enter');
  await kim.page.getByRole('button', { name: 'Unfollow NVDA' }).press('Enter');
  await kim.page.getByText('No ticker yet.').waitFor();
  await kim.page.getByText('NVDA unfollowed.').waitFor();
  expect(await kim.page.evaluate(() => document.activeElement?.id)).toBe('followed');
  await kim.page.getByRole('button', { name: 'Undo' }).press('Enter');
  await kim.page.getByRole('heading', { name: 'You follow one ticker' }).waitFor();
  await kim.page.keyboard.press('/');
  await kim.page.keyboard.type('ko');
  await kim.page.getByText('1 found').waitFor();
  await kim.page.keyboard.press('Enter');
  await kim.page.getByRole('heading', { name: 'You follow 2 tickers' }).waitFor();
  expect(await kim.page.getByRole('searchbox').inputValue()).toBe('');
});

test('operators see deliveries and invite a mailbox, which confirms; others may not', async () => {
  const night = await arrive('night@example.com');
  await night.signIn();
  await night.page.getByRole('link', { name: 'Deliveries' }).click();
  await night.page.getByRole('link', { name: '2020-01-10.incremental' }).click();
  await night.page.getByRole('cell', { name: '"-11.8"' }).waitFor();
  const [download] = await Promise.all([
    night.page.waitForEvent('download'),
    night.page.getByRole('button', { name: 'Download all quarantined rows' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('2020-01-10.incremental.quarantine.csv');
  await night.page.getByRole('button', { name: 'Revoke…' }).click();
  await night.page.getByRole('button', { name: 'Revoke it' }).click();
  await night.page.getByText('revoked', { exact: true }).waitFor();
  await night.page.getByRole('button', { name: 'Apply it again' }).click();
  await night.page.getByText('applied', { exact: true }).waitFor();
  await night.page.getByRole('link', { name: '← Deliveries' }).click();
  await drop('2020-01-16_incremental.csv', 'nonsense');
  await night.page.getByRole('row', { name: /2020-01-16\.incremental rejected/ }).waitFor();
  await night.page.getByLabel('Mail address').fill('team@example.com');
  await night.page.getByLabel('Tickers').fill('GE, BA');
  await night.page.getByRole('button', { name: 'Send the invitation' }).click();
  await night.page.getByText('Invited.').waitFor();

  const team = await arrive('team@example.com');
  const invitation = await team.mail(/^Confirm your mailbox/);
  await drop('2020-01-17_incremental.csv', day('2020-01-17', ['GE', 12], ['BA', 320]));
  expect((await team.mails()).length).toBe(1);
  await team.page.goto(/(http\S+\/confirm\S+)/.exec(await team.textOf(invitation))?.[1] ?? '');
  await team.page.getByRole('button', { name: 'Confirm' }).click();
  await team.page.getByRole('heading', { name: 'Confirmed' }).waitFor();
  await drop('2020-01-20_incremental.csv', day('2020-01-20', ['GE', 12.5], ['BA', 321]));
  expect((await team.mail(/close of 20 Jan 2020/)).pictures).toBe(2);

  await team.page.goto(endpoints.web);
  await team.signIn();
  expect(await team.page.getByRole('link', { name: 'Deliveries' }).count()).toBe(0);
  const statusOf = async (token: string, path: string, method = 'GET') =>
    (await fetch(`${endpoints.api}${path}`, { method, headers: { authorization: `Bearer ${token}` } })).status;
  const [subscriber, operator] = [await team.token(), await night.token()];
  const [head, payload, signature] = subscriber.split('.');
  const forged = `${head}.${Buffer.from(
    Buffer.from(payload ?? '', 'base64url')
      .toString()
      .replace('subscriptions', 'subscriptions closing-bell/operations'),
  ).toString('base64url')}.${signature}`;
  expect(await statusOf(operator, '/deliveries')).toBe(200);
  expect(await statusOf(subscriber, '/deliveries')).toBe(403);
  expect(await statusOf(subscriber, '/subscribers', 'POST')).toBe(403);
  expect(await statusOf(forged, '/deliveries')).toBe(401);
  expect(await statusOf('', '/me')).toBe(401);
  expect(await statusOf('nonsense', '/me')).toBe(401);
  expect(await statusOf(subscriber, '/me')).toBe(200);
  expect([...night.errors, ...team.errors]).toEqual([]);
}, 90_000);

describe('an operator', () => {
  let night: Person;
  // One sign-in: their number is limited.
  beforeAll(async () => {
    night = await arrive('night@example.com');
    await night.signIn();
  }, 60_000);

  test('makes a link with which a vendor without an account uploads a file', async () => {
    await night.page.goto(`${endpoints.web}/deliveries`);
    const name = 'vendor/2020-01-15_history.csv';
    await night.page.getByLabel('Name of the file').fill(name);
    await night.page.getByRole('button', { name: 'Make an upload link' }).click();
    const command = (await night.page.locator('pre.answer').textContent()) ?? '';
    // What curl would send.
    const form = new FormData();
    for (const [, field = '', value = ''] of command.matchAll(/(?:-F|--form-string) '([^'=]+)=([^']*)'/g))
      form.append(field, field === 'file' ? new Blob([day('2020-01-15', ['VNDR', 12])]) : value);
    const url = /'(https?:[^']+)'$/.exec(command)?.[1] ?? '';
    expect((await fetch(url, { method: 'POST', body: form })).status).toBe(204);
    await settled(endpoints);
    await night.page.getByRole('link', { name: 'vendor/2020-01-15.history' }).waitFor();
    expect(night.errors).toEqual([]);
  });

  test('tries a file, answers its question, and settles a rejected delivery by one click', async () => {
    const { page } = night;
    const content = 'ticker;close;date;action\nVOD;1.234;2020-01-09;I\nBP;5.128;2020-01-09;I\n';
    await page.getByRole('link', { name: 'Try a file' }).click();
    const file = { name: '2020-01-09_incremental.csv', mimeType: 'text/csv', buffer: Buffer.from(content) };
    await page.getByLabel(/^File/).setInputFiles(file);
    await page.getByLabel(/^Name in the drop bucket/).fill('lse/2020-01-09_incremental.csv');
    await page.getByRole('button', { name: 'Try it' }).click();
    await page.getByRole('button', { name: /the decimal mark is a comma/ }).click();
    await page.getByRole('cell', { name: '1234', exact: true }).waitFor();
    expect(await page.getByLabel(/^Profile as JSON/).inputValue()).toBe('{"decimalMark":","}');
    await drop('lse/2020-01-09_incremental.csv', content);
    await page.getByRole('link', { name: 'Deliveries' }).click();
    await page.getByRole('link', { name: 'lse/2020-01-09.incremental' }).click();
    await page.getByRole('button', { name: /the decimal mark is a comma/ }).click();
    await page.getByText('applied', { exact: true }).waitFor();
    // A file that does not fit into a request is uploaded.
    const rows = Array.from(
      { length: 300_000 },
      (_, i) => `T${i % 30_000},${1 + (i % 7)},2020-01-${10 - Math.floor(i / 30_000)},I\n`,
    );
    const large = Buffer.from(`ticker,close,date,action\n${rows.join('')}`);
    expect(large.length).toBeGreaterThan(4_500_000);
    await page.getByRole('link', { name: 'Try a file' }).click();
    await page.getByLabel(/^File/).setInputFiles({ ...file, name: '2020-01-10_incremental.csv', buffer: large });
    await page.getByRole('button', { name: 'Try it' }).click();
    await page.getByText(/An upload would add/).waitFor();
    expect(night.errors).toEqual([]);
  }, 90_000);

  test('declares a split and a rename of a ticker, and takes one back', async () => {
    const { page } = night;
    await drop('us/2020-01-11_incremental.csv', day('2020-01-08', ['TWTR', 400]));
    await drop('us/2020-01-13_incremental.csv', day('2020-01-09', ['TWTR', 100]));
    await drop('us/2020-01-14_incremental.csv', day('2020-01-10', ['TWTR', 101]));
    await page.getByRole('link', { name: 'My tickers' }).click();
    await night.follow('TWTR');
    await page.getByRole('link', { name: 'TWTR' }).first().click();
    await page.getByText('May be a 4:1 split on 9 Jan 2020').waitFor();
    await page.getByRole('button', { name: 'Declare it' }).click();
    await page.getByText('4:1 split on 9 Jan 2020: the closes before it are rescaled').waitFor();
    await page.getByLabel('New name', { exact: true }).fill('X');
    await page.getByLabel('First day of the new name').fill('2020-01-10');
    await page.getByRole('button', { name: 'Declare the rename' }).click();
    await page.getByRole('heading', { name: 'X', exact: true }).waitFor();
    await page.getByText('formerly TWTR').waitFor();
    // The follower of the old name follows the new one.
    await page.getByRole('button', { name: 'Unfollow', exact: true }).waitFor();
    const renamed = page.getByRole('listitem').filter({ hasText: 'TWTR is X from 10 Jan 2020 on.' });
    await renamed.getByRole('button', { name: 'Take back' }).click();
    await renamed.waitFor({ state: 'detached' });
    expect(night.errors).toEqual([]);
  }, 90_000);
});

test.each([
  ['light', { width: 1100, height: 900 }, 'AAPL'],
  ['dark', { width: 360, height: 740 }, 'KO'],
] as const)(
  'axe reports no violation on any page, %s, and nothing is wider than %j',
  async (colorScheme, viewport, ticker) => {
    const person = await arrive('night@example.com', { colorScheme, viewport });
    const { page } = person;
    const check = async (what: string) => {
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect({
        what,
        violations: violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`),
        overflow: await person.overflow(),
      }).toEqual({ what, violations: [], overflow: 0 });
    };
    await check('welcome');
    await person.signIn();
    await person.follow(ticker);
    await page.getByRole('button', { name: 'Show the mail' }).click();
    await page.frameLocator('iframe[title="Your mail"]').getByRole('heading', { level: 1 }).waitFor();
    // A frame without scripts cannot be looked into: mails are checked in mail-clients.
    await page.getByRole('button', { name: 'Hide the preview' }).click();
    await check('home');
    await page.getByRole('button', { name: 'Arrange' }).click();
    await check('arranging');
    for (const name of ['Settings', 'API']) {
      await page.getByRole('link', { name, exact: true }).click();
      await page.getByRole('heading', { name, exact: true }).waitFor();
      await check(name);
    }
    await page.getByRole('link', { name: 'My tickers', exact: true }).click();
    await page.getByRole('link', { name: ticker }).first().click();
    await page.getByRole('img', { name: /as in the mail/ }).waitFor();
    await check('ticker');
    await page.getByRole('link', { name: 'Deliveries' }).click();
    await page.getByRole('link', { name: '2020-01-10.incremental' }).click();
    await page.getByRole('cell', { name: '"-11.8"' }).waitFor();
    await check('delivery');
    await page.getByRole('link', { name: '← Deliveries' }).click();
    await page.getByRole('link', { name: '2020-01-10.incremental' }).waitFor();
    await check('deliveries');
    await page.getByRole('link', { name: 'Try a file' }).click();
    const buffer = Buffer.from('ticker;close;date\nVOD;1.234;2020-01-09\n');
    await page.getByLabel(/^File/).setInputFiles({ name: '2020-01-09_history.csv', mimeType: 'text/csv', buffer });
    await page.getByRole('button', { name: 'Try it' }).click();
    await page.getByRole('button', { name: /the decimal mark is a comma/ }).waitFor();
    await check('try');
    await page.goto(`${endpoints.api}/docs`);
    await check('docs');
    await page.goto(endpoints.inbox);
    await page.getByRole('link', { name: 'Download .eml' }).waitFor();
    await page.locator('iframe').evaluate((frame) => frame.remove());
    await check('inbox');
    await page.goto(`${endpoints.api}/unsubscribe?token=nonsense`);
    await check('a link that does not work');
  },
  90_000,
);
