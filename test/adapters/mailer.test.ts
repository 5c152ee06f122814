import { GetAccountCommand, SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { mockClient } from 'aws-sdk-client-mock';
import { mailer } from '../../lambdas/adapters/mailer.ts';

const ses = mockClient(SESv2Client);
const failure = (name: string, more = {}) => Object.assign(new Error(`message of ${name}`), { name, ...more });
const MAIL = { to: 'ada@example.com', raw: Buffer.from('raw'), tags: { recipient: 's', mail: 'd' } };

/** A mailer whose clock moves only when it sleeps. */
function atRate(rate: number, sharedBy = 1, rateShare = 1) {
  ses.on(GetAccountCommand).resolves({ SendQuota: { MaxSendRate: rate, Max24HourSend: 1e6, SentLast24Hours: 0 } });
  let time = 0;
  const sent = mailer(new SESv2Client({}), {
    configurationSet: 'set',
    sender: 'digest@example.com',
    timeoutMs: 10_000,
    rateShare,
    now: () => time,
    sleep: async (ms) => {
      time += ms;
    },
  });
  const turn = (deadline: number) => sent.turn(deadline, sharedBy);
  const send = async () => ((await turn(Number.POSITIVE_INFINITY)) ? sent.send(MAIL) : undefined);
  return { send, turn, time: () => time };
}

beforeEach(() => ses.reset());

test('sends raw mail with its tags, and returns the message id', async () => {
  ses.on(SendEmailCommand).resolves({ MessageId: 'm1' });
  expect(await atRate(100).send()).toEqual({ status: 'sent', messageId: 'm1' });
  expect(ses.commandCalls(SendEmailCommand)[0]?.args[0].input).toMatchObject({
    FromEmailAddress: 'digest@example.com',
    Destination: { ToAddresses: ['ada@example.com'] },
    ConfigurationSetName: 'set',
    EmailTags: [
      { Name: 'recipient', Value: 's' },
      { Name: 'mail', Value: 'd' },
    ],
  });
});

test('sends within its share of the rate', async () => {
  ses.on(SendEmailCommand).resolves({ MessageId: 'm' });
  const { send, time } = atRate(14, 4);
  for (let i = 0; i < 8; i++) await send();
  expect(time()).toBeCloseTo((7 * 1000 * 4) / 14);
});

test('sends within our share of the rate of the account', async () => {
  ses.on(SendEmailCommand).resolves({ MessageId: 'm' });
  const { send, time } = atRate(20, 1, 0.25);
  for (let i = 0; i < 11; i++) await send();
  expect(time()).toBeCloseTo((10 * 1000) / 5);
});

test('reads the rate once, also for concurrent mails', async () => {
  ses.on(SendEmailCommand).resolves({ MessageId: 'm' });
  const { send } = atRate(100);
  await Promise.all(Array.from({ length: 8 }, send));
  expect(ses.commandCalls(GetAccountCommand)).toHaveLength(1);
});

test('eight mails that are throttled together halve the rate once; it recovers gradually', async () => {
  ses.on(SendEmailCommand).rejects(failure('TooManyRequestsException'));
  const { send, time } = atRate(1000);
  const outcomes = await Promise.all(Array.from({ length: 8 }, send));
  expect(outcomes.every((outcome) => outcome?.status === 'throttled')).toBe(true);
  ses.on(SendEmailCommand).resolves({ MessageId: 'm' });
  const throttled = time();
  await send();
  await send();
  expect(time() - throttled).toBeGreaterThan(15);
  expect(time() - throttled).toBeLessThan(500);
  for (let i = 0; i < 200; i++) await send();
  const before = time();
  await send();
  expect(time() - before).toBeCloseTo(1);
});

test('does not wait for a turn after the deadline', async () => {
  const { turn, time } = atRate(1);
  expect(await turn(60_000)).toBe(true);
  for (let i = 0; i < 49; i++) await turn(60_000);
  expect(await turn(60_000)).toBe(true);
  expect(await turn(60_000)).toBe(false);
  expect(time()).toBe(50_000);
});

const answering = (name: string, message: string) => Object.assign(failure(name), { message });
const answered = { $metadata: { httpStatusCode: 403 } };

test.each([
  ['rejects an address', failure('MessageRejected'), 'refused'],
  [
    'rejects a malformed address',
    answering('BadRequestException', 'Local address contains control or whitespace'),
    'refused',
  ],
  ['rejects an address without a domain', answering('BadRequestException', "Missing final '@domain'"), 'refused'],
  [
    'rejects a mail that is too large',
    answering('BadRequestException', 'Message length is more than 41943040 bytes long'),
    'refused',
  ],
  ['rejects a tag', answering('BadRequestException', 'Invalid tag value <2020#x>, only alphanumeric'), 'not-sent'],
  [
    'rejects the configuration set',
    answering('BadRequestException', 'Configuration set <digests> is invalid'),
    'not-sent',
  ],
  ['has not verified the domain yet', answering('MessageRejected', 'Email address is not verified.'), 'not-sent'],
  ['has suspended the account', answering('MessageRejected', 'Sending suspended for this account.'), 'not-sent'],
  ['denies access', failure('AccessDeniedException', answered), 'not-sent'],
  [
    'does not find the configuration set',
    failure('NotFoundException', { $metadata: { httpStatusCode: 404 } }),
    'not-sent',
  ],
  ['throttles', failure('TooManyRequestsException'), 'throttled'],
  ['refuses the connection', failure('Error', { code: 'ECONNREFUSED' }), 'not-sent'],
  ['has no address in DNS', failure('Error', { code: 'ENOTFOUND' }), 'not-sent'],
  ['does not answer', failure('TimeoutError'), 'unknown'],
  ['closes the connection', failure('Error', { code: 'ECONNRESET' }), 'unknown'],
  [
    'has an internal error',
    failure('InternalServiceErrorException', { $metadata: { httpStatusCode: 500 } }),
    'unknown',
  ],
])('when SES %s: %s is %s', async (_what, error, status) => {
  ses.on(SendEmailCommand).rejects(error);
  expect(await atRate(1000).send()).toMatchObject({ status, reason: expect.stringContaining(error.message) });
});

test('a mail that may have been sent is not retried', async () => {
  ses.on(SendEmailCommand).rejects(failure('TimeoutError'));
  await atRate(1000).send();
  expect(ses.commandCalls(SendEmailCommand)).toHaveLength(1);
});
