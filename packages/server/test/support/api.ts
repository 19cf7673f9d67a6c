import { beforeAll } from 'vitest';
import { makeApiClient, type ApiClient } from './api-client.ts';
import { makeApiWorld, type ApiWorld } from './api-world.ts';
import { type TestServer, useTestServer } from './server.ts';

/** The API of a test file: its server, the fixture in it and who asks. */
export interface Api {
  readonly server: TestServer;
  readonly world: ApiWorld;
  readonly ask: ApiClient;
}

/**
 * Makes them before the tests of a file.
 *
 * ```ts
 * const api = setUpApi();
 * test('…', async () => expect((await api.ask('/api/v2/gh/acme', { token: api.world.mira })).status).toBe(200));
 * ```
 */
export function setUpApi(): Api {
  const server = useTestServer();
  let world: ApiWorld;
  let client: ApiClient;
  beforeAll(async () => {
    world = await makeApiWorld(server);
    client = await makeApiClient(server);
  });
  return {
    server,
    get world() {
      return world;
    },
    ask: (...asked) => client(...asked),
  };
}
