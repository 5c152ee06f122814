import { join } from 'node:path';
import { type BundlingOptions, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { Platform } from './stack.ts';

export type Bundle = { platform: Platform; nativePackages?: string[]; files?: string[] };

/** esbuild options of a function: one minified ESM file, built without Docker. */
export function bundling({ platform, nativePackages, files = [] }: Bundle): BundlingOptions {
  return {
    format: OutputFormat.ESM,
    target: 'node24',
    mainFields: ['module', 'main'],
    minify: true,
    sourceMap: true,
    sourcesContent: false,
    bundleAwsSDK: true,
    define: { 'process.env.NODE_ENV': '"production"' },
    esbuildArgs: { '--jsx': 'automatic' },
    // CommonJS packages inside an ESM bundle call require().
    banner: "import{createRequire as __require}from'node:module';const require=__require(import.meta.url);",
    commandHooks: {
      beforeBundling: () => [],
      beforeInstall: () => [],
      afterBundling: (input: string, output: string) => [
        removeLockFiles(output),
        ...files.map((file) => copy(join(input, file), output)),
      ],
    },
    ...(nativePackages && {
      nodeModules: nativePackages,
      environment: {
        npm_config_prefer_offline: 'true',
        npm_config_audit: 'false',
        npm_config_fund: 'false',
        // Otherwise npm installs the binary of the machine that synthesizes.
        ...(platform === 'aws' && { npm_config_os: 'linux', npm_config_cpu: 'arm64', npm_config_libc: 'glibc' }),
      },
    }),
  };
}

/** Lock files change with every other package, and would change the hash of the asset. */
const removeLockFiles = (folder: string): string =>
  `node -e "const fs=require('fs');for(const f of ['package-lock.json','node_modules/.package-lock.json'])fs.rmSync(process.argv[1]+'/'+f,{force:true})" "${folder}"`;

/** Copies a file or a folder. */
const copy = (file: string, folder: string): string =>
  `node -e "const fs=require('fs'),p=require('path');fs.cpSync(process.argv[1],p.join(process.argv[2],p.basename(process.argv[1])),{recursive:true})" "${file}" "${folder}"`;
