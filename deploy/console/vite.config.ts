import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  base: '/console/',
  plugins: [react()],
  build: {
    outDir: 'target/files',
    emptyOutDir: true,
    // Inlined files would need a wider Content-Security-Policy.
    assetsInlineLimit: 0,
    target: 'es2022',
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: { '/api': 'http://localhost:8080', '/mcp': 'http://localhost:8080', '/serving-endpoints': 'http://localhost:8080' },
  },
});
