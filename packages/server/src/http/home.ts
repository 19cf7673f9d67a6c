import type { FastifyInstance, FastifyRequest } from 'fastify';

/** `GET /`: says that the server runs and how to send a report. The pages of the interface take its place. */
export async function homeRoutes(fastify: FastifyInstance): Promise<void> {
  for (const path of ['/', '/login']) {
    fastify.get(path, { config: { isProbe: true } }, async (request, reply) =>
      reply
        .headers({
          'content-security-policy':
            "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
          'x-content-type-options': 'nosniff',
          'referrer-policy': 'no-referrer',
          'cache-control': 'no-store',
        })
        .type('text/html; charset=utf-8')
        .send(homePage(originOf(request))),
    );
  }
}

/** The page, for a server that is reached at `origin`. */
export function homePage(origin: string): string {
  const address = escapeHtml(origin);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Thatch</title>
<link rel="icon" href="data:image/svg+xml,${encodeURIComponent(mark('#976B15'))}">
<style>${STYLE}</style>
</head>
<body>
<main>
<header>${mark('currentColor')}<h1>Thatch</h1><p class="state"><span aria-hidden="true"></span>running</p></header>
<p class="lead">This server takes coverage reports. Three steps to the first one.</p>
<ol>
<li><h2>Make a token</h2>
<p>In the clone, on the machine that runs Thatch:</p>
<pre><code>export T=$(npx thatch token create --global)</code></pre></li>
<li><h2>Send a report</h2>
<p>From your repository, with any format your test runner writes:</p>
<pre><code>curl -sSf -H "Authorization: token $T" --data-binary @lcov.info \\
  "${address}/upload/coverage?repo=git/OWNER/NAME&amp;commit=$(git rev-parse HEAD)&amp;branch=main&amp;wait=60"</code></pre>
<p>The answer holds the totals, and every problem with its reason and its remedy. The repository comes into being with this upload.</p></li>
<li><h2>Keep the uploader you have</h2>
<p>Codecov's command line, actions and plugins work unchanged once they know the address:</p>
<pre><code>export CODECOV_URL=${address} CODECOV_TOKEN=$T</code></pre></li>
</ol>
<footer><a href="/health">Health</a></footer>
</main>
</body>
</html>
`;
}

// Host names, addresses and ports have no other characters: anything else in the header is not an address to print.
const HOST = /^(?:[a-z0-9](?:[a-z0-9.-]{0,252})|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i;

function originOf(request: FastifyRequest): string {
  const host = HOST.test(request.host) ? request.host : `localhost:${request.socket.localPort ?? 8080}`;
  return `${request.protocol === 'https' ? 'https' : 'http'}://${host}`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

function mark(lowestCourse: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" aria-hidden="true"><path fill="#E1B850" d="M12 2.2 18.5 6.49v3.4L12 5.6 5.5 9.89v-3.4Z"/><path fill="#976B15" d="M12 7.1 15.4 9.34v3.4L12 10.5 3.4 16.18v-3.4ZM16.9 10.33 20.6 12.78v3.4L16.9 13.73Z"/><path fill="${lowestCourse}" d="M12 12 22.7 19.06v3.4L12 15.4 1.3 22.46v-3.4Z"/></svg>`;
}

const STYLE = `
:root { color-scheme: light dark; --page: light-dark(#FBF9F4, #15120F); --sunken: light-dark(#F3F1EA, #0F0C0A);
  --line: light-dark(#DFDBD2, #35312B); --ink: light-dark(#201B15, #ECE9E2); --ink-2: light-dark(#453F36, #C1BDB4);
  --ink-3: light-dark(#645E54, #A09B90); --hit: light-dark(#037879, #41B9B5); --focus: light-dark(#504BD1, #9E9FFF); }
* { box-sizing: border-box; margin: 0; }
body { background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; padding: clamp(24px, 6vw, 72px) 20px; }
main { max-width: 720px; margin: 0 auto; }
header { display: flex; align-items: center; gap: 10px; }
header svg { width: 32px; height: 32px; }
h1 { font-size: 24px; line-height: 32px; font-weight: 700; letter-spacing: -0.02em; }
.state { margin-left: auto; color: var(--ink-3); font-size: 14px; display: flex; align-items: center; gap: 8px; }
.state span { width: 10px; height: 10px; background: var(--hit); }
.lead { font-size: 20px; line-height: 28px; margin: 32px 0 8px; text-wrap: balance; }
ol { list-style: none; padding: 0; counter-reset: step; }
li { border-top: 1px solid var(--line); padding: 24px 0 24px 40px; counter-increment: step; position: relative; }
li::before { content: counter(step); position: absolute; left: 0; color: var(--ink-3); font-variant-numeric: tabular-nums; }
li:first-child { border-top: 0; }
h2 { font-size: 16px; line-height: 24px; font-weight: 650; }
li p { color: var(--ink-2); margin-top: 4px; }
pre { background: var(--sunken); border: 1px solid var(--line); padding: 12px 16px; margin-top: 12px; overflow-x: auto;
  font: 13px/20px ui-monospace, Menlo, Consolas, monospace; font-variant-ligatures: none; }
footer { border-top: 1px solid var(--line); padding-top: 16px; font-size: 14px; }
a { color: inherit; text-underline-offset: 2px; }
a:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; }
`;
