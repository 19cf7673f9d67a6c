import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { form, pieces, report } from '../support/bodies.ts';
import { LCOV, newSha, type Sending, useTestServer } from '../support/server.ts';
import { leavingNothing } from '../support/traces.ts';
import { sendReport, statusOf, uploadsOf } from '../support/web.ts';

const server = useTestServer();

const upload = (query: string, sending: Sending) => sendReport(server, query, sending);

describe('row 58: forms', () => {
  test('three hundred reports in one form are read, each under its name', async () => {
    const sha = newSha();
    const parts = Array.from({ length: 300 }, (_, index): [string, Uint8Array, string] => {
      const text = Buffer.from(report(`src/${index}.c`, 1, 0, index));
      return ['report', index % 3 === 0 ? gzipSync(text) : text, `build/part ${index}.info`];
    });
    const answer = await upload(`commit=${sha}&wait=60`, { body: form(parts) });
    expect(answer).toMatchObject({
      status: 200,
      body: { state: 'judged', upload_totals: { files: 300, lines: 900 }, problems: [] },
    });
    expect(await uploadsOf(server, sha)).toMatchObject([{ state: 'merged', files_in: 300, lines: 900 }]);
  });

  test('a repeated form is a duplicate however the network cut it', async () => {
    const sha = newSha();
    const boundary = 'x-boundary';
    const large = `${report('src/a.c', 1, 0)}${`# ${'filler '.repeat(20)}\n`.repeat(2000)}`;
    const bytes = Buffer.from(
      [report('src/b.c', 1), large]
        .map(
          (text, index) =>
            `--${boundary}\r\nContent-Disposition: form-data; name="report"; filename="${index}.info"\r\n\r\n${text}\r\n`,
        )
        .join('') + `--${boundary}--\r\n`,
    );
    const headers = { 'content-type': `multipart/form-data; boundary=${boundary}`, 'idempotency-key': 'form' };
    const whole = await upload(`commit=${sha}`, { body: bytes, headers });
    expect(whole.status).toBe(202);
    const inPieces = await upload(`commit=${sha}`, { body: pieces(bytes, 977), headers });
    expect(inPieces).toMatchObject({ status: 200, body: { id: statusOf(whole).id, duplicate: true } });
    const packed = await upload(`commit=${sha}`, {
      body: gzipSync(bytes),
      headers: { ...headers, 'content-encoding': 'gzip' },
    });
    expect(packed).toMatchObject({ status: 200, body: { id: statusOf(whole).id, duplicate: true } });
    expect(await uploadsOf(server, sha)).toHaveLength(1);
  });

  test('lists of files and fixes travel as files or as fields', async () => {
    for (const asFile of [true, false]) {
      const list = (name: string, text: string): [string, string | Uint8Array, string?] =>
        asFile ? [name, Buffer.from(text), `${name}.txt`] : [name, text];
      const body = form([
        list('network', 'src/a.c\nsrc/b.c\n'),
        ['report', Buffer.from(report('/somewhere/src/a.c', 1, 1, 1)), 'lcov.info'],
        list('fixes', 'src/a.c:2\n'),
      ]);
      const answer = await upload(`commit=${newSha()}&wait=60`, { body });
      expect(answer).toMatchObject({ status: 200, body: { state: 'judged', upload_totals: { files: 1, lines: 2 } } });
    }
  });

  test('a packed form that is damaged, or refused before its end, is answered and leaves nothing', async () => {
    const sha = newSha();
    const part = '--b\r\nContent-Disposition: form-data; name="report"; filename="a"\r\n\r\n';
    const headers = { 'content-type': 'multipart/form-data; boundary=b', 'content-encoding': 'gzip' };
    const whole = gzipSync(`${part}${LCOV}\r\n--b--\r\n`);
    const noise = Buffer.from(Array.from({ length: 400_000 }, (_, index) => (index * 7919) % 251));
    const early = gzipSync(Buffer.concat([Buffer.from(`${part}x\r\n`.repeat(1001)), Buffer.from(part), noise]), {
      level: 0,
    });
    const cases = [
      [whole.subarray(0, whole.length - 12), 'upload_cut'],
      [Buffer.from('no gzip at all'), 'upload_cut'],
      [early, 'too_many_reports'],
    ] as const;
    for (const [body, code] of cases) {
      for (const sent of [body, pieces(body, 1000)]) {
        const answer = await leavingNothing(server, () => upload(`commit=${sha}`, { body: sent, headers }));
        expect(answer).toMatchObject({ status: 400, body: { code } });
      }
    }
  });

  test('a form of more than a thousand reports is refused', async () => {
    const parts = Array.from({ length: 1001 }, (): [string, Uint8Array, string] => ['report', Buffer.from('x'), 'x']);
    const answer = await leavingNothing(server, () => upload(`commit=${newSha()}`, { body: form(parts) }));
    expect(answer).toMatchObject({ status: 400, body: { code: 'too_many_reports' } });
  });
});
