import fc from 'fast-check';
import {
  COMMANDS,
  commandRevision,
  compareRevisionIds,
  knownAtOf,
  parseRevision,
  revisionKey,
} from '../../lambdas/contracts/revision.ts';

const sequencer = fc.stringMatching(/^[0-9A-Fa-f]{1,32}$/);
const instant = fc
  .date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString());
const command = fc.record({ at: instant, name: fc.constantFrom(...COMMANDS) });
const revision = fc
  .record({ sequencer, command: fc.option(command, { nil: undefined }) })
  .map((parts) =>
    parts.command ? commandRevision(parts.sequencer, parts.command.at, parts.command.name) : parts.sequencer,
  );

test('a revision id is parsed into the parts it was made of', () => {
  fc.assert(
    fc.property(sequencer, command, (upload, { at, name }) => {
      expect(parseRevision(upload)).toEqual({ sequencer: upload });
      const id = commandRevision(upload, at, name);
      expect(parseRevision(id)).toEqual({ sequencer: upload, command: { at: Date.parse(at), name } });
      // It is part of object keys and sort keys.
      expect(id).toMatch(/^[\w.]{1,64}$/);
    }),
  );
  expect(() => parseRevision('2020-01-10.incremental')).toThrow('Expected a revision like 0055AED6DCD90281E5');
});

test('revision ids of one object key have one order', () => {
  fc.assert(
    fc.property(revision, revision, revision, (a, b, c) => {
      expect(Math.sign(compareRevisionIds(a, b))).toBe(-Math.sign(compareRevisionIds(b, a)) + 0);
      if (compareRevisionIds(a, b) <= 0 && compareRevisionIds(b, c) <= 0)
        expect(compareRevisionIds(a, c)).toBeLessThanOrEqual(0);
    }),
  );
});

test('a command comes after the upload it targets, commands by time, and before every later upload', () => {
  const [upload, later] = ['0055AE', '0055AF'];
  const [first, second] = ['2020-01-11T09:00:00.000Z', '2020-01-11T09:00:00.001Z'];
  const inOrder = [
    upload,
    commandRevision(upload, first, 'replay'),
    commandRevision(upload, first, 'revoke'),
    commandRevision(upload, second, 'replay'),
    later,
  ];
  expect(inOrder.toReversed().sort(compareRevisionIds)).toEqual(inOrder);
});

test('a revision key begins with the time at which the revision became known', () => {
  const knownAt = '2020-01-10T21:00:00.000Z';
  const key = revisionKey({ knownAt, delivery: 'a#b/2020-01-10.incremental', revision: '01' });
  expect([key, knownAtOf(key)]).toEqual(['2020-01-10T21:00:00.000Z#a#b/2020-01-10.incremental#01', knownAt]);
});
