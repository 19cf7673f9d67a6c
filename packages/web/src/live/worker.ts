import { Hub } from './hub.ts';

/*
 * The worker that all tabs of a browser share, so that they need one connection together: over HTTP/1.1 a browser has six
 * (web-ui §4.6).
 */
const hub = new Hub();

self.addEventListener('connect', (event) => {
  for (const port of (event as MessageEvent).ports) hub.join(port);
});
