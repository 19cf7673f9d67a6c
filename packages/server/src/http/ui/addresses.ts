import { z } from 'zod';
import { resolveAddress } from '../forwarding.ts';
import { answer } from './answer.ts';
import type { AddressAnswer } from './contract/addresses.ts';
import { openOperation, type UiOperation } from './operation.ts';

const LONGEST_ADDRESS = 8000;

/** Old addresses that only the data can tell about; those that are pure text the interface forwards by itself (web-ui §1.3). */
export const ADDRESS_OPERATIONS: readonly UiOperation[] = [
  openOperation(
    {
      path: '/addresses',
      query: z.object({ address: z.string().startsWith('/').max(LONGEST_ADDRESS) }),
    },
    async (call) => answer<AddressAnswer>({ to: await resolveAddress(call, call.principal, call.query.address) }),
  ),
];
