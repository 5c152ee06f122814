import { hash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import type { LakePorts } from '../lambdas/adapters/iceberg/lake-table.ts';
import type { DataFile } from '../lambdas/adapters/iceberg/manifest-files.ts';
import { lakeCatalog } from '../lambdas/adapters/lake-catalog.ts';
import { lakeObjects } from '../lambdas/adapters/lake-objects.ts';
import { readEndpoints } from '../local/app/endpoints.ts';
import { clientFor } from '../local/engine/client-options.ts';
import { ACCOUNT, REGION } from '../local/engine/intrinsics.ts';
import { LakeFault } from './fault.ts';
import { LakeFolder } from './folder.ts';

/**
 * Where a lake is. `state`: the state folder of a running local stack. `glue`: the address that the stack's output LakeAddress has,
 * `glue://region/account/prefix`. `folder`: a folder that was pulled.
 */
export type LakeAddress = { state: string } | { glue: string } | { folder: string };

/** A lake with the folder that keeps its immutable files. */
export type LakeSource = { ports: LakePorts; folder: LakeFolder };

/** Where files of lakes are kept between two runs. */
const CACHE = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'closing-bell');

/**
 * @param cache folder for immutable files; by default one in the user's cache
 * @param onFile called for each file that is used
 * @throws LakeFault if there is no lake
 */
export function openSource(
  address: LakeAddress,
  cache?: string,
  onFile: (uri: string) => void = () => undefined,
): LakeSource {
  if ('folder' in address) return pulledFolder(address.folder);
  const online = 'state' in address ? localStack(address.state) : glue(address.glue);
  const folder = new LakeFolder(cache ?? join(CACHE, hash('sha256', online.name).slice(0, 16)));
  return { ports: { catalog: online.ports.catalog, objects: cachedObjects(online.ports, folder, onFile) }, folder };
}

/** Files never change: what the folder has is not read again. */
const cachedObjects = (
  { objects }: LakePorts,
  folder: LakeFolder,
  onFile: (uri: string) => void,
): LakePorts['objects'] => ({
  put: objects.put,
  async get(uri) {
    onFile(uri);
    if (folder.has(uri)) return folder.read(uri);
    const bytes = await objects.get(uri);
    folder.write(uri, bytes);
    return bytes;
  },
});

/**
 * Gets a data file, if the folder does not have it whole.
 * @returns true if it was copied
 * @throws LakeFault if it is damaged and cannot be copied again
 */
export async function fetchWhole({ ports, folder }: LakeSource, file: DataFile): Promise<boolean> {
  const { file_path: uri, file_size_in_bytes: size } = file;
  const isWhole = () => folder.has(uri) && folder.sizeOf(uri) === Number(size);
  if (isWhole()) return false;
  folder.remove(uri);
  await ports.objects.get(uri);
  if (isWhole()) return true;
  throw new LakeFault(
    `Expected ${size} bytes of ${uri}, found ${folder.has(uri) ? folder.sizeOf(uri) : 'none'}. Pull the lake again.`,
  );
}

type Online = { name: string; ports: LakePorts };

function localStack(state: string): Online {
  const { lake, s3 } = readEndpoints(state);
  const client = new S3Client(clientFor(s3));
  const credentials = async () => ({ accessKeyId: 'local', secretAccessKey: 'local' });
  const catalog = lakeCatalog({ url: lake, region: REGION, catalog: ACCOUNT, databasePrefix: '', credentials });
  return { name: `${state} ${lake}`, ports: { catalog, objects: lakeObjects(client) } };
}

function glue(address: string): Online {
  const [, region, catalog, databasePrefix] = /^glue:\/\/([a-z0-9-]+)\/(\d{12})\/([a-z0-9_]*)$/.exec(address) ?? [];
  if (!region || !catalog || databasePrefix === undefined)
    throw new LakeFault(
      `Expected an address like glue://us-east-1/123456789012/closing_bell_ (the output LakeAddress of the stack), found ${address}.`,
    );
  const client = new S3Client({ region });
  const url = `https://glue.${region}.amazonaws.com/iceberg`;
  const credentials = () => client.config.credentials();
  const ports = {
    catalog: lakeCatalog({ url, region, catalog, databasePrefix, credentials }),
    objects: lakeObjects(client),
  };
  return { name: address, ports };
}

function pulledFolder(path: string): LakeSource {
  const folder = new LakeFolder(path);
  if (!existsSync(join(path, 'catalog')))
    throw new LakeFault(`Expected a pulled lake in ${path}, found none. Make it with: npx closing-bell pull ${path}`);
  const missing = (what: string) =>
    new LakeFault(`${what} is not in ${path}. Bring it up to date with: npx closing-bell pull ${path}`);
  const refuse = async () => {
    throw new LakeFault('A pulled lake is read only.');
  };
  return {
    folder,
    ports: {
      catalog: {
        commit: refuse,
        async load(layer, table) {
          const metadata = folder.table(`${layer}.${table}`);
          if (!metadata) throw missing(`The table ${layer}.${table}`);
          return metadata;
        },
      },
      objects: {
        put: refuse,
        async get(uri) {
          if (!folder.has(uri)) throw missing(uri);
          return folder.read(uri);
        },
      },
    },
  };
}
