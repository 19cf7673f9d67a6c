/** Whether the keys of this machine are those of Apple. */
const IS_APPLE = /mac|iphone|ipad/i.test(navigator.platform);

/** The key of commands, as it is written on it. */
export const MODIFIER = IS_APPLE ? '⌘' : 'Ctrl';

/** Whether an event has the key of commands, and no other modifier but Shift. */
export function hasModifier(event: KeyboardEvent): boolean {
  return (IS_APPLE ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey) && !event.altKey;
}
