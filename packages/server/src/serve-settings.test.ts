import { expect, test } from 'vitest';
import { defaultConfig } from './config/config.ts';
import { serveOptions } from './serve-settings.ts';

test('the command line wins over the configuration', () => {
  const config = { ...defaultConfig(), listen: { host: '10.0.0.1', port: 9000, adminPort: null } };
  expect(serveOptions(config, '/data', {}, [], {})).toMatchObject({ host: '10.0.0.1', port: 9000, dataDir: '/data' });
  expect(serveOptions(config, '/data', { host: '::1', port: 0, logFormat: 'pretty' }, [], {})).toMatchObject({
    host: '::1',
    port: 0,
    log: { format: 'pretty', level: 'info' },
  });
});

test.each([
  ['DEBUG', 'debug'],
  ['info', 'info'],
  ['WARNING', 'warn'],
  ['warn', 'warn'],
  ['Error', 'error'],
])('the log level %s of loglvl is %s', (configured, level) => {
  const config = { ...defaultConfig(), log: { format: null, level: configured } };
  expect(serveOptions(config, '/data', {}, [], {}).log.level).toBe(level);
});

test('SHUTDOWN_TIMEOUT is read in seconds, and 25 s hold without a sensible one', () => {
  const timeouts = [{ SHUTDOWN_TIMEOUT: '3' }, {}, { SHUTDOWN_TIMEOUT: 'tcp://10.0.0.1:1' }].map(
    (environment) => serveOptions(defaultConfig(), '/data', {}, [], environment).shutdownTimeoutMs,
  );
  expect(timeouts).toEqual([3000, 25_000, 25_000]);
});
