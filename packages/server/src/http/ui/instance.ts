import { readSetting } from '../../database/queries/settings.ts';
import { isAnyUploadMerged, isAnyUser } from '../../database/queries/first-run.ts';
import { PROGRAM_VERSION } from '../../version.ts';
import { requestOrigin } from '../upload/address.ts';
import type { SessionAnswer } from './contract/session.ts';
import type { UiCall } from './operation.ts';

/** What every page knows of the installation. */
export async function readInstance(call: UiCall): Promise<Pick<SessionAnswer, 'instance' | 'setup'>> {
  const { app } = call;
  return {
    instance: {
      name: 'Thatch',
      version: PROGRAM_VERSION,
      address: publicAddress(call),
      guest_access: app.config.setup.guestAccess,
    },
    setup: await setupState(call),
  };
}

/** Where CI and people reach the installation: as configured, else as set in the first run, else as this request came. */
export function publicAddress({ app, request }: Pick<UiCall, 'app' | 'request'>): string {
  const { codecovUrl } = app.config.setup;
  return codecovUrl ?? app.address.current ?? requestOrigin(request);
}

/** How far the first run is (web-ui §3.1). */
export async function setupState({ app }: Pick<UiCall, 'app'>): Promise<SessionAnswer['setup']> {
  const { kysely } = app.database;
  if (!(await isAnyUser(kysely))) return 'account';
  if ((await readSetting(kysely, 'setup_finished')) === true) return 'done';
  return (await isAnyUploadMerged(kysely)) ? 'done' : 'upload';
}
