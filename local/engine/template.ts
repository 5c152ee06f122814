import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';

const resource = z.object({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  Metadata: z.record(z.string(), z.unknown()).default({}),
});
const template = z.object({ Resources: z.record(z.string(), resource) });
const assets = z.object({ files: z.record(z.string(), z.object({ source: z.object({ path: z.string() }) })) });

export type Resource = z.infer<typeof resource>;

/** A synthesized stack: its resources by logical id, and the folder of each asset by hash. */
export type Template = { resources: Record<string, Resource>; assetFolder(hash: string): string };

const ROOT = join(import.meta.dirname, '../..');
const STACK = 'ClosingBell';

/**
 * Synthesizes the app for this machine, the way the CDK does: by running the command in cdk.json.
 * @param settings context of the local stage: where the issuer and the page are
 */
export async function synthesize(folder: string, settings: Record<string, string> = {}): Promise<Template> {
  const { app, context } = z
    .object({ app: z.string(), context: z.record(z.string(), z.unknown()) })
    .parse(JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8')));
  const [command = 'node', ...args] = app.split(' ');
  // The paths of constructs, which the CDK's own command line asks for too, make readable names.
  const asked = { ...context, ...settings, stage: 'local', 'aws:cdk:enable-path-metadata': true };
  try {
    await promisify(execFile)(command === 'node' ? process.execPath : command, args, {
      cwd: ROOT,
      env: { ...process.env, CDK_OUTDIR: folder, CDK_CONTEXT_JSON: JSON.stringify(asked) },
      maxBuffer: 1 << 26,
    });
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
    throw new Error(`The CDK app did not synthesize:\n${said.trim().split('\n').slice(-20).join('\n')}`);
  }
  return readTemplate(folder);
}

/** Reads what an earlier synthesis left in a folder. */
function readTemplate(folder: string): Template {
  const read = (name: string): unknown => JSON.parse(readFileSync(join(folder, `${STACK}.${name}.json`), 'utf8'));
  const { files } = assets.parse(read('assets'));
  return {
    resources: template.parse(read('template')).Resources,
    assetFolder(hash) {
      const file = files[hash];
      if (!file) throw new Error(`Expected an asset ${hash} in ${folder}, found none.`);
      return join(folder, file.source.path);
    },
  };
}

export const resourcesOf = ({ resources }: Template, type: string): [string, Resource][] =>
  Object.entries(resources).filter(([, { Type }]) => Type === type);

/** A readable physical name out of a construct's path: ClosingBell/Drop/Files/Bucket/Resource is ClosingBell-Drop-Files-Bucket. */
export function physicalName(logicalId: string, { Metadata }: Resource): string {
  const path = Metadata['aws:cdk:path'];
  return typeof path === 'string' ? path.replace(/\/Resource$/, '').replaceAll('/', '-') : logicalId;
}
