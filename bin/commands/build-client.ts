import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import manifest from '../../package.json' with { type: 'json' };
import { commandLine } from '../command-line.ts';

const USAGE = `Usage: npm run build:client

Builds the offline client into dist/client: a package with the command closing-bell and the library. In this folder it is then
npx closing-bell; elsewhere install the folder: npm install PATH/dist/client`;

const ROOT = join(import.meta.dirname, '../..');
const OUTPUT = join(ROOT, 'dist/client');
/** Has a binary for each platform: installed, not bundled. */
const DUCKDB = '@duckdb/node-api';
/** CommonJS packages inside an ESM bundle call require(). */
const BANNER = "import{createRequire as createOwn}from'node:module';const require=createOwn(import.meta.url);";

await commandLine(USAGE, async () => {
  rmSync(OUTPUT, { recursive: true, force: true });
  await build({
    entryPoints: {
      'closing-bell': join(ROOT, 'client/command-line/closing-bell.ts'),
      index: join(ROOT, 'client/index.ts'),
    },
    outdir: OUTPUT,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    mainFields: ['module', 'main'],
    // pg and mongodb look for these, and go on without them.
    external: [
      DUCKDB,
      'pg-native',
      'aws4',
      'kerberos',
      'snappy',
      '@mongodb-js/zstd',
      'mongodb-client-encryption',
      'gcp-metadata',
      'socks',
    ],
    banner: { js: BANNER },
    logLevel: 'error',
  });
  chmodSync(join(OUTPUT, 'closing-bell.mjs'), 0o755);
  const own = {
    name: 'closing-bell',
    version: manifest.version,
    license: manifest.license,
    type: 'module',
    bin: { 'closing-bell': 'closing-bell.mjs' },
    exports: './index.mjs',
    engines: manifest.engines,
    dependencies: { [DUCKDB]: manifest.devDependencies[DUCKDB] },
  };
  writeFileSync(join(OUTPUT, 'package.json'), `${JSON.stringify(own, undefined, 2)}\n`);
  console.log('dist/client is built. In this folder: npx closing-bell --help');
});
