/// <reference types="vitest/config" />
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const server = process.env.GUANXI_SERVER ?? 'http://127.0.0.1:5180';

export default defineConfig({
  plugins: [react()],
  build: {
    target: 'es2023',
    modulePreload: { polyfill: false },
    sourcemap: false,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900,
    rollupOptions: {
      output: {
        // Two stable vendor chunks: an upgrade of our own code leaves them in the browser's cache,
        // and the first page stays within twelve requests.
        manualChunks(id: string) {
          if (!id.includes('node_modules')) return undefined;
          if (
            /node_modules\/(react|react-dom|scheduler|react-router|@tanstack|i18next|react-i18next|use-sync-external-store|html-parse-stringify|void-elements|cookie|set-cookie-parser)\//.test(
              id,
            )
          )
            return 'framework';
          return undefined;
        },
      },
    },
  },
  server: {
    port: 5190,
    proxy: { '/api': { target: server, changeOrigin: false }, '/openapi': server },
  },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.{ts,tsx}'],
    setupFiles: ['src/look/test-setup.ts'],
  },
});
