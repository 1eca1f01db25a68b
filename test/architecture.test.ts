import { access, readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { bannedOpeners, longTitles, maxTitle, undocumented } from './architecture/prose.ts';
import { rules } from './architecture/rules.ts';
import { codeOnly, importsOf, readSources, readTests, type Sources } from './architecture/source-tree.ts';

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

/** For each rule, code that breaks it, and the reports of the rule. */
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
  ['time, chance and the network are handed in', 'jobs/poll/poll.ts', 'process.exit(0);', /process\.exit/],
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

  ['every exported name has a doc comment', 'jobs/long.ts', 'export const longMs = 5;', /^jobs\/long\.ts: longMs$/],
  ['every exported name has a doc comment', 'jobs/long.ts', '// Why.\nexport type Long = 5;', /: Long$/],
  [
    'a comment does not begin with a word that hides its subject',
    'jobs/long.ts',
    '/** What a job is. */',
    /begins with “What”/,
  ],
  ['a timing says its unit', 'media/timings.ts', 'export const lease = 5_000;', /^media\/timings\.ts: lease$/],
  ['a number about time stands in a file of timings', 'jobs/long.ts', 'const leaseMs = 5 * 60_000;', /leaseMs$/],
  ['a word keeps its meaning', 'jobs/long.ts', 'const maxPatience = 5;', /“patience” \(say a time limit/],
  ['a word keeps its meaning', 'jobs/long.ts', 'const shares = 5;', /“share” has another meaning/],
  ['arguments are not packed to save lines', 'jobs/long.ts', 'f({ ...{ a, b }, c });', /^jobs\/long\.ts$/],
];

describe('a rule that is broken', () => {
  it.each(planted)('is reported: %s (%s: %s)', (name, path, line, reported) => {
    const rule = rules.find((each) => each.name === name);
    const added = rule?.violations(plant(path, line)).filter((each) => !broken.get(name)?.includes(each));
    expect(added).toContainEqual(expect.stringMatching(reported));
  });

  it('has a plant for every rule', () => {
    const ofRooms = 'a room has at most 13 files';
    expect(new Set([...planted.map(([rule]) => rule), ofRooms])).toEqual(new Set(rules.map(({ name }) => name)));
  });

  it('reports a room with too many files', () => {
    const rule = rules.find(({ name }) => name === 'a room has at most 13 files');
    const files = Array.from({ length: 14 }, (_, index) => [`jobs/deliver/file-${index}.ts`, ''] as const);
    expect(rule?.violations(new Map(files))).toEqual(['jobs/deliver/ has 14 files']);
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

describe('the tests', () => {
  it('have titles that can be read in a list', async () => {
    expect(longTitles(await readTests())).toEqual([]);
  });

  it('are reported for a title that is too long, in a table as well', () => {
    const long = 'x'.repeat(maxTitle + 1);
    const forms = [
      `it('${long}', () => {});`,
      `describe.each([1])('${long}', () => {});`,
      `  ])('${long}', () => {});`,
    ];
    for (const form of forms) expect(longTitles(new Map([['a.test.ts', form]]))).toEqual([`a.test.ts: ${long}`]);
  });

  it('have comments that name their subject', async () => {
    expect(bannedOpeners(await readTests())).toEqual([]);
  });
});

describe('reading comments', () => {
  it('takes the header of a file for no doc comment', () => {
    const text = '/** Owns something. */\nimport x from "y";\nexport const a = 1;\n';
    expect(undocumented(new Map([['a.ts', text]]))).toEqual(['a.ts: a']);
  });

  it('asks one doc comment for all overloads of a function', () => {
    const text = '/** Reads. */\nexport function a(x: 1): 1;\nexport function a(x: 2): 2;\n';
    expect(undocumented(new Map([['a.ts', text]]))).toEqual([]);
  });

  it('takes a line that goes on with a sentence for no opener', () => {
    const text = ['/**', ' * Claims a job for a person', ` * ${'Who'} asked for it`, ' */'].join('\n');
    expect(bannedOpeners(new Map([['a.ts', text]]))).toEqual([]);
    expect(bannedOpeners(new Map([['a.ts', `  // ${'Nobody'} waits.`]]))).toEqual(['a.ts:1 begins with “Nobody”']);
  });
});

describe('the documents', () => {
  it.each(['ARCHITECTURE.md', 'CONTRIBUTING.md'])('%s names only files that exist', async (document) => {
    const root = new URL('../', import.meta.url);
    const text = await readFile(new URL(document, root), 'utf8');
    const named = [...text.matchAll(/`((?:src|test|docs|migrations|\.github)\/[\w./-]*)`/g)].map(
      ([, path = '']) => path,
    );
    expect(named.length).toBeGreaterThan(5);
    const missing = await Promise.all(
      named.map((path) =>
        access(new URL(path, root)).then(
          () => [],
          () => [path],
        ),
      ),
    );
    expect(missing.flat()).toEqual([]);
  });

  it('have a glossary of at most 40 lines', async () => {
    const text = await readFile(new URL('../ARCHITECTURE.md', import.meta.url), 'utf8');
    const [, glossary = ''] = /## Glossary\n([\s\S]*?)\n## /.exec(text) ?? [];
    expect(glossary.trim().split('\n').length).toBeLessThanOrEqual(40);
    expect(glossary).toContain('API rate');
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
