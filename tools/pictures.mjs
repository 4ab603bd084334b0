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

/** Opens a page, does what is said there, and keeps what it looks like; `ID` is the newest record of a list. */
async function take(page, path, name, ready, { of, act } = {}) {
  const id = of && (await page.evaluate(async (list) => (await (await fetch(`/api/v1/${list}`)).json()).items[0].id, of));
  await page.goto(base + path.replace('ID', id));
  await page.locator(ready).first().waitFor({ timeout: 60_000 });
  if (act) await act(page);
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
// Sales, as the one who does it sees it.
await take(seller, '/deals/board', 'board', '.deal-card');
await take(seller, '/deals/ID', 'deal', '.record-main, h1', { of: 'deals?filter=owner%20%3D%20me%20AND%20status%20%3D%20open&limit=1' });
await take(seller, '/quotes/ID', 'quote', '.quote-grid', { of: 'quotes?filter=owner%20%3D%20me&limit=1' });
await take(seller, '/leads/board', 'leads-board', '.board-column');
const manager = await signedIn('linguodong', wide);
await take(manager, '/forecast', 'forecast', '.forecast-table');
await take(manager, '/performance', 'performance', '.forecast-table');
await take(manager, '/deals/analysis', 'process-map', 'h1', { act: (page) => page.getByText('流程图').click() });
await take(boss, '/receivables', 'receivables', 'table');
await take(boss, '/admin/paper', 'quote-paper', '.settings-paper img');
await take(boss, '/admin/hours', 'working-hours', '.settings-day');
await take(boss, '/admin/chains', 'approval-chain', '.settings-chains', {
  act: async (page) => {
    await page.locator('.settings-chains li > button').first().click();
    await page.locator('.settings-preview li').first().waitFor({ timeout: 20_000 });
  },
});
await browser.close();
