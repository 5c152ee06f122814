import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { colourVariables } from '../lambdas/contracts/colours.ts';

/** Adds the colours of mail and charts to the page as CSS variables. */
const colours: Plugin = {
  name: 'colours',
  transformIndexHtml: () => [{ tag: 'style', children: colourVariables(), injectTo: 'head' }],
};

// biome-ignore lint/style/noDefaultExport: Vite requires a default export.
export default defineConfig({
  plugins: [react(), colours],
  build: {
    target: 'es2024',
    chunkSizeWarningLimit: 700,
    rollupOptions: {
      // zod has such comments: nothing to act on.
      onwarn: (warning, warn) => warning.code === 'INVALID_ANNOTATION' || warn(warning),
    },
  },
});
