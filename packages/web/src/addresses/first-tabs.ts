/*
 * The first tab that exists of what has several; old and short addresses lead there, for as long as no earlier one is built (decision 2 of
 * the pages).
 */
export const FIRST_SETTINGS_TAB = 'tokens';
export const FIRST_ADMIN_TAB = 'jobs';
