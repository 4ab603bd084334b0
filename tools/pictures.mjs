// Retakes the pictures of the guide from a running sample company:
//   ./guanxi up --demo --data /tmp/pictures --url http://127.0.0.1:5099   then   node tools/pictures.mjs http://127.0.0.1:5099
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { chromium } = await import(join(root, 'web/node_modules/playwright-core/index.mjs'));
const base = process.argv[2] ?? 'http://127.0.0.1:5080';
const folder = join(root, 'docs/guide/pictures');
mkdirSync(folder, { recursive: true });

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});

async function signedIn(userName, viewport, colorScheme = 'light') {
  const context = await browser.newContext({ viewport, locale: 'zh-CN', colorScheme, timezoneId: 'Asia/Shanghai' });
  const page = await context.newPage();
  await page.goto(`${base}/sign-in`);
  await page.locator('input').nth(0).fill(userName);
  await page.locator('input').nth(1).fill('guanxi-demo-2026');
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => !url.pathname.includes('sign-in'), { timeout: 60_000 });
  return page;
}

async function take(page, path, name, ready) {
  await page.goto(base + path);
  await page.locator(ready).first().waitFor({ timeout: 60_000 });
  await page.evaluate(() => document.fonts.ready);
  await page.waitForLoadState('networkidle', { timeout: 5_000 }).catch(() => {});
  await page.screenshot({ path: join(folder, `${name}.png`) });
  console.log(name);
}

const wide = { width: 1440, height: 900 };
const narrow = { width: 390, height: 844 };
const seller = await signedIn('chenxiaofeng', wide);
const { items } = await seller.evaluate(async () => (await fetch('/api/v1/customers?limit=5')).json());
await take(seller, '/', 'home', 'h1');
await take(seller, '/customers', 'customers', '[role=row]');
await take(seller, `/customers/${items[1].id}`, 'customer', 'textarea');
const phone = await signedIn('chenxiaofeng', narrow);
await take(phone, `/customers/${items[1].id}`, 'customer-phone', 'textarea');
const night = await signedIn('chenxiaofeng', wide, 'dark');
await take(night, '/customers', 'customers-dark', '[role=row]');
const boss = await signedIn('zhoumin', wide);
await take(boss, '/import', 'import', 'h1');
await take(boss, '/admin', 'administration', 'h1');
await take(boss, '/value', 'value', '.value-risk li');
await browser.close();
