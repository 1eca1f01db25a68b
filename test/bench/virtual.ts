/** A process: the runs in virtual time, which take whatever time of the processor nobody else wants. */
import { constants, setPriority } from 'node:os';
import { answering } from './children.ts';
import { disturbed } from './disturbed.ts';
import type { Setting } from './figure.ts';
import { polling } from './polling.ts';

const parts = { polling, disturbed };
export type Virtual = { part: keyof typeof parts; setting: Omit<Setting, 'say'> };

setPriority(constants.priority.PRIORITY_LOW);

answering({
  ready: () => true,
  run: ({ part, setting }: Virtual) => {
    const say = (line: string) => void process.stderr.write(`  ${part}: ${line}\n`);
    return parts[part]({ ...setting, say });
  },
});
