import { BadSettings, readSettings, settingsOn } from '../../bin/settings.ts';

const GOOD = { mailDomain: 'example.com', operators: 'night@example.com', signInPrefix: 'example-bell' };
const read = (given: Record<string, unknown>) => readSettings((name) => given[name]);
const said = (given: Record<string, unknown>): string => {
  try {
    read(given);
    return '';
  } catch (error) {
    if (!(error instanceof BadSettings)) throw error;
    return error.message;
  }
};

test('what is enough to deploy', () => {
  expect(read(GOOD)).toMatchObject({ stage: 'production', operators: ['night@example.com'], signUpDomains: [] });
  expect(read({ ...GOOD, operators: ['a@example.com', 'b@example.com'] }).operators).toHaveLength(2);
  expect(said({ ...GOOD, signInPrefix: '', issuer: 'https://id.example.com/x', audience: 'a', clientId: 'c' })).toBe(
    '',
  );
  expect(said({ ...GOOD, webUrl: 'https://bell.example.com', certificateArn: 'arn' })).toBe('');
});

test('a stage for this machine needs none', () => expect(said({ stage: 'local' })).toBe(''));

test.each([
  [{ mailDomain: '' }, 'Expected mailDomain'],
  [{ mailDomain: 'https://example.com' }, 'Expected mailDomain'],
  [{ operators: '' }, 'Expected operators'],
  [{ operators: 'night@example.com,nobody' }, 'found "nobody"'],
  [{ signInPrefix: '' }, 'Expected signInPrefix'],
  [{ signInPrefix: 'Bell' }, 'found "Bell"'],
  [{ signInPrefix: 'my-aws-bell' }, 'which Cognito refuses, found "my-aws-bell"'],
  [{ signUpDomains: 'example.com,@example.org' }, 'found "@example.org"'],
  [
    { webUrl: 'https://bell.example.com/', certificateArn: 'arn' },
    'with nothing behind it, found "https://bell.example.com/"',
  ],
  [{ webUrl: 'bell.example.com', certificateArn: 'arn' }, 'Expected webUrl'],
  [{ webUrl: 'https://bell.example.com' }, 'together, found no certificateArn'],
  [{ issuer: 'id.example.com', audience: 'a', clientId: 'c' }, 'Expected issuer as https'],
  [{ issuer: 'https://id.example.com' }, 'found no audience and no clientId'],
])('%j is refused with a sentence', (wrong, sentence) => {
  expect(said({ ...GOOD, ...wrong })).toContain(sentence);
});

test('all that is wrong is said at once', () => {
  expect(
    said({})
      .split('\n')
      .filter((line) => line.startsWith('Expected')),
  ).toHaveLength(3);
});

test.each([
  [['-c', 'signInPrefix=a'], { signInPrefix: 'a' }],
  [['--context', 'signInPrefix=a=b'], { signInPrefix: 'a=b' }],
  [['--context=signInPrefix=a', '-c=mailDomain=b'], { signInPrefix: 'a', mailDomain: 'b' }],
  [['-csignInPrefix=a'], { signInPrefix: 'a' }],
  [['--tags', 'signInPrefix=a'], {}],
])('settings on a command line %j', (options, settings) => {
  expect(settingsOn(options)).toEqual(settings);
});
