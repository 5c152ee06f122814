import type { AppFunctionProps } from './function.ts';

/** What a function that draws charts needs: the canvas, and the font of all texts. */
export const DRAWING: Pick<AppFunctionProps, 'memorySize' | 'nativePackages' | 'files'> = {
  memorySize: 1769,
  nativePackages: ['@napi-rs/canvas'],
  files: ['node_modules/inter-ui/variable/InterVariable.woff2'],
};
