import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';

describe('waitForStopSignal', () => {
  it.each([
    ['SIGTERM', 'SIGTERM'],
    ['SIGTERM', 'SIGINT'],
  ] as const)('a process that %s is stopping ends at once on %s', async (first, second) => {
    const program = new URL('../../src/process/signals.ts', import.meta.url).href;
    const script = `const { waitForStopSignal } = await import(${JSON.stringify(program)});
    setInterval(() => {}, 1_000);
    waitForStopSignal().then((signal) => console.log(signal));
    console.log('ready');`;
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    child.kill(first);
    const [said] = await once(child.stdout, 'data');
    expect(String(said).trim()).toBe(first);
    child.kill(second);
    const [code] = await once(child, 'exit');
    expect(code).toBe(1);
  });
});
