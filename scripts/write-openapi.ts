import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openApiDocument, WHOLE } from '../packages/server/src/http/api/openapi.ts';
import { OPERATIONS } from '../packages/server/src/http/api/routes.ts';

// Writes docs/openapi.json anew, after a change of an operation or of a shape: `node_modules/.bin/node scripts/write-openapi.ts`.
const path = fileURLToPath(new URL('../docs/openapi.json', import.meta.url));
writeFileSync(path, `${JSON.stringify(openApiDocument(OPERATIONS, WHOLE), null, 2)}\n`);
