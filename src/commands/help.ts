/** `/help`: the list of commands, and the use of one. */
import { refuse } from '../errors/catalogue.ts';
import { type Command, define, groups, type Option } from './kit/define.ts';
import { nearest } from './kit/nearest.ts';

/** Returns the command that explains these commands and itself. */
export function helpFor(commands: readonly Command[]): Command {
  const all = () => [...commands, help].sort((a, b) => groups.indexOf(a.group) - groups.indexOf(b.group));
  const help: Command = define({
    name: 'help',
    description: 'What this bot can do',
    group: 'The bot',
    example: 'imagine',
    options: {
      command: {
        kind: 'text',
        description: 'A command to explain',
        max: 40,
        suggest: (_, typed) =>
          all()
            .filter(({ name }) => name.startsWith(typed.replace(/^\//, '')))
            .map(({ name, description }) => ({ value: name, label: `/${name}`, hint: description })),
      },
    },
    private: true,

    async run(_, { command: typed }) {
      if (!typed) {
        // By groups: a line for each command is more than one message may hold.
        const facts = groups.map((group) => {
          const names = all().filter((command) => command.group === group);
          return { label: group, value: names.map(({ name }) => `/${name}`).join(', ') };
        });
        const text =
          'I make pictures with PhotoGPT. Type `/imagine` and say what you want to see; `/help imagine` explains it.';
        return { text, tone: 'plain', facts };
      }
      const name = typed.replace(/^\//, '').toLowerCase();
      const command = all().find((one) => one.name === name);
      if (!command) {
        const names = all().map((one) => one.name);
        throw refuse('unknownCommand', { given: typed, near: nearest(name, names) });
      }
      const options = Object.entries<Option>(command.options).filter(([, option]) => !option.hidden);
      return {
        text: `**/${command.name}**: ${command.description}. For example: \`/${[command.name, command.example].join(' ').trim()}\``,
        tone: 'plain',
        facts: options.map(([label, option]) => ({ label, value: `${option.description}${limitsOf(option)}` })),
      };
    },
  });
  return help;
}

/** Returns the values or bounds of an option, in words. */
function limitsOf(option: Option): string {
  const required = option.required ? ' (required)' : '';
  if (option.kind === 'choice') return `: ${option.choices.map(({ value }) => value).join(', ')}${required}`;
  if (option.kind === 'integer' || option.kind === 'number') return `, ${option.min} to ${option.max}${required}`;
  return required;
}
