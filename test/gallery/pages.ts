import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import type { Endpoints } from '../../local/app/endpoints.ts';
import { settled } from '../../local/app/settled.ts';
import { Person } from '../browser/browser.ts';
import { LocalStack } from '../support/local-stack.ts';

export type PageShot = { name: string; look: string; png: Buffer };

const SIZES = { desktop: { width: 1180, height: 900 }, phone: { width: 390, height: 844 } } as const;
const LOOKS = (['light', 'dark'] as const).flatMap((scheme) =>
  (Object.keys(SIZES) as (keyof typeof SIZES)[]).map((size) => ({ scheme, size })),
);
const OPERATOR = 'night@example.com';
const FOLLOWED = '###Tech,AAPL,MSFT,AMZN,GOOGL,NVDA,###Others,JPM,XOM,KO';

/** Each page of a stack with the samples, in both themes and two sizes. */
export async function* pageShots(browser: Browser): AsyncGenerator<PageShot> {
  const stack = new LocalStack();
  try {
    const endpoints = await stack.start('--collect');
    while (!/sent .* 2020-01-10/.test(stack.output) && !stack.hasEnded) await sleep(200);
    await settled(endpoints);
    let isFollowing = false;
    for (const { scheme, size } of LOOKS) {
      const options = { colorScheme: scheme, viewport: SIZES[size] };
      const person = await Person.arrive(browser, endpoints, OPERATOR, options);
      const look = `${size}, ${scheme}`;
      yield { name: 'welcome', look, png: await shot(person.page) };
      await person.signIn();
      if (!isFollowing) await followAll(person.page);
      isFollowing = true;
      for (const [name, url] of await addresses(person, endpoints)) {
        await person.page.goto(url);
        yield { name, look, png: await shot(person.page) };
      }
      await person.page.context().close();
    }
  } finally {
    await stack.stop();
  }
}

async function followAll(page: Page): Promise<void> {
  await page.getByText('Follow many at once').click();
  await page.getByLabel(/^Paste a list/).fill(FOLLOWED);
  await page.getByRole('button', { name: 'Follow 8 tickers' }).click();
  await page.getByRole('heading', { name: 'You follow 8 tickers' }).waitFor();
}

async function addresses(person: Person, { web, api, inbox }: Endpoints): Promise<[string, string][]> {
  const ada = (await (await fetch(`${inbox}/mails`)).json()).find(({ to }: { to: string }) => to === 'ada@example.com');
  const html = await person.htmlOf(ada);
  const linkIn = (path: string) =>
    new RegExp(`href="([^"]*${path}\\?token=[^"]*)"`).exec(html)?.[1]?.replaceAll('&amp;', '&') ?? web;
  return [
    ['my tickers', web],
    ['ticker', `${web}/tickers/AAPL`],
    ['compared', `${web}/tickers/AAPL?range=All&compare=MSFT`],
    ['settings', `${web}/settings`],
    ['try the API', `${web}/api`],
    ['alerts', `${web}/alerts`],
    ['deliveries', `${web}/deliveries`],
    ['delivery', `${web}/deliveries/2020-01-10.incremental`],
    ['collectors', `${web}/collectors`],
    ['try a file', `${web}/try`],
    ['unknown page', `${web}/nothing`],
    ['unsubscribe', linkIn('/unsubscribe')],
    ['plot', linkIn('/plot')],
    ['API', `${api}/docs`],
    ['inbox', inbox],
  ];
}

async function shot(page: Page): Promise<Buffer> {
  // Charts and lists load after the page; it has no request that stays open.
  await page.waitForLoadState('networkidle').catch(() => undefined);
  await page.waitForTimeout(400);
  return page.screenshot({ fullPage: true });
}
