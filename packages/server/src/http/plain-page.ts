import type { FastifyReply } from 'fastify';

/** A whole page without script, in the looks of the interface. `content` is HTML; whatever came from outside is escaped in it already. */
export function plainPage(title: string, content: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="data:image/svg+xml,${encodeURIComponent(mark('#976B15'))}">
<style>${STYLE}</style>
</head>
<body>
<main>
<header>${mark('currentColor')}<h1>Thatch</h1><p class="state"><span aria-hidden="true"></span>running</p></header>
${content}
</main>
</body>
</html>
`;
}

/** Sends a page that runs no script, asks no other server and stands in no frame. */
export function sendPage(reply: FastifyReply, status: number, html: string): FastifyReply {
  return reply
    .code(status)
    .headers({
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    })
    .type('text/html; charset=utf-8')
    .send(html);
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
li p, section p, .note { color: var(--ink-2); margin-top: 4px; }
pre, code { font: 13px/20px ui-monospace, Menlo, Consolas, monospace; font-variant-ligatures: none; overflow-wrap: anywhere; }
pre { background: var(--sunken); border: 1px solid var(--line); padding: 12px 16px; margin-top: 12px; white-space: pre-wrap; }
pre + p { margin-top: 12px; }
section { border-top: 1px solid var(--line); padding: 24px 0; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 8px 24px; margin-top: 12px; }
dt { color: var(--ink-3); font-size: 14px; line-height: 20px; }
dd { line-height: 20px; min-width: 0; }
@media (max-width: 560px) {
  li { padding-left: 28px; }
  pre { padding: 8px 12px; }
  pre, code { font-size: 12px; }
  dl { grid-template-columns: 1fr; gap: 2px; }
  dd + dt { margin-top: 12px; }
}
footer { border-top: 1px solid var(--line); padding-top: 16px; font-size: 14px; display: flex; gap: 24px; }
a { color: inherit; text-underline-offset: 2px; }
a:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; }
`;
