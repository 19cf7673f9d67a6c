/*
 * The public face of the addresses: pure functions without a browser, shared with the server, which answers old addresses by the same
 * table as the interface does (web-ui §1.3).
 */
export { SERVICES, serviceOf, type Service } from './services.ts';
export { forward, type AddressQuestion, type Forwarding, type NamedRepository } from './redirects.ts';
export { isNotPage } from './not-pages.ts';
export { pageModules } from './page-modules.ts';
export { encodeSegment, joinPath, splitPath } from './paths.ts';
