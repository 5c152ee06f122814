import { stripVTControlCharacters } from 'node:util';
import { logReader } from '../../local/app/console.ts';

const alarm = {
  Type: 'AWS::CloudWatch::Alarm',
  Properties: {
    MetricName: 'DeliveriesRejected',
    Threshold: 1,
    Dimensions: [{ Name: 'service', Value: 'ingest' }],
    AlarmDescription: 'A vendor file was rejected.',
  },
  Metadata: {},
};

const lateAlarm = {
  ...alarm,
  Properties: {
    MetricName: 'FilesLate',
    Threshold: 1,
    Dimensions: [
      { Name: 'service', Value: 'ingest' },
      { Name: 'feed', Value: 'eu' },
    ],
    AlarmDescription: 'The file of eu is late.',
  },
};

/** The lines that the console prints for a log line of a function, without colours and time. */
function shown(line: unknown): string[] {
  const log = jest.spyOn(console, 'log').mockImplementation(() => undefined);
  logReader([alarm, lateAlarm])('Ingest', typeof line === 'string' ? line : JSON.stringify(line));
  const lines = log.mock.calls.map(([text]) => stripVTControlCharacters(String(text)).slice(10));
  log.mockRestore();
  return lines;
}

const applied = { message: 'delivery applied', delivery: '2020-01-10.incremental', changedTickers: 1, ms: 1234 };

test('an applied delivery is one line, and a second one if rows were quarantined', () => {
  expect(shown({ ...applied, rows: { accepted: 20, quarantined: 0 } })).toEqual([
    'applied     2020-01-10.incremental · 20 rows · 1 ticker changed · 1.2 s',
  ]);
  expect(shown({ ...applied, rows: { accepted: 20, quarantined: 2 }, firstProblem: 'line 7: bad' })).toEqual([
    'applied     2020-01-10.incremental · 20 rows · 1 ticker changed · 2 quarantined · 1.2 s',
    'quarantined line 7: bad and 1 more',
  ]);
});

test('a metric that would raise an alarm prints the text of the alarm', () => {
  expect(shown({ _aws: {}, service: 'ingest', DeliveriesRejected: 1 })).toEqual([
    'ALARM       A vendor file was rejected.',
  ]);
  expect(shown({ _aws: {}, service: 'fan-out', DeliveriesRejected: 1 })).toEqual([]);
});

test('an alarm of one feed is printed for that feed only', () => {
  const late = { _aws: {}, service: 'ingest', FilesLate: 1 };
  expect(shown({ ...late, feed: 'eu' })).toEqual(['ALARM       The file of eu is late.']);
  expect(shown({ ...late, feed: 'us' })).toEqual([]);
});

test('a late file is one line with who waits', () => {
  expect(
    shown({ message: 'file is late', feed: '', fileDate: '2020-01-10', waiting: 812, last: '2020-01-09.history' }),
  ).toEqual(['late        top level 2020-01-10 · 812 subscribers waiting; last arrived: 2020-01-09.history']);
  expect(shown({ message: 'file is late', feed: 'eu', fileDate: '2020-01-10' })).toEqual([
    'late        eu 2020-01-10 · nobody knows how many subscribers wait; last arrived: none in the last ten sessions',
  ]);
});

test('a name from outside can neither break nor colour a line', () => {
  const forged = { ...applied, delivery: 'a\n12:00:00  applied \u001b[32m', rows: { accepted: 1 } };
  expect(shown(forged)[0]).toContain('a\\u{a}12:00:00  applied \\u{1b}[32m');
});

test('a line that is not JSON is printed unchanged', () => {
  expect(shown('plain words')).toEqual(['log         Ingest: plain words']);
});

test('an answered request is printed only if it failed with a server error', () => {
  expect(shown({ message: 'request answered', route: 'GET /me', status: 404 })).toEqual([]);
  expect(shown({ message: 'request answered', route: 'GET /me', status: 500 })).toEqual([
    'failed      GET /me answered 500',
  ]);
});
