import type { FastifyRequest } from 'fastify';
import type { UploadNotice } from '../../database/tables.ts';

/** The program that sends, as it names itself. */
export function agentOf({ headers }: FastifyRequest): string | null {
  const agent = headers['user-agent']?.slice(0, LONGEST_AGENT) ?? '';
  return agent === '' ? null : agent;
}

/** The name of an upload; that it was cut is noted. */
export function shownName(
  name: { readonly text: string | null; readonly isCut: boolean },
  notices: UploadNotice[],
): string | null {
  if (name.isCut)
    notices.push({ code: 'name_cut', message: 'The name of the upload was longer than 100 characters and was cut.' });
  return name.text;
}

/** The address of a build, for pages to link to: nothing but http and https, so that no link can be a script. */
export function webAddress(text: string | null, notices: UploadNotice[]): string | null {
  if (text === null) return null;
  const protocol = URL.parse(text)?.protocol;
  if (protocol === 'http:' || protocol === 'https:') return text;
  notices.push({
    code: 'build_address_ignored',
    message: 'The address of the build is no http or https address and was left out.',
  });
  return null;
}

const LONGEST_AGENT = 200;
