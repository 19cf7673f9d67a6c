import { readFileSync } from 'node:fs';
import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, inject, test } from 'vitest';
import { startInstance, type Instance } from '../../support/instance.ts';
import { run, plainEnvironment, type Ended } from '../../support/run.ts';
import { THATCH } from '../../../packages/server/test/support/server-process.ts';
import { launchChromium } from './chromium.ts';
import { Complaints, type WatchedPage, watch } from './complaints.ts';
import { sendReport, type Report, type ReportAnswer } from './reports.ts';

/** The administrator of every server under test. */
export const ADMIN = { name: 'admin', password: 'secret-password-1' } as const;

/** A name and a password. */
export interface Account {
  readonly name: string;
  readonly password: string;
}

/** A real server with the built interface on an empty data folder, and a real browser. */
export interface Pages {
  /** `http://127.0.0.1:PORT`, without a final slash. */
  readonly url: string;
  readonly instance: Instance;
  /** A global upload token. */
  readonly token: string;
  /** Opens a browser window of its own. At the end of the test it is closed, and what went wrong in it fails the test. */
  readonly page: (options?: PageOptions) => Promise<WatchedPage>;
  /** Sends a report to `/upload/coverage` and waits until it is merged, unless said otherwise. */
  readonly upload: (report: Report) => Promise<ReportAnswer>;
  /** Runs `thatch upload` in a clone, as CI does: sources, commit and file list travel too. */
  readonly uploadFrom: (folder: string, repository: string, ...words: readonly string[]) => Promise<Ended>;
  /** Makes an account that can sign in; `grants` as for `thatch user create --grant`. */
  readonly account: (name: string, ...grants: readonly string[]) => Promise<Account>;
}

export interface PagesOptions {
  /** Whether the account {@link ADMIN} is made; yes unless said. */
  readonly hasAdmin?: boolean;
  /** More words for `thatch serve`. */
  readonly arguments?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

export interface PageOptions {
  /** Who is signed in when the window opens; nobody unless said. */
  readonly as?: Account;
  /** Address to open at once, `/gh/acme`. */
  readonly path?: string;
  /** CSS pixels; 1440 × 900 unless said, 800 high below 700. */
  readonly width?: number;
  readonly height?: number;
  readonly theme?: 'light' | 'dark';
  readonly hasTouch?: boolean;
  readonly reducesMotion?: boolean;
  readonly forcesColors?: boolean;
  /** Zoom by the browser: 2 is 200 %. */
  readonly zoom?: number;
  /** Where the pages are reached, when a proxy stands in front; else the server's own address. */
  readonly origin?: string;
  /** Complaints that the test is about, such as the browser's line about an answer with 404. */
  readonly tolerates?: readonly RegExp[];
}

/**
 * Groups tests of pages. The server starts before the first of them; every test opens windows of its own. Without Chromium they are
 * skipped and one test in their place says why; under CI that one fails.
 *
 * ```ts
 * describePages('overview', (pages) => {
 *   test('row 7: the headline is what the report holds', async () => {
 *     await pages.upload({ repository: 'gh/acme/web', report: LCOV });
 *     const page = await pages.page({ as: ADMIN, path: '/gh/acme/web' });
 *     …
 *   });
 * });
 * ```
 */
export function describePages(name: string, define: (pages: Pages) => void, options: PagesOptions = {}): void {
  const found = inject('chromium');
  if (found.kind === 'absent') {
    describe(name, () => {
      test('Chromium is there', (context) => {
        if (process.env['CI'] === 'true') throw new Error(`Under CI Chromium must be there: ${found.why}`);
        context.skip(found.why);
      });
    });
    return;
  }
  describe(name, () => {
    let started: StartedPages | null = null;
    const now = (): StartedPages => {
      if (started === null) throw new Error('the server starts before the first test: use it in a test or a hook');
      return started;
    };
    beforeAll(async () => {
      started = await startPages(found.program, inject('interfaceFolder'), options);
    });
    afterEach(() => started?.closeWindows());
    afterAll(() => started?.stop());
    define({
      get url() {
        return now().url;
      },
      get instance() {
        return now().instance;
      },
      get token() {
        return now().token;
      },
      page: (pageOptions) => now().page(pageOptions),
      upload: (report) => now().upload(report),
      uploadFrom: (folder, repository, ...words) => now().uploadFrom(folder, repository, ...words),
      account: (accountName, ...grants) => now().account(accountName, ...grants),
    });
  });
}

export interface StartedPages extends Pages {
  readonly browser: Browser;
  /** Closes all windows; throws with everything that went wrong in them. */
  readonly closeWindows: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** The same outside of a test, for scripts: `program` is Chromium, `interfaceFolder` the built interface. */
export async function startPages(
  program: string,
  interfaceFolder: string,
  options: PagesOptions = {},
): Promise<StartedPages> {
  const instance = await startInstance({
    arguments: ['--set', `thatch.web.interface=${interfaceFolder}`, ...(options.arguments ?? [])],
    environment: {
      ...(options.hasAdmin === false ? {} : { THATCH_ADMIN_PASSWORD: ADMIN.password }),
      ...options.environment,
    },
  });
  const [browser, token] = await Promise.all([
    launchChromium(program),
    instance.thatch('token', 'create', '--global'),
    untilShown(instance.url),
  ]);
  const windows: Window[] = [];
  const sessions = new Sessions(instance.url);
  return {
    url: instance.url,
    instance,
    token,
    browser,
    page: async (pageOptions = {}) => {
      const opened = await openWindow(browser, instance.url, sessions, pageOptions);
      windows.push(opened);
      return opened.page;
    },
    upload: (report) => sendReport(instance.url, token, report),
    uploadFrom: (folder, repository, ...words) =>
      run(
        process.execPath,
        [THATCH, 'upload', '--url', instance.url, '--token', token, '--repo', repository, '--wait', ...words],
        { folder, environment: plainEnvironment() },
      ),
    account: (name, ...grants) => makeAccount(instance, name, grants),
    closeWindows: () => closeWindows(windows.splice(0)),
    stop: async () => {
      await browser.close();
      await instance.remove();
    },
  };
}

interface Window {
  readonly context: BrowserContext;
  readonly page: WatchedPage;
  readonly complaints: Complaints;
}

/** A page that does not show what is waited for within it shows it never. */
const LONGEST_MS = 15_000;

async function openWindow(browser: Browser, url: string, sessions: Sessions, options: PageOptions): Promise<Window> {
  const { width = 1440, zoom = 1 } = options;
  const height = options.height ?? (width < 700 ? 800 : 900);
  const context = await browser.newContext({
    // Zoom makes the CSS pixels larger, and fewer of them fit.
    viewport: { width: Math.round(width / zoom), height: Math.round(height / zoom) },
    deviceScaleFactor: zoom,
    colorScheme: options.theme ?? 'light',
    hasTouch: options.hasTouch ?? false,
    reducedMotion: options.reducesMotion === true ? 'reduce' : 'no-preference',
    forcedColors: options.forcesColors === true ? 'active' : 'none',
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
  });
  if (options.as !== undefined) await context.addCookies(await sessions.of(context, options.as));
  context.setDefaultTimeout(LONGEST_MS);
  const complaints = new Complaints(options.origin ?? url, options.tolerates ?? []);
  const page = await watch(await context.newPage(), complaints);
  if (options.path !== undefined) await page.goto(url + options.path);
  return { context, page, complaints };
}

type Cookies = Awaited<ReturnType<BrowserContext['cookies']>>;

/** Sessions of accounts, begun once: who signs in too often is locked out for a while. */
class Sessions {
  private readonly url: string;
  private readonly begun = new Map<string, Cookies>();

  constructor(url: string) {
    this.url = url;
  }

  /** Cookies of a session that still holds. */
  async of(context: BrowserContext, account: Account): Promise<Cookies> {
    const known = this.begun.get(account.name);
    if (known !== undefined && (await this.holds(known))) return known;
    const response = await context.request.post(`${this.url}/api/ui/session`, {
      data: account,
      headers: { origin: this.url },
    });
    if (!response.ok()) throw new Error(`${account.name} cannot sign in: ${await response.text()}`);
    const cookies = await context.cookies();
    this.begun.set(account.name, cookies);
    return cookies;
  }

  private async holds(cookies: Cookies): Promise<boolean> {
    const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
    const response = await fetch(`${this.url}/api/ui/session`, { headers: { cookie } });
    return ((await response.json()) as { readonly person: object | null }).person !== null;
  }
}

async function closeWindows(windows: readonly Window[]): Promise<void> {
  const said: string[] = [];
  for (const { context, complaints } of windows) {
    await context.close();
    said.push(...complaints.list());
  }
  if (said.length > 0) throw new Error(`The pages had ${said.length} complaints:\n${said.join('\n')}`);
}

async function makeAccount(instance: Instance, name: string, grants: readonly string[]): Promise<Account> {
  const password = `password of ${name}`;
  const ended = await run(
    process.execPath,
    [
      ...[THATCH, 'user', 'create', name, '--password-stdin', '--data-dir', instance.dataFolder],
      ...grants.flatMap((grant) => ['--grant', grant]),
    ],
    { input: `${password}\n` },
  );
  if (ended.status !== 0) throw new Error(ended.text);
  return { name, password };
}

/** A started server still reads the interface: until then it shows another page. */
async function untilShown(url: string): Promise<void> {
  for (;;) {
    const response = await fetch(`${url}/`, { headers: { accept: 'text/html' } });
    if (response.status === 200 && (await response.text()).includes('id="root"')) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A report of the corpus, by its path there. */
export function corpus(path: string): Buffer {
  return readFileSync(new URL(`../../../packages/engine/test/corpus/${path}`, import.meta.url));
}
