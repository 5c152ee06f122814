import { MailTag, mailSent, toTag } from '../../lambdas/contracts/mail-sent.ts';
import { settleClaim } from '../../lambdas/feedback/settle-claim.ts';
import { MemoryWorld } from '../builders/memory-world.ts';

const event = (tags: Record<string, string[]>) => ({ detail: { eventType: 'Send', mail: { messageId: 'm1', tags } } });
const digest = '2020-01-10T21:00:00Z#eu/2020-01-10.incremental#01';

test("a claim whose sender died is settled by SES's own word", async () => {
  const world = new MemoryWorld();
  const { digests } = world.ports();
  await digests.claim({
    subscriber: 's1',
    digest,
    state: 'claimed',
    claimedBy: 'i',
    claimedAt: 'then',
    attempts: 1,
    expiresAt: 1,
  });
  const sent = event({
    [MailTag.subscriber]: ['s1'],
    [MailTag.digest]: [toTag(digest)],
    'ses:configuration-set': ['c'],
  });
  await settleClaim({ digests }, mailSent.parse(sent));
  await settleClaim({ digests }, mailSent.parse(sent));
  expect([...world.digests.values()]).toMatchObject([{ state: 'sent', messageId: 'm1' }]);
});

test('a tag holds what SES allows in one', () => {
  expect(toTag(digest)).toMatch(/^[\w-]{1,256}$/);
});

test('an event that is none of ours is an error, not a record', () => {
  expect(mailSent.safeParse(event({ 'ses:configuration-set': ['c'] })).success).toBe(false);
});
