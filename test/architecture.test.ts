import { beforeAll, describe, expect, it } from 'vitest';
import { rules } from './architecture/rules.ts';
import { codeOnly, importsOf, readSources, type Sources } from './architecture/source-tree.ts';

let sources: Sources;
let broken: Map<string, string[]>;
beforeAll(async () => {
  sources = await readSources();
  broken = new Map(rules.map(({ name, violations }) => [name, violations(sources)]));
});

/** The source with one more line at the end of a file, which need not be there yet. */
const plant = (path: string, line: string): Sources =>
  new Map(sources).set(path, `${sources.get(path) ?? ''}\n${line}\n`);

describe('the source', () => {
  it.each(rules)('keeps the rule: $name', ({ name }) => {
    expect(broken.get(name)).toEqual([]);
  });
});

/** For every rule, things that somebody might write one day, and what is then reported. */
const planted: [rule: string, path: string, line: string, reported: RegExp][] = [
  ['every file belongs to a part', 'newcomer.ts', '', /^newcomer\.ts$/],
  ['every file belongs to a part', 'platforms/irc/irc.ts', '', /irc/],

  [
    'a part imports only what it may',
    'chat.ts',
    `import { refuse } from './errors/catalogue.ts';`,
    /chat\.ts imports errors\/catalogue\.ts/,
  ],
  [
    'a part imports only what it may',
    'errors/catalogue.ts',
    `import type { Json } from '../chat.ts';`,
    /errors\/catalogue\.ts imports types/,
  ],
  [
    'a part imports only what it may',
    'photogpt/client.ts',
    `import type { Clock } from '../concurrency/clock.ts';`,
    /clock\.ts/,
  ],
  [
    'a part imports only what it may',
    'sandbox/server.ts',
    `export * from '../photogpt/client.ts';`,
    /photogpt\/client/,
  ],
  ['a part imports only what it may', 'db/connect.ts', `import { x } from '../jobs/store.ts';`, /jobs\/store/],
  ['a part imports only what it may', 'policy/quota.ts', `import { x } from '../jobs/store.ts';`, /jobs\/store/],
  ['a part imports only what it may', 'media/fetch.ts', `import { x } from '../policy/quota.ts';`, /policy\/quota/],
  [
    'a part imports only what it may',
    'jobs/state/job-store.ts',
    `import { x } from '../../commands/bot.ts';`,
    /commands\/bot/,
  ],
  [
    'a part imports only what it may',
    'jobs/deliver/deliver.ts',
    `import '../../platforms/slack/slack.ts';`,
    /platforms\/slack/,
  ],
  [
    'a part imports only what it may',
    'jobs/poll/poll.ts',
    `const x = await import('../../sandbox/server.ts');`,
    /sandbox/,
  ],
  [
    'a part imports only what it may',
    'commands/kit/bot.ts',
    `import { createApp } from '../../app.ts';`,
    /imports app\.ts/,
  ],
  [
    'a part imports only what it may',
    'commands/kit/bot.ts',
    `import { type App } from '../../app.ts';`,
    /imports app\.ts/,
  ],
  ['a part imports only what it may', 'commands/jobs.ts', `import type { Job } from '../db/schema.ts';`, /db\/schema/],
  [
    'a part imports only what it may',
    'commands/kit/read.ts',
    `import { x } from '../../photogpt/client.ts';`,
    /photogpt\/client/,
  ],
  ['a part imports only what it may', 'platforms/slack/a.ts', `import { x } from '../discord/b.ts';`, /discord\/b/],
  ['a part imports only what it may', 'platforms/discord/a.ts', `import { x } from '../../jobs/store.ts';`, /jobs/],
  ['a part imports only what it may', 'platforms/discord/a.ts', `import type { X } from '../../db/schema.ts';`, /db/],
  ['a part imports only what it may', 'platforms/slack/a.ts', `import { x } from '../../commands/index.ts';`, /index/],
  ['a part imports only what it may', 'ops/health.ts', `import { x } from '../db/connect.ts';`, /db\/connect/],
  [
    'a part imports only what it may',
    'jobs/state/job-store.ts',
    `import type { App } from '../../app.ts';`,
    /types of app\.ts/,
  ],
  ['a part imports only what it may', 'app.ts', `import { x } from './platforms/slack/slack.ts';`, /platforms\/slack/],
  ['a part imports only what it may', 'main.ts', `import { createSandbox } from './sandbox/server.ts';`, /main\.ts/],

  ['nobody imports what is started', 'demo.ts', `import './main.ts';`, /demo\.ts imports main\.ts/],
  ['nobody imports what is started', 'sandbox/server.ts', `import './main.ts';`, /sandbox\/main\.ts/],

  ['a vendor stays at home', 'commands/kit/bot.ts', `import { Client } from 'discord.js';`, /discord\.js/],
  ['a vendor stays at home', 'platforms/discord/a.ts', `import type { View } from '@slack/types';`, /@slack\/types/],
  ['a vendor stays at home', 'jobs/poll/poll.ts', `import { sql } from 'drizzle-orm';`, /drizzle-orm/],
  ['a vendor stays at home', 'jobs/restore.ts', `import { sql } from 'drizzle-orm/pg-core';`, /drizzle-orm/],
  ['a vendor stays at home', 'jobs/state/job-store.ts', `import postgres from 'postgres';`, /postgres/],
  ['a vendor stays at home', 'media/media-store.ts', `import { PGlite } from '@electric-sql/pglite';`, /pglite/],
  ['a vendor stays at home', 'commands/edit.ts', `import sharp from 'sharp';`, /sharp/],
  ['a vendor stays at home', 'media/shrink.ts', `const x = await import('h264-mp4-encoder');`, /h264/],
  ['a vendor stays at home', 'platforms/slack/a.ts', `import { Hono } from 'hono';`, /hono/],
  ['a vendor stays at home', 'jobs/poll/poll.ts', `import { Counter } from 'prom-client';`, /prom-client/],

  [
    'nothing is imported in a circle',
    'concurrency/clock.ts',
    `import '../log.ts';\nimport './clock.ts';`,
    /clock\.ts → concurrency\/clock\.ts/,
  ],

  ['only config.ts reads the environment', 'log.ts', 'const x = process.env.NODE_ENV;', /log\.ts/],
  ['only config.ts reads the environment', 'log.ts', `const x = process['env'];`, /log\.ts/],
  ['only config.ts reads the environment', 'main.ts', `import { env } from 'node:process';`, /node:process/],

  ['time, chance and the network are handed in', 'jobs/poll/poll.ts', 'const x = Date.now();', /Date\.now/],
  ['time, chance and the network are handed in', 'jobs/poll/poll.ts', 'const x = new Date();', /new Date\(\)/],
  ['time, chance and the network are handed in', 'jobs/poll/poll.ts', 'const x = performance.now();', /performance/],
  ['time, chance and the network are handed in', 'jobs/poll/poll.ts', 'setTimeout(() => {}, 5);', /setTimeout/],
  ['time, chance and the network are handed in', 'jobs/poll/poll.ts', 'setInterval(() => {}, 5);', /setInterval/],
  ['time, chance and the network are handed in', 'jobs/poll/poll.ts', 'const x = Math.random();', /Math\.random/],
  ['time, chance and the network are handed in', 'jobs/poll/poll.ts', `await fetch('https://a.test');`, /fetch/],
  ['time, chance and the network are handed in', 'jobs/poll/poll.ts', `import 'node:timers/promises';`, /timers/],
  ['time, chance and the network are handed in', 'jobs/poll/poll.ts', 'const { now } = Date;', /Date\.now/],
  ['time, chance and the network are handed in', 'jobs/poll/poll.ts', 'const x = Date();', /new Date\(\)/],
  ['time, chance and the network are handed in', 'jobs/poll/poll.ts', 'const x = process.hrtime();', /performance/],
  ['time, chance and the network are handed in', 'jobs/poll/poll.ts', 'setImmediate(() => {});', /setImmediate/],
  ['time, chance and the network are handed in', 'jobs/poll/poll.ts', 'const { random } = Math;', /Math\.random/],
  ['time, chance and the network are handed in', 'jobs/poll/poll.ts', 'const get = globalThis.fetch;', /global fetch/],
  [
    'time, chance and the network are handed in',
    'jobs/poll/poll.ts',
    'const x = randomUUID();',
    /chance of the system/,
  ],

  ['no file is longer than 300 lines', 'jobs/long.ts', 'x;\n'.repeat(300), /^jobs\/long\.ts has 301 lines$/],

  ['a file is named for one thing, in kebab-case', 'jobs/types.ts', '', /types/],
  ['a file is named for one thing, in kebab-case', 'jobs/utils/time.ts', '', /utils/],
  ['a file is named for one thing, in kebab-case', 'jobs/job-manager.ts', '', /manager/],
  ['a file is named for one thing, in kebab-case', 'jobs/jobStore.ts', '', /jobStore/],
];

describe('a rule that is broken', () => {
  it.each(planted)('is reported: %s (%s: %s)', (name, path, line, reported) => {
    const rule = rules.find((each) => each.name === name);
    const added = rule?.violations(plant(path, line)).filter((each) => !broken.get(name)?.includes(each));
    expect(added).toContainEqual(expect.stringMatching(reported));
  });

  it('is missing from the list of plants for no rule', () => {
    expect(new Set(planted.map(([rule]) => rule))).toEqual(new Set(rules.map(({ name }) => name)));
  });

  it('is found in a circle of several files, but not where one of them wants types only', () => {
    const circle = rules.find(({ name }) => name === 'nothing is imported in a circle');
    const files = (last: string) =>
      new Map([
        ['a.ts', `import { b } from './b.ts';`],
        ['b.ts', `export { c } from './c.ts';`],
        ['c.ts', last],
      ]);
    expect(circle?.violations(files(`import { a } from './a.ts';`))).toEqual(['a.ts → b.ts → c.ts → a.ts']);
    expect(circle?.violations(files(`import type { A } from './a.ts';`))).toEqual([]);
  });
});

describe('reading imports', () => {
  it('sees every form of them, over several lines and between comments', () => {
    const text = `
      import a, { b } from './a.ts'; // import x from 'comment';
      import type { C } from './c.ts';
      import {
        /* import y from 'comment'; */
        d, // 'an apostrophe's work'
      } from "./d.ts";
      export * from './e.ts';
      export type { F } from './f.ts';
      import './g.ts';
      const quote = /["'\`//]/;
      const lazily = () => import('./h.ts');
      const pattern = quote ? 'https://a.test' : \`import z from 'template';\`;
    `;
    const found = importsOf('x/y.ts', text).map(({ target, typeOnly }) => (typeOnly ? `type ${target}` : target));
    const wanted = ['x/a.ts', 'type x/c.ts', 'x/d.ts', 'x/e.ts', 'type x/f.ts', 'x/g.ts', 'x/h.ts'];
    expect(found.sort()).toEqual(wanted.sort());
  });

  it('lets no string, comment or expression hide the code behind it', () => {
    const hidden = [`'// '`, '"/*"', '/[/*]/', "/'/", '`//`', '/* " */ 1', '1 / 2 / 3'];
    for (const value of hidden) expect(codeOnly(`f(${value}); Date.now();`)).toContain('Date.now()');
    expect(codeOnly(`say('Date.now()'); // Date.now()`)).not.toContain('Date.now');
  });

  it('finds imports in the files that have them', () => {
    expect(sources.size).toBeGreaterThan(50);
    const targets = importsOf('sandbox/server.ts', sources.get('sandbox/server.ts') ?? '').map(({ target }) => target);
    expect(targets).toEqual(expect.arrayContaining(['photogpt/models/catalogue.ts', 'hono', 'node:http']));
  });
});
