import fc from 'fast-check';
import { mailId } from '../../lambdas/contracts/ledger-record.ts';
import { MailTag, mailEvent, toTag } from '../../lambdas/contracts/mail-event.ts';
import { getsDigests } from '../../lambdas/contracts/subscriber.ts';
import { signLink } from '../../lambdas/domain/links/link-token.ts';
import { recordFeedback } from '../../lambdas/feedback/record-feedback.ts';
import { ApiWorld } from '../support/api-world.ts';
import { NOW } from '../support/drops.ts';
import { aSubscriber } from '../support/subscribers.ts';

const KEY = '2020-01-10T21:00:00.000Z#eu/2020-01-10.incremental#01';
const AT = '2020-01-10T21:00:09.000Z';
const ADA = aSubscriber();

const tagOf = (key: string): string => toTag(mailId({ kind: 'digest', key }));
const TAGS = {
  [MailTag.recipient]: [ADA.subscriber],
  [MailTag.mail]: [tagOf(KEY)],
  'ses:configuration-set': ['c'],
};
const SENT_AT = '2020-01-10T21:00:05Z';
const bounce = (bounceType: string, bounceSubType = 'General') => ({
  eventType: 'Bounce',
  bounce: {
    timestamp: AT,
    bounceType,
    bounceSubType,
    bouncedRecipients: [{ emailAddress: ADA.address, diagnosticCode: 'smtp; 550 5.1.1 user unknown' }],
  },
});
const SEND = { eventType: 'Send', send: {} };
const DELIVERY = { eventType: 'Delivery', delivery: { timestamp: AT, recipients: [ADA.address] } };
const COMPLAINT = { eventType: 'Complaint', complaint: { timestamp: AT, complainedRecipients: [] } };
const REJECT = { eventType: 'Reject', reject: { reason: 'Bad content' } };

/** A world with an unconfirmed claim for each key. */
async function claimed(...keys: string[]): Promise<ApiWorld> {
  const world = new ApiWorld();
  world.now = NOW;
  world.subscribers.push(structuredClone(ADA));
  for (const key of keys.length > 0 ? keys : [KEY]) {
    await world.ports().ledger.claim({
      recipient: ADA.subscriber,
      kind: 'digest',
      key,
      state: 'claimed',
      displayed: { segments: [], tickers: {} },
      claimedBy: 'i',
      claimedAt: 'then',
      attempts: 1,
      expiresAt: 1,
    });
  }
  return world;
}
const record = (world: ApiWorld, event: object, tags: Record<string, string[]> = TAGS, mail: object = {}) => {
  const detail = { ...event, mail: { messageId: 'm1', timestamp: SENT_AT, tags, ...mail } };
  return recordFeedback(world.feedbackPorts(), mailEvent.parse({ time: AT, detail }));
};
const ledger = (world: ApiWorld) => [...world.ledger.values()];
const mayBeMailed = (world: ApiWorld) => world.subscribers.map((one) => getsDigests(one, '2020-01-11'));

test.each([SEND, DELIVERY, bounce('Permanent'), COMPLAINT])(
  'an event settles the claim of an invocation that crashed: $eventType',
  async (event) => {
    const world = await claimed();
    await record(world, event);
    expect(ledger(world)).toMatchObject([{ state: 'sent', messageId: 'm1' }]);
  },
);

test.each([
  ['a hard bounce', bounce('Permanent'), 'bounced'],
  ['an address on the suppression list', bounce('Permanent', 'Suppressed'), 'bounced'],
  ['a complaint', COMPLAINT, 'complained'],
])('%s stops digests to the address', async (_what, event, why) => {
  const world = await claimed();
  await record(world, event);
  expect(world.subscribers[0]?.undeliverable).toEqual({ why, at: AT });
  expect(mayBeMailed(world)).toEqual([false]);
});

test('after the owner resumes, events of earlier mails do not stop the address again', async () => {
  const world = await claimed();
  await record(world, bounce('Permanent'));
  expect(await (await world.ask('/me')).json()).toMatchObject({ undeliverable: { why: 'bounced' } });
  const resumed = await world.ask('/me', { method: 'PUT', body: { pausedUntil: null } });
  expect(await resumed.json()).toMatchObject({ undeliverable: null });
  const late = mailEvent.parse({
    time: '2020-03-01T00:00:00Z',
    detail: { ...bounce('Permanent'), mail: { messageId: 'm1', timestamp: SENT_AT, tags: TAGS } },
  });
  await recordFeedback(world.feedbackPorts(), late);
  expect(mayBeMailed(world)).toEqual([true]);
  await record(world, bounce('Permanent'), TAGS, { timestamp: '2020-01-10T23:00:00+00:00' });
  expect(mayBeMailed(world)).toEqual([false]);
});

test.each(['not-spam', 'auth-failure'])(
  'a complaint of type %s does not stop the address',
  async (complaintFeedbackType) => {
    const world = await claimed();
    await record(world, { eventType: 'Complaint', complaint: { complaintFeedbackType } });
    expect(mayBeMailed(world)).toEqual([true]);
  },
);

test('an address that complained of an invitation is not invited again', async () => {
  const world = new ApiWorld();
  world.now = NOW;
  const invite = () => world.ask('/subscribers', { method: 'POST', body: { address: ADA.address, tickers: [] } });
  expect((await invite()).status).toBe(201);
  await record(world, COMPLAINT, { [MailTag.recipient]: [ADA.subscriber] });
  expect([(await invite()).status, world.mails.length]).toEqual([409, 1]);
});

test('a subscriber who confirms gets digests, whatever events the invitation caused', async () => {
  const world = new ApiWorld();
  world.now = NOW;
  world.subscribers.push({ ...structuredClone(ADA), state: 'pending' });
  const ofTheInvitation = { [MailTag.recipient]: [ADA.subscriber] };
  await record(world, COMPLAINT, ofTheInvitation);
  const token = signLink({ current: 'key' }, 'confirm', ADA.subscriber);
  await world.ask(`/confirm?token=${token}`, { method: 'POST' });
  await record(world, bounce('Permanent'), ofTheInvitation);
  expect(mayBeMailed(world)).toEqual([true]);
});

test.each(['Transient', 'Undetermined'])(
  'a soft bounce (%s) is counted once per mail and stops nothing',
  async (type) => {
    const world = await claimed(KEY, `${KEY}2`);
    for (const key of [KEY, KEY, `${KEY}2`, KEY])
      await record(world, bounce(type), { ...TAGS, [MailTag.mail]: [tagOf(key)] });
    expect(world.subscribers[0]?.softBounces).toBe(2);
    expect(mayBeMailed(world)).toEqual([true]);
  },
);

test.each([
  ['a mail that bounced was not received', [bounce('Transient')], undefined],
  ['a mail that an out-of-office reply followed was received', [DELIVERY, bounce('Transient')], KEY],
  ['a mail that was delivered and then bounced was not received', [DELIVERY, bounce('Permanent')], undefined],
  [
    'a mail that SES suppressed was not received',
    [{ ...COMPLAINT, complaint: { complaintSubType: 'OnAccountSuppressionList' } }],
    undefined,
  ],
])('%s', async (_what, events, received) => {
  const world = await claimed();
  for (const event of events) await record(world, event);
  const next = { recipient: ADA.subscriber, kind: 'digest' as const, key: '2020-01-11' };
  expect((await world.ports().ledger.read(next)).last?.key).toBe(received);
});

test('a mail that SES rejected stays refused, whatever other event arrives', async () => {
  const anyOrder = fc.shuffledSubarray([REJECT, SEND, DELIVERY, bounce('Transient'), COMPLAINT], { minLength: 5 });
  await fc.assert(
    fc.asyncProperty(anyOrder, async (events) => {
      const world = await claimed();
      for (const event of events) await record(world, event);
      expect(ledger(world)).toMatchObject([{ state: 'refused', reason: 'Rejected: Bad content' }]);
    }),
  );
});

test('a bounced invitation stops the address too, and has no ledger record', async () => {
  const world = await claimed();
  await record(world, bounce('Permanent'), { [MailTag.recipient]: [ADA.subscriber] });
  expect(ledger(world)).toMatchObject([{ state: 'claimed' }]);
  expect(mayBeMailed(world)).toEqual([false]);
});

test('no event recreates an erased subscriber', async () => {
  const world = new ApiWorld();
  world.now = NOW;
  for (const event of [SEND, bounce('Permanent'), bounce('Transient'), COMPLAINT, REJECT]) await record(world, event);
  expect([world.subscribers, ledger(world)]).toEqual([[], []]);
});

test('events may arrive in any order, any number of times', async () => {
  const events = [SEND, DELIVERY, bounce('Permanent'), COMPLAINT];
  const settle = async (order: object[]) => {
    const world = await claimed();
    for (const event of order) await record(world, event);
    return { ledger: ledger(world), subscribers: world.subscribers.map(({ undeliverable: _, ...rest }) => rest) };
  };
  const expected = await settle(events);
  const anyOrder = fc
    .shuffledSubarray([...events, ...events, ...events], { minLength: 4 })
    .filter((order) => events.every((event) => order.includes(event)));
  await fc.assert(fc.asyncProperty(anyOrder, async (order) => expect(await settle(order)).toEqual(expected)));
});

test('a tag is valid for SES', () => {
  expect(tagOf(KEY)).toMatch(/^[\w-]{1,256}$/);
});

test.each([
  { eventType: 'Bounce', bounce: { bounceType: 'Permanent', bounceSubType: null, bouncedRecipients: null } },
  { eventType: 'Bounce', bounce: { bounceType: 'Transient', bouncedRecipients: [{ diagnosticCode: null }] } },
  { eventType: 'Complaint', complaint: { complaintFeedbackType: null, complaintSubType: null } },
  { eventType: 'Delivery', delivery: null },
  { eventType: 'Reject', reject: {} },
])('an event without diagnostic fields is recorded: %j', async (event) => {
  await record(await claimed(), event, { ...TAGS, [MailTag.recipient]: [ADA.subscriber, 'another'] });
});

test('an event of a foreign mail is an error', () => {
  const mail = { messageId: 'm', timestamp: AT, tags: { 'ses:configuration-set': ['c'] } };
  const foreign = { time: AT, detail: { ...SEND, mail } };
  expect(mailEvent.safeParse(foreign).success).toBe(false);
});
