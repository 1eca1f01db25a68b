/** Large results, delivered at once through Discord's own client: how much memory the bot takes, and how fast they go. */
import { measureLargeResults } from '../platforms/discord/large-results.ts';
import { openBenchDatabase } from './databases.ts';
import type { Group, Setting } from './figure.ts';

export async function media({ quick, server, say }: Setting): Promise<Group> {
  const [results, megabytes] = quick ? [5, 20] : [20, 100];
  const what = `${results} × ${megabytes} MB delivered at once`;
  const speed = { name: `${what}: speed`, unit: 'MB/s', target: { atLeast: 300 } };
  say(what);
  // The embedded database takes memory of its own, which is not that of the results.
  const database = server ? await openBenchDatabase(server) : undefined;
  try {
    const measured = await measureLargeResults({ results, megabytes, database: database?.url });
    return {
      figures: [
        { name: `${what}: peak RSS`, unit: 'MB', ours: measured.peakRss, target: { atMost: 250 } },
        quick ? { ...speed, skipped: 'it is over too soon' } : { ...speed, ours: measured.megabytesPerSecond },
      ],
      runs: { results, megabytes, ...measured },
    };
  } finally {
    await database?.drop();
  }
}
