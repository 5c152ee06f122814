import { gunzipSync } from 'node:zlib';
import { recordKeys } from '../contracts/keys.ts';
import { type Manifest, manifest } from '../domain/deliveries/manifest.ts';
import type { IngestPorts } from './ports.ts';

/** The manifest of one revision; undefined where it ended, or died, before its first write. */
export async function readManifest(
  records: IngestPorts['records'],
  delivery: string,
  revision: string,
): Promise<Manifest | undefined> {
  const bytes = await records.get(recordKeys(delivery, revision).manifest);
  return bytes && manifest.parse(JSON.parse(gunzipSync(bytes).toString()));
}
