/** The least number of characters of a password that is chosen here; the server enforces it (web-ui §3.1). */
export const SHORTEST_PASSWORD = 12;
