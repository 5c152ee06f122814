import type { DeliveryId } from '../../contracts/delivery-id.ts';
import { BadFile } from './bad-file.ts';
import type { ReadDelivery } from './read-result.ts';
import { readText } from './read-text.ts';
import { ReadingFile, type ReadSettings } from './reading-file.ts';
import { firstLines, resumed, sampleOf } from './sample.ts';
import { splitBlocks } from './split-lines.ts';

/**
 * Reads a file as a stream. Its first lines settle its format. Rows are packed; bad rows go to a compressed quarantine file.
 * @param size of the file (bytes)
 * @throws Error if the stream ends early; a retry may read all of it
 */
export async function readDelivery(
  body: AsyncIterable<Uint8Array>,
  delivery: DeliveryId,
  settings: ReadSettings,
  size: number,
): Promise<ReadDelivery> {
  const reading = new ReadingFile(delivery, settings);
  try {
    const blocks = readText(complete(body, size), settings.maxFileBytes)[Symbol.asyncIterator]();
    try {
      const { first, isWhole } = await sampleOf(blocks);
      reading.settle(firstLines(first), isWhole);
      for await (const lines of splitBlocks(resumed(first, blocks), reading.delimiter)) {
        for (const line of lines.lines) reading.add(line, lines);
        await reading.drained();
      }
    } finally {
      // Close the connection of a file that is rejected early.
      await blocks.return?.(undefined);
    }
    reading.check();
  } catch (error) {
    if (!(error instanceof BadFile)) throw error;
    reading.reject(error);
  }
  return reading.close();
}

/** Checks that the stream is complete: a connection may end early without an error. */
async function* complete(body: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Uint8Array> {
  let received = 0;
  for await (const bytes of body) {
    received += bytes.length;
    yield bytes;
  }
  if (received < size)
    throw new Error(`Expected ${size} bytes of the file, received ${received}. The file is read again.`);
}
