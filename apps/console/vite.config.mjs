import { lingui } from '@lingui/vite-plugin';
import linguiMacro from '@lingui/babel-plugin-lingui-macro';
import babel from '@rolldown/plugin-babel';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { chunks } from './chunks.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

const pages = {
  entrance: [here('src/entrance/entrance.tsx')],
  all: [here('src/main.tsx')],
  staff: [here('src/staff/staff-app.tsx')],
  ticket: [here('src/ticket/ticket-page.tsx')],
  portal: [here('src/portal/portal-app.tsx')],
  /** What these bring may be in no file that is the staff's. */
  customers: [
    ...['app', 'list-page', 'new-page', 'ticket-page'].map((page) => here(`src/portal/portal-${page}.tsx`)),
    here('src/account/account-page.tsx'),
    here('src/ticket/draft-keeper.ts'),
  ],
};

const ahead = here('src/session/ahead.ts');

/** Has the page run `ahead` before the rest of its code is there. */
const runAhead = {
  name: 'run-ahead',
  transformIndexHtml: {
    order: 'post',
    handler(html, { filename, bundle }) {
      if (filename !== here('index.html') || bundle === undefined) return [];
      const { fileName } = Object.values(bundle).find(({ facadeModuleId }) => facadeModuleId === ahead);
      const attrs = { type: 'module', async: true, crossorigin: true, fetchpriority: 'high', src: `/${fileName}` };
      return [{ tag: 'script', attrs, injectTo: 'head-prepend' }];
    },
  },
};

// Lingui looks for its configuration where the build was started, which may be the root of the repository.
process.env.LINGUI_CONFIG = here('lingui.config.mjs');

export default defineConfig({
  root: here('.'),
  plugins: [
    react(),
    babel({ plugins: [linguiMacro], parserOpts: { plugins: ['typescript', 'jsx'] } }),
    lingui(),
    tailwindcss(),
    runAhead,
  ],
  worker: { format: 'es' },
  base: '/',
  build: {
    outDir: here('.build'),
    target: 'es2022',
    assetsInlineLimit: 0, // What is inline the pages' policy forbids.
    modulePreload: { polyfill: false },
    manifest: true, // Which chunks a page brings: .size-limit.mjs adds them up.
    rolldownOptions: {
      input: [here('index.html'), here('entrance.html'), ahead],
      output: {
        codeSplitting: chunks([
          { name: 'start', of: [pages.all, pages.entrance] },
          { name: 'session', of: [pages.all] },
          { name: 'workplace', of: [pages.staff, pages.customers] },
          { name: 'staff-app', of: [pages.staff] },
          { name: 'conversation', of: [pages.ticket, pages.customers] },
          { name: 'ticket-page', of: [pages.ticket] },
          { name: 'portal-app', of: [pages.portal] },
        ]),
      },
    },
  },
});
