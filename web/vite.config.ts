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
        // The first page stays within twelve requests: what every page needs travels in one file beside the
        // framework, whose file an upgrade of our own code leaves in the browser's cache.
        manualChunks(id: string) {
          if (
            /node_modules\/(react|react-dom|scheduler|react-router|@tanstack|i18next|react-i18next|use-sync-external-store|html-parse-stringify|void-elements|cookie|set-cookie-parser)\//.test(
              id,
            )
          )
            return 'framework';
          if (id.includes('node_modules')) return undefined;
          if (/src\/look\/AntdProvider|src\/shell\/SetupPage/.test(id)) return undefined;
          if (/src\/(api|look|shell|search)\/|src\/(main|routes)\.tsx|src\/language\/index/.test(id)) return 'shell';
          if (
            /src\/records\/fields\/(FieldValue|CopyButton|birthday|money|phone|values|words|fields\.css|flatAddress)/.test(
              id,
            )
          )
            return 'shell';
          // Today's work is the first page; apart, it and the lines of activities would be six more requests.
          if (
            /src\/home\/|src\/activities\/(ActivityLine|NextStepPicker|nextStep|activity|actions|activities|DayInput)\./.test(
              id,
            )
          )
            return 'shell';
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
