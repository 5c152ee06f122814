import type { OwnFiles } from '../adapters/own-files.ts';
import { SMOKE_TICKER, type SmokeTestDue } from '../contracts/smoke-test.ts';
import { smokeFile } from '../domain/delivery/smoke-file.ts';

/**
 * Uploads the file of a smoke test. May be repeated: the same message makes the same file.
 * @returns its key
 * @throws Error if another test replaced the file meanwhile, or somebody else's file has its name
 */
export async function dropSmokeFile(files: OwnFiles, { time }: SmokeTestDue): Promise<string> {
  const { key, content } = smokeFile(Date.parse(time));
  const bytes = Buffer.from(content);
  const before = await files.read(key);
  if (before && bytes.equals(before.bytes)) return key;
  // The file of a vendor that has the name by mistake: its rejection may not be replaced by a test that passes.
  if (before && !Buffer.from(before.bytes).includes(`\n${SMOKE_TICKER},`))
    throw new Error(
      `Expected no file, or that of a smoke test, at ${key}; found another one. Move it to another folder.`,
    );
  const isWritten = await files.write(key, bytes, before?.etag);
  if (!isWritten) throw new Error(`${key} was replaced by another smoke test. The next try looks again.`);
  return key;
}
