import { isIPv6 } from 'node:net';

/**
 * Whom to count a stranger as: an address; of IPv6 its network of 64 bits, as one machine has a whole one of addresses. Mapped and local
 * addresses (`::ffff:192.0.2.1`, `::1`) stay as they are.
 */
export function networkOf(ip: string): string {
  if (!isIPv6(ip) || ip.startsWith('::')) return ip;
  const [front] = ip.split('::');
  const groups = front.split(':');
  return [...groups, ...Array.from({ length: 4 }, () => '0')].slice(0, 4).join(':');
}
