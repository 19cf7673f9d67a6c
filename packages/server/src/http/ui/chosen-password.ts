import { z } from 'zod';
import { refusePassword, SHORTEST_CHOSEN_PASSWORD } from '../../auth/passwords.ts';

/** A password that somebody chooses in a browser: at least 12 characters (web-ui §3.1). */
export const CHOSEN_PASSWORD = z.string().superRefine((password, check) => {
  const weakness = refusePassword(password, SHORTEST_CHOSEN_PASSWORD);
  if (weakness !== null) check.addIssue({ code: 'custom', message: weakness });
});
