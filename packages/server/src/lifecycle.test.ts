import { expect, test } from 'vitest';
import { Lifecycle } from './lifecycle.ts';

test('what was started last stops first, and a part that fails does not keep the others running', async () => {
  const lifecycle = new Lifecycle();
  const done: string[] = [];
  lifecycle.started('database', () => void done.push('database'));
  lifecycle.started('workers', async () => {
    await Promise.resolve();
    throw new Error('stuck');
  });
  lifecycle.started('http', () => void done.push('http'));
  const failures: string[] = [];
  await lifecycle.stop((part) => failures.push(part));
  expect(done).toEqual(['http', 'database']);
  expect(failures).toEqual(['workers']);
  expect(lifecycle.phase).toBe('stopped');
});

test('a cut reaches what still runs, the part that is stopping included', async () => {
  const lifecycle = new Lifecycle();
  const cut: string[] = [];
  const gate = Promise.withResolvers<void>();
  lifecycle.started(
    'database',
    () => {},
    () => cut.push('database'),
  );
  lifecycle.started(
    'workers',
    () => gate.promise,
    () => cut.push('workers'),
  );
  lifecycle.started(
    'http',
    () => {},
    () => cut.push('http'),
  );
  const stopping = lifecycle.stop();
  await new Promise(setImmediate);
  lifecycle.cut();
  gate.resolve();
  await stopping;
  expect(cut).toEqual(['workers', 'database']);
});
