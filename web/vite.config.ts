import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// biome-ignore lint/style/noDefaultExport: Vite reads it so.
export default defineConfig({ plugins: [react()], build: { target: 'es2024', chunkSizeWarningLimit: 700 } });
