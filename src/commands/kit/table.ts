/** Renders the README's table of commands, in Markdown. */
import { type Command, groups } from './define.ts';

/** Renders one row for each command. The first of each group has the group's name. Required options are bold. */
export function renderCommandTable(commands: readonly Command[]): string {
  const rows = groups.flatMap((group) =>
    commands
      .filter((command) => command.group === group)
      .map((command, index) => row(index === 0 ? group : '', command)),
  );
  return ['| | command | does | options |', '|---|---|---|---|', ...rows].join('\n');
}

function row(group: string, { name, description, options }: Command): string {
  const visible = Object.entries(options).filter(([, option]) => !option.hidden);
  const words = visible.map(([option, { required }]) => (required ? `**${option}**` : option));
  return `| ${group} | \`/${name}\` | ${description} | ${words.join(', ')} |`;
}
