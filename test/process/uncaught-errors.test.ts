import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';

/** A process that shuts down like the bot, and prints what happened. */
const program = `
  const { createLog } = await import('./src/log.ts');
  const { waitForUncaughtException } = await import('./src/process/uncaught-errors.ts');
  const crashed = waitForUncaughtException(createLog('info'));
  const working = setInterval(() => {}, 1_000);
  Promise.reject(new Error('nobody waits'));
  setTimeout(() => {
    console.log('still there');
    null.property;
  }, 20);
  const reason = await crashed;
  setTimeout(() => { throw new Error('once more') }, 0);
  await new Promise((resolve) => setTimeout(resolve, 20));
  console.log('stopped in order after: ' + reason);
  clearInterval(working);
  process.exitCode = 1;
`;

describe('waitForUncaughtException', () => {
  it('logs a rejection and goes on, but shuts down on an exception', async () => {
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program]);
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const [code] = await once(child, 'close');
    const order = [
      'nobody waits',
      'still there',
      'uncaught exception',
      'once more',
      'stopped in order after: uncaught exception',
    ];
    const places = order.map((words) => said.indexOf(words));
    expect(places, said).toEqual([...places].sort((a, b) => a - b));
    expect(Math.min(...places), said).toBeGreaterThanOrEqual(0);
    expect(code).toBe(1);
  });
});
