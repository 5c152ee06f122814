import { describeProblem } from '../../../lambdas/domain/vendor-file/bad-file.ts';
import { read } from '../../support/deliveries.ts';

/** A file `2020-01-10_history.csv` with one row, and what macOS adds. Made with Python's zipfile. */
const ZIP = Buffer.from(
  'UEsDBBQAAAAAAAAAKlCCqruoIwAAACMAAAAWAAAAMjAyMC0wMS0xMF9oaXN0b3J5LmNzdnRpY2tlcixjbG9zZSxkYXRlCkEsMS41LDIwMjAtMDEtMDkKUEsDBBQAAAAAAAAAKlCDFtyMAQAAAAEAAAAhAAAAX19NQUNPU1gvLl8yMDIwLTAxLTEwX2hpc3RvcnkuY3N2eFBLAQIUAxQAAAAAAAAAKlCCqruoIwAAACMAAAAWAAAAAAAAAAAAAACAAQAAAAAyMDIwLTAxLTEwX2hpc3RvcnkuY3N2UEsBAhQDFAAAAAAAAAAqUIMW3IwBAAAAAQAAACEAAAAAAAAAAAAAAIABVwAAAF9fTUFDT1NYLy5fMjAyMC0wMS0xMF9oaXN0b3J5LmNzdlBLBQYAAAAAAgACAJMAAACXAAAAAAA=',
  'base64',
);
/** Two files, a.csv and b.csv. */
const TWO = Buffer.from(
  'UEsDBBQAAAAAAAAAKlCCqruoIwAAACMAAAAFAAAAYS5jc3Z0aWNrZXIsY2xvc2UsZGF0ZQpBLDEuNSwyMDIwLTAxLTA5ClBLAwQUAAAAAAAAACpQgqq7qCMAAAAjAAAABQAAAGIuY3N2dGlja2VyLGNsb3NlLGRhdGUKQSwxLjUsMjAyMC0wMS0wOQpQSwECFAMUAAAAAAAAACpQgqq7qCMAAAAjAAAABQAAAAAAAAAAAAAAgAEAAAAAYS5jc3ZQSwECFAMUAAAAAAAAACpQgqq7qCMAAAAjAAAABQAAAAAAAAAAAAAAgAFGAAAAYi5jc3ZQSwUGAAAAAAIAAgBmAAAAjAAAAAAA',
  'base64',
);

/** The checksum of its content, in the list of files, is wrong. */
const damaged = Buffer.from(ZIP);
damaged.writeUInt32LE(1, damaged.indexOf('PK\x01\x02') + 16);

test('a zip file with one CSV file reads like that file', async () => {
  const { rejection, packer } = await read(ZIP, '2020-01-10.history');
  expect(rejection).toBeUndefined();
  expect([...packer.segments()]).toMatchObject([{ ticker: 'A', rows: '0109 1.5' }]);
});

test.each([
  ['with two files', TWO, /a zip file with one CSV file in it, found 2: "a.csv", "b.csv"/],
  ['that is cut off', ZIP.subarray(0, 60), /a complete zip file without a password/],
  ['with damaged content', damaged, /a complete zip file/],
])('a zip file %s is rejected', async (_what, zip, reason) => {
  const { rejection } = await read(zip, '2020-01-10.history');
  expect(rejection && describeProblem(rejection)).toMatch(reason);
});
