import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { watchLauncher, watchSignals } from './signals.ts';

function watch(atTerminal = false): {
  send: (signal: NodeJS.Signals, at: number) => void;
  heard: string[];
  unwatch: () => void;
} {
  const events = new EventEmitter();
  const heard: string[] = [];
  let time = 0;
  const unwatch = watchSignals(
    { onStop: (signal) => heard.push(`stop ${signal}`), onCut: (signal) => heard.push(`cut ${signal}`) },
    {
      on: (name, listener) => events.on(name, listener),
      off: (name, listener) => events.off(name, listener),
      now: () => time,
      atTerminal,
    },
  );
  const send = (signal: NodeJS.Signals, at: number): void => {
    time = at;
    events.emit(signal);
  };
  return { send, heard, unwatch };
}

test('equal signals within one second count once', () => {
  const { send, heard } = watch();
  send('SIGINT', 0);
  send('SIGINT', 1);
  send('SIGINT', 999);
  expect(heard).toEqual(['stop SIGINT']);
});

test('a second Ctrl-C after a second cuts', () => {
  const { send, heard } = watch();
  send('SIGINT', 0);
  send('SIGINT', 1000);
  expect(heard).toEqual(['stop SIGINT', 'cut SIGINT']);
});

test('another signal cuts at once', () => {
  const { send, heard } = watch();
  send('SIGINT', 0);
  send('SIGTERM', 10);
  expect(heard).toEqual(['stop SIGINT', 'cut SIGTERM']);
});

test('the end of the terminal stops a server that a person started, and no other', () => {
  const person = watch(true);
  person.send('SIGHUP', 0);
  const service = watch(false);
  service.send('SIGHUP', 0);
  expect([person.heard, service.heard]).toEqual([['stop SIGHUP'], []]);
});

test('nothing is heard after the watch ended', () => {
  const { send, heard, unwatch } = watch();
  unwatch();
  send('SIGTERM', 0);
  expect(heard).toEqual([]);
});

test.each([
  ['our own launcher', { THATCH_LAUNCHER: '77' }],
  ['npm start', { npm_lifecycle_event: 'start' }],
])('a server learns that %s was killed', async (_launcher, environment) => {
  let parent = 77;
  const gone = new Promise<void>((resolve) => watchLauncher(resolve, environment, () => parent, 1));
  parent = 1;
  await gone;
});

test.each([
  ['a shell', {}],
  ['a test run of npm', { npm_lifecycle_event: 'test' }],
  ['the child of another launcher', { THATCH_LAUNCHER: '12' }],
])('a server outlives %s', async (_parent, environment) => {
  let parent = 77;
  let gone = false;
  watchLauncher(
    () => (gone = true),
    environment,
    () => parent,
    1,
  );
  // The same poll by a launcher that is watched tells when it would have been noticed.
  const noticed = new Promise<void>((resolve) =>
    watchLauncher(resolve, { npm_lifecycle_event: 'start' }, () => parent, 1),
  );
  parent = 1;
  await noticed;
  expect(gone).toBe(false);
});
