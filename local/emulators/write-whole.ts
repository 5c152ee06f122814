import { renameSync, writeFileSync } from 'node:fs';

/** Writes a file completely or not at all, even if the process is killed. */
export function writeWhole(file: string, content: string | Buffer, mode = 0o644): void {
  const draft = `${file}.draft`;
  writeFileSync(draft, content, { flush: true, mode });
  renameSync(draft, file);
}
