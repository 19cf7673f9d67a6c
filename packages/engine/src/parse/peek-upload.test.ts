import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { nodeCodec } from '../../node/codec.ts';
import { sourceOf, type ByteSource } from '../bytes/source.ts';
import { peekUpload } from './peek-upload.ts';

const LIMITS = { files: 2, bytes: 10, decompressedBytes: 2 ** 20 };
const TEXT =
  'src/a.c\nb.c\n<<<<<< network\n# path=cov.txt\nfirst line of it\n<<<<<< EOF\n# path=two.bin\n\u0001\u0002\n<<<<<< EOF\n';

async function spool(chunks: AsyncIterable<Uint8Array>): Promise<ByteSource> {
  const kept: Uint8Array[] = [];
  for await (const chunk of chunks) kept.push(chunk);
  return sourceOf(Buffer.concat(kept));
}

test('shows the list of files and how each report begins, packed or not', async () => {
  for (const bytes of [Buffer.from(TEXT), gzipSync(TEXT)]) {
    const peeked = await peekUpload(sourceOf(bytes), LIMITS, { codec: nodeCodec, spool });
    expect(peeked.network).toEqual(['src/a.c', 'b.c']);
    expect(peeked.files.map(({ name }) => name)).toEqual(['cov.txt', 'two.bin']);
    expect(peeked.files[0].head).toBe('first line');
  }
});

test('what is damaged ends early and is no error', async () => {
  const bytes = gzipSync(TEXT.repeat(50)).subarray(0, 60);
  await expect(peekUpload(sourceOf(bytes), LIMITS, { codec: nodeCodec, spool })).resolves.toBeDefined();
});
