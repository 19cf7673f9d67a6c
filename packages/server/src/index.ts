export type { App, Foundation } from './app.ts';
export { locateDataFolder } from './datadir/location.ts';
export type { RoutePlugin } from './http/server.ts';
export type { Lifecycle } from './lifecycle.ts';
export type { House } from './main.ts';
export { serve } from './main.ts';
export type { Outcome, Refusal } from './outcome.ts';
export type { ServeOptions, ServeSettings } from './serve-settings.ts';
export { serveOptions } from './serve-settings.ts';
