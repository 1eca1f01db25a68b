import { expect, it } from 'vitest';
import { commands } from '../../../src/commands/index.ts';
import { groups } from '../../../src/commands/kit/define.ts';
import { renderCommandTable } from '../../../src/commands/kit/table.ts';

it('renders a table with one row for each command, required options in bold', () => {
  const table = renderCommandTable(commands).split('\n');
  expect(table).toHaveLength(commands.length + 2);
  expect(table.find((row) => row.includes('`/imagine`'))).toMatch(
    /^\| Make \| `\/imagine` \| Make pictures from words \| \*\*prompt\*\*, model, /,
  );
  const headed = table.slice(2).flatMap((row) => groups.filter((group) => row.startsWith(`| ${group} |`)));
  expect(headed).toEqual(groups.filter((group) => commands.some((command) => command.group === group)));
});
