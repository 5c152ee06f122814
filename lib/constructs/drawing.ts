import type { AppFunctionProps } from './function.ts';

/** Settings of a function that draws charts: memory, the canvas package, and the fonts. */
export const DRAWING = {
  memorySize: 1769,
  nativePackages: ['@napi-rs/canvas'],
  files: ['node_modules/inter-ui/variable/InterVariable.woff2', 'node_modules/@fontsource-variable/noto-sans-sc'],
} satisfies Partial<AppFunctionProps>;
