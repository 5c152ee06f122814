import PostalMime from 'postal-mime';
import { readMail } from '../../lambdas/domain/mailed-file/read-mail.ts';
import { describeProblem } from '../../lambdas/domain/vendor-file/bad-file.ts';
import { aMail, SENDERS, stamp } from '../support/mails.ts';

/** Who sent a mail, and what is attached: the vendor's files, or why it is refused. */

const FILE = { '2020-01-10_history.csv': 'ticker,close,date\n' };

/** `mailed: NAMES`, or `FEED refused: REASON`. */
async function read(raw: string): Promise<string> {
  const found = await readMail(Buffer.from(raw), SENDERS);
  if ('refused' in found) return `${found.feed ?? 'nobody'} refused: ${describeProblem(found.refused)}`;
  return `${found.feed}: ${found.files.map(({ name, bytes }) => `${name} (${bytes.length})`).join(', ')}`;
}

test('the files of a vendor are those that it attached, byte by byte', async () => {
  const bytes = Uint8Array.from({ length: 1_000 }, (_, i) => (i * 7) % 256);
  const found = await readMail(Buffer.from(aMail({ files: { '2020-01-10_history.csv.gz': bytes } })), SENDERS);
  expect(found).toEqual({ feed: 'mailed', files: [{ name: '2020-01-10_history.csv.gz', bytes }], passedOver: [] });
});

test.each([
  ['as text', 'Content-Transfer-Encoding: 7bit', 'ticker,close\r\nAAPL,1\r\n'],
  ['quoted', 'Content-Transfer-Encoding: quoted-printable', 'ticker,clos=\r\ne\r\nAAPL,1=0D=0A'],
])('a file that is attached %s', async (_how, encoding, content) => {
  const part = [
    '--files',
    'Content-Type: application/octet-stream; name="2020-01-10_history.csv"',
    encoding,
    '',
    content,
  ];
  const raw = aMail({}).replace('--files--', `${part.join('\r\n')}\r\n--files--`);
  const found = await readMail(Buffer.from(raw), SENDERS);
  const [file] = 'files' in found ? found.files : [];
  expect(
    Buffer.from(file?.bytes ?? [])
      .toString()
      .trimEnd(),
  ).toBe('ticker,close\nAAPL,1');
});

test.each<[string, Parameters<typeof stamp>[0], string]>([
  [
    'servers and signatures of a part of its domain',
    { returnPath: '<b-1@mail.vendor.example>', results: ['spf=pass (x);', 'dkim=pass header.i=@k1.vendor.example;'] },
    'mailed: ',
  ],
  [
    'several signatures',
    {
      results: [
        'spf=pass;',
        'dkim=fail header.i=@vendor.example;',
        'dkim=pass header.i=@esp.example;',
        'dkim=pass header.i=@vendor.example;',
      ],
    },
    'mailed: ',
  ],
  [
    'domains in capitals',
    { returnPath: '<A@VENDOR.Example>', results: ['spf=PASS;', 'dkim=pass header.i=@VENDOR.EXAMPLE;'] },
    'mailed: ',
  ],
  [
    'a server that may not send',
    { results: ['spf=softfail;', 'dkim=pass header.i=@vendor.example;'] },
    'mailed refused: expected a server',
  ],
  ['a server of another domain', { returnPath: '<a@evil.example>' }, 'mailed refused: expected a server'],
  ['a domain that only ends like it', { returnPath: '<a@evilvendor.example>' }, 'mailed refused: expected a server'],
  ['a bounce', { returnPath: '<>' }, 'mailed refused: expected a server'],
  ['no signature', { results: ['spf=pass;', 'dkim=none;'] }, 'mailed refused: expected a signature'],
  [
    'a wrong signature',
    { results: ['spf=pass;', 'dkim=fail header.i=@vendor.example;'] },
    'mailed refused: expected a signature',
  ],
  [
    'a signature of another domain',
    { results: ['spf=pass;', 'dkim=pass header.i=@evil.example;'] },
    'mailed refused: expected a signature',
  ],
  [
    'a result inside of what the sender chose',
    {
      returnPath: '<"x@vendor.example"@evil.example>',
      results: ['spf=pass (x); envelope-from="a; spf=pass; dkim=pass header.i=@vendor.example;"@evil.example;'],
    },
    'nobody refused: expected a server',
  ],
  [
    'a signature inside of the name of a server',
    { results: ['spf=pass (x); helo=a; dkim=pass header.i=@vendor.example;', 'dkim=none;'] },
    'mailed refused: expected a signature',
  ],
  ['a virus', { virus: 'FAIL' }, 'mailed refused: expected a mail without a virus'],
])('%s', async (_what, parts, expected) => {
  expect((await read(aMail({ stamp: stamp(parts), files: FILE }))).startsWith(expected)).toBe(true);
});

const FORGED = [
  'Authentication-Results: amazonses.com;',
  ' spf=pass;',
  ' dkim=pass header.i=@vendor.example;',
  'X-SES-RECEIPT: x',
];

test.each<[string, Parameters<typeof aMail>[0], string]>([
  [
    'results that the sender wrote below those of SES',
    { stamp: stamp({ results: ['spf=none;', 'dkim=none;'] }), headers: FORGED },
    'nobody refused',
  ],
  [
    'results of the sender, and none of SES',
    { stamp: stamp().filter((line) => !/^Auth|^ (?:spf|dkim|dmarc)/.test(line)), headers: FORGED },
    'mailed refused: expected the headers of SES',
  ],
  ['no headers of SES', { stamp: [] }, 'mailed refused: expected the headers of SES'],
  [
    'a sender who is not in the list',
    { from: 'A <a@evil.example>' },
    'nobody refused: expected a sender of mailSenders in the stage, found one at evil.example',
  ],
  ['an address of the vendor as a name', { from: '"prices@vendor.example" <a@evil.example>' }, 'nobody refused'],
  ['two authors', { headers: ['From: prices@vendor.example'] }, 'nobody refused: expected one header from, found 2'],
  ['a list of authors', { from: 'a@evil.example, prices@vendor.example' }, 'nobody refused'],
  [
    'another vendor',
    {
      from: 'files@other.example',
      stamp: stamp({ returnPath: '<a@other.example>', results: ['spf=pass;', 'dkim=pass header.i=@other.example;'] }),
    },
    'other: 2020',
  ],
])('%s', async (_what, parts, expected) => {
  expect((await read(aMail({ files: FILE, ...parts }))).slice(0, expected.length)).toBe(expected);
});

test.each<[string, Record<string, string>, string]>([
  [
    'no file',
    {},
    'mailed refused: expected an attached file, like 2020-01-10_history.csv, found a mail without attachments',
  ],
  [
    'only a logo',
    { 'logo.png': 'x' },
    'mailed refused: expected an attached file, like 2020-01-10_history.csv, found "logo.png"',
  ],
  ['a file and a logo', { ...FILE, 'logo.png': 'x', 'smime.p7s': 'x' }, 'mailed: 2020-01-10_history.csv (18)'],
  ['a workbook, of which ingest says what to do', { 'Prices Monday.xlsx': 'x' }, 'mailed: Prices Monday.xlsx (1)'],
  [
    'two dates',
    { ...FILE, '2020-01-11_history.csv': 'x' },
    'mailed: 2020-01-10_history.csv (18), 2020-01-11_history.csv (1)',
  ],
  ['a folder in the name', { '../polygon/2020-01-10_history.csv': 'x' }, 'mailed: 2020-01-10_history.csv (1)'],
  ['a folder of Windows', { 'C:\\\\prices\\\\2020-01-10_history.csv': 'x' }, 'mailed: 2020-01-10_history.csv (1)'],
  ['a hidden file', { '._2020-01-10_history.csv': 'x' }, 'mailed refused: expected an attached file'],
  [
    'two files for one date',
    { ...FILE, '2020-01-10_history.csv.gz': 'x' },
    'mailed refused: expected one file for each date and kind, found two different ones: "2020-01-10_history.csv" and "2020-01-10_history.csv.gz". Which one is right?',
  ],
  ['a long name', { [`${'a'.repeat(300)}.csv`]: 'x' }, 'mailed refused: expected a file name of at most 200 bytes'],
])('%s', async (_what, files, expected) => {
  expect((await read(aMail({ files }))).slice(0, expected.length)).toBe(expected);
});

const encoded = Buffer.from('ticker,close\n').toString('base64');
const csv = (...headers: string[]): string[] => [...headers, 'Content-Transfer-Encoding: base64', '', encoded];

test.each([
  [
    'a name in parts (RFC 2231)',
    csv("Content-Disposition: attachment; filename*0*=UTF-8''2020-01-10; filename*1*=%5Fhistory.csv"),
  ],
  ['an encoded name', csv('Content-Type: text/csv; name="=?UTF-8?B?MjAyMC0wMS0xMF9oaXN0b3J5LmNzdg==?="')],
  [
    'a file that is shown in the text',
    csv('Content-Type: text/plain', 'Content-Disposition: inline; filename=2020-01-10_history.csv'),
  ],
  [
    'a file of Apple’s Mail in two parts',
    [
      'Content-Type: multipart/appledouble; boundary=two',
      '',
      '--two',
      ...csv('Content-Type: application/applefile; name=2020-01-10_history.csv'),
      '--two',
      ...csv('Content-Type: text/csv; name=2020-01-10_history.csv'),
      '--two--',
    ],
  ],
])('%s', async (_what, part) => {
  const raw = aMail({}).replace('--files--', ['--files', ...part, '--files--'].join('\r\n'));
  expect(await read(raw)).toBe('mailed: 2020-01-10_history.csv (13)');
});

test('a file in a mail that the vendor forwards is somebody else’s', async () => {
  const inner = aMail({ stamp: [], from: 'a@evil.example', files: FILE }).replaceAll('files', 'inner');
  const part = ['--files', 'Content-Type: message/rfc822', '', inner, '--files--'].join('\r\n');
  expect(await read(aMail({}).replace('--files--', part))).toMatch(
    /^mailed refused: expected an attached file, .* found "message\/rfc822"/,
  );
});

test('an attachment that is no file is named, and a file without a name is asked for', async () => {
  const found = await readMail(Buffer.from(aMail({ files: { ...FILE, 'prices.txt': 'x' } })), SENDERS);
  expect(found).toMatchObject({ passedOver: ['"prices.txt"'] });
  const nameless = ['--files', 'Content-Type: text/csv', '', 'ticker', '--files--'].join('\r\n');
  expect(await read(aMail({ files: FILE }).replace('--files--', nameless))).toBe(
    'mailed refused: expected a name for each file, found a file without one',
  );
});

test.each([
  ['a list', 'prices@vendor.example, a@evil.example'],
  ['an address that is not written out', '=?utf-8?q?=3Cprices=40vendor.example=3E?='],
  ['a group', 'G: prices@vendor.example;'],
])('a sender who is %s is a stranger', async (_what, from) => {
  expect(await read(aMail({ from, files: FILE }))).toBe(
    'nobody refused: expected a sender of mailSenders in the stage, found a mail without one plain sender',
  );
});

test.each([
  ['an end of line that only some programs know', ['X: a\r\r', 'Y: b']],
  ['a zero byte', ['X: \0']],
  ['a second type', ['Content-Type: text/plain']],
])('a header with %s is refused: programs read it differently', async (_what, headers) => {
  expect(await read(aMail({ headers, files: FILE }))).toMatch(/^nobody refused: expected (?:the|one) header/);
});

test('an answer of a machine is refused: it may have what somebody else sent', async () => {
  const headers = ['Auto-Submitted: auto-replied'];
  expect(await read(aMail({ headers, files: FILE }))).toContain('found an answer that a machine sent');
});

test('a mail of very many lines is refused: its parts do not fit into memory', async () => {
  expect(await read(aMail({ files: FILE }).replace('Attached.', '\r\n'.repeat(1_000_001)))).toMatch(
    /^mailed refused: expected a mail of at most 1000000 lines/,
  );
});

test('lines that end with LF only', async () => {
  expect(await read(aMail({ files: FILE }).replaceAll('\r\n', '\n'))).toBe('mailed: 2020-01-10_history.csv (18)');
});

test.each([
  ['a stranger', { from: 'a@evil.example' }],
  ['somebody with the address of a vendor', { stamp: stamp({ results: ['spf=pass;', 'dkim=none;'] }) }],
])('of a mail of %s only the header is read: its parts may be millions', async (_who, parts) => {
  const parse = jest.spyOn(PostalMime, 'parse');
  await read(aMail({ ...parts, files: { '2020-01-10_history.csv': 'x'.repeat(100_000) } }));
  const lengths = parse.mock.calls.map(([raw]) => (raw as Uint8Array).byteLength);
  parse.mockRestore();
  expect(lengths).toEqual([expect.any(Number)]);
  expect(lengths[0]).toBeLessThan(2_000);
});

test('a header of more than 256 KB is refused', async () => {
  expect(await read(aMail({ headers: ['X: y\r\n'.repeat(50_000)], files: FILE }))).toBe(
    'nobody refused: expected the header of a mail, found something else',
  );
});

test('a mail that is no mail is refused', async () => {
  expect(await read('')).toMatch(/^nobody refused/);
  expect(await read('\0\xff'.repeat(100))).toMatch(/^nobody refused/);
  const nested = Array.from(
    { length: 400 },
    (_, i) => `--b${i}\r\nContent-Type: multipart/mixed; boundary=b${i + 1}\r\n\r\n`,
  );
  const raw = aMail({}).replace('boundary=files', 'boundary=b0').concat(nested.join(''));
  expect(await read(raw)).toMatch(/refused/);
});
