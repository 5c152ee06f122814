import { gunzipSync } from 'node:zlib';
import { deliveryFolder, recordKeys } from '../contracts/keys.ts';
import { changeList } from '../contracts/refreshed.ts';
import { type Manifest, manifest } from '../domain/delivery/manifest.ts';
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

/** The change list that an earlier try of a revision left; none where it came not so far. */
export async function readChanges(
  records: IngestPorts['records'],
  delivery: string,
  revision: string,
): Promise<string[]> {
  const bytes = await records.get(recordKeys(delivery, revision).changes);
  return bytes ? changeList.parse(JSON.parse(gunzipSync(bytes).toString())) : [];
}

/** The manifests of all revisions there ever were of a delivery. */
export async function readAllManifests(records: IngestPorts['records'], delivery: string): Promise<Manifest[]> {
  const folder = deliveryFolder(delivery);
  const revisions = (await records.list(folder)).flatMap((key) => {
    const [revision = '', file, ...more] = key.slice(folder.length).split('/');
    return file === 'manifest.json.gz' && more.length === 0 ? [revision] : [];
  });
  const manifests = await Promise.all(revisions.map((revision) => readManifest(records, delivery, revision)));
  return manifests.filter((one) => one !== undefined);
}
