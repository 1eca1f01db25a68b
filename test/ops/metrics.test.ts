import { describe, expect, it } from 'vitest';
import { createMetrics } from '../../src/ops/metrics.ts';

describe('createMetrics', () => {
  it('renders counters and times in the text format', async () => {
    const metrics = createMetrics(async () => []);
    metrics.calls.inc({ command: 'imagine', outcome: 'accepted' });
    metrics.calls.inc({ command: 'imagine', outcome: 'accepted' });
    metrics.apiRequests.inc({ operation: 'listJobs', status: 200 });
    metrics.deliveryDelaySeconds.observe({ platform: 'slack' }, 4);
    metrics.discordInvalid.inc({ status: 403 });

    const lines = (await metrics.render()).split('\n');
    expect(lines).toContain('photogpt_bot_calls_total{command="imagine",outcome="accepted"} 2');
    expect(lines).toContain('photogpt_bot_api_requests_total{operation="listJobs",status="200"} 1');
    expect(lines).toContain('photogpt_bot_discord_invalid_requests_total{status="403"} 1');
    expect(lines).toContain('photogpt_bot_delivery_delay_seconds_bucket{le="5",platform="slack"} 1');
    expect(lines).toContain('photogpt_bot_delivery_delay_seconds_bucket{le="2",platform="slack"} 0');
  });

  it('reads the open work at each scrape and drops states that are over', async () => {
    const scrapes = [
      [{ what: 'job' as const, state: 'running', count: 3, oldest: 61, stuck: 2 }],
      [
        { what: 'job' as const, state: 'ready', count: 1, oldest: 2, stuck: 0 },
        { what: 'delivery' as const, state: 'sending', count: 1, oldest: 5, stuck: 0 },
      ],
    ];
    const metrics = createMetrics(async () => scrapes.shift() ?? []);

    const first = await metrics.render();
    expect(first).toContain('photogpt_bot_open_jobs{state="running"} 3');
    expect(first).toContain('photogpt_bot_oldest_open_job_seconds{state="running"} 61');
    expect(first).toContain('photogpt_bot_stuck_rows{what="job",state="running"} 2');
    expect(first).toContain('photogpt_bot_database_up 1');
    const second = await metrics.render();
    expect(second).toContain('photogpt_bot_open_jobs{state="ready"} 1');
    expect(second).toContain('photogpt_bot_oldest_open_delivery_seconds{state="sending"} 5');
    expect(second).not.toContain('state="running"');
  });

  it('renders the rest when the open work cannot be read', async () => {
    const metrics = createMetrics(() => Promise.reject(new Error('the database is away')));
    metrics.mediaBytes.inc({ source: 'result' }, 1_024);
    const text = await metrics.render();
    expect(text).toContain('photogpt_bot_media_bytes_total{source="result"} 1024');
    expect(text).toContain('photogpt_bot_database_up 0');
  });

  it('keeps two registries apart', async () => {
    const [one, other] = [createMetrics(async () => []), createMetrics(async () => [])];
    one.calls.inc({ command: 'help', outcome: 'answered' });
    expect(await other.render()).not.toContain('command="help"');
  });
});
