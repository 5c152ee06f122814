import * as z from 'zod';
import { FAULTS } from '../../contracts/collect.ts';
import { type ApiRequest, type Endpoint, type Fault, isFault } from './provider.ts';

const request = z.object({
  url: z.string(),
  subject: z.string(),
  from: z.string(),
  to: z.string(),
  kind: z.string().optional(),
});

/** The answer to one request, with its further pages, as it is kept: without keys. */
const keptAnswer = z.object({
  request,
  pages: z.array(z.object({ url: z.string(), status: z.int(), body: z.string() })),
  /** Why there is no further page; absent if all came. */
  fault: z.object({ fault: z.enum(FAULTS), message: z.string() }).optional(),
  /** True if the provider did not answer, or is out of order. */
  isSilent: z.boolean().optional(),
  /** True if nothing that comes after it was asked: the provider is down, the quota is used up, or the key is wrong. */
  isEnd: z.boolean().optional(),
  /** When it was asked (ms since 1970). */
  askedAt: z.number(),
  /** ms of each try that was sent. */
  ms: z.array(z.number()),
  retries: z.int(),
});
export type KeptAnswer = z.infer<typeof keptAnswer>;

export const keptAnswers = z.array(keptAnswer);

/** The rows of a kept answer, and why some are missing. */
export function rowsOf<R>(
  { read }: Pick<Endpoint<R>, 'read'>,
  { request: asked, pages, fault }: KeptAnswer,
): { rows: unknown[]; flags: string[]; fault: Fault | undefined } {
  const rows: unknown[] = [];
  const flags = new Set<string>();
  for (const { url, status, body } of pages) {
    const page = read({ status, body }, { ...asked, url } as ApiRequest);
    if (isFault(page)) return { rows, flags: [...flags], fault: page };
    for (const row of page.rows) rows.push(row);
    for (const flag of page.flags ?? []) flags.add(flag);
  }
  return { rows, flags: [...flags], fault };
}
