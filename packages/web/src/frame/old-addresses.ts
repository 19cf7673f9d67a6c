import { redirect, type ParsedLocation } from '@tanstack/react-router';
import type { AddressAnswer } from '@thatch/server/http/ui/contract/addresses.ts';
import { PREFIX } from '../addresses/prefix.ts';
import { forward } from '../addresses/redirects.ts';
import { withoutUsedUp } from '../addresses/used-up.ts';
import { read } from '../api/client.ts';

/**
 * Leads old forms of addresses to their pages, by the table that the server has too, and takes off what links carry and no page keeps
 * (web-ui §1.3). Throws the redirect, as the router wants it.
 */
export async function forwardOldAddress({ location }: { readonly location: ParsedLocation }): Promise<void> {
  const [, path, search = '', hash = ''] = PARTS.exec(withoutPrefix(location.publicHref))!;
  const to = await presentAddress(path, withoutUsedUp(search));
  if (to === path + search) return;
  throw redirect({ href: PREFIX + to + hash, replace: true });
}

const PARTS = /^([^?#]*)(\?[^#]*)?(#.*)?$/s;

function withoutPrefix(href: string): string {
  return PREFIX !== '' && href.startsWith(PREFIX) ? href.slice(PREFIX.length) : href;
}

async function presentAddress(path: string, search: string): Promise<string> {
  const forwarding = forward(path, search);
  if (forwarding === null) return path + search;
  if (forwarding.kind !== 'asks') return forwarding.to;
  try {
    const { to } = await read<AddressAnswer>('/addresses', { address: path + search });
    return to ?? path + search;
  } catch {
    // The page of the address as it is says what failed.
    return path + search;
  }
}
