import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'postgresql',
  schema: [
    './src/db/schema/schema.ts',
    './src/db/schema/media-schema.ts',
    './src/db/schema/identity-schema.ts',
    './src/db/schema/policy-schema.ts',
    './src/db/schema/playground-schema.ts',
  ],
  out: './migrations',
});
