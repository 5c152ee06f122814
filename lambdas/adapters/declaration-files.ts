import { declarationsKey } from '../contracts/delivery-id.ts';
import type { OwnFiles } from './own-files.ts';

export type DeclarationFiles = ReturnType<typeof declarationFiles>;

/** The files of declarations in the drop bucket, one a day. */
export function declarationFiles(files: OwnFiles) {
  return {
    /** The file of a date (ISO), with its ETag without quotes; undefined if there is none. */
    async read(date: string): Promise<{ text: string; etag: string } | undefined> {
      const found = await files.read(declarationsKey(date));
      return found && { text: Buffer.from(found.bytes).toString(), etag: found.etag };
    },

    /**
     * Writes the file of a date.
     * @param etag of the file that it replaces; undefined if there was none
     * @returns false if there is another one now
     */
    write: (date: string, text: string, etag: string | undefined): Promise<boolean> =>
      files.write(declarationsKey(date), Buffer.from(text), etag),
  };
}
