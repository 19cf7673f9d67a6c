import { expect, test } from 'vitest';
import { PROGRAM_VERSION } from '../version.ts';
import { makeLog } from './log.ts';

async function logged(write: (log: Awaited<ReturnType<typeof makeLog>>) => void): Promise<Record<string, unknown>[]> {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  write(await makeLog({ format: 'json', level: 'info', role: 'serve', destination }));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

test('a line has the fields that every line has, in their documented form', async () => {
  const [line] = await logged((log) => log.child({ upload_id: 'u1' }).info({ attempt: 2 }, 'stored'));
  expect(line).toMatchObject({
    level: 'info',
    role: 'serve',
    version: PROGRAM_VERSION,
    upload_id: 'u1',
    attempt: 2,
    msg: 'stored',
  });
  expect(line['time']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expect(line['node']).toEqual(expect.any(String));
});

test('an error is written with type, message and stack, and without what drivers hang on it', async () => {
  const error = Object.assign(new TypeError('no answer'), {
    connectionString: 'postgres://a:b@c/d',
    code: 'ECONNREFUSED',
  });
  const [line] = await logged((log) => log.error({ err: error }, 'failed'));
  expect(line['err']).toEqual({
    type: 'TypeError',
    message: 'no answer',
    code: 'ECONNREFUSED',
    stack: expect.stringContaining('log.test'),
  });
});

test('secrets in bindings, context and message are masked, and lines below the level are not written', async () => {
  const lines = await logged((log) => {
    log.debug('unseen');
    log.child({ authorization: 'token abcdef' }).warn({ url: '/x?token=abcdef' }, 'sent Bearer abcdefgh');
  });
  expect(lines).toHaveLength(1);
  expect(JSON.stringify(lines)).not.toContain('abcdef');
});
