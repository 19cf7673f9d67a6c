/*
 * Runs before anything is painted, as a file of its own: no inline script is allowed (web-ui §5). Sets the theme and density that this
 * browser's person chose; the page's background is right from the first frame.
 */
import { applyPreferences, readPreferences } from './preferences.ts';

applyPreferences(readPreferences());
