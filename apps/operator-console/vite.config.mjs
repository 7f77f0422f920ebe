import { lingui } from '@lingui/vite-plugin';
import linguiMacro from '@lingui/babel-plugin-lingui-macro';
import babel from '@rolldown/plugin-babel';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

// Lingui looks for its configuration where the build was started, which may be the root of the repository.
process.env.LINGUI_CONFIG = here('lingui.config.mjs');

export default defineConfig({
  root: here('.'),
  plugins: [
    react(),
    babel({ plugins: [linguiMacro], parserOpts: { plugins: ['typescript', 'jsx'] } }),
    lingui(),
    tailwindcss(),
  ],
  base: '/',
  build: {
    outDir: here('.build'),
    target: 'es2022',
    assetsInlineLimit: 0, // What is inline the pages' policy forbids.
    modulePreload: { polyfill: false },
    manifest: true, // Which chunks a page brings: .size-limit.mjs adds them up.
    rolldownOptions: { input: [here('index.html')] },
  },
});
