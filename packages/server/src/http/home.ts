import { plainPage } from './plain-page.ts';

/** What `/` shows where there is no interface: that the server runs, and how to send and read a report. `origin`: where it is reached. */
export function homePage(origin: string): string {
  const address = escapeHtml(origin);
  return plainPage(
    'Thatch',
    `<p class="lead">This server takes coverage reports. Three steps to the first one.</p>
<ol>
<li><h2>Make a token</h2>
<p>In the clone, on the machine that runs Thatch:</p>
<pre><code>export T=$(npx thatch token create --global)</code></pre></li>
<li><h2>Send a report</h2>
<p>From your repository, in any format your test runner writes:</p>
<pre><code>curl -sSf -H "Authorization: token $T" --data-binary @lcov.info \\
  "${address}/upload/coverage?repo=git/OWNER/NAME\\
&amp;commit=$(git rev-parse HEAD)&amp;branch=main&amp;wait=60"</code></pre>
<p>The answer holds the totals, and every problem with its reason and its remedy. The repository comes into being with this upload.</p></li>
<li><h2>See the lines</h2>
<p>In the clone again, make an account that may read, and ask for the newest report:</p>
<pre><code>npx thatch user create me --grant git/OWNER=reader
curl -sSf -H "Authorization: Bearer $(npx thatch token create --api me)" \\
  "${address}/api/v2/git/OWNER/repos/NAME/report"</code></pre>
<p>Every line comes as its number and 0 for hit, 1 for missed, 2 for partly hit.</p></li>
</ol>
<section><h2>Or keep the uploader you have</h2>
<p>What CI sends today arrives unchanged once it has the address and the token:</p>
<dl>
<dt>codecov-cli</dt><dd><code>codecovcli -u ${address} upload-coverage -t $T</code></dd>
<dt>Codecov action</dt><dd><code>url: ${address}</code></dd>
<dt>bash and npm uploader</dt><dd><code>CODECOV_URL=${address} CODECOV_TOKEN=$T</code></dd>
<dt>bundler plugins</dt><dd><code>apiUrl: '${address}'</code></dd>
</dl></section>
<footer><a href="/health">Health</a> <a href="/api/openapi.json">REST API</a></footer>`,
  );
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
