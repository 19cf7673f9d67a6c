import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { isAccountName } from '../../administration/accounts.ts';
import { isFirstRunSecret, isHostOfThisMachine, isOnThisMachine } from '../../auth/first-run-link.ts';
import { hashPassword } from '../../auth/passwords.ts';
import { hashToken } from '../../auth/token-hash.ts';
import { makeUploadToken, visiblePrefix } from '../../auth/token-make.ts';
import {
  createFirstUser,
  findFirstRunToken,
  FIRST_RUN_TOKEN,
  isAnyUpload,
  isAnyUser,
} from '../../database/queries/first-run.ts';
import { saveSetting } from '../../database/queries/settings.ts';
import { insertToken } from '../../database/queries/tokens.ts';
import { requestOrigin } from '../upload/address.ts';
import { answer, EMPTY, NOT_THERE, type UiAnswer, type UiFailure } from './answer.ts';
import { CHOSEN_PASSWORD } from './chosen-password.ts';
import type { SetupAnswer, SetupDemoAnswer, SetupTokenAnswer, SetupUpload } from './contract/setup.ts';
import { publicAddress, setupState } from './instance.ts';
import { openOperation, operatorOperation, type UiCall, type UiOperation, type UiPersonCall } from './operation.ts';
import { beginSession, lockedOut } from './session.ts';

/** The first run: administrator, address, first upload (web-ui §3.1). */
export const SETUP_OPERATIONS: readonly UiOperation[] = [
  openOperation({ path: '/setup' }, async (call) => {
    const state = await describeSetup(call);
    return state === null ? NOT_THERE : answer<SetupAnswer>(state);
  }),
  openOperation(
    {
      method: 'POST',
      path: '/setup/administrator',
      body: z.object({
        name: z
          .string()
          .refine(isAccountName, 'Letters, digits and . _ @ -, beginning with a letter or digit, at most 100.'),
        password: CHOSEN_PASSWORD,
        secret: z.string().max(1000).optional(),
      }),
    },
    makeAdministrator,
  ),
  operatorOperation(
    {
      method: 'PUT',
      path: '/setup/address',
      body: z.object({ address: z.string().max(500).transform(readAddress) }),
    },
    whileSettingUp(async (call) => {
      const { app, body } = call;
      if (app.config.setup.codecovUrl !== null) return ADDRESS_CONFIGURED;
      if (body.address === null) return ADDRESS_WRONG;
      await app.address.save(body.address);
      return answer<SetupAnswer>(await describeUpload(call));
    }),
  ),
  operatorOperation(
    { method: 'POST', path: '/setup/token' },
    whileSettingUp(async (call) => answer<SetupTokenAnswer>({ token: await makeToken(call) })),
  ),
  operatorOperation({ method: 'POST', path: '/setup/demo' }, whileSettingUp(loadDemo)),
  operatorOperation(
    { method: 'POST', path: '/setup/finish' },
    whileSettingUp(async ({ app }) => {
      await saveSetting(app.database.kysely, 'setup_finished', true);
      return EMPTY;
    }),
  ),
];

/** Where the first run is for whoever asks; null when there is nothing of it for them (decision 1 of the pages). */
export async function describeSetup(call: Pick<UiCall, 'app' | 'request' | 'principal'>): Promise<SetupAnswer | null> {
  const { app, request, principal } = call;
  const state = await setupState(call);
  if (state === 'account') {
    return {
      step: 'administrator',
      is_open: mayWithoutLink(call),
      link: app.firstRun.link.from,
      is_open_locally: opensLocally(call),
    };
  }
  const isOperator = principal.kind === 'user' && principal.isAdmin;
  return state === 'upload' && isOperator ? describeUpload({ app, request }) : null;
}

async function describeUpload(call: Pick<UiCall, 'app' | 'request'>): Promise<SetupUpload> {
  const { app, request } = call;
  const { kysely } = app.database;
  const token = await findFirstRunToken(kysely);
  return {
    step: 'upload',
    address: {
      current: publicAddress(call),
      detected: requestOrigin(request),
      is_configured: app.config.setup.codecovUrl !== null,
    },
    token: token === null ? null : { prefix: token.prefix, created_at: token.createdAt.toISOString() },
    demo: app.firstRun.demo.isThere && !(await isAnyUpload(kysely)),
  };
}

interface AdministratorBody {
  readonly name: string;
  readonly password: string;
  readonly secret?: string;
}

async function makeAdministrator(call: UiCall<unknown, AdministratorBody>): Promise<UiAnswer> {
  const { app, body, request } = call;
  const { kysely } = app.database;
  if (await isAnyUser(kysely)) return NOT_THERE;
  if (!mayWithoutLink(call)) {
    const taken = app.signInTries.take('', request.ip);
    if (taken.kind === 'locked') return lockedOut(taken.retryAfterSeconds);
    if (!isFirstRunSecret(app.firstRun.link, body.secret ?? '')) return LINK_WRONG;
    taken.succeeded();
  }
  const user = await createFirstUser(kysely, { name: body.name, passwordHash: await hashPassword(body.password) });
  if (user === null) return NOT_THERE;
  app.log.info({ account: user.name, remote_ip: request.ip }, 'the first account was made: an administrator');
  await beginSession(call, user.id);
  return EMPTY;
}

function mayWithoutLink({ app, request }: Pick<UiCall, 'app' | 'request'>): boolean {
  if (!opensLocally({ app })) return false;
  const { socket, headers, httpVersion } = request.raw;
  const socketAddress = socket.remoteAddress ?? '';
  return isOnThisMachine({ socketAddress, host: headers.host ?? '', httpVersion, headers });
}

/** Whether a browser on this machine is let in without the link. */
function opensLocally({ app }: Pick<UiCall, 'app'>): boolean {
  // Whoever gives a token wants it to be asked for everywhere.
  if (app.firstRun.link.from === 'environment') return false;
  // Where the configuration says that others come, through a proxy or by another name, nothing tells them from who sits here.
  const { codecovUrl, http } = app.config.setup;
  return http.trustedProxyDepth === 0 && (codecovUrl === null || isHostOfThisMachine(new URL(codecovUrl).host));
}

/** Steps 2 and 3 are there until the first merged upload or *Finish*. */
function whileSettingUp<Query, Body>(
  answerTo: (call: UiPersonCall<Query, Body>) => Promise<UiAnswer>,
): (call: UiPersonCall<Query, Body>) => Promise<UiAnswer> {
  return async (call) => ((await setupState(call)) === 'upload' ? answerTo(call) : NOT_THERE);
}

async function makeToken({ app }: UiCall): Promise<string> {
  const token = makeUploadToken();
  await insertToken(app.database.kysely, {
    target: { kind: 'global', service: null },
    hash: hashToken(app.tokenSecrets, token),
    sealed: null,
    prefix: visiblePrefix(token),
    name: FIRST_RUN_TOKEN,
    expiresAt: null,
  });
  return token;
}

async function loadDemo({ app, request }: UiCall): Promise<UiAnswer> {
  if (await isAnyUpload(app.database.kysely)) return DEMO_LOADING;
  const started = await app.firstRun.demo.start(ownSocket(request));
  if (started.kind === 'started') return answer<SetupDemoAnswer>({ uploads: started.uploads });
  return started.kind === 'loading' ? DEMO_LOADING : DEMO_ABSENT;
}

/** The address at which this very request came in, which nobody outside can choose. */
function ownSocket({ raw }: FastifyRequest): string {
  const { localAddress = '127.0.0.1', localPort = 80 } = raw.socket;
  return `http://${localAddress.includes(':') ? `[${localAddress}]` : localAddress}:${localPort}`;
}

/** Scheme and host of an address as a person writes it; null when it is none. A path is set in the configuration, which the server needs at its start. */
function readAddress(text: string): string | null {
  const trimmed = text.trim().replace(/\/+$/, '');
  if (!/^https?:\/\/[^\s/?#@\\]+$/i.test(trimmed) || !URL.canParse(trimmed)) return null;
  return new URL(trimmed).origin;
}

const ADDRESS_WRONG: UiFailure = {
  kind: 'failure',
  status: 422,
  code: 'field_invalid',
  field: 'address',
  detail:
    'An address is http:// or https:// and a host, such as https://thatch.example.com. One with a path is set in codecov.yml: setup.codecov_url.',
};

const ADDRESS_CONFIGURED: UiFailure = {
  kind: 'failure',
  status: 409,
  code: 'address_configured',
  field: 'address',
  detail: 'The address is set in the configuration, which wins.',
  hint: 'Change setup.codecov_url in codecov.yml and start the server again.',
};

const LINK_WRONG: UiFailure = {
  kind: 'failure',
  status: 403,
  code: 'setup_link_wrong',
  detail: 'This is not the link of this installation.',
  hint: 'The server printed it when it started, and wrote it to its log.',
};

const DEMO_LOADING: UiFailure = {
  kind: 'failure',
  status: 409,
  code: 'demo_loading',
  detail: 'Uploads came already.',
};

const DEMO_ABSENT: UiFailure = {
  kind: 'failure',
  status: 409,
  code: 'demo_absent',
  detail: 'This installation has no demo repository.',
  hint: 'In the clone: npm run demo.',
};
