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
const cdkSettings = z.object({ app: z.string(), context: z.record(z.string(), z.unknown()) });

export type Resource = z.infer<typeof resource>;

/** A synthesized stack: its name, its resources by logical id, and the folder of each asset by hash. */
export type Template = { stack: string; resources: Record<string, Resource>; assetFolder(hash: string): string };

export type SynthesizeOptions = {
  /** Folder with the cdk.json of the app. */
  root: string;
  /** Name of the stack to run. */
  stack: string;
  /** Output folder. */
  output: string;
  /** Context in addition to that of cdk.json. */
  context: Record<string, string>;
};

/** Synthesizes a CDK app as the CDK does: by running the command in its cdk.json. @throws Error with the output of that command */
export async function synthesize({ root, stack, output, context }: SynthesizeOptions): Promise<Template> {
  const settings = cdkSettings.parse(JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')));
  const [command = 'node', ...args] = settings.app.split(' ');
  // Readable names are derived from the paths of constructs.
  const all = { ...settings.context, ...context, 'aws:cdk:enable-path-metadata': true };
  try {
    await promisify(execFile)(command === 'node' ? process.execPath : command, args, {
      cwd: root,
      env: { ...process.env, CDK_OUTDIR: output, CDK_CONTEXT_JSON: JSON.stringify(all) },
      maxBuffer: 1 << 26,
    });
  } catch (error) {
    const text = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
    throw new Error(`The CDK app did not synthesize:\n${text.trim().split('\n').slice(-20).join('\n')}`);
  }
  return readTemplate(output, stack);
}

export function readTemplate(folder: string, stack: string): Template {
  const read = (name: string): unknown => JSON.parse(readFileSync(join(folder, `${stack}.${name}.json`), 'utf8'));
  const { files } = assets.parse(read('assets'));
  return {
    stack,
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

/** A readable physical name, from the path of a construct: `MyStack/Drop/Files/Bucket/Resource` → `MyStack-Drop-Files-Bucket`. */
export function physicalName(logicalId: string, { Metadata }: Resource): string {
  const path = Metadata['aws:cdk:path'];
  return typeof path === 'string' ? path.replace(/\/Resource$/, '').replaceAll('/', '-') : logicalId;
}
