/** Path below which the interface lives, `/thatch` of `https://host/thatch/`; empty at the root. Written by the server. */
export const PREFIX = document.querySelector<HTMLMetaElement>('meta[name="thatch-prefix"]')?.content ?? '';
