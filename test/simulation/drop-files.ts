import type { DeclarationFiles } from '../../lambdas/adapters/declaration-files.ts';
import type { OwnFiles } from '../../lambdas/adapters/own-files.ts';
import { declarationsKey } from '../../lambdas/contracts/delivery-id.ts';

/** The drop bucket of a simulation: the newest version of a key, and how to upload one. */
type Bucket = {
  read: (key: string) => { content: string | Buffer; etag: string } | undefined;
  dropFile: (key: string, content: string) => void;
};

/** Files of collectors and of smoke tests. */
export const simulatedFiles = ({ read, dropFile }: Bucket): OwnFiles => ({
  read: async (key) => {
    const object = read(key);
    return object && { bytes: Buffer.from(object.content), etag: object.etag };
  },
  write: async (key, bytes, etag) => {
    if (read(key)?.etag !== etag) return false;
    dropFile(key, Buffer.from(bytes).toString());
    return true;
  },
});

export const simulatedDeclarations = ({ read, dropFile }: Bucket): DeclarationFiles => ({
  read: async (date) => {
    const object = read(declarationsKey(date));
    return object && { text: String(object.content), etag: object.etag };
  },
  write: async (date, text, etag) => {
    const key = declarationsKey(date);
    if (read(key)?.etag !== etag) return false;
    dropFile(key, text);
    return true;
  },
});
