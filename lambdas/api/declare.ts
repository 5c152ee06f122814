import { DECLARED_FEED, type DeliveryId, declarationsKey, parseDeliveryId } from '../contracts/delivery-id.ts';
import { newYorkDate } from '../domain/calendar/new-york.ts';
import { isSameEvent, readDeclarations, writeDeclarations } from '../domain/declarations/declaration-file.ts';
import { BadFile, describeProblem } from '../domain/vendor-file/bad-file.ts';
import type { Declaration } from '../domain/vendor-file/declaration-reader.ts';
import { Problem } from '../runtime/http/problem.ts';
import type { ApiPorts } from './ports.ts';

/** Two operators rarely declare at the same moment. */
const MAX_TRIES = 5;

/** The delivery that has a declaration, and whether its file changed. */
export type Declared = { delivery: string; changed: boolean };

type Ports = Pick<ApiPorts, 'declarations' | 'deliveries'>;

/**
 * Adds a declaration to today's file, which an upload event hands to ingest.
 * @param now ms since 1970; the file has the date in New York
 * @throws Problem if it is not valid, or contradicts another one of the file
 */
export function declare(ports: Ports, declaration: Declaration, now: number): Promise<Declared> {
  const delivery = parseDeliveryId(`${DECLARED_FEED}/${newYorkDate(now)}.incremental`);
  return change(ports, delivery, (held) => {
    const other = held.find((one) => isSameEvent(one, declaration));
    if (other && !isEqual(other, declaration, delivery))
      throw new Problem(409, 'Declared already', `${delivery.id} says otherwise. Take that declaration back first.`);
    return other ? held : [...held, declaration];
  });
}

/** Removes declarations from the files of deliveries. */
export async function takeBack(
  ports: Ports,
  ids: readonly string[],
  isIt: (declaration: Declaration) => boolean,
): Promise<Declared> {
  const changes: Declared[] = [];
  for (const id of ids)
    changes.push(await change(ports, parseDeliveryId(id), (held) => held.filter((one) => !isIt(one))));
  if (changes.some(({ changed }) => changed)) return { delivery: ids.at(-1) ?? '', changed: true };
  throw new Problem(
    409,
    'Taken back already',
    `No file of ${ids.join(', ')} has it any more. Ingest may not have read it yet.`,
  );
}

async function change(
  ports: Ports,
  delivery: DeliveryId,
  changed: (held: Declaration[]) => Declaration[],
): Promise<Declared> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const file = await ports.declarations.read(delivery.fileDate);
    const record = await ports.deliveries.get(delivery.id);
    // What was revoked does not come back with the next declaration.
    const isRevoked = record?.state === 'revoked' && record.file.etag === file?.etag;
    const held = file && !isRevoked ? declarationsIn(file.text, delivery) : [];
    // Its reader finds what is not valid or contradicts, and writes ratios in one way.
    const after = writeDeclarations(checked(changed(held), delivery));
    if (after === writeDeclarations(held)) return { delivery: delivery.id, changed: false };
    if (await ports.declarations.write(delivery.fileDate, after, file?.etag))
      return { delivery: delivery.id, changed: true };
  }
  throw new Problem(503, 'Changed meanwhile', 'Other declarations were made at the same moment. Try again.');
}

/** The valid rows of a file. @throws Problem if it has another header: somebody uploaded it */
function declarationsIn(text: string, delivery: DeliveryId): Declaration[] {
  try {
    return readDeclarations(text, delivery).declarations;
  } catch (error) {
    if (!(error instanceof BadFile)) throw error;
    const file = declarationsKey(delivery.fileDate);
    throw new Problem(409, 'Another file', `${file} in the drop bucket is no file of declarations: ${error.message}.`);
  }
}

/** @throws Problem if a declaration is not valid, or contradicts another one */
function checked(declarations: readonly Declaration[], delivery: DeliveryId): Declaration[] {
  const read = readDeclarations(writeDeclarations(declarations), delivery);
  const [problem] = read.problems;
  if (!problem) return read.declarations;
  const { line: _line, ...rest } = problem;
  throw new Problem(400, 'Not a declaration', `${describeProblem(rest)}.`);
}

function isEqual(a: Declaration, b: Declaration, delivery: DeliveryId): boolean {
  const written = (one: Declaration) => writeDeclarations(checked([one], delivery));
  return written(a) === written(b);
}
