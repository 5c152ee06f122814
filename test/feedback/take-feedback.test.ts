import fc from 'fast-check';
import { MailTag, mailEvent, toTag } from '../../lambdas/contracts/mail-event.ts';
import { getsDigests } from '../../lambdas/contracts/subscriber.ts';
import { signLink } from '../../lambdas/domain/links/link-token.ts';
import { takeFeedback } from '../../lambdas/feedback/take-feedback.ts';
import { ApiWorld } from '../support/api-world.ts';
import { NOW } from '../support/drops.ts';
import { aSubscriber } from '../support/subscribers.ts';

const DIGEST = '2020-01-10T21:00:00Z#eu/2020-01-10.incremental#01';
const AT = '2020-01-10T21:00:09.000Z';
const ADA = aSubscriber();

const TAGS = {
  [MailTag.subscriber]: [ADA.subscriber],
  [MailTag.digest]: [toTag(DIGEST)],
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

async function claimed(...digests: string[]): Promise<ApiWorld> {
  const world = new ApiWorld();
  world.now = NOW;
  world.subscribers.push(structuredClone(ADA));
  for (const digest of digests.length > 0 ? digests : [DIGEST]) {
    await world.ports().digests.claim({
      subscriber: ADA.subscriber,
      digest,
      state: 'claimed',
      shown: { segments: [], tickers: {} },
      claimedBy: 'i',
      claimedAt: 'then',
      attempts: 1,
      expiresAt: 1,
    });
  }
  return world;
}
const take = (world: ApiWorld, said: object, tags: Record<string, string[]> = TAGS, mail: object = {}) => {
  const detail = { ...said, mail: { messageId: 'm1', timestamp: SENT_AT, tags, ...mail } };
  return takeFeedback(world.feedbackPorts(), mailEvent.parse({ time: AT, detail }));
};
const ledger = (world: ApiWorld) => [...world.digests.values()];
const mayBeMailed = (world: ApiWorld) => world.subscribers.map((one) => getsDigests(one, '2020-01-11'));

test.each([SEND, DELIVERY, bounce('Permanent'), COMPLAINT])(
  "a claim whose sender died is settled by SES's own word: $eventType",
  async (said) => {
    const world = await claimed();
    await take(world, said);
    expect(ledger(world)).toMatchObject([{ state: 'sent', messageId: 'm1' }]);
  },
);

test.each([
  ['a hard bounce', bounce('Permanent'), 'bounced'],
  ['an address on the suppression list', bounce('Permanent', 'Suppressed'), 'bounced'],
  ['a complaint', COMPLAINT, 'complained'],
])('%s stops digests to the address', async (_what, said, why) => {
  const world = await claimed();
  await take(world, said);
  expect(world.subscribers[0]?.undeliverable).toEqual({ why, at: AT });
  expect(mayBeMailed(world)).toEqual([false]);
});

test('its owner resumes, and nothing that comes of mails from before stops it again', async () => {
  const world = await claimed();
  await take(world, bounce('Permanent'));
  expect(await (await world.ask('/me')).json()).toMatchObject({ undeliverable: { why: 'bounced' } });
  const resumed = await world.ask('/me', { method: 'PUT', body: { pausedUntil: null } });
  expect(await resumed.json()).toMatchObject({ undeliverable: null });
  const late = mailEvent.parse({
    time: '2020-03-01T00:00:00Z',
    detail: { ...bounce('Permanent'), mail: { messageId: 'm1', timestamp: SENT_AT, tags: TAGS } },
  });
  await takeFeedback(world.feedbackPorts(), late);
  expect(mayBeMailed(world)).toEqual([true]);
  await take(world, bounce('Permanent'), TAGS, { timestamp: '2020-01-10T23:00:00+00:00' });
  expect(mayBeMailed(world)).toEqual([false]);
});

test.each(['not-spam', 'auth-failure'])(
  'that a mail is %s is no complaint of its reader',
  async (complaintFeedbackType) => {
    const world = await claimed();
    await take(world, { eventType: 'Complaint', complaint: { complaintFeedbackType } });
    expect(mayBeMailed(world)).toEqual([true]);
  },
);

test('who complained of an invitation is not invited again', async () => {
  const world = new ApiWorld();
  world.now = NOW;
  const invite = () => world.ask('/subscribers', { method: 'POST', body: { address: ADA.address, tickers: [] } });
  expect((await invite()).status).toBe(201);
  await take(world, COMPLAINT, { [MailTag.subscriber]: [ADA.subscriber] });
  expect([(await invite()).status, world.mails.length]).toEqual([409, 1]);
});

test('who confirms an invitation gets digests, whatever came back of the invitation', async () => {
  const world = new ApiWorld();
  world.now = NOW;
  world.subscribers.push({ ...structuredClone(ADA), state: 'pending' });
  const ofTheInvitation = { [MailTag.subscriber]: [ADA.subscriber] };
  await take(world, COMPLAINT, ofTheInvitation);
  const token = signLink({ current: 'key' }, 'confirm', ADA.subscriber);
  await world.ask(`/confirm?token=${token}`, { method: 'POST' });
  await take(world, bounce('Permanent'), ofTheInvitation);
  expect(mayBeMailed(world)).toEqual([true]);
});

test.each(['Transient', 'Undetermined'])(
  'a soft bounce (%s) is counted, once a mail, and stops nothing',
  async (type) => {
    const world = await claimed(DIGEST, `${DIGEST}2`);
    for (const digest of [DIGEST, DIGEST, `${DIGEST}2`, DIGEST])
      await take(world, bounce(type), { ...TAGS, [MailTag.digest]: [toTag(digest)] });
    expect(world.subscribers[0]?.softBounces).toBe(2);
    expect(mayBeMailed(world)).toEqual([true]);
  },
);

test.each([
  ['a mail that bounced has told its subscriber nothing', [bounce('Transient')], undefined],
  ['one that was answered by an out-of-office reply has', [DELIVERY, bounce('Transient')], DIGEST],
  ['one that came back after all has not', [DELIVERY, bounce('Permanent')], undefined],
  [
    'one that SES did not even try to deliver has not',
    [{ ...COMPLAINT, complaint: { complaintSubType: 'OnAccountSuppressionList' } }],
    undefined,
  ],
])('%s', async (_what, events, told) => {
  const world = await claimed();
  for (const said of events) await take(world, said);
  const next = { subscriber: ADA.subscriber, digest: '2020-01-11' };
  expect((await world.ports().digests.recordOf(next)).told?.digest).toBe(told);
});

test('a mail that SES found a virus in is refused, whatever else it says', async () => {
  const world = await claimed();
  for (const said of [REJECT, SEND]) await take(world, said);
  expect(ledger(world)).toMatchObject([{ state: 'refused', reason: 'Rejected: Bad content' }]);
});

test('a bounced invitation stops the address too, and is in no ledger', async () => {
  const world = await claimed();
  await take(world, bounce('Permanent'), { [MailTag.subscriber]: [ADA.subscriber] });
  expect(ledger(world)).toMatchObject([{ state: 'claimed' }]);
  expect(mayBeMailed(world)).toEqual([false]);
});

test('who was erased stays erased', async () => {
  const world = new ApiWorld();
  world.now = NOW;
  for (const said of [SEND, bounce('Permanent'), bounce('Transient'), COMPLAINT, REJECT]) await take(world, said);
  expect([world.subscribers, ledger(world)]).toEqual([[], []]);
});

test('events may come in any order, and any number of times', async () => {
  const events = [SEND, DELIVERY, bounce('Permanent'), COMPLAINT];
  const settle = async (order: object[]) => {
    const world = await claimed();
    for (const said of order) await take(world, said);
    return { ledger: ledger(world), subscribers: world.subscribers.map(({ undeliverable: _, ...rest }) => rest) };
  };
  const expected = await settle(events);
  const anyOrder = fc
    .shuffledSubarray([...events, ...events, ...events], { minLength: 4 })
    .filter((order) => events.every((said) => order.includes(said)));
  await fc.assert(fc.asyncProperty(anyOrder, async (order) => expect(await settle(order)).toEqual(expected)));
});

test('a tag holds what SES allows in one', () => {
  expect(toTag(DIGEST)).toMatch(/^[\w-]{1,256}$/);
});

test.each([
  { eventType: 'Bounce', bounce: { bounceType: 'Permanent', bounceSubType: null, bouncedRecipients: null } },
  { eventType: 'Bounce', bounce: { bounceType: 'Transient', bouncedRecipients: [{ diagnosticCode: null }] } },
  { eventType: 'Complaint', complaint: { complaintFeedbackType: null, complaintSubType: null } },
  { eventType: 'Delivery', delivery: null },
  { eventType: 'Reject', reject: {} },
])('an event is heard whatever it leaves out that is for people: %j', async (said) => {
  await take(await claimed(), said, { ...TAGS, [MailTag.subscriber]: [ADA.subscriber, 'another'] });
});

test('an event that is none of ours is an error, not a record', () => {
  const mail = { messageId: 'm', timestamp: AT, tags: { 'ses:configuration-set': ['c'] } };
  const foreign = { time: AT, detail: { ...SEND, mail } };
  expect(mailEvent.safeParse(foreign).success).toBe(false);
});
