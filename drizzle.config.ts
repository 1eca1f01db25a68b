import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'postgresql',
  schema: [
    './src/db/schema.ts',
    './src/db/identity-schema.ts',
    './src/db/policy-schema.ts',
    './src/db/playground-schema.ts',
  ],
  out: './migrations',
});
