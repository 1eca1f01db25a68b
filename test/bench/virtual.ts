/** A child process: runs in virtual time, at the lowest priority of the processor. */
import { constants, setPriority } from 'node:os';
import { answering } from './children.ts';
import { disturbed } from './disturbed.ts';
import type { Setting } from './figure.ts';
import { polling } from './polling.ts';

const parts = { polling, disturbed };
/** A part to run, with its setting. */
export type Virtual = { part: keyof typeof parts; setting: Omit<Setting, 'say'> };

setPriority(constants.priority.PRIORITY_LOW);

answering({
  ready: () => true,
  run: ({ part, setting }: Virtual) => {
    const say = (line: string) => void process.stderr.write(`  ${part}: ${line}\n`);
    return parts[part]({ ...setting, say });
  },
});
