import { defineConfig } from 'vitest/config';
import { LongestFirst } from './longest-first.ts';

export default defineConfig({
  test: {
    root: '.',
    globalSetup: ['test/db/template.ts'],
    include: ['test/**/*.test.ts'],
    exclude: ['test/browser/**'],
    // A thread starts in half the time of a process, and nothing here needs a process of its own.
    pool: 'threads',
    // Files of one worker share what they import: loading it anew for each took a quarter of the whole run.
    isolate: false,
    // Some wait for processes of their own, so that three keep two cores busy.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    // CI decides whether a change is kept, so a test that only lost a race for the cores gets a second chance there.
    retry: process.env.CI ? 1 : 0,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
