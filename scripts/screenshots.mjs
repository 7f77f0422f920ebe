// node scripts/screenshots.mjs: takes the README's pictures from the demo tenant of a running `npm start`, by Chromium.
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { root } from './bring.mjs';

const folder = resolve(process.env.HELPDESKLY_DATA_DIR?.trim() || join(root, '.helpdeskly'));
const { chromium } = createRequire(join(root, 'apps/console/package.json'))('playwright-core');
const pictures = join(root, 'docs/images');

let demo;
try {
  [demo] = JSON.parse(readFileSync(join(folder, 'runtime.json'), 'utf8')).demo;
} catch {
  console.error('Nothing runs here: start it by npm start, and ask again.');
  process.exit(1);
}
const agent = demo.users.find(({ role }) => role === 'AGENT');

mkdirSync(pictures, { recursive: true });
const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args });
try {
  for (const colorScheme of ['light', 'dark']) {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, colorScheme, locale: 'en' });
    await page.goto(demo.appUrl);
    await page.getByLabel('Email').fill(agent.email);
    await page.getByLabel('Password').fill(agent.password);
    await page.keyboard.press('Enter');
    await page.getByRole('navigation', { name: 'Views' }).waitFor();
    await page.goto(new URL('/tickets', demo.appUrl).href);
    await page.getByRole('row').nth(3).waitFor();
    if (colorScheme === 'dark') {
      await page.keyboard.press('j');
      await page.keyboard.press('j');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { level: 1 }).waitFor();
    }
    await page.waitForTimeout(1500); // What fades in has done so.
    const name = colorScheme === 'light' ? 'workplace.png' : 'ticket.png';
    await page.screenshot({ path: join(pictures, name) });
    console.log(`docs/images/${name}`);
    await page.close();
  }
} finally {
  await browser.close();
}
