import { readFile, writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { commands } from '../src/commands/index.ts';
import { renderCommandTable } from '../src/commands/kit/table.ts';
import { renderEnvExample, renderSettingsTable } from '../src/ops/render-settings.ts';
import { renderLooks, renderReach } from './commands/reach.ts';
import { renderDefaults, renderRules } from './policy/rules-table.ts';

/** The texts in the repository that are rendered from lists in the source. */
const renderings = [
  { file: 'README.md', part: 'commands', rendered: () => renderCommandTable(commands) },
  { file: 'README.md', part: 'settings', rendered: renderSettingsTable },
  { file: 'docs/moderating.md', part: 'rules', rendered: renderRules },
  { file: 'docs/moderating.md', part: 'defaults', rendered: renderDefaults },
  { file: 'docs/reach.md', part: 'reach', rendered: renderReach },
  { file: 'docs/reach.md', part: 'looks', rendered: renderLooks },
  { file: '.env.example', part: undefined, rendered: renderEnvExample },
];

/** The text around and between `<!-- part -->` and `<!-- /part -->`; without a part, all of it is between. */
function place(text: string, part: string | undefined) {
  if (!part) return { before: '', found: text, after: '' };
  const marked = new RegExp(`^(.*<!-- ${part} -->\n+)(.*?)(\n*<!-- /${part} -->.*)$`, 's');
  const [, before, found, after] = marked.exec(text) ?? [];
  if (before === undefined || found === undefined || after === undefined) throw new Error(`no markers for ${part}`);
  return { before, found, after };
}

it.each(renderings)('$file shows the $part of the source (`npm run render` renews it)', async (rendering) => {
  const path = new URL(`../${rendering.file}`, import.meta.url);
  const text = await readFile(path, 'utf8').catch(() => '');
  const { before, found, after } = place(text, rendering.part);
  const wanted = rendering.rendered();
  if (process.env.UPDATE === '1') await writeFile(path, `${before}${wanted}${after}`);
  else expect(found).toBe(wanted);
});

it('every command is on every platform', () => {
  const rows = renderLooks().split('\n').slice(2);
  expect(rows).toHaveLength(commands.length);
  expect(rows.filter((row) => !/^\| `\/[^|]+ \| `\/[^|]+ \| `\/[^|]+ \| [^|]+ \|/.test(row))).toEqual([]);
});
