import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LakeFolder } from '../../client/folder.ts';
import { DATASETS } from '../../datasets/datasets.ts';
import { bring, lakePorts, reportKeys } from './lakes.ts';
import { MemoryLake } from './memory/lake.ts';
import type { MemoryWorld } from './memory-world.ts';

/** Brings everything that a world has applied into a lake, and copies that to a folder, as `pull` does. @returns the folder */
export async function pulledLake(world: MemoryWorld): Promise<string> {
  const lake = new MemoryLake();
  for (const key of reportKeys(world)) await bring(lakePorts(world, lake), key);
  const folder = new LakeFolder(mkdtempSync(join(tmpdir(), 'closing-bell-lake-')));
  for (const [uri, bytes] of lake.objects) folder.write(uri, bytes);
  for (const { layer, name } of DATASETS)
    folder.keepTable(`${layer}.${name}`, await lake.ports().catalog.load(layer, name));
  return folder.path;
}
