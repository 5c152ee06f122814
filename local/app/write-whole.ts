import { renameSync, writeFileSync } from 'node:fs';

/** Writes a file whole or not at all, however the process ends: whoever sees it may read it. */
export function writeWhole(file: string, content: string, mode = 0o644): void {
  const draft = `${file}.draft`;
  writeFileSync(draft, content, { flush: true, mode });
  renameSync(draft, file);
}
