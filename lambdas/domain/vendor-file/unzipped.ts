import { promisify } from 'node:util';
import { crc32 } from 'node:zlib';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { BadFile, quote } from './bad-file.ts';

/** Files that archivers add: `__MACOSX/…`, hidden files and folders. */
const ADDED = /(?:^|\/)(?:__MACOSX\/|\.[^/]*$)|\/$/;

/**
 * The one file in a zip file.
 * @param zipped the whole file: its list of files is at the end
 * @throws BadFile if it is damaged, encrypted, or has no file or several
 */
export async function* unzipped(zipped: Buffer): AsyncGenerator<Uint8Array> {
  try {
    const zip = await promisify<Buffer, yauzl.Options, ZipFile>(yauzl.fromBuffer)(zipped, { lazyEntries: true });
    const entry = onlyFile(await entriesOf(zip));
    const stream = await promisify<Entry, NodeJS.ReadableStream>(zip.openReadStream.bind(zip))(entry);
    // The library does not compare checksums.
    let checksum = 0;
    for await (const bytes of stream) {
      checksum = crc32(bytes, checksum);
      yield Buffer.from(bytes);
    }
    if (checksum !== entry.crc32) throw new Error('its checksum differs');
  } catch (error) {
    if (error instanceof BadFile) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new BadFile({ expected: 'a complete zip file without a password', found: `one that cannot be read: ${why}` });
  }
}

function entriesOf(zip: ZipFile): Promise<Entry[]> {
  const entries: Entry[] = [];
  return new Promise((resolve, reject) => {
    zip.on('entry', (entry: Entry) => {
      entries.push(entry);
      zip.readEntry();
    });
    zip.once('end', () => resolve(entries));
    zip.once('error', reject);
    zip.readEntry();
  });
}

function onlyFile(entries: readonly Entry[]): Entry {
  const files = entries.filter(({ fileName }) => !ADDED.test(fileName));
  const [first] = files;
  if (first && files.length === 1) return first;
  if (files.some(({ fileName }) => fileName === '[Content_Types].xml'))
    throw new BadFile({ expected: 'a text file', found: 'an Excel workbook', advice: 'Save it as CSV (UTF-8).' });
  const names = files.slice(0, 3).map(({ fileName }) => quote(fileName));
  throw new BadFile({
    expected: 'a zip file with one CSV file in it',
    found:
      files.length === 0 ? 'no file in it' : `${files.length}: ${names.join(', ')}${files.length > 3 ? ', …' : ''}`,
  });
}
