import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import type { Endpoints } from '../../local/app/endpoints.ts';

const CHROMIUM_PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** No sandbox, since the page is our own; and no connections of Chromium itself. */
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-quic',
  '--disable-sync',
  '--no-first-run',
];

/** Starts the installed Chromium. @throws Error if there is none */
export function startBrowser(): Promise<Browser> {
  const executablePath = process.env['CHROMIUM'] ?? CHROMIUM_PATHS.find(existsSync);
  if (!executablePath)
    throw new Error(
      `Expected Chromium at ${CHROMIUM_PATHS.join(', ')} or in $CHROMIUM. Install it: apt-get install chromium`,
    );
  return chromium.launch({ executablePath, args: ARGUMENTS });
}

type Mail = { id: string; to: string; subject: string; pictures: number };

/** One person with a browser and a mailbox. */
export class Person {
  readonly page: Page;
  /** Errors of the page. */
  readonly errors: string[] = [];
  readonly #endpoints: Endpoints;
  readonly #address: string;

  private constructor(page: Page, endpoints: Endpoints, address: string) {
    this.page = page;
    this.#endpoints = endpoints;
    this.#address = address;
    page.on('pageerror', (error) => this.errors.push(error.message));
  }

  static async arrive(
    browser: Browser,
    endpoints: Endpoints,
    address: string,
    options: BrowserContextOptions = {},
  ): Promise<Person> {
    const context = await browser.newContext({ viewport: { width: 1100, height: 900 }, ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    await page.goto(endpoints.web);
    return new Person(page, endpoints, address);
  }

  /** Signs in with the code from the mail. */
  async signIn(): Promise<void> {
    await this.page.getByRole('button', { name: /^Sign in/ }).click();
    await this.page.getByLabel('Mail address').fill(this.#address);
    await this.page.getByRole('button', { name: 'Send me a code' }).click();
    await this.page.getByLabel('Code').fill((await this.mail(/is your code/)).subject.slice(0, 6));
    await this.page.getByRole('button', { name: 'Sign in' }).click();
    await this.page.getByRole('heading', { name: 'My tickers' }).waitFor();
  }

  async follow(ticker: string): Promise<void> {
    await this.page.getByRole('searchbox').fill(ticker);
    const found = this.page.getByRole('region', { name: 'Find a ticker' });
    await found.getByRole('button', { name: `Follow ${ticker}`, exact: true }).click();
    await this.page.getByRole('button', { name: `Options of ${ticker}`, exact: true }).waitFor();
  }

  mails = async (): Promise<Mail[]> => {
    const all: Mail[] = await (await fetch(`${this.#endpoints.inbox}/mails`)).json();
    return all.filter(({ to }) => to === this.#address);
  };

  /** Waits for a mail with such a subject. @returns the newest one */
  async mail(subject: RegExp): Promise<Mail> {
    for (let tries = 0; tries < 150; tries++) {
      const found = (await this.mails()).find((mail) => subject.test(mail.subject));
      if (found) return found;
      await sleep(100);
    }
    throw new Error(
      `Expected a mail like ${subject} to ${this.#address}, found ${(await this.mails()).map((mail) => mail.subject).join(', ') || 'none'}.`,
    );
  }

  textOf = async ({ id }: Mail): Promise<string> => (await fetch(`${this.#endpoints.inbox}/text/${id}`)).text();
  htmlOf = async ({ id }: Mail): Promise<string> => (await fetch(`${this.#endpoints.inbox}/mail/${id}`)).text();

  /** Pixels by which the page is wider than its window. */
  overflow = (): Promise<number> =>
    this.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

  /** The access token of the session. */
  token = (): Promise<string> =>
    this.page.evaluate(() => {
      const kept = Object.values(localStorage).find((value) => value.includes('access_token'));
      return JSON.parse(kept ?? '{}').access_token;
    });
}
