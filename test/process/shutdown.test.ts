import { describe, expect, it } from 'vitest';
import { logTo } from '../../src/log.ts';
import { stopInOrder } from '../../src/process/shutdown.ts';

describe('stopInOrder', () => {
  it('stops platforms and jobs together, then closes their parts, despite failures', async () => {
    const told: string[] = [];
    const lines: string[] = [];
    const part = (name: string, stop: () => Promise<void> = async () => {}) => ({
      async stop() {
        told.push(`${name} asked`);
        await stop();
        told.push(`${name} over`);
      },
    });
    let finish = () => {};
    const working = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const stopping = stopInOrder(
      {
        platforms: [part('discord', () => Promise.reject(new Error('no line'))), part('slack')],
        pipeline: part('jobs', () => working),
        closing: [part('operator', () => Promise.reject(new Error('no port'))).stop, part('database').stop],
      },
      logTo({ write: (line) => void lines.push(line) }),
    );
    await Promise.resolve();
    expect(told).toEqual(['discord asked', 'slack asked', 'jobs asked', 'slack over']);
    finish();
    await stopping;
    expect(told.slice(4)).toEqual(['jobs over', 'operator asked', 'database asked', 'database over']);
    expect(lines.join()).toContain('no line');
    expect(lines.join()).toContain('no port');
  });
});
